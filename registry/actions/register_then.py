"""The register of subjects as it was before an instant: derived again from what had been delivered by then.

The rules are those of `registry.store.subjects`: of several registrations the one approved last counts, every name
stays with the days between which it was borne. A property test holds the two equal.
"""

import json
from datetime import date, datetime
from itertools import groupby

import polars as pl
from sqlmodel import Session

from registry.actions.register import names_delivered
from registry.digests import digest_of, part
from registry.store import past
from registry.store.past import Registration
from registry.store.subject_lookups import NameRow, SubjectRow
from registry.vocabulary import Category, SourceKind

_TOLD = {
    "line": pl.Int64,
    "uscc": pl.String,
    "name": pl.String,
    "decided_on": pl.Date,
    "starts_on": pl.Date,
    "fields": pl.String,
}


def subject_then(session: Session, code: str, *, known: datetime) -> SubjectRow | None:
    """Who bore this code, as the registry knew it before `known`; None if that was no organisation.

    One that had not been registered by then is provisional, under the name of the first record that told of it.
    """
    number = past.subject_id(session, code)
    if number is None:
        return None
    key = key_of(code)
    registered = past.registrations(session, code, key, known=known)
    if registered:
        newest, names = _register(registered)
        row = SubjectRow(
            number,
            code,
            newest.name,
            newest.category,
            newest.status,
            newest.county_code,
            newest.kind,
            provisional=False,
            derived_at=known,
            other_names=[name for name in names if name.name != newest.name],
        )
    else:
        told = past.first_named(session, number, code, known=known)
        if told is None:
            return None
        name = json.loads(told[1]).get("current_name") or told[0]
        organisation = Category.ORGANISATION.value  # no other is ever provisional
        row = SubjectRow(number, code, name, organisation, None, None, None, True, known, [])
    return row if row.category == Category.ORGANISATION else None


def key_of(code: str) -> int:
    """The natural key of the registrations of a code (`loaders.sources.subjects`)."""
    parts = [part("source", pl.lit(SourceKind.SUBJECTS.value)), part("subject", pl.lit(code))]
    return int(pl.select(digest_of(parts)).item())


def _register(registrations: list[Registration]) -> tuple[Registration, list[NameRow]]:
    """The registration that counts after these, and all names, newest first."""
    newest: Registration | None = None
    names: dict[str, NameRow] = {}
    for _, arrived in groupby(registrations, key=lambda one: one.delivery_id):
        batch = sorted(arrived, key=lambda one: (_approved(one), one.record_id))
        for one in batch:
            if newest is None or _approved(one) >= _approved(newest):
                newest = one
        for normal, told in _names(batch):
            before = names.get(normal)
            names[normal] = told._replace(since=told.since or (before and before.since))
        assert newest is not None  # noqa: S101  (a batch has at least one)
        borne = [normal for normal, name in names.items() if name.until is None]
        for normal in borne:
            name = names[normal]
            if name.name != newest.name:
                names[normal] = name._replace(until=_approved(newest))
            elif len(borne) > 1 and name.since in (None, past.on_day(newest.starts_on)):
                names[normal] = name._replace(since=_approved(newest))
    assert newest is not None  # noqa: S101
    return newest, sorted(names.values(), key=lambda one: (one.since or date.min, one.name), reverse=True)


def _approved(one: Registration) -> date:
    """The day of approval; where none was delivered, that of its arrival."""
    return date.fromisoformat(one.decided_on or one.received_on)


def _names(batch: list[Registration]) -> list[tuple[str, NameRow]]:
    """The names that the registrations of one delivery tell of, with their normal forms, former ones first."""
    rows = [
        (one.record_id, one.uscc, one.name, past.on_day(one.decided_on), past.on_day(one.starts_on), one.fields)
        for one in batch
    ]
    told = names_delivered(pl.DataFrame(rows, _TOLD, orient="row")).filter(pl.col("normal").is_not_null())
    told = told.sort(pl.col("until").is_null(), "line", maintain_order=True)
    return [
        (normal, NameRow(name, since, until))
        for normal, name, since, until in told.select("normal", "name", "since", "until").iter_rows()
    ]
