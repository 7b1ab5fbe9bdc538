"""What a source kind declares: its layouts, how its fields are cleaned, what is checked, how long it is kept."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

import polars as pl

from loaders import cleaning
from loaders.checks import Check
from registry.vocabulary import SourceKind, Until


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
    """A source kind. `days`, `amounts` (field → unit) and `years` are read first, then `clean` gives the typed
    columns of a record; what is no column of it goes into its `fields`. `targets` are the keys of other decisions
    that a row speaks of, null where it does not. `most_rows` bounds one delivery; `retention` says when personal values
    end.
    """

    kind: SourceKind
    layouts: tuple[Layout, ...]
    clean: Callable[[Layout], dict[str, pl.Expr]]
    checks: tuple[Check, ...]
    days: tuple[str, ...]
    amounts: Mapping[str, str] = field(default_factory=dict)
    years: tuple[str, ...] = ()
    warnings: tuple[Check, ...] = ()
    targets: tuple[pl.Expr, ...] = ()
    most_rows: int = 5_000_000
    retention: Mapping[str, Until] = field(default_factory=lambda: {"legal_representative": Until.DISPLAY_ENDS})

    @property
    def fields(self) -> tuple[str, ...]:
        """Every field that any of its layouts knows."""
        return tuple(dict.fromkeys(name for layout in self.layouts for name in layout.columns))


def day(name: str) -> pl.Expr:
    """The day read from a field, null where it cannot be read."""
    return pl.col(f"day.{name}")


def last_day(name: str) -> pl.Expr:
    """The last day of a period, null where it has no end."""
    return cleaning.closed(day(name))


def amount(name: str) -> pl.Expr:
    """The amount read from a field, in fen."""
    return pl.col(f"fen.{name}")


def year(name: str) -> pl.Expr:
    """The year read from a field."""
    return pl.col(f"year.{name}")


def delivered(name: str) -> pl.Expr:
    """The text delivered for a field, trimmed; null where the file has no such column."""
    return pl.col(f"text.{name}")
