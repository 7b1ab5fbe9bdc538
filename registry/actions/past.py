"""A past day: what was public of a subject then, exactly as it was, whatever was corrected, withdrawn or learnt since.

A day has passed when it is over in China. What was known of it is what had been recorded by its end; what was in force
on it goes by the days of publication. The public is never answered so, for a restored penalty could be read by asking
for an earlier day: whoever asks has a role and says for what purpose, and that is in the ledger before the answer.
"""

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import date, datetime, time, timedelta

from sqlmodel import Session

from registry.actions.china_time import CHINA
from registry.actions.lookup import MOST, SubjectView, compact_code, lookup, nothing_public, view
from registry.actions.people import acting
from registry.actions.register_then import subject_then
from registry.errors import BadQuery, Moved
from registry.rulebook import Rulebook
from registry.store import ledger, past, publications
from registry.store.reading import is_demo
from registry.vocabulary import Role

ASKED = "past_day_asked"


def lookup_on(
    opening: Callable[[], AbstractContextManager[Session]],
    key: str | None,
    code: str,
    *,
    on: date,
    purpose: str | None,
    book: Rulebook,
    today: date,
    now: datetime,
) -> SubjectView:
    """What is, or was, public of a subject on a day. Today and later days are free; so is any day in a demo, which has
    no past of its own: there the dates alone count.

    `opening` opens one unit of work: that of the asking is over before the answer is looked for, so that nothing is
    told without having been recorded.

    Raises:
        KeyRefused, NotPermitted: `key` is neither a maker's, a checker's nor an auditor's.
        BadQuery: no purpose is stated.
        NotFound, Moved: as `registry.actions.lookup.lookup`, on that day.
    """
    with opening() as session:
        if on >= today or is_demo(session):
            return lookup(session, code, on=on, book=book)
        _ask(session, key, code, on=on, purpose=purpose, now=now)
    with opening() as session:
        return lookup_then(session, code, on=on, book=book)


def lookup_then(session: Session, code: str, *, on: date, book: Rulebook) -> SubjectView:
    """What was public of a subject on a past day.

    Raises:
        NotFound, Moved: as it was then.
    """
    known = end_of(on)
    code = compact_code(code)
    if moved := _moved(session, code, known):
        raise moved
    subject = subject_then(session, code, known=known)
    if subject is None:
        raise nothing_public()
    rows = publications.items_then(session, subject.id, on=on, known=known)
    counts = publications.counted(rows) if len(rows) > MOST else None
    return view(session, subject, rows[:MOST], counts, on=on, book=book)


def end_of(day: date) -> datetime:
    """The instant at which a day is over in China: what was recorded earlier was known on it."""
    return datetime.combine(day + timedelta(days=1), time(), CHINA)


def _ask(session: Session, key: str | None, code: str, *, on: date, purpose: str | None, now: datetime) -> None:
    now = ledger.take_turn(session, now)
    by = acting(session, key, Role.MAKER, Role.CHECKER, Role.AUDITOR)
    if not (purpose or "").strip():
        raise BadQuery(
            "查询过去日期须说明目的（--purpose），并记入台账。",
            "to ask for a past day, state the purpose (--purpose): it goes into the ledger.",
        )
    subject = past.subject_id(session, compact_code(code))
    if subject is None:
        raise nothing_public()
    ledger.append(
        session, ASKED, f"subject:{subject}", by=by.person_id, now=now, payload={"on": on.isoformat()}, reason=purpose
    )


def _moved(session: Session, code: str, known: datetime) -> Moved | None:
    """Where a code led then, over however many replacements."""
    at, target = past.subject_id(session, code), None
    while at is not None and (led := past.successor(session, at, known=known)):
        at, target = led
    return Moved(target) if target else None
