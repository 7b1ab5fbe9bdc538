"""What the return counts, and that it adds up."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import polars as pl
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from sqlmodel import select

from registry.actions.count import FiguresDisagree, displays
from registry.documents import monthly_return
from registry.documents.figures import TOTAL, period
from registry.documents.return_tables import STATES, lists
from registry.errors import BadQuery
from registry.store.tables import Tally
from tests.small_city import MADE_ON, NOW, OCTOBER, City, city_in, row, rows


@pytest.fixture
def city(home: str, tmp_path: Path) -> Iterator[City]:
    with city_in(tmp_path) as opened:
        yield opened


def test_rows_are_counted_in_the_month_they_were_received_and_in_all_up_to_its_end(city: City) -> None:
    for day, number in (
        (date(2026, 9, 30), 1),
        (date(2026, 10, 1), 2),
        (date(2026, 10, 31), 4),
        (date(2026, 11, 1), 8),
    ):
        city.deliver("permits", day, rows(number))

    permits = row(city.october(), "by-source", "permits")

    assert (permits["accepted"], permits["accepted_in_all"]) == (6, 7)


def test_rates_are_parts_of_the_rows_read_rounded_half_up_and_zero_of_nothing(city: City) -> None:
    city.deliver("permits", date(2026, 10, 5), rows(1) | rows(1, "duplicate") | rows(1, "rejected", "undated"))
    city.deliver("penalties", date(2026, 10, 5), rows(199) | rows(3999 - 199, "duplicate") | rows(1, "rejected"))

    made = city.october()

    assert [row(made, "by-source", "permits")[f"{word}_rate"] for word in ("accepted", "duplicate", "rejected")] == [
        33.33
    ] * 3
    assert row(made, "by-source", "penalties")["accepted_rate"] == 4.98  # 4.975
    assert row(made, "by-source", "honours")["accepted_rate"] == 0


def test_every_source_department_and_county_has_a_row_and_what_names_none_is_shown_apart(city: City) -> None:
    city.deliver("permits", date(2026, 10, 5), rows(3, department="", county="") | rows(2) | rows(1, department="GONE"))

    made = city.october()

    assert made.table("by-department")["code"].to_list() == [TOTAL, "FGW", "SCJG", "RSJ", "", "GONE"]
    assert made.table("by-department")["accepted"].to_list() == [6, 2, 0, 0, 3, 1]
    assert made.table("by-county")["accepted"].to_list() == [6, 0, 3, 3]
    assert made.table("by-source")["code"].to_list()[1:] == [
        "subjects", "permits", "penalties", "list-entries", "honours", "commitments", "restorations",
    ]  # fmt: skip


def test_a_recalled_delivery_is_told_and_counted_nowhere_else(city: City) -> None:
    city.deliver("permits", date(2026, 10, 5), rows(2))
    city.deliver("permits", date(2026, 10, 6), rows(40), recalled=True)

    made = city.october()

    assert row(made, "by-source", TOTAL)["read"] == 2
    assert row(made, "linking", TOTAL)["records"] == 2
    assert row(made, "deliveries", "permits") | {"name": ""} == {
        "code": "permits", "name": "", "deliveries": 1, "deliveries_in_all": 1, "recalled": 1, "recalled_rows": 40,
    }  # fmt: skip


def test_timeliness_is_of_accepted_permits_and_penalties_with_a_decision_date(city: City) -> None:
    city.deliver("permits", date(2026, 10, 5), rows(3) | rows(1, timeliness="late") | rows(5, timeliness="undated"))
    city.deliver("permits", date(2026, 10, 6), rows(9, "duplicate", "late"))
    city.deliver("honours", date(2026, 10, 6), rows(9, timeliness="late"))

    made = city.october()
    permits = row(made, "timeliness", "permits")

    assert [permits[word] for word in ("dated", "timely", "late", "timely_rate", "late_rate", "undated")] == [
        4,
        3,
        1,
        75,
        25,
        5,
    ]
    assert row(made, "timeliness", TOTAL)["dated"] == row(made, "timeliness-by-department", "FGW")["dated"] == 4


def test_records_without_a_current_link_are_unlinked(city: City) -> None:
    first, second, _ = city.deliver("penalties", date(2026, 10, 5), rows(3))
    city.link(first)
    city.link(second, retired_at=NOW)

    penalties = row(city.october(), "linking", "penalties")

    assert (penalties["records"], penalties["unlinked"], penalties["unlinked_rate"]) == (3, 2, 66.67)


def test_every_record_has_one_outcome_and_those_not_shown_have_their_reason(city: City) -> None:
    records = city.deliver("penalties", date(2026, 10, 5), rows(8))
    city.publish(records[0], shown_from=date(2026, 10, 5))
    city.publish(records[1], shown_from=date(2026, 10, 5), shown_until=MADE_ON)
    city.publish(records[2], shown_from=MADE_ON + timedelta(days=1))
    city.publish(records[3], "held", because="no_rule")
    city.publish(records[4], "held", because="no_rule")
    city.publish(records[5], "unpublishable", because="natural_person")
    city.publish(records[6], "unpublishable", because="individual_business")

    made = city.october()
    told = row(made, "outcomes", "penalties")

    assert [told[w] for w in STATES] == [1, 1, 1, 2, 2, 1]
    assert told["records_in_all"] == 8
    assert made.table("reasons").select("because", "records").rows() == [(TOTAL, 4), ("personal", 2), ("no_rule", 2)]


def test_list_entries_balance_and_every_way_out_is_told_apart(city: City) -> None:
    records = city.deliver("list-entries", date(2026, 10, 5), rows(8), list_code="tax_serious")
    old, end = date(2025, 1, 1), datetime(2026, 10, 15, 4, tzinfo=UTC)
    city.publish(records[0], shown_from=old)
    city.publish(records[1], shown_from=old, shown_until=date(2026, 10, 1))  # on display on 30 September
    city.publish(records[2], shown_from=old, shown_until=date(2026, 9, 30))
    city.publish(records[3], shown_from=old, retired_at=end, retired_because="restored")
    city.publish(records[4], shown_from=date(2026, 10, 31))
    city.publish(records[5], shown_from=date(2026, 10, 2), shown_until=date(2026, 10, 9))
    city.publish(records[6], shown_from=date(2026, 11, 1))
    city.publish(records[7], "held", because="no_notice")

    made = city.october()
    told = row(made, "lists", "tax_serious")

    assert (told["opening"], told["entered"], told["left"], told["closing"]) == (3, 2, 3, 2)
    assert (told["expired"], told["restored"], told["other"]) == (2, 1, 0)
    assert row(made, "lists", "customs")["closing"] == 0
    reasons = made.table("list-reasons").filter(pl.col("code") == "tax_serious").select("because", "records").rows()
    assert reasons == [(TOTAL, 1), ("no_notice", 1)]


def test_an_entry_whose_publication_is_replaced_the_same_day_neither_leaves_nor_enters(city: City) -> None:
    (record,) = city.deliver("list-entries", date(2026, 9, 5), rows(1), list_code="customs")
    replaced = datetime(2026, 10, 15, 4, tzinfo=UTC)
    city.publish(record, shown_from=date(2026, 9, 5), retired_at=replaced, retired_because="changed")
    city.publish(record, shown_from=date(2026, 9, 5), shown_until=date(2027, 9, 5))

    told = row(city.october(), "lists", "customs")

    assert (told["opening"], told["entered"], told["left"], told["closing"]) == (1, 0, 0, 1)


def test_a_display_ends_on_the_day_in_china_that_it_was_withdrawn(city: City) -> None:
    record, other = city.deliver("list-entries", date(2026, 9, 5), rows(2), list_code="customs")
    for each, hour in ((record, 15), (other, 16)):  # 23:00 on 31 October, midnight of 1 November
        withdrawn = datetime(2026, 10, 31, hour, tzinfo=UTC)
        city.publish(each, shown_from=date(2026, 9, 5), retired_at=withdrawn, retired_because="corrected")

    told = row(city.october(), "lists", "customs")

    assert (told["opening"], told["left"], told["corrected"], told["closing"]) == (2, 1, 1, 1)


def test_an_early_removal_counts_as_a_restoration(city: City) -> None:
    (record,) = city.deliver("list-entries", date(2026, 9, 5), rows(1), list_code="customs")
    removed = datetime(2026, 10, 15, 4, tzinfo=UTC)
    city.publish(record, shown_from=date(2026, 9, 5), retired_at=removed, retired_because="removed")

    told = row(city.october(), "lists", "customs")

    assert (told["left"], told["restored"]) == (1, 1)


DAYS = st.dates(date(2026, 8, 1), date(2026, 12, 31))
DISPLAYS = st.lists(
    st.tuples(
        st.sampled_from(["customs", "statistics", None]),
        st.integers(1, 4),
        DAYS,
        st.none() | DAYS,
        st.none() | DAYS,
        st.sampled_from(["restored", "recalled", "changed", None]),
    ),
    max_size=12,
)


def on_display(told: pl.DataFrame, on: date) -> int:
    """How many (list, key) have a display that covers the day: the plain meaning, row by row."""
    day = datetime.combine(on, datetime.min.time(), UTC)
    return len(
        {
            (code, key)
            for code, key, start, until, retired, _ in told.rows()
            if start <= on and (until is None or on < until) and (retired is None or day.timestamp() * 1000 < retired)
        }
    )


LONG, SHORT = (date(2026, 8, 1), None), (date(2026, 8, 2), date(2026, 8, 3))


@example(
    [
        ("customs", 1, *LONG, None, None),
        ("customs", 1, *SHORT, None, None),
        ("customs", 1, date(2026, 9, 1), None, None, None),
    ]
)
@given(DISPLAYS)
@settings(max_examples=60, deadline=None)
def test_opening_plus_in_minus_out_is_closing_whatever_was_shown_retired_and_shown_again(
    shown: list[tuple[str | None, int, date, date | None, date | None, str | None]],
) -> None:
    kinds = {"list": pl.String, "key": pl.Int64, "shown_from": pl.Date, "shown_until": pl.Date}
    told = pl.DataFrame(
        [
            (code, key, start, until, retired and _instant(retired), reason)
            for code, key, start, until, retired, reason in shown
        ],
        schema=kinds | {"retired_at": pl.Int64, "reason": pl.String},
        orient="row",
    )

    total = lists(displays(told), OCTOBER.since, OCTOBER.until).frame.row(0, named=True)

    assert total["opening"] + total["entered"] - total["left"] == total["closing"]
    assert total["opening"] == on_display(told, OCTOBER.since - timedelta(days=1))
    assert total["closing"] == on_display(told, OCTOBER.until - timedelta(days=1))
    assert total["left"] == sum(
        total[way] for way in ("expired", "restored", "corrected", "revoked", "recalled", "other")
    )


def _instant(day: date) -> int:
    return round(datetime.combine(day, datetime.min.time(), UTC).timestamp() * 1000)


def test_a_return_whose_parts_do_not_add_up_is_refused(city: City) -> None:
    city.deliver("permits", date(2026, 10, 5), rows(2))
    tally = city.session.exec(select(Tally)).one()
    tally.rows = 3

    with pytest.raises(FiguresDisagree, match="receipts and tallies"):
        city.october()


def test_a_return_whose_records_are_missing_is_refused(city: City) -> None:
    first, _ = city.deliver("permits", date(2026, 10, 5), rows(2))
    city.session.delete(first)

    with pytest.raises(FiguresDisagree, match="receipts and records"):
        city.october()


def test_few_records_about_persons_are_not_told_nor_is_the_total_that_would_tell_them(city: City) -> None:
    city.deliver("permits", date(2026, 10, 5), rows(9, category="natural_person"))
    city.deliver("penalties", date(2026, 10, 5), rows(10, category="natural_person"))

    told = city.october().table("persons")

    assert told["accepted"].to_list() == ["—", "<10", "10", "0", "0", "0", "0"]

    city.deliver("permits", date(2026, 10, 6), rows(1, category="natural_person"))
    assert city.october().table("persons")["accepted"].to_list() == ["20", "10", "10", "0", "0", "0", "0"]


def test_a_year_is_counted_in_the_same_shape_and_an_unfinished_one_is_provisional(city: City) -> None:
    city.deliver("permits", date(2026, 1, 1), rows(2))
    city.deliver("permits", date(2026, 10, 1), rows(3))

    month, year = city.october(), city.count(period("2026"))

    assert [table.frame.schema for table in year.tables] == [table.frame.schema for table in month.tables]
    assert (row(year, "by-source", TOTAL)["accepted"], year.is_provisional, year.through) == (5, True, MADE_ON)
    assert "年报" in monthly_return.title(year).zh


def test_a_period_that_has_not_begun_or_is_no_period_is_refused(city: City) -> None:
    with pytest.raises(BadQuery, match="has not begun"):
        city.count(period("2026-12"))
    for wrong in ("2026-13", "2026-1", "26-10", "October", "２０２６"):
        with pytest.raises(BadQuery):
            period(wrong)
    assert period("2026-12").until == date(2027, 1, 1)
