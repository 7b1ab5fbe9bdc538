"""Objection (异议): what its steps bring about, and which items are marked because one is open."""

from collections.abc import Collection
from datetime import date
from typing import Any

import polars as pl
from sqlmodel import Session

from registry.actions import concerning
from registry.actions.case_events import append
from registry.actions.disputes import objections
from registry.actions.effects import About, Did, Effect
from registry.actions.known_keys import keys_read, readings
from registry.actions.republish import republish
from registry.actions.withdrawing import withdraw
from registry.cases import Step, is_closed
from registry.cases.objection import Change, Corrected, Raised, Referred, Withdrawn, answered_by
from registry.digests import digest
from registry.errors import CaseRefused
from registry.identifiers import masked
from registry.store import case_files, own_records, restorations
from registry.store.withdrawals import carry_over
from registry.vocabulary import PenaltyKind, SourceKind
from registry.vocabulary import Withdrawn as Reason

_DAYS = ("decided_on", "starts_on", "ends_on", "noticed_on", "served_on")
_TEXTS = (
    "title", "document", "classes", "procedure", "ground", "status", "content", "facts", "licence", "licence_number",
)  # fmt: skip
_AMOUNTS = ("amount_fen",)
CORRIGIBLE = (*_TEXTS, *_AMOUNTS, *_DAYS)
"""What of a record can be corrected; whom it is about is a matter of review."""


def _record(session: Session, step: Step) -> tuple[int, int]:
    assert isinstance(step, Raised)  # noqa: S101
    subject_id, record_id = concerning.record(session, step.record)
    for case in objections(session, record_id):
        if not is_closed(case) and case.the(Raised).ground == step.ground:
            raise CaseRefused(
                f"同一事由的异议正在 {case.number} 号办理中核查。",
                f"case {case.number} examines the same objection already.",
                case=case.number,
            )
    return subject_id, record_id


def _refer(session: Session, did: Did) -> None:
    """The same objection, answered before and nothing new: that answer stands, and nothing is marked."""
    raised = did.case.the(Raised)
    for earlier in objections(session, did.record):
        answer = answered_by(raised, earlier) if earlier.number != did.case.number else None
        if answer is not None:
            step = Referred(on=did.today, earlier=earlier.number, document=answer.document)
            append(session, did.case.number, step, by=None, now=did.now)
            return


def _withdraw(session: Session, did: Did) -> None:
    withdraw(session, did, Reason.UPHELD)


def _correct(session: Session, did: Did) -> int:
    """The record gives way to another version of it that reads as the answer says, if the law lets it be shown.

    It is found under the key of what it reads now, and under those that it had before.
    """
    before = own_records.told(session, did.record)
    record = _corrected(before, did.case.the(Corrected).changes)
    content = int(pl.select(digest({"case": pl.lit(f"{did.case.number}")})).item())
    _, *keys = keys_read([*readings(session, did.record), record])
    name = f"{case_files.ABOUT}{did.case.number}"
    record_id = own_records.put(session, name, did.event.hash, record, content=content, on=did.today, now=did.now)
    own_records.know_under(session, record_id, keys, content=content)
    own_records.correct(session, record_id, did.record, did.now)
    carry_over(session, did.record, record_id)
    withdraw(session, did, Reason.CORRECTED, replaced_by=record_id)
    restorations.act_on(session, record_id, keys, did.now)
    republish(session, [record_id], did.law.book, on=did.today, now=did.now)
    return record_id


def _corrected(record: dict[str, Any], changes: Collection[Change]) -> dict[str, Any]:
    """The columns of a record with these changes.

    Raises:
        CaseRefused: a field cannot be corrected, reads otherwise than somebody says, or cannot read like this.
    """
    reading = dict(record)
    for change in changes:
        if change.field not in CORRIGIBLE:
            raise CaseRefused(
                f"{change.field} 不能更正。可更正：{'、'.join(CORRIGIBLE)}。",
                f"{change.field} cannot be corrected. These can: {', '.join(CORRIGIBLE)}.",
                field=change.field,
            )
        reads = reading[change.field]
        if (reads.isoformat() if isinstance(reads, date) else reads) != change.old:
            raise CaseRefused(
                f"{change.field} 现为“{reads}”，与所述不同。", f"{change.field} reads {reads} now.", field=change.field
            )
        reading[change.field] = _value(change, record["source"])
    return reading


def _value(change: Change, source: str) -> str | int | date | None:
    """What a field shall read, in the type of its column.

    Raises:
        CaseRefused: it is no day, no amount, or no kind of penalty.
    """
    new = change.new
    if new is None:
        return None
    if change.field in _DAYS and isinstance(new, str) and (day := _day(new)):
        return day
    if change.field in _AMOUNTS and isinstance(new, int) and new >= 0:
        return new
    if change.field in _TEXTS and isinstance(new, str) and new.strip():
        kinds = {kind.value for kind in PenaltyKind}
        penalty = (change.field, source) == ("classes", SourceKind.PENALTIES)
        if not penalty or kinds.issuperset(new.split(";")):
            return masked(new)
    raise CaseRefused(f"{change.field} 不能是“{new}”。", f"{change.field} cannot be {new}.", field=change.field)


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


OPENED: dict[type[Step], About] = {Raised: _record}
EFFECTS: dict[type[Step], Effect] = {Raised: _refer, Corrected: _correct, Withdrawn: _withdraw}
