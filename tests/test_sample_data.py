"""The sample deliveries are what their README says: invented, well formed, and faulty only where listed."""

import csv
import io
import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import fastexcel
import pytest
from stdnum.cn import ric, uscc

from registry.office import load_office
from registry.vocabulary import SourceKind

FOLDER = Path(__file__).parents[1] / "sample_data"
INDEXES = ("deliveries.csv", "faults.csv")
SUBJECT_CODE = re.compile(r"^(行政相对人代码_1.)?统一社会信用代码.?$|^承诺人代码$")
BODY_CODE = re.compile(r"^(处罚机关|许可机关|数据来源单位|认定单位)统一社会信用代码$|^(认定|承诺受理)单位代码$")
PLACEHOLDER, NOTHING = "0" * 17 + "X", ("", "——")
IDENTITY_NUMBER = re.compile(
    r"(?<![0-9A-Z])\d{6}(?:19|20)\d{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])\d{3}[\dX](?![0-9A-Z])"
)


@dataclass(frozen=True)
class Cell:
    """One cell of a sample, its text half width and without blanks."""

    file: str
    sheet: str
    line: int
    header: str
    text: str

    @property
    def row(self) -> tuple[str, str, int]:
        return self.file, self.sheet, self.line


def _index(name: str) -> list[dict[str, str]]:
    with (FOLDER / name).open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


def _csv_table(content: bytes) -> list[list[str]]:
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = content.decode("gb18030")
    delimiter = max(",;\t", key=text.split("\n", 1)[0].count)
    return list(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter))


def tables(path: Path) -> Iterator[tuple[str, list[list[str]]]]:
    if path.suffix == ".csv":
        yield "", _csv_table(path.read_bytes())
        return
    book = fastexcel.read_excel(path)
    for sheet in book.sheet_names:
        cells = book.load_sheet(sheet, header_row=None, dtypes="string").to_polars()
        yield sheet, [[cell or "" for cell in row] for row in cells.rows()]


def _cells(file: str) -> Iterator[Cell]:
    for sheet, (headers, *rows) in tables(FOLDER / file):
        for line, row in enumerate(rows, start=2):
            for header, raw in zip(headers, row, strict=False):
                text = re.sub(r"\s", "", unicodedata.normalize("NFKC", raw))
                yield Cell(file, sheet, line, unicodedata.normalize("NFKC", header), text)


DELIVERIES = _index("deliveries.csv")
FAULTS = {(row["file"], row["sheet"], int(row["line"])): row["checks"].split(";") for row in _index("faults.csv")}
CELLS = [cell for delivery in DELIVERIES for cell in _cells(delivery["file"])]


def test_every_sample_is_delivered_once_in_the_order_received() -> None:
    files = [delivery["file"] for delivery in DELIVERIES]
    days = [date.fromisoformat(delivery["received_on"]) for delivery in DELIVERIES]

    assert sorted(files) == sorted(
        p.name for p in FOLDER.iterdir() if p.is_file() and p.name not in (*INDEXES, "README.md")
    )
    assert days == sorted(days)


def test_every_delivery_names_a_known_source_and_department() -> None:
    departments = {*load_office(None).departments["code"], ""}

    assert {delivery["source"] for delivery in DELIVERIES} == {kind.value for kind in SourceKind}
    assert {delivery["department"] for delivery in DELIVERIES} <= departments


def test_every_source_kind_has_a_good_and_a_faulty_file() -> None:
    for kind in SourceKind:
        files = [delivery["file"] for delivery in DELIVERIES if delivery["source"] == kind]
        faulty = {file for file, _, _ in FAULTS if file in files}

        assert faulty == {file for file in files if "faulty" in file}
        assert faulty
        assert set(files) - faulty


def test_the_readme_names_every_file() -> None:
    readme = (FOLDER / "README.md").read_text(encoding="utf-8")

    assert not [
        p for p in FOLDER.iterdir() if p.name != "README.md" and f"`{p.name}{'/' if p.is_dir() else ''}`" not in readme
    ]


def test_every_listed_fault_is_of_a_row_that_is_there() -> None:
    assert set(FAULTS) <= {cell.row for cell in CELLS}


@pytest.mark.parametrize("file", [delivery["file"] for delivery in DELIVERIES])
def test_the_codes_of_subjects_are_valid_except_where_a_fault_is_listed(file: str) -> None:
    codes = [cell for cell in CELLS if cell.file == file and SUBJECT_CODE.match(cell.header)]
    wrong = {c.row for c in codes if c.text not in (*NOTHING, PLACEHOLDER) and not uscc.is_valid(c.text)}
    listed = {row for row, checks in FAULTS.items() if row[0] == file and any(c.startswith("uscc_") for c in checks)}
    missing = {c.row for c in codes if c.text in NOTHING and "uscc_missing" in FAULTS.get(c.row, [])}

    assert codes
    assert wrong | missing == listed


def test_the_codes_of_public_bodies_are_valid() -> None:
    codes = [cell for cell in CELLS if BODY_CODE.match(cell.header) and cell.text]

    assert codes
    assert not [cell for cell in codes if not uscc.is_valid(cell.text)]


def test_no_valid_code_was_ever_issued() -> None:
    valid = {cell.text for cell in CELLS if uscc.is_valid(cell.text)}

    assert not {code for code in valid if not code.startswith("0000", 8)}


def test_identity_numbers_are_obviously_invented_but_well_formed_enough_to_be_found() -> None:
    numbers = {number for cell in CELLS for number in IDENTITY_NUMBER.findall(cell.text)}

    assert numbers
    assert not {number for number in numbers if not number.startswith("15090219000101")}
    assert all(ric.calc_check_digit(number) == number[-1] for number in numbers)
