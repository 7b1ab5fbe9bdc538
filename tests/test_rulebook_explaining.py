"""What the rulebook tells the people concerned: the article, the remedies, and the last day in time."""

from datetime import date, timedelta

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from registry.errors import RuleNotWritten
from registry.rulebook import due_on, explain, late, load, restorable_from
from registry.vocabulary import Confidence

BOOK = load()


def test_a_basis_names_its_article_and_what_its_subject_can_do() -> None:
    basis = explain(BOOK, "penalties/2026-04-01/serious")

    assert (basis.number, basis.article) == ("国办发〔2025〕22号", "第二项")
    assert [cited.confidence for cited in basis.citations] == ["text", "secondary"]
    assert basis.confidence == "secondary"
    assert basis.how_to_object is not None
    assert "不收取任何费用" in basis.how_to_object.zh
    assert basis.how_to_restore is not None
    assert "公示满一年" in basis.how_to_restore.zh
    assert "After one year" in basis.how_to_restore.en


def test_whoever_is_shown_is_told_how_to_object_free_of_charge() -> None:
    for basis in BOOK.bases.values():
        if basis.rule.startswith(("penalties", "lists.", "permits", "honours", "commitments")):
            assert basis.how_to_object is not None, basis.basis
            assert "不收取任何费用" in basis.how_to_object.zh
            assert "free of charge" in basis.how_to_object.en


def test_an_unknown_basis_is_refused() -> None:
    with pytest.raises(RuleNotWritten, match="penalties/1999-01-01/standard"):
        explain(BOOK, "penalties/1999-01-01/standard")


@pytest.mark.parametrize(
    ("basis", "domain", "expected"),
    [
        ("penalties/2023-05-01/standard", None, date(2025, 2, 28)),
        ("penalties/2023-05-01/standard", "food", date(2025, 11, 30)),
        ("penalties/2023-05-01/unpublished", None, None),
        ("penalties/2026-04-01/general", None, date(2025, 2, 28)),
        ("penalties/2026-04-01/serious", None, date(2025, 11, 30)),
        ("lists.work_safety/2023-10-01/term", None, date(2025, 11, 28)),
        ("lists.wage_arrears/2022-01-01/term", None, None),
        ("lists.abnormal_operation/2014-10-01/term", None, None),
        ("permits/2018-07-25/standard", None, None),
    ],
)
def test_restoration_can_be_applied_for_from_a_day_where_the_law_sets_one(
    basis: str, domain: str | None, expected: date | None
) -> None:
    decided_on, shown_from = date(2024, 11, 28), date(2024, 11, 30)

    assert restorable_from(BOOK, basis, decided_on, shown_from, domain=domain) == expected


@settings(deadline=None)
@given(st.lists(st.tuples(st.dates(date(2018, 7, 25), date(2035, 12, 31)), st.integers(-3, 40)), min_size=1))
def test_lateness_of_one_row_and_of_a_column_are_the_same(rows: list[tuple[date, int]]) -> None:
    pairs = pl.DataFrame(
        {"decided_on": [d for d, _ in rows], "received_on": [d + timedelta(days=n) for d, n in rows]},
    )

    column = pairs.select(late(BOOK, pl.col("decided_on"), pl.col("received_on"))).to_series().to_list()

    assert column == [d + timedelta(days=n) > due_on(BOOK, d).on for d, n in rows]


def test_a_row_is_late_on_the_first_day_after_seven_working_days() -> None:
    # decided on Wednesday 2026-09-23; Mid-Autumn is the 25th, 1-7 October are free, Saturday the 10th is worked
    days = pl.DataFrame(
        {"decided_on": [date(2026, 9, 23)] * 2, "received_on": [date(2026, 10, 10), date(2026, 10, 11)]}
    )

    assert due_on(BOOK, date(2026, 9, 23)).on == date(2026, 10, 10)
    assert days.select(late(BOOK, pl.col("decided_on"), pl.col("received_on"))).to_series().to_list() == [False, True]


def test_without_a_rule_or_a_date_nobody_is_late() -> None:
    days = pl.DataFrame(
        {
            "decided_on": [date(2018, 7, 24), None, date(2026, 1, 5)],
            "received_on": [date(2020, 1, 1), date(2020, 1, 1), None],
        }
    )

    assert days.select(late(BOOK, pl.col("decided_on"), pl.col("received_on"))).to_series().to_list() == [None] * 3
    with pytest.raises(RuleNotWritten, match="2018-07-25"):
        due_on(BOOK, date(2018, 7, 24))


def test_no_part_is_read_more_surely_than_the_period_before_its_restoration() -> None:
    for basis in BOOK.bases.values():
        if basis.restoration is not None and basis.restoration.confidence is Confidence.UNVERIFIED:
            assert basis.confidence is Confidence.UNVERIFIED  # so that both are signed together
