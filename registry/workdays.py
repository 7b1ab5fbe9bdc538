"""Working days of the People's Republic of China, make-up days (调休) included.

The State Council announces the holidays of a year shortly before it begins; `chinesecalendar` carries the
announcements, and an office can write a newer one down (`registry.rulebook.holidays`). In a year not announced yet
every weekday counts, and a deadline that reaches into such a year is provisional: it is computed whenever it is asked
for, so that it settles once the year is known. A period "of n working days" leaves out the day on which it starts.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache

import polars as pl
from chinese_calendar import holidays, workdays

TABLE_SINCE, TABLE_UNTIL = date(2004, 1, 1), date(2041, 1, 1)
"""The days for which a column of days is answered: `TABLE_UNTIL` is exclusive."""

_DAY = timedelta(days=1)
_SATURDAY = 5


@dataclass(frozen=True)
class Calendar:
    """The years that are announced, from `since` through `through`: days off, and days at weekends that are worked."""

    since: int
    through: int
    off: frozenset[date]
    worked: frozenset[date]

    def announcing(self, year: int, *, off: Iterable[date], worked: Iterable[date]) -> "Calendar":
        """The same calendar with the announcement of one year, instead of what it said of that year."""
        kept_off, kept_worked = ({day for day in days if day.year != year} for days in (self.off, self.worked))
        return Calendar(
            self.since, max(self.through, year), frozenset({*kept_off, *off}), frozenset({*kept_worked, *worked})
        )


ANNOUNCED = Calendar(min(holidays).year, max(holidays).year, frozenset(holidays), frozenset(workdays))


@dataclass(frozen=True)
class Deadline:
    """The last day of a period; `provisional` while the holidays of some day in it are not announced."""

    on: date
    provisional: bool


def is_workday(day: date, calendar: Calendar = ANNOUNCED) -> bool:
    """Whether public bodies work on `day`."""
    return day in calendar.worked or (day.weekday() < _SATURDAY and day not in calendar.off)


def add_workdays(start: date, n: int, calendar: Calendar = ANNOUNCED) -> Deadline:
    """The n-th working day after `start`, which is not counted itself; with n = 0, `start`."""
    day = start
    for _ in range(n):
        day += _DAY
        while not is_workday(day, calendar):
            day += _DAY
    return Deadline(day, provisional=not calendar.since <= start.year <= day.year <= calendar.through)


def workdays_between(start: date, end: date) -> int:
    """How many working days lie after `start`, up to and including `end`; 0 if `end` is not after `start`."""
    return sum(is_workday(start + _DAY * i) for i in range(1, (end - start).days + 1))


def workdays_after(start: pl.Expr, n: int, calendar: Calendar = ANNOUNCED) -> pl.Expr:
    """`add_workdays(start, n).on` for a column of dates; null for a day outside the table."""
    days, ends = _nth_workdays(n, calendar)
    return start.replace_strict(days, ends, default=None, return_dtype=pl.Date)


def deadlines(starts: pl.Series, numbers: pl.Series, calendar: Calendar = ANNOUNCED) -> pl.DataFrame:
    """`add_workdays` for a column of days and a column of numbers of working days (≥ 1).

    Columns `on` and `provisional`; both null where either is null or the period leaves the table.
    """
    worked = _worked(calendar)
    inside = (starts >= TABLE_SINCE) & (starts < TABLE_UNTIL) & (numbers >= 1)
    first = worked.search_sorted(starts.fill_null(TABLE_SINCE), side="right").cast(pl.Int64)
    nth = pl.select(pl.when(inside).then(first + numbers - 1)).to_series()
    known = nth.is_not_null() & (nth < worked.len())
    on = worked.gather(pl.select(pl.when(known).then(nth).otherwise(0)).to_series())
    announced = (starts.dt.year() >= calendar.since) & (on.dt.year() <= calendar.through)
    return pl.select(
        pl.when(known).then(on).alias("on"),
        pl.when(known).then(~announced).alias("provisional"),
    )


@cache
def _worked(calendar: Calendar) -> pl.Series:
    """Every working day since the beginning of the table, and so many years beyond it that a period can end there."""
    days = ((TABLE_UNTIL - TABLE_SINCE) * 2).days
    return pl.Series([day for day in (TABLE_SINCE + _DAY * i for i in range(days)) if is_workday(day, calendar)])


@cache
def _nth_workdays(n: int, calendar: Calendar) -> tuple[pl.Series, pl.Series]:
    """Every day of the table, and `add_workdays` of it."""
    days = pl.date_range(TABLE_SINCE, TABLE_UNTIL, closed="left", eager=True)
    if n == 0:
        return days, days
    worked = _worked(calendar)
    return days, worked.gather(worked.search_sorted(days, side="right").cast(pl.Int64) + (n - 1))
