"""The holidays of a year that an office writes down: provisional deadlines settle."""

from datetime import date
from pathlib import Path

import polars as pl
import pytest

from registry.errors import RuleBroken
from registry.rulebook import Rulebook, due_by, due_on, late, load
from registry.rulebook.trying import answered
from registry.workdays import ANNOUNCED, Deadline, add_workdays

NEXT = ANNOUNCED.through + 1
YEAR = """
title = { zh = "某年节假日安排", en = "Holidays of an invented year" }
picked_by = "publication"

[[versions]]
since = SINCE
off = OFF
worked = WORKED
basis = { name = "关于部分节假日安排的通知", number = "某发〔0000〕0号", article = "全文" }
source = "某发〔0000〕0号"
checked = 2026-11-24
confidence = "text"
"""


def book_with(folder: Path, year: int, *, since: str = "", off: str = "", worked: str = "[]") -> Rulebook:
    text = YEAR.replace("SINCE", since or f"{year}-01-01").replace("OFF", off or f"[{year}-01-01, {year}-01-04]")
    (folder / "holidays").mkdir(exist_ok=True)
    (folder / "holidays" / f"{year}.toml").write_text(text.replace("WORKED", worked), "utf-8")
    return load(folder)


@pytest.fixture
def announced(tmp_path: Path) -> Rulebook:
    """New Year's Day and the Monday after are off, the Saturday before that is worked (the year begins on a Friday)."""
    return book_with(tmp_path, 2027, worked="[2027-01-02]")


def test_a_provisional_deadline_settles_once_the_year_is_announced(announced: Rulebook) -> None:
    started = date(2026, 12, 30)

    assert due_by(load(), "withdrawal", "withdraw", started) == Deadline(date(2027, 1, 4), provisional=True)
    assert due_by(announced, "withdrawal", "withdraw", started) == Deadline(date(2027, 1, 5), provisional=False)


def test_timeliness_knows_the_year_at_both_speeds(announced: Rulebook) -> None:
    decided = date(2026, 12, 28)

    due = due_on(announced, decided)

    assert due == add_workdays(decided, 7, announced.calendar)
    assert due.provisional is False
    days = pl.DataFrame({"decided": [decided] * 2, "received": [due.on, date(2027, 12, 31)]})
    told = days.select(late(announced, pl.col("decided"), pl.col("received"))).to_series().to_list()
    assert told == [False, True]


def test_a_table_is_tried_with_the_year(announced: Rulebook) -> None:
    row = pl.DataFrame([{"question": "working_days", "start_on": "2026-12-30", "days": "3"}])

    [settled] = answered(row, announced).select("due_on", "calendar").rows()
    [before] = answered(row, load()).select("due_on", "calendar").rows()

    assert (settled, before) == (("2027-01-05", "announced"), ("2027-01-04", "provisional"))


def test_for_a_year_that_is_known_already_the_offices_own_announcement_counts(tmp_path: Path) -> None:
    book = book_with(tmp_path, 2026, off="[2026-11-25]")

    assert due_by(book, "withdrawal", "stop", date(2026, 11, 24)) == Deadline(date(2026, 11, 26), provisional=False)
    assert book.calendar.through == ANNOUNCED.through
    assert book.digest != load().digest


def test_a_year_that_is_missing_in_between_is_refused(tmp_path: Path) -> None:
    with pytest.raises(RuleBroken, match=f"those of {NEXT} are missing"):
        book_with(tmp_path, NEXT + 1)


@pytest.mark.parametrize(
    ("given", "told"),
    [
        ({"since": "2027-02-01"}, "a year begins on 2027-01-01"),
        ({"off": "[2028-01-01]"}, "2028-01-01 is no day of 2027"),
        ({"worked": "[2027-01-05]"}, "2027-01-05 is no weekend day that is worked"),
        ({"off": "[]"}, "length"),
    ],
)
def test_an_announcement_that_contradicts_itself_is_refused(tmp_path: Path, given: dict[str, str], told: str) -> None:
    with pytest.raises(RuleBroken, match=told):
        book_with(tmp_path, 2027, **given)
