"""`chengxin rules try`: the law's cases as a table, and what the table keeps."""

import tomllib
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from typer.testing import CliRunner

from registry.cli.rules import app as rules
from registry.errors import BadQuery, FileRefused
from registry.rulebook import load
from registry.rulebook.trying import ANSWERS, answered

BOOK = load()
RUN = CliRunner()
FILES = sorted((Path(__file__).parent / "cases").glob("try_*.toml"))


def cases() -> list[Any]:
    found = []
    for file in FILES:
        law = tomllib.loads(file.read_text("utf-8"))
        for case in law["cases"]:
            row = {"question": law["question"], **law["row"], **case["row"]}
            found.append(pytest.param(row, case["expect"], id=f"{law['question']}: {case['name']}"))
    return found


@pytest.mark.parametrize(("row", "expected"), cases())
def test_the_law_case_is_answered_as_written(row: dict[str, str], expected: dict[str, str]) -> None:
    [told] = answered(pl.DataFrame([row]), BOOK).select(*ANSWERS).fill_null("").to_dicts()

    told["because"] = told["because"].partition(":")[0]
    told["basis"] = told["basis"].rpartition("[")[2].removesuffix("]")
    assert told == {**dict.fromkeys(ANSWERS, ""), **expected}


def test_all_cases_in_one_table_are_answered_as_alone() -> None:
    rows = pl.DataFrame([case.values[0] for case in cases()], infer_schema_length=None)

    together = answered(rows, BOOK)

    alone = [answered(pl.DataFrame([case.values[0]]), BOOK).select(*ANSWERS) for case in cases()]
    assert together.select(*ANSWERS).equals(pl.concat(alone))
    assert together.drop(ANSWERS).equals(rows)


def test_a_file_comes_back_whole_in_its_order_with_the_answers_added(tmp_path: Path) -> None:
    source, out = tmp_path / "cases.csv", tmp_path / "out.csv"
    source.write_text(
        "\ufeffcase_id,remark,question,on,start_on,days,list,listed_on\n"
        '007,"a ""b"", c",working_days,2026-11-24,2026-11-20,3,,\n'
        "8, spaces kept ,list,2026-11-24,,,work_safety,2024-05-31\n"
        "9,,nonsense,,,,,\n",
        "utf-8",
    )

    done = RUN.invoke(rules, ["try", str(source), "--out", str(out)], catch_exceptions=False)

    assert done.exit_code == 0
    told = pl.read_csv(out, infer_schema=False)
    assert told.columns == ["case_id", "remark", "question", "on", "start_on", "days", "list", "listed_on", *ANSWERS]
    assert told["case_id"].to_list() == ["007", "8", "9"]
    assert told["remark"].to_list() == ['a "b", c', " spaces kept ", None]
    assert told["due_on"].to_list() == ["2026-11-25", None, None]
    assert told["ends_on"].to_list() == [None, "2027-05-31", None]
    assert told["published"].to_list() == [None, None, "review"]


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

    for source, out, told in (
        (tmp_path / "nowhere.csv", tmp_path / "out.csv", "cannot read"),
        (empty, tmp_path / "out.csv", "no CSV"),
        (good, tmp_path / "no" / "out.csv", "cannot write"),
    ):
        with pytest.raises(FileRefused, match=told):
            RUN.invoke(rules, ["try", str(source), "--out", str(out)], catch_exceptions=False)
