"""What a cell is read as: the cases are data, and the exact parts hold for any value."""

import tomllib
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from loaders import cleaning
from registry.identifiers import code_fault, compact, is_identity_number, is_uscc

CASES = tomllib.loads((Path(__file__).parent / "cases" / "cells.toml").read_text(encoding="utf-8"))
EDITIONS = {"2015": cleaning.STATUS_2015, "2018": cleaning.STATUS_2018}
VALUE = pl.col("value")


def read(expression: pl.Expr, *values: str | None) -> list[Any]:
    return pl.DataFrame({"value": list(values)}, schema={"value": pl.String}).select(expression).to_series().to_list()


def _fault(_case: dict[str, Any]) -> pl.Expr:
    code = compact(VALUE)
    return code_fault(code, is_uscc(code) & ~is_identity_number(code) & ~code.str.starts_with("0"))


READERS: dict[str, Callable[[dict[str, Any]], pl.Expr]] = {
    "day": lambda _: cleaning.day(VALUE),
    "amount": lambda case: cleaning.fen(cleaning.text(VALUE), unit=case["unit"]),
    "year": lambda _: cleaning.year(VALUE),
    "kinds": lambda _: cleaning.penalty_kinds(VALUE),
    "status": lambda case: cleaning.numbered_status(VALUE, EDITIONS[case["edition"]]),
    "code": _fault,
}
CELLS = [
    pytest.param(reader, case, cell, id=f"{case['name']}: {cell}")
    for reader in READERS
    for case in CASES[reader]
    for cell in case["cells"]
]


@pytest.mark.parametrize(("reader", "case", "cell"), CELLS)
def test_a_cell_is_read_as_its_case_says(reader: str, case: dict[str, Any], cell: str) -> None:
    expected = case.get("fault") if reader == "code" else case.get("read")

    assert read(READERS[reader](case), cell) == [expected]


@pytest.mark.parametrize(
    ("scope", "status", "expected"),
    [
        *[(scope, "valid", "valid") for scope in ("0", "0.0", "公示", "向社会公开", None)],
        *[(scope, "valid", "closed") for scope in ("1", "2", "内部共享", "授权查询", "不公开", "未定")],
        ("1", None, "closed"),
        ("0", None, None),
        ("1", "revoked", "revoked"),
    ],
)
def test_what_is_for_the_administration_alone_is_closed(scope: str | None, status: str | None, expected: str) -> None:
    row = pl.DataFrame({"status": [status], "scope": [scope]}, schema={"status": pl.String, "scope": pl.String})

    assert row.select(cleaning.scoped_status(pl.col("status"), pl.col("scope"))).item() == expected


@pytest.mark.parametrize("cell", CASES["default"][0]["cells"])
def test_a_day_that_programs_write_for_unknown_is_suspicious(cell: str) -> None:
    assert read(cleaning.is_default(cleaning.day(VALUE), VALUE), cell) == [True]


@pytest.mark.parametrize("cell", ["— —", "——", " - ", "无", "N/A", "", "   "])
def test_a_mark_for_nothing_is_nothing(cell: str) -> None:
    assert read(cleaning.text(VALUE), cell) == [None]


def test_what_a_spreadsheet_left_goes() -> None:
    assert read(cleaning.without_debris(VALUE), "甲_x000D_\u200b公司\ufeff") == ["甲公司"]


@given(st.dates(date(1900, 1, 2), date(2150, 1, 1)).filter(lambda day: day != date(1970, 1, 1)))
def test_every_form_of_a_day_is_read_back(day: date) -> None:
    forms = [f"{day:%Y-%m-%d}", f"{day.year}/{day.month}/{day.day}", f"{day.year}年{day.month}月{day.day}日"]
    forms += [f"{day.year}.{day.month}.{day.day}", f"{day.year}-{day.month}-{day.day} 9:05"]
    if day.year < 2100:
        forms.append(f"{day:%Y%m%d}")
    if date(1950, 1, 1) <= day < date(2100, 1, 1):
        forms.append(str((day - date(1899, 12, 30)).days))

    assert read(cleaning.day(VALUE), *forms) == [day] * len(forms)


amounts = st.decimals(0, 99_999_999, places=6, allow_nan=False, allow_infinity=False)


@given(st.lists(amounts, min_size=1))
def test_an_amount_in_ten_thousands_is_exact_to_the_fen(values: list[Decimal]) -> None:
    exact = [int(value * 1_000_000) for value in values]

    assert read(cleaning.fen(VALUE, unit="万元"), *map(str, values)) == exact
    assert read(cleaning.fen(VALUE, unit="元"), *[f"{value:,}万元" for value in values]) == exact
    assert read(cleaning.fen(VALUE, unit="元"), *[f"{value * 10_000:.2f}" for value in values]) == exact


known = st.sampled_from(["2024/3/5", "罚款;警告", "0.2万元", "2017.0", "有效"])
cells = st.one_of(st.none(), st.text(max_size=12), known)
READ_ONCE = [
    (cleaning.day, pl.Date()),
    (cleaning.penalty_kinds, pl.String()),
    (cleaning.year, pl.Int32()),
    (cleaning.status, pl.String()),
]


@given(st.lists(cells, max_size=30))
@pytest.mark.parametrize(("reader", "kind"), READ_ONCE)
def test_reading_each_distinct_value_once_changes_nothing(
    reader: Callable[[pl.Expr], pl.Expr], kind: pl.DataType, values: list[str | None]
) -> None:
    assert read(cleaning.distinctly(VALUE, reader, kind), *values) == read(reader(VALUE), *values)


@given(st.lists(cells))
def test_no_cell_whatever_stops_the_reading(values: list[str | None]) -> None:
    for expression in (
        cleaning.day(VALUE), cleaning.fen(VALUE, unit="万元"), cleaning.fen(VALUE, unit="元"), cleaning.year(VALUE),
        cleaning.penalty_kinds(VALUE), cleaning.is_default(cleaning.day(VALUE), VALUE),
    ):  # fmt: skip
        assert len(read(expression, *values)) == len(values)
