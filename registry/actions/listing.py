"""Listing (列入): what its steps bring about. An entry comes into being once its decision is served, and not before."""

import json
from datetime import date
from typing import Any

import polars as pl
from sqlmodel import Session

from registry.actions.case_events import case_of
from registry.actions.concerning import organisation
from registry.actions.effects import About, Did, Effect
from registry.actions.republish import republish
from registry.actions.withdrawing import withdraw
from registry.cases import Step
from registry.cases.listing import Decided, Dropped, Notified, Proposed, Removed, Served, list_version
from registry.digests import digest
from registry.errors import CaseRefused
from registry.identifiers import document_number
from registry.names import normal_form
from registry.store import case_files, explaining, own_records, restorations, review, versions
from registry.store.review import Borne
from registry.vocabulary import Category, Procedure, SourceKind, Withdrawn


def _subject(session: Session, step: Step) -> tuple[int, None]:
    assert isinstance(step, Proposed)  # noqa: S101
    subject_id = organisation(session, step.code)
    for filed, events in case_files.of_subject(session, subject_id, Procedure.LISTING):
        case = case_of(filed, events)
        before = case.the(Proposed)
        same = (before.list_code, _spelled(before.document)) == (step.list_code, _spelled(step.document))
        if same and case.last(Dropped) is None and not _annulled(session, case.record_id):
            raise CaseRefused(
                f"{case.number} 号办理已据 {before.document} 提出列入该名单；同一决定不得两次列入。",
                f"case {case.number} rests on {before.document} already: one decision lists nobody twice.",
                case=case.number,
            )
    return subject_id, None


def _annulled(session: Session, record_id: int | None) -> bool:
    """Whether a listing was held to be wrong, so that it may be decided anew; who was restored or removed is not listed
    again on the same facts."""
    if record_id is None:
        return False
    found = explaining.withdrawals(session, versions.current(session, record_id))
    reasons = {one.reason for one in found if one.lifted_at is None}
    return bool(reasons) and reasons <= {Withdrawn.REVOKED, Withdrawn.UPHELD}


def _enter(session: Session, did: Did) -> int:
    """The decision is served with the restoration notice: the entry exists, and is shown if the law lets it be."""
    case = did.case
    subject = review.subjects(session, [case.subject_id])[case.subject_id]
    record, content, body = _entry(did, subject)
    own_records.name_body(session, record["body_id"], body)
    name = f"case:{case.number}"
    record_id = own_records.put(session, name, did.event.hash, record, content=content, on=did.today, now=did.now)
    own_records.set_in_relation(session, record_id, did.now)
    own_records.link(session, record_id, subject.id, did.now)
    case_files.made(session, case.number, record_id)
    restorations.act_on(session, record_id, [record["key"]], did.now)
    republish(session, [record_id], did.law.book, on=did.today, now=did.now)
    return record_id


def _remove(session: Session, did: Did) -> None:
    """The subject is taken off the list."""
    withdraw(session, did, Withdrawn.REMOVED)


def _entry(did: Did, subject: Borne) -> tuple[dict[str, Any], int, str]:
    """The entry as a record, the digest of this version of it, and the name of the body that decided.

    Its key is that of the same entry delivered by a department (`registry/natural_keys.py`), so that a delivery
    of it is known as another version.
    """
    case = did.case
    proposed, decided, served = case.the(Proposed), case.the(Decided), case.the(Served)
    version = list_version(did.law, proposed.list_code, decided.day)
    assert version.grounds is not None  # noqa: S101  (a proposal names one of them)
    source, body = SourceKind.LIST_ENTRIES.value, proposed.authority.strip()
    key, content, body_id = _digests(
        {
            "source": source,
            "classes": proposed.list_code,
            "document_normal": _spelled(decided.document),
            "subject": subject.uscc,
            "decided_on": str((decided.day - date(1970, 1, 1)).days),
        },
        {"case": str(case.number)},
        {"body": normal_form(body)},
    )
    record = {
        "source": source,
        "category": Category.ORGANISATION.value,
        "name": subject.name,
        "uscc": subject.uscc,
        "document": decided.document,
        "title": did.law.book.lists[proposed.list_code].title.zh,
        "classes": proposed.list_code,
        "ground": version.grounds.items[proposed.ground].zh,
        "body_id": body_id,
        "decided_on": decided.day,
        "noticed_on": case.the(Notified).day,
        "served_on": served.day,
        "fields": json.dumps({"case": case.number, "ground_item": proposed.ground}),
        "key": key,
    }
    return record, content, body


def _digests(*parts: dict[str, str]) -> list[int]:
    told = [digest({name: pl.lit(value) for name, value in each.items()}).alias(str(n)) for n, each in enumerate(parts)]
    return list(pl.select(told).row(0))


def _spelled(document: str) -> str:
    return str(pl.select(document_number(pl.lit(document))).item())


OPENED: dict[type[Step], About] = {Proposed: _subject}
EFFECTS: dict[type[Step], Effect] = {Served: _enter, Removed: _remove}
