"""What the public may read of a record: one allow-list of columns for each kind of source.

The Structs are the allow-lists. A column of the record, or a member of its `fields`, that stands in none of
them is in no answer: no legal representative, no identifier of a person, no note between offices.
"""

from collections.abc import Callable, Mapping
from datetime import date
from decimal import Decimal
from functools import lru_cache

import msgspec

from registry.store.publications import ItemRow
from registry.vocabulary import PenaltyKind, SourceKind

FEN_PER_WAN_YUAN = 1_000_000

PENALTY_KINDS_ZH = {
    PenaltyKind.WARNING: "警告",
    PenaltyKind.CRITICISM: "通报批评",
    PenaltyKind.FINE: "罚款",
    PenaltyKind.CONFISCATE_GAINS: "没收违法所得",
    PenaltyKind.CONFISCATE_GOODS: "没收非法财物",
    PenaltyKind.SUSPEND_LICENCE: "暂扣许可证件",
    PenaltyKind.DOWNGRADE: "降低资质等级",
    PenaltyKind.REVOKE_LICENCE: "吊销许可证件",
    PenaltyKind.SUSPEND_OR_REVOKE: "暂扣或者吊销许可证件",
    PenaltyKind.RESTRICT_BUSINESS: "限制开展生产经营活动",
    PenaltyKind.SUSPEND_BUSINESS: "责令停产停业",
    PenaltyKind.CLOSE: "责令关闭",
    PenaltyKind.RESTRICT_OCCUPATION: "限制从业",
    PenaltyKind.DETENTION: "行政拘留",
    PenaltyKind.OTHER: "其他",
}


class Term(msgspec.Struct, frozen=True, gc=False):
    """A code with its name in Chinese."""

    code: str
    zh: str


class Amount(msgspec.Struct, frozen=True, gc=False):
    """Money: whole fen (分), and 万元 exactly as a decimal text."""

    fen: int
    wan_yuan: str


class Permit(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """行政许可."""

    category: str | None
    content: str | None
    licence: str | None
    licence_number: str | None
    starts_on: date | None
    ends_on: date | None


class Penalty(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """行政处罚. `procedure` is summary or ordinary, null where it was not delivered."""

    kinds: tuple[Term, ...]
    procedure: str | None
    facts: str | None
    ground: str | None
    content: str | None
    fine: Amount | None
    confiscated: Amount | None
    licence: str | None
    ends_on: date | None


class ListEntry(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """名单条目: which list, on what ground, and when notice and service were given."""

    list: str
    ground: str | None
    content: str | None
    noticed_on: date | None
    served_on: date | None
    ends_on: date | None


class Honour(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """守信荣誉."""

    kind: str | None
    year: int | None
    commendation: str | None
    starts_on: date | None
    ends_on: date | None


class Commitment(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """信用承诺."""

    kind: str | None
    performance: str | None
    ends_on: date | None


Content = Permit | Penalty | ListEntry | Honour | Commitment


def content_of(row: ItemRow) -> Content:
    """The public content of a record in force.

    Raises:
        KeyError: a kind of source that has no allow-list (it must not be published).
    """
    return _CONTENT[row.source](row)


@lru_cache(4096)
def amount(fen: int | None) -> Amount | None:
    """The amount of so many fen."""
    return None if fen is None else Amount(fen, wan_yuan(fen))


def wan_yuan(fen: int) -> str:
    """Fen in 万元, exactly, without trailing zeros: 200000 → "0.2"."""
    return f"{(Decimal(fen) / FEN_PER_WAN_YUAN).normalize():f}"


@lru_cache(4096)
def penalty_kinds(classes: str | None) -> tuple[Term, ...]:
    """The kinds of penalty of a record's `classes`."""
    kinds = map(PenaltyKind, classes.split(";") if classes else ())
    return tuple(Term(kind.value, PENALTY_KINDS_ZH[kind]) for kind in kinds)


def _permit(row: ItemRow) -> Permit:
    return Permit(
        category=row.classes,
        content=row.fields.content,
        licence=row.fields.licence,
        licence_number=row.fields.licence_number,
        starts_on=row.starts_on,
        ends_on=row.ends_on,
    )


def _penalty(row: ItemRow) -> Penalty:
    return Penalty(
        kinds=penalty_kinds(row.classes),
        procedure=row.procedure,
        facts=row.fields.facts,
        ground=row.ground,
        content=row.fields.content,
        fine=amount(row.amount_fen),
        confiscated=amount(row.fields.confiscated_fen),
        licence=row.fields.licence,
        ends_on=row.ends_on,
    )


def _list_entry(row: ItemRow) -> ListEntry:
    return ListEntry(
        list=row.classes or "",
        ground=row.ground,
        content=row.fields.content,
        noticed_on=row.noticed_on,
        served_on=row.served_on,
        ends_on=row.ends_on,
    )


def _honour(row: ItemRow) -> Honour:
    return Honour(
        kind=row.classes,
        year=row.fields.year,
        commendation=row.fields.commendation,
        starts_on=row.starts_on,
        ends_on=row.ends_on,
    )


def _commitment(row: ItemRow) -> Commitment:
    return Commitment(kind=row.classes, performance=row.fields.performance, ends_on=row.ends_on)


_CONTENT: Mapping[str, Callable[[ItemRow], Content]] = {
    SourceKind.PERMITS: _permit,
    SourceKind.PENALTIES: _penalty,
    SourceKind.LIST_ENTRIES: _list_entry,
    SourceKind.HONOURS: _honour,
    SourceKind.COMMITMENTS: _commitment,
}
