"""The figures of a return: its period and its tables; what every column means stands in `figures.toml`."""

from datetime import date
from enum import Enum
from pathlib import Path
from re import fullmatch
from typing import NamedTuple

import msgspec
import polars as pl

from registry.errors import BadQuery

TOTAL = "TOTAL"  # code of the totals row, always the first of its table
UNASSIGNED = ""  # code of the row for what names no department or county


class Kind(Enum):
    """How a column is written: words, codes (never as numbers), counts of rows, or percent with two decimals."""

    TEXT = "text"
    CODE = "code"
    COUNT = "count"
    RATE = "rate"


class Column(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One column: its name for programs, its heading and its definition in Chinese and English."""

    name: str
    kind: Kind
    zh: str
    en: str
    means_zh: str = ""
    means_en: str = ""

    @property
    def is_number(self) -> bool:
        """Whether the column holds counts or rates."""
        return self.kind in (Kind.COUNT, Kind.RATE)


class Title(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A name in Chinese and English."""

    zh: str
    en: str


class _Definitions(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    version: str
    columns: dict[str, tuple[Column, ...]]
    not_serious: tuple[str, ...]
    lists: dict[str, Title]


_DEFINITIONS = msgspec.toml.decode(Path(__file__).with_name("figures.toml").read_bytes(), type=_Definitions)
VERSION, COLUMNS, LISTS = _DEFINITIONS.version, _DEFINITIONS.columns, _DEFINITIONS.lists
NOT_SERIOUS = _DEFINITIONS.not_serious


class Period(NamedTuple):
    """A month or a year: `since` to `until` (exclusive), written 2026-10 or 2026."""

    label: str
    since: date
    until: date

    @property
    def is_year(self) -> bool:
        """Whether this is a whole year."""
        return len(self.label) == 4

    @property
    def zh(self) -> str:
        """The period in Chinese, 2026年10月."""
        return f"{self.since.year}年" if self.is_year else f"{self.since.year}年{self.since.month}月"


def period(text: str) -> Period:
    """The month `2026-10` or the year `2026`.

    Raises:
        BadQuery: the text is neither.
    """
    found = fullmatch(r"([12][0-9]{3})(?:-(0[1-9]|1[0-2]))?", text)
    if not found:
        raise BadQuery(
            f"“{text}”不是月份或年份，请写成 2026-10 或 2026。",
            f"{text!r} is neither a month nor a year: write 2026-10 or 2026.",
        )
    year, month = int(found[1]), int(found[2] or 0)
    if not month:
        return Period(text, date(year, 1, 1), date(year + 1, 1, 1))
    return Period(text, date(year, month, 1), date(year + month // 12, month % 12 + 1, 1))


class Table(NamedTuple):
    """One table; `frame` has the columns' names in their order, the totals row first. `name` is also its file's."""

    name: str
    title: Title
    columns: tuple[Column, ...]
    frame: pl.DataFrame


class Return(NamedTuple):
    """The tables of a period as made on a day; `through` is the last day that is counted."""

    period: Period
    made_on: date
    through: date
    tables: tuple[Table, ...]
    version: str = VERSION

    @property
    def is_provisional(self) -> bool:
        """Whether the period was not over when the return was made."""
        return self.made_on < self.period.until

    def table(self, name: str) -> pl.DataFrame:
        """The frame of the table of this name."""
        return next(table.frame for table in self.tables if table.name == name)
