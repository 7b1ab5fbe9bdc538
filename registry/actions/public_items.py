"""What the public may read of a record: one allow-list of columns for each kind of source.

The store writes them as JSON, and these Structs, which take no other member, read them for pages and terminals.
What stands in none of them is in no answer: no legal representative, no identifier of a person, no note between
offices.
"""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal

import msgspec

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
    PenaltyKind.UNNAMED: "未列明",
}


class Term(msgspec.Struct, frozen=True, gc=False):
    """A code with its name in Chinese."""

    code: str
    zh: str


class Permit(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """行政许可."""

    category: str | None
    content: str | None
    licence: str | None
    licence_number: str | None
    starts_on: date | None
    ends_on: date | None


class Penalty(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """行政处罚. Money in whole fen (分); `procedure` is summary or ordinary, null where it was not delivered."""

    kinds: tuple[PenaltyKind, ...] | None
    procedure: str | None
    facts: str | None
    ground: str | None
    content: str | None
    fine_fen: int | None
    confiscated_fen: int | None
    licence: str | None
    ends_on: date | None


class ListEntry(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """名单条目: which list, on what ground, and when notice and service were given."""

    list: str | None
    ground: str | None
    content: str | None
    noticed_on: date | None
    served_on: date | None
    ends_on: date | None


class Honour(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """守信荣誉."""

    kind: str | None
    year: int | None
    commendation: str | None
    starts_on: date | None
    ends_on: date | None


class Commitment(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """信用承诺."""

    kind: str | None
    performance: str | None
    ends_on: date | None


Content = Permit | Penalty | ListEntry | Honour | Commitment


def content_of(source: str, content: msgspec.Raw) -> Content:
    """The public content of a record of this kind, from the JSON of an item.

    Raises:
        KeyError: a kind of source that has no allow-list (it must not be published).
    """
    read: Content = msgspec.json.decode(content, type=_CONTENT[source])
    return read


def wan_yuan(fen: int) -> str:
    """Fen in 万元, exactly, without trailing zeros: 200000 → "0.2"."""
    return f"{(Decimal(fen) / FEN_PER_WAN_YUAN).normalize():f}"


_CONTENT: Mapping[str, type[Content]] = {
    SourceKind.PERMITS: Permit,
    SourceKind.PENALTIES: Penalty,
    SourceKind.LIST_ENTRIES: ListEntry,
    SourceKind.HONOURS: Honour,
    SourceKind.COMMITMENTS: Commitment,
}
