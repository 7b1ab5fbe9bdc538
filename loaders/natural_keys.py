"""The natural key of a decision as one digest: of a row that delivers it, and of a row that speaks of another one."""

from collections.abc import Iterable, Mapping

import polars as pl

from registry.digests import digest_of, part
from registry.identifiers import document_number
from registry.names import normal_expr
from registry.vocabulary import SourceKind

# another spelling makes no other version
_SPELLED = {
    "document": document_number,
    "document_normal": document_number,
    "restored": document_number,
    "name": normal_expr,
}
_READ_FROM = {"document_normal": "document"}


def part_of(name: str, value: pl.Expr | None = None) -> pl.Expr:
    """What a column (or this value in its place) adds to a digest: a day is a day however it was written."""
    value = pl.col(_READ_FROM.get(name, name)) if value is None else value
    spelled = _SPELLED.get(name)
    return part(name, spelled(value) if spelled else value.to_physical().cast(pl.String))


def natural_key(source: SourceKind, parts: Iterable[pl.Expr]) -> pl.Expr:
    """The key of a decision of this kind from what its columns add."""
    return digest_of([part("source", pl.lit(source.value)), *parts])


def key_of_another(source: SourceKind, key: Iterable[str], told: Mapping[str, pl.Expr]) -> pl.Expr:
    """The key that a decision of this kind has whose key columns are told like this."""
    return natural_key(source, [part_of(name, told[name]) for name in key])
