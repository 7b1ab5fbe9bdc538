"""What a source kind declares: its layouts, how its fields are cleaned, what is checked, how long it is kept."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import polars as pl

from loaders.checks import Check
from registry.vocabulary import SourceKind


@dataclass(frozen=True)
class Layout:
    """One edition of a source's table.

    `columns` maps a field to the header texts it is known by; where a file has several of them, they are
    coalesced in this order (or joined, for a field in `joined`). `key` names the cleaned columns that make the
    natural key; `subject` in it stands for whatever identifies the subject best.
    """

    name: str
    columns: Mapping[str, tuple[str, ...]]
    required: tuple[str, ...]
    key: tuple[str, ...]
    joined: tuple[str, ...] = ()


@dataclass(frozen=True)
class Source:
    """A source kind. `clean` gives typed columns from the texts of `text(field)`; what is no column of a record
    goes into its `fields`. `most_rows` bounds one delivery; `retention` says when personal values end.
    """

    kind: SourceKind
    layouts: tuple[Layout, ...]
    clean: Callable[[Layout], dict[str, pl.Expr]]
    checks: tuple[Check, ...]
    warnings: tuple[Check, ...] = ()
    most_rows: int = 5_000_000
    retention: str = "legal_representative: until the record's publication ends"

    @property
    def fields(self) -> tuple[str, ...]:
        """Every field that any of its layouts knows."""
        return tuple(dict.fromkeys(name for layout in self.layouts for name in layout.columns))


def delivered(name: str) -> pl.Expr:
    """The text delivered for a field, trimmed; null where the file has no such column."""
    return pl.col(f"text.{name}")
