"""Working days of the People's Republic of China, make-up days (调休) included.

The State Council announces the holidays of a year shortly before it begins; `chinesecalendar` carries the
announcements. In a year not announced yet every weekday counts, and a deadline that reaches into such a
year is provisional. A period "of n working days" leaves out the day on which it starts.
"""

from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache

import polars as pl
from chinese_calendar import holidays, workdays

ANNOUNCED_SINCE, ANNOUNCED_THROUGH = min(holidays).year, max(holidays).year
TABLE_SINCE, TABLE_UNTIL = date(2004, 1, 1), date(2041, 1, 1)
"""The days for which `workdays_after` answers: `TABLE_UNTIL` is exclusive."""

_DAY = timedelta(days=1)
_SATURDAY = 5


@dataclass(frozen=True)
class Deadline:
    """The last day of a period; `provisional` while the holidays of some day in it are not announced."""

    on: date
    provisional: bool


def is_workday(day: date) -> bool:
    """Whether public bodies work on `day`."""
    return day in workdays or (day.weekday() < _SATURDAY and day not in holidays)


def add_workdays(start: date, n: int) -> Deadline:
    """The n-th working day (n ≥ 1) after `start`, which is not counted itself."""
    day = start
    for _ in range(n):
        day += _DAY
        while not is_workday(day):
            day += _DAY
    return Deadline(day, provisional=not ANNOUNCED_SINCE <= start.year <= day.year <= ANNOUNCED_THROUGH)


def workdays_between(start: date, end: date) -> int:
    """How many working days lie after `start`, up to and including `end`; 0 if `end` is not after `start`."""
    return sum(is_workday(start + _DAY * i) for i in range(1, (end - start).days + 1))


def workdays_after(start: pl.Expr, n: int) -> pl.Expr:
    """`add_workdays(start, n).on` for a column of dates; null for a day outside the table."""
    days, ends = _nth_workdays(n)
    return start.replace_strict(days, ends, default=None, return_dtype=pl.Date)


@cache
def _nth_workdays(n: int) -> tuple[pl.Series, pl.Series]:
    days = [TABLE_SINCE + _DAY * i for i in range((TABLE_UNTIL - TABLE_SINCE).days)]
    return pl.Series(days), pl.Series([add_workdays(day, n).on for day in days])
