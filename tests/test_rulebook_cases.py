"""The law's cases, written as data in `tests/cases/`: each is a day, a record and what must become of it."""

import tomllib
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from registry.rulebook import judged, load
from registry.vocabulary import SourceKind
from tests.signed_law import CATALOGUE, signed_law

FILES = [
    Path(__file__).parent / "cases" / f"{kind}.toml"
    for kind in ("penalties", "lists", "permits", "honours", "commitments")
]
COLUMNS = {
    "record_id": pl.Int64,
    "classes": pl.String,
    "procedure": pl.String,
    "amount_fen": pl.Int64,
    "has_ground": pl.Boolean,
    "has_document": pl.Boolean,
    "decided_on": pl.Date,
    "starts_on": pl.Date,
    "ends_on": pl.Date,
    "noticed_on": pl.Date,
    "served_on": pl.Date,
    "status": pl.String,
    "first_shown_on": pl.Date,
}
ELSEWHERE = ("procedures.", "transition", "catalogue", "measures", "masking", "red_lists")
"""Rules whose cases are in `test_procedures.py`, `test_transition.py` and `test_catalogues.py`."""
EXPECTED = ("outcome", "because", "basis", "shown_from", "shown_until")


def frame(*records: Mapping[str, object]) -> pl.LazyFrame:
    return pl.LazyFrame([{"record_id": i, **record} for i, record in enumerate(records)], schema=COLUMNS)


def cases() -> list[Any]:
    found = []
    for file in FILES:
        law = tomllib.loads(file.read_text("utf-8"))
        for case in law["cases"]:
            record = {"record_id": 7, **law.get("record", {}), **case.get("record", {})}
            # TOML has no null: an empty text takes away a date that the file gives to every record
            record = {k: None if v == "" and COLUMNS[k] == pl.Date else v for k, v in record.items()}
            [source] = [kind for kind in SourceKind if kind == law["source"]]
            found.append(pytest.param(source, record, case, id=f"{file.stem}: {case['name']}"))
    return found


@pytest.mark.parametrize(("source", "record", "case"), cases())
def test_the_law_case_comes_out_as_written(source: SourceKind, record: dict[str, Any], case: dict[str, Any]) -> None:
    day: date = case["on"]
    book = signed_law(*case.get("signed", (CATALOGUE,)))

    [row] = judged(source, frame(record), book, on=day, production=case.get("production", True)).collect().to_dicts()

    assert row == {"record_id": 7, **dict.fromkeys(EXPECTED), **case["expect"]}


def test_every_part_of_the_law_has_a_case() -> None:
    named = {case.values[2]["expect"].get("basis") for case in cases()}
    for file in (Path(__file__).parent / "cases").glob("try_*.toml"):
        named |= {case["expect"].get("basis") for case in tomllib.loads(file.read_text("utf-8"))["cases"]}

    applied = {
        basis.basis
        for basis in load().bases.values()
        if basis.values.get("kinds") != "unread" and not basis.rule.startswith(ELSEWHERE)
    }
    assert applied <= named
