"""`chengxin rules try`: the law's cases as a table, and what the table keeps."""

import tomllib
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from typer.testing import CliRunner

from registry.cli.rules import app as rules
from registry.errors import BadQuery, FileRefused
from registry.rulebook import load
from registry.rulebook.trying import ANSWERS, answered

BOOK = load()
RUN = CliRunner()
FILES = sorted((Path(__file__).parent / "cases").glob("try_*.toml"))


ROWS: list[dict[str, str]] = []
EXPECTED: list[Any] = []
for law in (tomllib.loads(file.read_text("utf-8")) for file in FILES):
    for case in law["cases"]:
        EXPECTED.append(pytest.param(len(ROWS), case["expect"], id=f"{law['question']}: {case['name']}"))
        ROWS.append({"question": law["question"], **law["row"], **case["row"]})


@lru_cache(1)
def together() -> pl.DataFrame:
    """All cases, answered in one table."""
    return answered(pl.DataFrame(ROWS, infer_schema_length=None), BOOK)


@pytest.mark.parametrize(("place", "expected"), EXPECTED)
def test_the_law_case_is_answered_as_written(place: int, expected: dict[str, str]) -> None:
    told = together().select(*ANSWERS).fill_null("").row(place, named=True)

    told["because"] = told["because"].partition(":")[0]
    told["basis"] = told["basis"].rpartition("[")[2].removesuffix("]")
    assert told == {**dict.fromkeys(ANSWERS, ""), **expected}


def test_all_cases_in_one_table_are_answered_as_alone() -> None:
    alone = [answered(pl.DataFrame([row]), BOOK).select(*ANSWERS) for row in ROWS]

    assert together().select(*ANSWERS).equals(pl.concat(alone))
    assert together().drop(ANSWERS).equals(pl.DataFrame(ROWS, infer_schema_length=None))


def test_a_file_comes_back_whole_in_its_order_with_the_answers_added(tmp_path: Path) -> None:
    source, out = tmp_path / "cases.csv", tmp_path / "out.csv"
    source.write_text(
        "\ufeffcase_id,remark,question,on,start_on,days,list,listed_on\n"
        '007,"a ""b"", c",working_days,2026-11-24,2026-11-20,3,,\n'
        "8, spaces kept ,list,2026-11-24,,,work_safety,2024-05-31\n"
        "-9,=1+1,nonsense,,,-1,,\n",
        "utf-8",
    )

    done = RUN.invoke(rules, ["try", str(source), "--out", str(out)], catch_exceptions=False)

    assert done.exit_code == 0
    told = pl.read_csv(out, infer_schema=False)
    assert told.columns == ["case_id", "remark", "question", "on", "start_on", "days", "list", "listed_on", *ANSWERS]
    assert told["case_id"].to_list() == ["007", "8", "-9"]
    assert told["remark"].to_list() == ['a "b", c', " spaces kept ", "=1+1"]
    assert told["days"].to_list() == ["3", None, "-1"]
    assert told["due_on"].to_list() == ["2026-11-25", None, None]
    assert told["ends_on"].to_list() == [None, "2027-05-31", None]
    assert told["published"].to_list() == [None, None, "review"]


def test_a_file_in_gb18030_is_answered_as_one_in_utf_8(tmp_path: Path) -> None:
    text = "case_id,question,penalty_kinds,decided_on\n1,display,没收违法所得,2025-01-10\n"
    for encoding in ("utf-8", "gb18030"):
        (tmp_path / encoding).write_text(text, encoding)
        RUN.invoke(rules, ["try", str(tmp_path / encoding), "--out", str(tmp_path / f"{encoding}.out")])

    assert "2028-01-10" in (tmp_path / "utf-8.out").read_text("utf-8")
    assert (tmp_path / "gb18030.out").read_bytes() == (tmp_path / "utf-8.out").read_bytes()


def test_the_answers_of_a_file_can_be_asked_again(tmp_path: Path) -> None:
    rows = pl.DataFrame([{"case_id": "1", "question": "working_days", "start_on": "2026-11-20", "days": "3"}])

    once = answered(rows, BOOK)

    assert answered(once, BOOK).equals(once)


def test_a_table_that_asks_nothing_is_refused() -> None:
    with pytest.raises(BadQuery, match="no column question"):
        answered(pl.DataFrame({"case_id": ["1"]}), BOOK)


def test_a_file_that_cannot_be_read_or_written_is_refused(tmp_path: Path) -> None:
    good = tmp_path / "good.csv"
    good.write_text("case_id,question\n1,timely\n", "utf-8")
    empty = tmp_path / "empty.csv"
    empty.write_text("", "utf-8")

    neither = tmp_path / "neither.csv"
    neither.write_bytes(b"case_id,question\n1,\xff\xff\n")

    for source, out, told in (
        (tmp_path / "nowhere.csv", tmp_path / "out.csv", "cannot read"),
        (neither, tmp_path / "out.csv", "no CSV in UTF-8 or GB18030"),
        (empty, tmp_path / "out.csv", "no CSV"),
        (good, tmp_path / "no" / "out.csv", "cannot write"),
    ):
        with pytest.raises(FileRefused, match=told):
            RUN.invoke(rules, ["try", str(source), "--out", str(out)], catch_exceptions=False)


DAYS = st.one_of(
    st.sampled_from(["", "0001-01-01", "9999-12-31", "2024-02-30", "2026-04-01 ", "昨天", "20260401", "+12026-01-01"]),
    st.dates(date(2010, 1, 1), date(2035, 12, 31)).map(str),
)
CELLS = {
    "question": st.sampled_from(["display", "list", "working_days", "timely", "", "why"]),
    "penalty_kinds": st.sampled_from(["", "罚款", ";;", "警告；罚款", "没收违法所得", "责令关闭;罚款", "\t"]),
    "procedure": st.sampled_from(["", "summary", "ordinary", "x"]),
    "domain": st.sampled_from(["", "food", "x"]),
    "amount_yuan": st.sampled_from(["", "0", "-1", "1e30", "9" * 40, "五万元", "50000.005"]),
    "subject_kind": st.sampled_from(["", "organisation", "person", "individual_business", "x"]),
    "channel": st.sampled_from(["", "credit_china", "gsxt", "x"]),
    "list": st.sampled_from(["", *BOOK.lists, "x"]),
    "ground": st.sampled_from(["", "1", "5", "11", "第五条"]),
    "days": st.sampled_from(["", "0", "1", "-3", "100000", "9" * 40, "两天"]),
} | dict.fromkeys(
    ("on", "decided_on", "published_on", "duties_done_on", "restricted_until", "listed_on", "corrected_on",
     "start_on", "received_on"), DAYS,
)  # fmt: skip


@settings(deadline=None)
@given(st.lists(st.fixed_dictionaries(CELLS), min_size=1, max_size=5))
def test_whatever_stands_in_a_row_it_is_answered_or_for_review_with_a_reason(rows: list[dict[str, str]]) -> None:
    told = answered(pl.DataFrame(rows), BOOK).select(*ANSWERS).to_dicts()

    for row, answers in zip(rows, told, strict=True):
        asked = {
            "display": ("published",),
            "list": ("earliest_removal_on", "ends_on"),
            "working_days": ("due_on", "calendar"),
            "timely": ("timely",),
        }.get(row["question"], ("published",))
        review = any(answers[name] == "review" for name in asked)
        assert review == (answers["because"] is not None)
        if row["question"] == "display" and row["subject_kind"] in ("person", "individual_business"):
            assert answers["published"] != "yes"
        for name in ("earliest_repair_on", "shown_until", "ends_on", "due_on"):
            assert answers[name] in (None, "review") or date.fromisoformat(answers[name])
