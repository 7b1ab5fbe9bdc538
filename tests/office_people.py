"""People of an office in a test: each with a key, made as the office makes them."""

from datetime import datetime
from typing import NamedTuple

from registry.actions import people
from registry.store.database import Database
from registry.vocabulary import Role


class Keys(NamedTuple):
    """The keys of one person for each role, and of a second maker."""

    administrator: str
    maker: str
    other_maker: str
    checker: str
    both: str
    auditor: str


def let_in(database: Database, now: datetime) -> Keys:
    """An office of six."""
    with database.session() as session:
        first = people.add(session, None, "管理员甲", [Role.ADMINISTRATOR], now=now).key
        made = [
            people.add(session, first, name, roles, now=now).key
            for name, roles in (
                ("经办甲", [Role.MAKER]),
                ("经办乙", [Role.MAKER]),
                ("复核甲", [Role.CHECKER]),
                ("两可甲", [Role.MAKER, Role.CHECKER]),
                ("审计甲", [Role.AUDITOR]),
            )
        ]
    return Keys(first, *made)
