"""Hiding (应急停止展示): one person takes a list, or one record, out of every output at once; two show it again.

It is no finding about anybody: what is hidden stays recorded, and is judged again when it is shown again. Entries that
reach a hidden list are hidden with it.
"""

from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session

from registry.actions.people import acting
from registry.errors import FourEyes, HidingRefused
from registry.rulebook import Rulebook
from registry.store import hidings, ledger
from registry.store.hidings import LIST, RECORD, Hidden
from registry.store.reading import moment
from registry.vocabulary import Role

_SEEN_BY = (Role.MAKER, Role.CHECKER, Role.AUDITOR, Role.ADMINISTRATOR)


@dataclass(frozen=True)
class Hid:
    """What was hidden, by which event of the ledger, and how many publications ended."""

    what: str
    event: int
    ended: int


@dataclass(frozen=True)
class ShownAgain:
    """What a person said to show again; `complete` once a second one did, and then `records` are judged again."""

    what: str
    event: int
    complete: bool
    records: int


@dataclass(frozen=True)
class Standing:
    """What is hidden: since when, by whom, why, how many records, and who asked to show it again."""

    what: str
    event: int
    since: datetime | None
    person: int
    reason: str
    records: int
    asked_by: int | None


def hide(session: Session, key: str | None, what: str, book: Rulebook, *, reason: str, now: datetime) -> Hid:
    """Hide a list by its code, or a record as `record:ID`.

    Raises:
        KeyRefused, NotPermitted: `key` is neither a checker's nor an administrator's.
        HidingRefused: there is no such list or record, it is hidden already, or no reason is given.
    """
    now = ledger.take_turn(session, now)
    actor = acting(session, key, Role.CHECKER, Role.ADMINISTRATOR)
    named = _named(what)
    if not reason.strip():
        raise HidingRefused("请写明理由。", "say why.")
    if _hidden(session, named):
        raise HidingRefused(f"{what} 已停止展示。", f"{what} is hidden already.", what=what)
    if named.removeprefix(LIST) not in book.lists and not hidings.is_there(session, named):
        raise HidingRefused(
            f"没有名单或记录 {what}。名单代码：{'、'.join(book.lists)}。",
            f"there is no list or record {what}. Lists: {', '.join(book.lists)}.",
            what=what,
        )
    event = ledger.append(session, "hidden", named, by=actor.person_id, now=now, reason=reason.strip())
    return Hid(named, event.id, hidings.put(session, named, event.id, now))


def show_again(session: Session, key: str | None, what: str, *, reason: str, now: datetime) -> ShownAgain:
    """Say that it may be shown again; it is, once a second person as checker says so too.

    Raises:
        KeyRefused, NotPermitted: `key` is neither a maker's nor a checker's, or of the second person not a checker's.
        FourEyes: the second person is the first one.
        HidingRefused: it is not hidden, or no reason is given.
    """
    now = ledger.take_turn(session, now)
    actor = acting(session, key, Role.MAKER, Role.CHECKER)
    hidden = _hidden(session, _named(what))
    if hidden is None:
        raise HidingRefused(f"{what} 未停止展示。", f"{what} is not hidden.", what=what)
    if not reason.strip():
        raise HidingRefused("请写明理由。", "say why.")
    second = hidden.asked_by is not None
    if second:
        acting(session, key, Role.CHECKER)
        if actor.person_id == hidden.asker:
            raise FourEyes("须由另一人复核。", "another person must say so too.")
    kind = "shown_again" if second else "showing_asked"
    event = ledger.append(
        session,
        kind,
        hidden.what,
        by=actor.person_id,
        now=now,
        payload={"hidden": hidden.event_id},
        reason=reason.strip(),
    )
    if not second:
        hidings.ask(session, hidden.event_id, event.id)
        return ShownAgain(hidden.what, event.id, complete=False, records=0)
    ended = hidings.end(session, hidden.event_id, event.id, now)
    return ShownAgain(hidden.what, event.id, complete=True, records=ended)


def every(session: Session, key: str | None) -> list[Standing]:
    """All that is hidden now.

    Raises:
        KeyRefused: `key` is nobody's.
    """
    acting(session, key, *_SEEN_BY)
    return [
        Standing(one.what, one.event_id, moment(one.at), one.person_id, one.reason, one.records, one.asker)
        for one in hidings.standing(session)
    ]


def _named(what: str) -> str:
    return what if what.startswith((LIST, RECORD)) else f"{LIST}{what}"


def _hidden(session: Session, named: str) -> Hidden | None:
    return next((one for one in hidings.standing(session) if one.what == named), None)
