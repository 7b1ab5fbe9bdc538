"""Timeliness 时效 of 双公示 (permits and penalties): applies `timeliness.toml`.

`due_on` answers for one day, `late` for a column; a property test holds the two equal.
"""

from collections.abc import Iterator
from datetime import date
from typing import TYPE_CHECKING, Annotated

import polars as pl
from msgspec import Meta

from registry.rulebook.law import Part, Rule, Said, Version, values_of
from registry.rulebook.picking import said_on
from registry.workdays import Deadline, add_workdays, workdays_after

if TYPE_CHECKING:
    from registry.rulebook.book import Rulebook


class TimelinessVersion(Version, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Within so many working days of the decision."""

    working_days: Annotated[int, Meta(ge=1)]

    def parts(self) -> Iterator[Part]:
        title = Said("自作出决定之日起的工作日内报送", "Reported within so many working days of the decision")
        yield Part(name="standard", title=title, citations=(self,), values=values_of(self))


TimelinessRule = Rule[TimelinessVersion]


def due_on(book: "Rulebook", decided_on: date) -> Deadline:
    """The last day on which a decision is reported in time.

    Raises:
        RuleNotWritten: decided before the first version of the rule.
    """
    return add_workdays(decided_on, book.timeliness.on(decided_on).working_days, book.calendar)


def late(book: "Rulebook", decided_on: pl.Expr, received_on: pl.Expr) -> pl.Expr:
    """Whether a row was received after its last day in time.

    Null where a date is missing, and where the decision is older than the rule: then there was no last day.
    """
    return received_on > due(book, decided_on)


def due(book: "Rulebook", decided_on: pl.Expr) -> pl.Expr:
    """`due_on` for a column of days; null where the rule has no version."""
    return said_on(
        book.timeliness,
        decided_on,
        lambda version: workdays_after(decided_on, version.working_days, book.calendar),
        before=pl.lit(None, pl.Date),
    )
