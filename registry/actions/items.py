"""The items of a report and the sections they stand in: what the public reads of each record in force."""

from collections import Counter
from collections.abc import Iterable
from datetime import date
from typing import NamedTuple

import msgspec
from sqlmodel import Session

from registry.actions.disputes import disputed_since
from registry.actions.public_items import PENALTY_KINDS_ZH
from registry.actions.remedies import Basis, basis_of, restorable_from
from registry.rulebook import Rulebook
from registry.store import publications
from registry.store.publications import ItemRow

KINDS = msgspec.Raw(msgspec.json.encode({kind.value: zh for kind, zh in PENALTY_KINDS_ZH.items()}))


class SectionKind(NamedTuple):
    """A section of the public report."""

    key: str
    zh: str
    en: str


SECTIONS = (
    SectionKind("permits", "行政许可", "Administrative permits"),
    SectionKind("penalties", "行政处罚", "Administrative penalties"),
    SectionKind("honours", "守信荣誉", "Honours for keeping faith"),
    SectionKind("serious-lists", "严重失信主体名单", "Lists of seriously untrustworthy subjects"),
    SectionKind("abnormal-operation", "经营异常名录", "Register of abnormal operations"),
    SectionKind("commitments", "信用承诺", "Credit commitments"),
)


class Item(msgspec.Struct, frozen=True, gc=False):
    """One record in force. `content` is what its kind tells (`public_items`); `shown_until` is exclusive, null = no
    end; `basis` is a key of the answer's `bases`; `restorable_from` is the earliest day restoration can be applied
    for, null where there is nothing to restore or no such day is known; `disputed_since` marks an item to which an
    objection is open (异议处理中), null where there is none."""

    id: str
    source: str
    title: str | None
    document: str | None
    authority: str | None
    delivered_by: str | None
    decided_on: date | None
    shown_from: date
    shown_until: date | None
    content: msgspec.Raw
    basis: str
    restorable_from: date | None
    disputed_since: date | None


class Section(msgspec.Struct, frozen=True, gc=False):
    """A section of the public report: how much is in force, and that, newest decision first."""

    key: str
    zh: str
    en: str
    count: int
    items: list[Item]


_EMPTY = {kind.key: Section(*kind, 0, []) for kind in SECTIONS}


def sections_of(rows: list[ItemRow], items: list[Item]) -> list[Section]:
    """All sections of the report, with these items in them."""
    shelves: dict[str, list[Item]] = {}
    for row, item in zip(rows, items, strict=True):
        shelves.setdefault(_section(row.source, row.list_code), []).append(item)
    return [
        Section(kind.key, kind.zh, kind.en, len(shelf), shelf) if (shelf := shelves.get(kind.key)) else _EMPTY[kind.key]
        for kind in SECTIONS
    ]


def counted(sections: list[Section], counts: Iterable[tuple[str, str | None, int]]) -> list[Section]:
    """The sections with the counts of all that is in force, told or not."""
    totals: Counter[str] = Counter()
    for source, list_code, count in counts:
        totals[_section(source, list_code)] += count
    return [msgspec.structs.replace(section, count=totals[section.key]) for section in sections]


def _section(source: str, list_code: str | None) -> str:
    """The key of the section for records of this source, on the list with this code."""
    if source != "list-entries":
        return source
    return "abnormal-operation" if list_code == "abnormal_operation" else "serious-lists"


def items_of(session: Session, rows: list[ItemRow], book: Rulebook, on: date) -> list[Item]:
    """What is told of records in force on the day `on`."""
    body = publications.body_names(session, rows).get
    disputed = disputed_since(session, [row.record_id for row in rows if row.objected], on=on)
    return [
        Item(
            str(row.record_id),
            row.source,
            row.title,
            row.document,
            body(row.body_id),
            body(row.source_body_id),
            row.decided_on,
            row.shown_from,
            row.shown_until,
            row.content,
            row.basis,
            restorable_from(book, row.basis, row.decided_on, row.shown_from),
            disputed.get(row.record_id),
        )
        for row in rows
    ]


def bases_of(rows: list[ItemRow], book: Rulebook) -> dict[str, Basis]:
    """The law behind them, each basis once."""
    return {basis: basis_of(book, basis) for basis in sorted({row.basis for row in rows})}
