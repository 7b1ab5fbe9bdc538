"""Working days with the State Council's holidays and make-up days."""

from datetime import date, timedelta

import chinese_calendar
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from registry.workdays import (
    TABLE_SINCE,
    TABLE_UNTIL,
    Deadline,
    add_workdays,
    deadlines,
    is_workday,
    workdays_after,
    workdays_between,
)

DAYS = st.dates(date(2003, 1, 1), date(2045, 12, 31))


def test_every_announced_day_is_as_announced() -> None:
    day = date(2004, 1, 1)
    while day <= date(2026, 12, 31):
        assert is_workday(day) == chinese_calendar.is_workday(day), day
        day += timedelta(days=1)


@pytest.mark.parametrize(
    ("start", "n", "expected"),
    [
        (date(2026, 11, 23), 1, date(2026, 11, 24)),
        (date(2026, 11, 20), 3, date(2026, 11, 25)),
        (date(2026, 11, 21), 1, date(2026, 11, 23)),
        (date(2026, 2, 13), 1, date(2026, 2, 14)),  # a Saturday worked for Spring Festival
        (date(2026, 2, 14), 1, date(2026, 2, 24)),
        (date(2025, 9, 26), 3, date(2025, 9, 30)),  # Sunday 28 September 2025 was worked
    ],
)
def test_the_day_on_which_a_period_starts_is_not_counted(start: date, n: int, expected: date) -> None:
    assert add_workdays(start, n) == Deadline(expected, provisional=False)


def test_a_deadline_in_a_year_not_announced_yet_counts_weekdays_and_is_provisional() -> None:
    assert add_workdays(date(2026, 12, 30), 1) == Deadline(date(2026, 12, 31), provisional=False)
    assert add_workdays(date(2026, 12, 31), 1) == Deadline(date(2027, 1, 1), provisional=True)
    assert add_workdays(date(2030, 10, 4), 1) == Deadline(date(2030, 10, 7), provisional=True)


def test_days_before_the_first_announcement_known_are_provisional() -> None:
    assert add_workdays(date(2003, 10, 3), 1) == Deadline(date(2003, 10, 6), provisional=True)


@given(DAYS, st.integers(1, 60))
def test_the_nth_working_day_has_n_working_days_behind_it(start: date, n: int) -> None:
    end = add_workdays(start, n).on

    assert is_workday(end)
    assert workdays_between(start, end) == n


def test_no_working_day_lies_between_a_day_and_an_earlier_one() -> None:
    assert workdays_between(date(2026, 11, 23), date(2026, 11, 23)) == 0
    assert workdays_between(date(2026, 11, 23), date(2026, 11, 2)) == 0


@settings(deadline=None)
@given(st.lists(DAYS, min_size=1), st.sampled_from([1, 3, 7, 20]))
def test_one_day_and_a_column_of_days_reach_the_same_deadline(starts: list[date], n: int) -> None:
    column = pl.DataFrame({"start": starts}).select(workdays_after(pl.col("start"), n)).to_series().to_list()

    inside = [TABLE_SINCE <= start < TABLE_UNTIL for start in starts]
    assert column == [add_workdays(start, n).on if known else None for start, known in zip(starts, inside, strict=True)]


@settings(deadline=None)
@given(st.lists(st.tuples(st.one_of(st.none(), DAYS), st.one_of(st.none(), st.integers(-1, 400))), min_size=1))
def test_a_column_of_periods_reaches_the_deadlines_of_each(periods: list[tuple[date | None, int | None]]) -> None:
    starts = pl.Series([start for start, _ in periods], dtype=pl.Date)
    numbers = pl.Series([n for _, n in periods], dtype=pl.Int64)

    told = deadlines(starts, numbers).rows()

    for (start, n), (on, provisional) in zip(periods, told, strict=True):
        if start is None or n is None or n < 1 or not TABLE_SINCE <= start < TABLE_UNTIL:
            assert (on, provisional) == (None, None)
        else:
            assert Deadline(on, provisional) == add_workdays(start, n)
