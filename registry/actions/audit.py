"""Auditing the ledger: is every event there, unchanged, in its place, up to a head that was published before."""

from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session

from registry.actions.people import acting
from registry.errors import LedgerBroken
from registry.store import ledger
from registry.vocabulary import Role


@dataclass(frozen=True)
class Verified:
    """A whole ledger: how many events, the hash of the newest, how many had their personal values erased."""

    events: int
    head: str
    erased: int


def verify(session: Session, *, since: str | None = None) -> Verified:
    """Go through the whole ledger; `since` is a head noted earlier, which the chain must contain.

    Whoever can rewrite the database can rewrite the whole chain, and what was noted here of its end: only a head noted
    elsewhere shows that.

    Raises:
        LedgerBroken: the first event that is missing, changed or out of place, or that head is not in the chain.
    """
    values = ledger.values(session)
    before, number = ledger.NOTHING, 0
    met = since is None or since.lower() == before
    digested: set[int] = set()
    erased: set[int] = set()
    for event in ledger.events(session):
        number += 1
        if event.id != number:
            raise _broken(number, "缺失", "is missing")
        if not ledger.holds(event):
            raise _broken(number, "内容被改动", "was changed")
        if event.previous != before:
            raise _broken(number, "与前一条不相连", "does not follow the one before")
        if event.personal:
            digested.add(number)
            if number in values and not ledger.holds_values(event, *values[number]):
                raise _broken(number, "个人信息被改动", "has other personal values than it digested")
        erased |= ledger.erased_by(event)
        before = event.hash
        met = met or (since is not None and before == since.lower())
    if (number, before) != ledger.appended(session):
        raise LedgerBroken(
            f"台账末尾被截去：现有 {number} 条，与最近一次写入的记载不符。",
            f"the ledger's end was cut off: it has {number} events, and other ones were appended last.",
        )
    if not met:
        raise LedgerBroken(
            f"台账中没有所给的首部摘要：其末尾被截去，或整链被改写。现有 {number} 条。",
            f"the head given is not in the ledger: its end was cut off, or all was rewritten. It has {number} events.",
        )
    if lost := min(digested - values.keys() - erased, default=0):
        raise _broken(lost, "个人信息缺失而无清除记录", "lost its personal values without a record of erasing them")
    return Verified(number, before, len(erased))


def head(session: Session) -> Verified:
    """The newest event's number and hash, to be published each day."""
    number, newest = ledger.head(session)
    return Verified(number, newest, 0)


def erase(session: Session, key: str | None, event_id: int, *, reason: str, now: datetime) -> bool:
    """Erase the personal values of an event; the ledger stays whole. False if there are none.

    Raises:
        KeyRefused, NotPermitted: `key` is no administrator's.
    """
    now = ledger.take_turn(session, now)
    by = acting(session, key, Role.ADMINISTRATOR)
    if not ledger.erase(session, event_id):
        return False
    ledger.append(session, ledger.ERASED, f"event:{event_id}", by=by.person_id, now=now, reason=reason)
    return True


def _broken(number: int, zh: str, en: str) -> LedgerBroken:
    return LedgerBroken(f"台账第 {number} 条{zh}。", f"event {number} of the ledger {en}.", event=number)
