"""Draws that depend on nothing but seed, purpose and row: the same in any batch, on any machine."""

import random
from collections.abc import Sequence
from datetime import date

import polars as pl

ROW = pl.col("row")
_SPREAD, _MIX = 0x9E3779B97F4A7C15, 0xD6E8FEB86659FD93


class Draws:
    """Expressions over the column `row` (UInt64), one independent draw for each purpose named."""

    def __init__(self, seed: int | str) -> None:
        self._seed = seed

    def below(self, purpose: str, end: int) -> pl.Expr:
        """A whole number from 0 up to but not including `end` (Int64)."""
        salt = random.Random(f"{self._seed}/{purpose}").getrandbits(63)
        bits = (ROW + _u64(salt)) * _u64(_SPREAD)
        bits = (bits ^ (bits // 2**32)) * _u64(_MIX)
        return ((bits ^ (bits // 2**29)) // 2**20 % end).cast(pl.Int64)

    def chance(self, purpose: str, percent: int) -> pl.Expr:
        """True in `percent` of a hundred rows."""
        return self.below(purpose, 100) < percent

    def one_of(self, purpose: str, values: Sequence[str | None]) -> pl.Expr:
        """One of the values; a value that stands there twice is drawn twice as often."""
        return at(pl.Series(list(values), dtype=pl.String), self.below(purpose, len(values)))

    def one_of_numbers(self, purpose: str, values: Sequence[int]) -> pl.Expr:
        """One of the whole numbers."""
        return at(pl.Series(list(values)), self.below(purpose, len(values)))

    def day(self, purpose: str, first: date, last: date) -> pl.Expr:
        """A day from `first` to `last`, both included."""
        return pl.lit(first) + pl.duration(days=self.below(purpose, (last - first).days + 1))


def at(values: pl.Series, place: pl.Expr) -> pl.Expr:
    """The value at each place."""
    return pl.lit(values).gather(place)


def _u64(number: int) -> pl.Expr:
    return pl.lit(number, dtype=pl.UInt64)
