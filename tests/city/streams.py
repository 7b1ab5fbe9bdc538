"""The files of one source over the year: which rows they hold, which of them are wrong and how, which come late."""

from dataclasses import dataclass
from datetime import date
from functools import cached_property
from math import gcd

import polars as pl

from tests.city.draws import ROW, Draws

YEAR = 2024
MONTHS = 12
_TRIES = 8
_LATE_PERCENT = 4


def shares(rows: int, **in_ten_thousand: int) -> dict[str, int]:
    """How many rows have each fate: its share of `rows`, upwards, so that even a small city has one of each."""
    return {fate: -(-rows * share // 10_000) for fate, share in in_ten_thousand.items()}


@dataclass(frozen=True)
class Stream:
    """`plain` rows and so many of every other fate, over `files` files, the first in the month `first`.

    What a row says is drawn from its number alone, so any file can be written by itself.
    """

    source: str
    name: str
    files: int
    plain: int
    others: dict[str, int]
    draws: Draws
    first: int = 1

    @property
    def total(self) -> int:
        """Rows of all files."""
        return self.plain + sum(self.others.values())

    def received_on(self, number: int) -> date:
        """The day on which a file arrives."""
        return date(YEAR, self.first + number * (MONTHS + 1 - self.first) // self.files, 28)

    def file_name(self, number: int) -> str:
        """What a file is called, without its ending."""
        return f"{self.received_on(number):%Y-%m}-{self.name}-{number + 1:02}"

    def lines(self, number: int) -> pl.DataFrame:
        """The rows of a file: place, fate, copy, row, late, decided.

        `place` is the row's own number; `row` (UInt64) is the number that its content is drawn from, that of an
        earlier plain row where it is a `copy`; `decided` the day of the decision.
        """
        first, last = (self.total * n // self.files for n in (number, number + 1))
        places = pl.select(row=pl.int_range(first, last, dtype=pl.UInt64)).with_columns(place="row", fate=self._fate())
        is_copy = pl.col("fate") == "duplicate"
        back = self.draws.below("back", 2 * self.total // self.files + 1) + 1
        place = pl.col("place").cast(pl.Int64)
        tries = [pl.max_horizontal(place - back - attempt, pl.lit(0)).cast(pl.UInt64) for attempt in range(_TRIES)]
        copied = places.with_columns(tries=pl.concat_list(tries)).select("place", "tries", copy=is_copy)
        sources = (
            copied.filter("copy")
            .explode("tries")
            .select("place", row="tries")
            .with_columns(origin=self._fate())
            .filter(pl.col("origin") == "plain")
            .group_by("place")
            .agg(pl.col("row").max().alias("source"))
        )
        return (
            places.join(sources, on="place", how="left", maintain_order="left")
            .with_columns(
                copy=is_copy, row=pl.coalesce("source", "row"), fate=pl.col("fate").replace("duplicate", "plain")
            )
            .pipe(self.dated)
            .select("place", "fate", "copy", "row", "late", "decided")
        )

    def dated(self, rows: pl.DataFrame) -> pl.DataFrame:
        """Rows (row, fate) with whether they come late and the day on which they were decided: late, decided."""
        late = rows.with_columns(received=self._received(), late=self.draws.chance("late", _LATE_PERCENT))
        return late.with_columns(decided=self._decided())

    def _fate(self) -> pl.Expr:
        """The fate of a row number: the first are plain, the others are spread evenly over the rest."""
        names = ["plain", *self.others]
        ends = [self.plain - self._head, *self.others.values()]
        bounds = [sum(ends[: n + 1]) for n in range(len(ends))]
        here = (ROW.cast(pl.Int64) - self._head) * self._stride % (self.total - self._head)
        fate = pl.lit(names[-1])
        for name, bound in reversed(list(zip(names[:-1], bounds[:-1], strict=True))):
            fate = pl.when(here < bound).then(pl.lit(name)).otherwise(fate)
        return pl.when(self._head > ROW).then(pl.lit("plain")).otherwise(fate)

    @cached_property
    def _head(self) -> int:
        return min(64, (self.plain + 1) // 2)

    @cached_property
    def _stride(self) -> int:
        spread = max(self.total - self._head, 1)
        stride = max(spread * 618_034 // 1_000_000, 1)
        while gcd(stride, spread) > 1:
            stride += 1
        return stride

    def _received(self) -> pl.Expr:
        """The day on which the file of a row number arrives."""
        number = ((ROW.cast(pl.Int64) + 1) * self.files - 1) // self.total
        return pl.date(YEAR, self.first + number * (MONTHS + 1 - self.first) // self.files, 28)

    def _decided(self) -> pl.Expr:
        """In time or late by whatever calendar: seven working days are at least eight days and at most thirty."""
        days = pl.when("late").then(40 + self.draws.below("late days", 260)).otherwise(self.draws.below("days", 9))
        after = 1 + self.draws.below("future days", 100)
        return pl.col("received") + pl.duration(days=pl.when(pl.col("fate") == "future").then(after).otherwise(-days))
