"""The law in force at a registry: the rules, with everything that its people have signed."""

import json
from collections.abc import Iterable
from datetime import date
from typing import TYPE_CHECKING

from registry.rulebook import Rulebook
from registry.rulebook.signatures import Act, with_signatures
from registry.store import signed
from registry.store.bulk import snapshot
from registry.store.database import Database
from registry.store.signed import SignedEvent

if TYPE_CHECKING:  # a bulk command starts without it
    from sqlmodel import Session


def law_of(database: Database, book: Rulebook) -> Rulebook:
    """The law for a command, which has nothing of the database open yet."""
    with snapshot(database) as seen:
        return with_signatures(book, acts(signed.in_bulk(seen)))


def law_in(session: "Session", book: Rulebook) -> Rulebook:
    """The same inside a session."""
    return with_signatures(book, acts(signed.in_session(session)))


def acts(events: Iterable[SignedEvent]) -> list[Act]:
    """The acts of signing that events tell of."""
    found = []
    for event in events:
        rule, _, since = event.about.removeprefix("rule:").rpartition("/")
        told = json.loads(event.payload)
        found.append(
            Act(
                rule=rule,
                since=date.fromisoformat(since),
                digest=told["digest"],
                document=event.document,
                by=event.person_id,
                on=date.fromisoformat(told["on"]),
            )
        )
    return found
