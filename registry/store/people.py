"""People of the office and the keys they act with."""

from datetime import datetime
from typing import NamedTuple

from sqlalchemy import text
from sqlmodel import Session, select

from registry.store.ledger_tables import AccessKey, Person


class Held(NamedTuple):
    """A key that is in use and whose it is; `hash` is the Argon2 hash of its secret."""

    person_id: int
    name: str
    roles: str
    hash: str


def held(session: Session, key_id: str) -> Held | None:
    """Who holds the key with this public part; None if it is unknown, retired, or its person disabled."""
    found = session.connection().execute(
        text(
            """SELECT p.id, p.name, p.roles, k.hash FROM access_key k JOIN person p ON p.id = k.person_id
            WHERE k.id = :key AND k.retired_at IS NULL AND p.disabled_at IS NULL"""
        ),
        {"key": key_id},
    )
    return next((Held._make(row) for row in found), None)


def nobody_yet(session: Session) -> bool:
    """Whether this registry has no people at all."""
    return session.exec(select(Person.id).limit(1)).first() is None


def every(session: Session) -> list[Person]:
    """All people, disabled ones too, in the order they came."""
    return list(session.exec(select(Person).order_by(text("id"))))


def one(session: Session, person_id: int) -> Person | None:
    """A person by number."""
    return session.get(Person, person_id)


def by_name(session: Session, name: str) -> Person | None:
    """A person by name."""
    return session.exec(select(Person).where(Person.name == name)).first()


def add(session: Session, name: str, roles: str, now: datetime) -> int:
    """A new person; returns the number."""
    person = Person(name=name, roles=roles, recorded_at=now)
    session.add(person)
    session.flush()
    assert person.id is not None  # noqa: S101  (the database has just given it)
    return person.id


def give_key(session: Session, person_id: int, key_id: str, hashed: str, now: datetime) -> None:
    """A key for a person, instead of any they have."""
    retire_keys(session, person_id, now)
    session.add(AccessKey(id=key_id, person_id=person_id, hash=hashed, recorded_at=now))
    session.flush()


def retire_keys(session: Session, person_id: int, now: datetime) -> None:
    """No key of this person works any longer."""
    for key in session.exec(select(AccessKey).where(AccessKey.person_id == person_id)):
        key.retired_at = key.retired_at or now
    session.flush()


def disable(session: Session, person_id: int, now: datetime) -> None:
    """The person acts no more; what they did stays theirs."""
    person = session.get_one(Person, person_id)
    person.disabled_at = now
    retire_keys(session, person_id, now)
