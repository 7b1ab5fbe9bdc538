"""The natural key of a decision as one digest: of a row that delivers it, and of a row that speaks of another one."""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

import polars as pl

from registry.digests import digest_of, part, under_another
from registry.identifiers import document_number
from registry.names import normal_expr
from registry.vocabulary import SourceKind

KEYS = {
    SourceKind.PERMITS: ("document_normal", "subject", "licence_number"),
    SourceKind.PENALTIES: ("document_normal", "subject"),
    SourceKind.LIST_ENTRIES: ("classes", "document_normal", "subject", "decided_on"),
    SourceKind.COMMITMENTS: ("subject", "title", "decided_on", "body_name"),
}
"""The columns by which a decision is the one it is, of kinds whose layouts agree on them."""

# another spelling makes no other version
_SPELLED = {
    "document": document_number,
    "document_normal": document_number,
    "restored": document_number,
    "name": normal_expr,
}
_READ_FROM = {"document_normal": "document"}


def column_of(name: str) -> str:
    """The column that a part of a digest is read from."""
    return _READ_FROM.get(name, name)


def spelled(name: str, value: pl.Expr) -> pl.Expr:
    """A value of a column as it counts in digests: a day is a day however it was written."""
    normal = _SPELLED.get(name)
    return normal(value) if normal else value.to_physical().cast(pl.String)


def part_of(name: str, value: pl.Expr) -> pl.Expr:
    """What a value of a column adds to a digest."""
    return part(name, spelled(name, value))


def natural_key(source: SourceKind, parts: Iterable[pl.Expr]) -> pl.Expr:
    """The key of a decision of this kind from what its columns add."""
    return digest_of([part("source", pl.lit(source.value)), *parts])


def key_changed(source: SourceKind, key: int, was: Mapping[str, Any], now: Mapping[str, Any]) -> int:
    """The key of a decision had its columns been delivered as they read `now`; they read as they `was`. Of a kind whose
    layouts do not agree on their columns it is the same key."""
    changed = pl.lit(key, dtype=pl.Int64)
    for name in KEYS.get(source, ()):
        told = column_of(name)
        if was.get(told) != now.get(told):
            changed = _under(changed, name, was.get(told), now.get(told))
    return int(pl.select(changed).item())


def keys_of_subjects(keys: Iterable[int], was: str, others: Iterable[str]) -> set[int]:
    """The keys of decisions had their subject been identified by any of the others instead."""
    read = pl.DataFrame({"key": [*keys]}, schema={"key": pl.Int64})
    told = read.join(pl.DataFrame({"other": [*others]}, schema={"other": pl.String}), how="cross")
    now = (part("subject", value) for value in (pl.lit(was), pl.col("other")))
    return {*told.select(under_another(pl.col("key"), *now)).to_series()}


def _under(key: pl.Expr, name: str, was: str | date | None, now: str | date | None) -> pl.Expr:
    kind = pl.Date if isinstance(was or now, date) else pl.String
    return under_another(key, *(part_of(name, pl.lit(value, dtype=kind)) for value in (was, now)))


def key_of_another(source: SourceKind, key: Iterable[str], told: Mapping[str, pl.Expr]) -> pl.Expr:
    """The key that a decision of this kind has whose key columns are told like this."""
    return natural_key(source, [part_of(name, told[name]) for name in key])
