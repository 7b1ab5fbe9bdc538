"""Why something is public, held, withheld, withdrawn or was never accepted: for the office's people, by any number that
a receipt, a feedback file or an answer gave them.

The public is told nothing of this: what is held or withdrawn reads there as if it had never been.
"""

import re
from datetime import date

import msgspec
from sqlmodel import Session

from registry.actions import reasons
from registry.actions.law import law_in
from registry.actions.people import acting
from registry.actions.red_lists import barred
from registry.errors import NotFound
from registry.rulebook import Basis, Rulebook
from registry.rulebook.catalogues import masked
from registry.rulebook.law import Said
from registry.rulebook.resting import unsigned_behind
from registry.store import case_files, explaining, people, publications
from registry.store.explaining import (
    AnswerRow,
    DeliveredRow,
    EventRow,
    LinkRow,
    OutcomeRow,
    RecordRow,
    VersionRow,
    WithdrawalRow,
)
from registry.store.reading import is_demo
from registry.vocabulary import Because, Role, SourceKind

_SEES = (Role.MAKER, Role.CHECKER, Role.AUDITOR)
_RECORD = re.compile(r"(\d{1,18})").fullmatch
_ROW = re.compile(r"(\d{1,18}):(\d{1,9})").fullmatch
_CASE = re.compile(r"case:(\d{1,18})").fullmatch


class Why(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """The answer in one sentence, and all that it rests on, instants in UTC.

    `rows` are those that delivered it; `failed` are the checks of a rejected row of a kind of source; `outcomes` begin
    with the one that stands; `bases` is the law behind them; `barred_by` are the lists that keep a standing honour from
    being shown, `unsigned` the bases that keep anything from it until two people sign them; `events` are those of the
    ledger about it, or about the case asked for.
    """

    asked: str
    said: Said
    rows: list[DeliveredRow] = []
    source: str | None = None
    failed: list[str] = []
    record: RecordRow | None = None
    links: list[LinkRow] = []
    answers: list[AnswerRow] = []
    outcomes: list[OutcomeRow] = []
    bases: dict[str, Basis] = {}
    barred_by: list[str] = []
    unsigned: list[str] = []
    withdrawals: list[WithdrawalRow] = []
    versions: list[VersionRow] = []
    events: list[EventRow] = []


def why(session: Session, key: str | None, asked: str, *, on: date, book: Rulebook) -> Why:
    """Why the item with this number (`12`, a row `DELIVERY:LINE`, or `case:3`) is what it is on a day.

    Raises:
        KeyRefused, NotPermitted: `key` is neither a maker's, a checker's nor an auditor's.
        NotFound: there is no such item.
    """
    acting(session, key, *_SEES)
    return _explained(session, asked.strip(), on=on, book=book)


def why_here(session: Session, key: str | None, asked: str, *, on: date, book: Rulebook) -> Why:
    """The same at the office's own terminal, where a demo, and a registry that nobody was let into yet, ask for no key.

    Raises:
        KeyRefused, NotPermitted, NotFound: as `why`.
    """
    if is_demo(session) or people.nobody_yet(session):
        return _explained(session, asked.strip(), on=on, book=book)
    return why(session, key, asked, on=on, book=book)


def _explained(session: Session, asked: str, *, on: date, book: Rulebook) -> Why:
    book = law_in(session, book)  # as it is signed by now
    if found := _RECORD(asked):
        return _of_record(session, asked, int(found[1]), on=on, book=book)
    if found := _ROW(asked):
        return _of_row(session, asked, int(found[1]), int(found[2]), on=on, book=book)
    if found := _CASE(asked):
        return _of_case(session, asked, int(found[1]), on=on, book=book)
    raise _nothing()


def _of_row(session: Session, asked: str, delivery: int, line: int, *, on: date, book: Rulebook) -> Why:
    if rejected := explaining.rejected_at(session, delivery, line):
        row, checks, source = rejected
        failed = checks.split(";")
        return Why(asked=asked, said=reasons.rejected(failed), rows=[row], source=source, failed=failed)
    number = explaining.record_at(session, delivery, line)
    if number is None:
        raise _nothing()
    return _of_record(session, asked, number, on=on, book=book)


def _of_case(session: Session, asked: str, number: int, *, on: date, book: Rulebook) -> Why:
    case = case_files.one(session, number)
    if case is None:
        raise _nothing()
    filed, steps = case
    events = explaining.events(session, asked)
    said = Said(f"{number} 号办理，最近一步 {steps[-1].kind}。", f"Case {number}: its last step is {steps[-1].kind}.")
    if filed.record_id is None:
        return Why(asked=asked, said=said, events=events)
    item = _of_record(session, asked, filed.record_id, on=on, book=book)
    both = Said(said.zh + item.said.zh, f"{said.en} {item.said.en}")
    return msgspec.structs.replace(item, said=both, events=events)


def _of_record(session: Session, asked: str, number: int, *, on: date, book: Rulebook) -> Why:
    record = explaining.record(session, number)
    if record is None:
        raise _nothing()
    outcomes, withdrawals = explaining.outcomes(session, number), explaining.withdrawals(session, number)
    versions = explaining.versions(session, number)
    stands = next((one for one in outcomes if one.ended_at is None), None)
    bars = _bars(session, record, stands, on=on, book=book)
    unsigned = _unsigned(stands, on=on, book=book)
    standing = reasons.judged(stands, bars, unsigned, on=on, book=book) if stands else reasons.unjudged(versions)
    return Why(
        asked=asked,
        said=reasons.withdrawn(withdrawals) or standing,
        rows=explaining.delivered(session, number),
        source=record.source,
        record=_masked(record, on=on, book=book),
        links=explaining.links(session, number),
        answers=explaining.answers(session, number),
        outcomes=outcomes,
        bases={key: book.bases[key] for key in (*(one.basis for one in outcomes), *unsigned) if key in book.bases},
        barred_by=bars,
        unsigned=unsigned,
        withdrawals=withdrawals,
        versions=versions,
        events=explaining.events(session, f"record:{number}"),
    )


def _bars(session: Session, record: RecordRow, stands: OutcomeRow | None, *, on: date, book: Rulebook) -> list[str]:
    """The lists that keep a standing honour from being shown on the day."""
    if stands is None or record.source != SourceKind.HONOURS:
        return []
    listed = {code for _, code, _ in publications.counts_in_force(session, stands.subject_id, on=on) if code}
    return [code for code in sorted(listed) if barred(record.source, record.classes, {code}, on=on, book=book)]


def _unsigned(stands: OutcomeRow | None, *, on: date, book: Rulebook) -> list[str]:
    """What keeps an item from being shown for want of a signature, as the law stands on the day."""
    if stands is None or stands.because != Because.RULE_UNVERIFIED or stands.basis not in book.bases:
        return []
    return unsigned_behind(book, stands.basis, on)


def _masked(record: RecordRow, *, on: date, book: Rulebook) -> RecordRow:
    """The record with as much of a person's name as the rule `masking` leaves."""
    how = book.masking.on(on).items["name"]
    name = record.legal_representative
    return msgspec.structs.replace(record, legal_representative=None if name is None else masked(name, how))


def _nothing() -> NotFound:
    return NotFound(
        "没有这一条。请给出记录编号、“批次:行号”或“case:办理号”。",
        "there is no such item: give a record's number, DELIVERY:LINE or case:NUMBER.",
    )
