"""People of the office (人员): who may act, as what, and with which key.

A key is `cx-ID-SECRET`, shown once when it is made. ID finds it; of SECRET only the Argon2id hash (RFC 9106) is kept.
Whoever decides acts with a key, and every change of people is in the ledger. An administrator lets people in and
decides nothing: that role goes with neither maker nor checker.
"""

import secrets
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from argon2 import PasswordHasher
from argon2.exceptions import VerifyMismatchError
from sqlmodel import Session

from registry.errors import KeyRefused, NotPermitted, PersonRefused
from registry.store import ledger, people
from registry.store.ledger_tables import Person
from registry.vocabulary import Role

# OWASP's least: the secret is random, so guessing is hopeless anyway, and every request pays for it
HASHER = PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)
_DECIDING = {Role.MAKER, Role.CHECKER}
_ID_BYTES, _SECRET_BYTES = 5, 24


@dataclass(frozen=True)
class Actor:
    """Somebody who acts: proved by a key, allowed by a role."""

    person_id: int
    name: str
    roles: frozenset[Role]


@dataclass(frozen=True)
class Listed:
    """A person as listed; `since` and `disabled` are instants."""

    id: int
    name: str
    roles: list[str]
    since: datetime
    disabled: datetime | None


@dataclass(frozen=True)
class Keyed:
    """A person with a new key: the only time that it is seen."""

    id: int
    name: str
    roles: list[str]
    key: str


def acting(session: Session, key: str | None, *roles: Role) -> Actor:
    """Who acts with this key, in one of these roles (any, if none is named).

    Raises:
        KeyRefused: there is no such key in use.
        NotPermitted: its holder has none of these roles.
    """
    actor = _holder(session, key)
    if roles and not actor.roles.intersection(roles):
        wanted_zh, wanted_en = "、".join(role.zh for role in roles), ", ".join(roles)
        raise NotPermitted(
            f"此操作需要下列角色之一：{wanted_zh}。请由具有该角色的人员办理。",
            f"this takes one of the roles {wanted_en}: ask somebody who has it.",
            roles=roles,
        )
    return actor


def add(session: Session, key: str | None, name: str, roles: Collection[Role], *, now: datetime) -> Keyed:
    """Let a person in. The first one of a registry needs no key, and is an administrator.

    Raises:
        KeyRefused, NotPermitted: `key` is no administrator's.
        PersonRefused: the name is taken or empty, or the roles do not go together.
    """
    now = ledger.take_turn(session, now)
    first = people.nobody_yet(session)
    by = None if first else acting(session, key, Role.ADMINISTRATOR).person_id
    _check(session, name.strip(), set(roles), first=first)
    told = [role.value for role in Role if role in roles]
    person_id = people.add(session, name.strip(), ";".join(told), now)
    made = _new_key(session, person_id, now)
    payload = {"roles": told, "key": _public(made)}
    ledger.append(
        session, "person_added", about(person_id), by=by, now=now, payload=payload, personal={"name": name.strip()}
    )
    return Keyed(person_id, name.strip(), told, made)


def every(session: Session, key: str | None) -> list[Listed]:
    """All people, disabled ones too.

    Raises:
        KeyRefused, NotPermitted: `key` is neither an administrator's nor an auditor's.
    """
    acting(session, key, Role.ADMINISTRATOR, Role.AUDITOR)
    return [
        Listed(one.id or 0, one.name, one.roles.split(";"), one.recorded_at, one.disabled_at)
        for one in people.every(session)
    ]


def disable(session: Session, key: str | None, person_id: int, *, reason: str, now: datetime) -> None:
    """Let a person act no more. What they decided stays, under their number.

    Raises:
        KeyRefused, NotPermitted: `key` is no administrator's.
        PersonRefused: there is no such person, or it is the last administrator.
    """
    now = ledger.take_turn(session, now)
    by = acting(session, key, Role.ADMINISTRATOR)
    person = _required(session, person_id)
    if person.disabled_at:
        return
    administrators = [
        one.id
        for one in people.every(session)
        if Role.ADMINISTRATOR in one.roles.split(";") and one.disabled_at is None
    ]
    if administrators == [person_id]:
        raise PersonRefused(
            "不能停用最后一名管理员。请先增加另一名管理员。",
            "the last administrator cannot be disabled: add another one first.",
        )
    people.disable(session, person_id, now)
    ledger.append(session, "person_disabled", about(person_id), by=by.person_id, now=now, reason=reason)


def rotate(session: Session, key: str | None, person_id: int | None, *, now: datetime) -> Keyed:
    """A new key for oneself, or by an administrator for another; the old one ends at once.

    Raises:
        KeyRefused, NotPermitted: `key` is neither that person's nor an administrator's.
        PersonRefused: there is no such person, or they were disabled.
    """
    now = ledger.take_turn(session, now)
    by = acting(session, key)
    person_id = by.person_id if person_id is None else person_id
    if person_id != by.person_id:
        acting(session, key, Role.ADMINISTRATOR)
    person = _required(session, person_id)
    if person.disabled_at:
        raise PersonRefused(f"{person_id} 号人员已停用。", f"person {person_id} was disabled.", person=person_id)
    made = _new_key(session, person_id, now)
    payload = {"key": _public(made)}
    ledger.append(session, "key_rotated", about(person_id), by=by.person_id, now=now, payload=payload)
    return Keyed(person_id, person.name, person.roles.split(";"), made)


def about(person_id: int) -> str:
    """A person as the object of an event."""
    return f"person:{person_id}"


def _holder(session: Session, key: str | None) -> Actor:
    parts = (key or "").strip().split("-", 2)
    held = people.held(session, parts[1]) if len(parts) == 3 and parts[0] == "cx" else None
    if held is None or not _fits(held.hash, parts[2]):
        raise KeyRefused(
            "密钥无效或未提供。请将本人密钥放入环境变量 CHENGXIN_KEY；遗失的，请管理员更换。",
            "no valid key: put your own in CHENGXIN_KEY; if it is lost, an administrator gives a new one.",
        )
    return Actor(held.person_id, held.name, frozenset(map(Role, held.roles.split(";"))))


def _fits(hashed: str, secret: str) -> bool:
    try:
        return HASHER.verify(hashed, secret)
    except VerifyMismatchError:
        return False


def _new_key(session: Session, person_id: int, now: datetime) -> str:
    key_id, secret = secrets.token_hex(_ID_BYTES), secrets.token_urlsafe(_SECRET_BYTES)
    people.give_key(session, person_id, key_id, HASHER.hash(secret), now)
    return f"cx-{key_id}-{secret}"


def _public(key: str) -> str:
    return key.split("-", 2)[1]


def _required(session: Session, person_id: int) -> Person:
    person = people.one(session, person_id)
    if person is None:
        raise PersonRefused(f"没有编号为 {person_id} 的人员。", f"there is no person {person_id}.", person=person_id)
    return person


def _check(session: Session, name: str, roles: set[Role], *, first: bool) -> None:
    if not name or not roles:
        raise PersonRefused("请给出姓名和至少一个角色。", "give a name and at least one role.")
    if first and Role.ADMINISTRATOR not in roles:
        raise PersonRefused("首名人员必须是管理员。", "the first person must be an administrator.")
    if Role.ADMINISTRATOR in roles and roles & _DECIDING:
        raise PersonRefused("管理员不得兼任经办或复核。", "an administrator can be neither maker nor checker.")
    if people.by_name(session, name):
        raise PersonRefused(
            "已有同名人员，请加以区分，例如注明科室。",
            "that name is taken: tell them apart, for example by their room.",
        )
