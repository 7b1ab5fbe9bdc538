"""What is shown for as long as it lasts: permits 行政许可, honours 荣誉 and commitments 信用承诺.

Applies `permits.toml`, `honours.toml` and `commitments.toml`, three rules of one shape.
"""

from collections.abc import Collection, Iterator
from datetime import date
from typing import Annotated, Literal

import polars as pl
from msgspec import Meta

from registry.rulebook.law import Displayed, Part, Rule, Said, values_of
from registry.rulebook.picking import Effect, Period, picking_day, settled, verdict_on
from registry.vocabulary import Because


class LastingVersion(Displayed, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Shown from the first of the days that is known; not at all under a `withheld` status."""

    shown_from: Annotated[tuple[Literal["decided_on", "starts_on"], ...], Meta(min_length=1)]
    withheld: tuple[str, ...]

    def parts(self) -> Iterator[Part]:
        title = Said("有效期内公示", "Shown while it lasts")
        yield Part(name="standard", title=title, citations=(self,), values=values_of(self))
        if self.withheld:
            title = Said("标明不向社会公开的不予公示", "Not shown if its source marks it as not open")
            yield Part(name="closed", title=title, citations=(self,), values={"withheld": list(self.withheld)})

    def verdict(self, name: str) -> pl.Expr:
        closed = pl.col("status").is_in(self.withheld).fill_null(value=False)
        return (
            pl.when(closed)
            .then(pl.lit(self.basis_of(name, "closed")))
            .otherwise(pl.lit(self.basis_of(name, "standard")))
        )

    def effects(self, name: str) -> dict[str, Effect]:
        """Shown until the day after the last valid day; without an end it stays."""
        return {
            self.basis_of(name, "standard"): Period(pl.coalesce(self.shown_from), day_after_end()),
            self.basis_of(name, "closed"): Because.NOT_OPEN,
        }


def day_after_end() -> pl.Expr:
    """The first day on which a record is over whose last day is `ends_on`; null without an end."""
    return pl.col("ends_on").dt.offset_by("1d")


def judged(
    records: pl.LazyFrame, rule: Rule[LastingVersion], name: str, *, on: date, unsigned: Collection[str]
) -> pl.LazyFrame:
    """What becomes of each record by the version of the day of publication; columns as `registry.rulebook.judged`."""
    verdict = verdict_on(rule, picking_day(rule, on), lambda version: version.verdict(name))
    effects = {basis: effect for version in rule.versions for basis, effect in version.effects(name).items()}
    return settled(records, verdict, effects, unsigned)
