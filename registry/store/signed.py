"""The events of the ledger by which versions of the law were signed, read by a door or in bulk."""

from typing import TYPE_CHECKING, NamedTuple

import polars as pl

from registry.store.reading import rows

if TYPE_CHECKING:  # a bulk command starts without it
    from sqlmodel import Session

    from registry.store.bulk import Bulk

SIGNED = "rule_signed"
"""The kind of such an event."""


class SignedEvent(NamedTuple):
    """Who signed which version (`rule:NAME/SINCE`) on which document; `payload` is JSON."""

    about: str
    person_id: int
    document: str
    payload: str


_SIGNED = f"SELECT {', '.join(SignedEvent._fields)} FROM event WHERE kind = '{SIGNED}' ORDER BY id"
_KINDS = {name: pl.Int64 if kind is int else pl.String for name, kind in SignedEvent.__annotations__.items()}


def in_session(session: "Session") -> list[SignedEvent]:
    """All of them, oldest first."""
    return [SignedEvent(*row) for row in rows(session, _SIGNED, {})]


def in_bulk(seen: "Bulk") -> list[SignedEvent]:
    """The same, through a bulk connection."""
    return [SignedEvent(*row) for row in seen.rows(_SIGNED, _KINDS).iter_rows()]
