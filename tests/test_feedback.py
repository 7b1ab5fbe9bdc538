"""Feedback: what a department gets back, mends and sends again."""

import csv
from pathlib import Path

import fastexcel
from xlsxwriter.workbook import Workbook

from registry.actions.receipts import Receipt
from tests.receiving import PENALTY_HEADERS, Counter, code, csv_text, penalties, penalty

HEADERS = (*PENALTY_HEADERS, "证件号码")
OWN = 4
FAULTY = (*penalty(处罚决定日期="明天", 违法事实='=HYPERLINK("x")', 备注="一\n二"), "15090218990101006X")


def csv_of(receipt: Receipt) -> list[list[str]]:
    with Path(receipt.feedback[0]).open(encoding="utf-8-sig", newline="") as stream:
        return list(csv.reader(stream))


def xlsx_of(receipt: Receipt) -> list[list[str]]:
    cells = fastexcel.read_excel(receipt.feedback[1]).load_sheet(0, header_row=None, dtypes="string").to_polars()
    return [[cell or "" for cell in row] for row in cells.rows()]


def test_a_faulty_row_comes_back_with_its_cell_and_what_was_expected(counter: Counter) -> None:
    receipt = counter.take(csv_text(HEADERS, FAULTY))
    header, row = csv_of(receipt)

    assert header == ["反馈_行号", "反馈_单元格", "反馈_问题", "反馈_应为", *HEADERS]
    assert row[:2] == ["2", "E2"]
    assert row[2].startswith("“处罚决定日期”日期无法识别")
    assert "2024-03-05" in row[3]
    assert row[OWN:] == [*FAULTY[:6], "'" + FAULTY[6], FAULTY[7], "已删除"]
    assert xlsx_of(receipt) == csv_of(receipt)


def test_a_row_with_several_faults_tells_each(counter: Counter) -> None:
    _, row = csv_of(counter.take(penalties(penalty(处罚决定日期="", 处罚机关="", 统一社会信用代码="9.15E+17"))))

    assert sorted(row[1].split("; ")) == ["B2", "E2", "F2"]


def test_a_mended_csv_is_accepted(counter: Counter) -> None:
    sent = counter.take(csv_text(HEADERS, FAULTY))
    header, row = csv_of(sent)
    row[OWN + 4] = "2026-03-05"
    again = counter.take(csv_text(header, row), name="mended.csv")

    assert (again.counts.read, again.counts.accepted) == (1, 1)
    assert '=HYPERLINK("x")' in counter.ask("SELECT facts FROM record")[0][0]


def test_a_mended_workbook_is_accepted(counter: Counter, tmp_path: Path) -> None:
    header, row = xlsx_of(counter.take(csv_text(HEADERS, FAULTY)))
    row[OWN + 4] = "2026-03-05"
    with Workbook(tmp_path / "mended.xlsx") as book:
        sheet = book.add_worksheet()
        for number, cells in enumerate([header, row, ["其余见 a.csv"]]):
            for column, cell in enumerate(cells):
                sheet.write_string(number, column, cell)
    (again,) = counter.take_file(tmp_path / "mended.xlsx")

    assert (again.counts.read, again.counts.accepted, again.blank) == (1, 1, 1)


def test_feedback_sent_again_as_it_was_is_given_back_again(counter: Counter) -> None:
    sent = counter.take(csv_text(HEADERS, FAULTY))
    again = counter.take(Path(sent.feedback[0]).read_bytes(), name="again.csv")

    assert again.rejected_by_check == sent.rejected_by_check
    assert [row[OWN:] for row in csv_of(again)] == [row[OWN:] for row in csv_of(sent)]
    assert csv_of(again)[1][1] == "I2"


def test_a_good_delivery_gets_feedback_with_no_row(counter: Counter) -> None:
    assert len(csv_of(counter.take(penalties(penalty())))) == 1


def test_a_formula_never_starts_a_cell(counter: Counter) -> None:
    marks = "=+-@＝＋－＠"
    rows = [penalty(处罚决定日期="明天", 备注=mark + "1+1", 统一社会信用代码=code(n)) for n, mark in enumerate(marks)]

    assert {row[-1] for row in csv_of(counter.take(penalties(*rows)))[1:]} == {f"'{mark}1+1" for mark in marks}
