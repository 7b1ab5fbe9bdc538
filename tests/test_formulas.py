"""No file that we write runs anything: whatever was delivered, a cell that begins like a formula is written as text."""

import csv
import io
import zipfile
from datetime import date
from pathlib import Path

import polars as pl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from typer.testing import CliRunner

from loaders.checks import required
from loaders.feedback import Feedback
from loaders.headers import mapped
from loaders.sources import SOURCES
from registry.cli.app import command_line
from registry.documents.figures import COLUMNS, TOTAL, Return, Table, Title, period
from registry.documents.monthly_return import csv_of, workbook_of
from registry.formulas import guarded, guarded_text, unguarded
from registry.vocabulary import SourceKind

TEXT = st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=12)
CELL = st.one_of(
    TEXT, st.builds(str.__add__, st.sampled_from(["=", "+", "-", "@", "\t", "\r", " =", "'=", "\n+", "＝"]), TEXT)
)
RUNS = ("=", "+", "-", "@", "\t", "\r")
HEADERS = ("企业名称", "统一社会信用代码", "备注")


@given(CELL)
def test_a_guarded_cell_never_runs_and_reads_back_as_it_was(cell: str) -> None:
    frame = pl.DataFrame({"cell": [cell]})
    written = frame.select(guarded(pl.col("cell"))).item()

    assert not written.lstrip().startswith(RUNS)
    assert not written.startswith(RUNS)
    assert written == guarded_text(cell)
    assert pl.DataFrame({"cell": [written]}).select(unguarded(pl.col("cell"))).item() == cell


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=40)
@given(rows=st.lists(st.tuples(CELL, CELL, CELL), min_size=1, max_size=4))
def test_feedback_holds_no_formula(tmp_path: Path, rows: list[tuple[str, str, str]]) -> None:
    feedback = Feedback(tmp_path, "a", mapped(HEADERS, SOURCES[SourceKind.SUBJECTS], where="a.csv"), required("name"))
    cells = pl.DataFrame(rows, schema=["c0", "c1", "c2"], orient="row")
    feedback.add(cells.with_columns(line=pl.int_range(2, pl.len() + 2), failed=pl.lit("name_missing")))
    feedback.close()
    with feedback.csv.open(encoding="utf-8-sig", newline="") as stream:
        written = list(csv.reader(stream))

    assert len(written) == len(rows) + 1
    assert [cell for row in written for cell in row if cell.lstrip().startswith(RUNS)] == []
    assert _formulas(feedback.xlsx.read_bytes()) == 0


@settings(deadline=None, max_examples=30)
@given(name=CELL, code=CELL)
def test_a_return_holds_no_formula(name: str, code: str) -> None:
    made = _return(name, code)
    written = list(csv.reader(io.StringIO(csv_of(made.tables[0]).decode("utf-8-sig"), newline="")))

    assert [cell for row in written for cell in row if cell.lstrip().startswith(RUNS)] == []
    assert _formulas(workbook_of(made)) == 0


@pytest.mark.parametrize("cell", ["=1+1", "'=1+1", " =1+1", "－1", "一=1"])
def test_the_apostrophe_stands_only_before_what_would_run(cell: str) -> None:
    assert guarded_text(cell) == (cell if cell.startswith("一") else f"'{cell}")


@pytest.mark.parametrize("written", ["match", "compare"])
def test_what_a_command_writes_from_a_file_holds_no_formula(written: str, tmp_path: Path) -> None:
    one, other, out = (tmp_path / name for name in ("one.csv", "other.csv", "out.csv"))
    one.write_text("id,name,name_a,name_b\n=1+1,甲乙公司,@甲,-乙\n", "utf-8")
    other.write_text("id,name\n=2+2,甲乙公司\n", "utf-8")
    words = {"match": ["match", str(one), str(other)], "compare": ["compare", str(one)]}
    asked = [*words[written], "--out", str(out)]

    done = CliRunner().invoke(command_line(asked[0]), asked, catch_exceptions=False)

    assert done.exit_code == 0
    rows = list(csv.reader(io.StringIO(out.read_text("utf-8"), newline="")))
    assert [cell for row in rows for cell in row if cell.lstrip().startswith(RUNS)] == []
    assert "'=1+1" in rows[1]


def _return(name: str, code: str) -> Return:
    columns = COLUMNS["department"] + COLUMNS["subjects"]
    numbers = {column.name: [0, 0] for column in COLUMNS["subjects"]}
    frame = pl.DataFrame({"code": [TOTAL, code], "name": ["合计", name], **numbers})
    deliveries = pl.DataFrame({"code": [TOTAL], "name": ["合计"], "recalled": [0], "recalled_rows": [0]})
    tables = (
        Table("subjects", Title("信用主体", "Subjects"), columns, frame),
        Table("deliveries", Title("批次", "Deliveries"), COLUMNS["source"], deliveries),
    )
    return Return(period("2026-10"), date(2026, 11, 1), date(2026, 10, 31), tables)


def _formulas(workbook: bytes) -> int:
    with zipfile.ZipFile(io.BytesIO(workbook)) as archive:
        sheets = [archive.read(name) for name in archive.namelist() if name.startswith("xl/worksheets/sheet")]
    return sum(sheet.count(b"<f") for sheet in sheets)
