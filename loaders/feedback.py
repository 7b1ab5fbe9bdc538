"""The feedback file: the faulty rows as delivered, with the cell, what is wrong and what was expected.

A department mends it and sends it again: our own columns begin with 反馈_ and are read past. Dropped columns
stand as 已删除. Cells that a spreadsheet would run as a formula are guarded with an apostrophe, which reading
takes off again.
"""

import csv
import io
from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path

import polars as pl

from loaders.checks import Check
from loaders.headers import FEEDBACK_PREFIX, Mapped
from registry.disk import settle
from registry.formulas import guarded, guarded_text

OWN_COLUMNS = tuple(FEEDBACK_PREFIX + name for name in ("行号", "单元格", "问题", "应为"))
MOST_WORKBOOK_ROWS = 1_000
_TEXT = {"num_format": "@", "valign": "top"}


class Feedback:
    """Written batch by batch, CSV whole and XLSX up to its first 1,000 rows; `discard` if the delivery fails."""

    def __init__(self, folder: Path, stem: str, mapped: Mapped, checks: Sequence[Check]) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self.csv = folder / f"{stem}.csv"
        self.xlsx = folder / f"{stem}.xlsx"
        self._mapped = mapped
        self._checks = checks
        self._first: list[pl.DataFrame] = []  # what the workbook will hold
        self._rows = 0
        # a feedback file sent again loses our columns, to gain new ones
        self._places = [i for i, header in enumerate(mapped.headers) if not header.startswith(FEEDBACK_PREFIX)]
        self._headers = (*OWN_COLUMNS, *(guarded_text(mapped.headers[i]) for i in self._places))
        self._stream = self.csv.open("wb")
        self._stream.write(b"\xef\xbb\xbf" + _csv_line(self._headers))

    def add(self, rejected: pl.DataFrame) -> None:
        """Append rejected rows: `line`, `failed` (check names joined by ";") and the cells as delivered."""
        if rejected.is_empty():
            return
        line = pl.col("line").cast(pl.String)
        rows = rejected.select(
            line.alias("line"),
            self._told(lambda check: pl.concat_str(pl.lit(self._letter(check)), line)).alias("cell"),
            self._told(lambda check: pl.lit(f"{self._heading(check)}{check.problem}")).alias("problem"),
            self._told(lambda check: pl.lit(check.expected)).alias("expected"),
            *[guarded(pl.col(f"c{i}")) for i in self._places],
        )
        rows.write_csv(self._stream, include_header=False, quote_style="necessary")
        self._first.append(rows.head(MOST_WORKBOOK_ROWS - self._rows))
        self._rows = min(self._rows + rows.height, MOST_WORKBOOK_ROWS)

    def close(self) -> None:
        """Finish both files, on the disk itself: the delivery that they belong to comes but once."""
        self._stream.close()
        self._write_workbook()  # while the last accepted rows are being written: it takes as long
        for path in (self.csv, self.xlsx, self.csv.parent):
            settle(path)

    def discard(self) -> None:
        """Remove both files: the delivery was refused."""
        with suppress(OSError):  # a full disk may be why it is discarded
            self._stream.close()
        self.csv.unlink(missing_ok=True)
        self.xlsx.unlink(missing_ok=True)

    def _told(self, words: Callable[[Check], pl.Expr]) -> pl.Expr:
        failed = pl.concat_str(pl.lit(";"), pl.col("failed"), pl.lit(";"))
        said = [
            pl.when(failed.str.contains(f";{check.name};", literal=True)).then(words(check)) for check in self._checks
        ]
        return pl.concat_str(said, separator="; ", ignore_nulls=True)

    def _letter(self, check: Check) -> str:
        """The column letters of the first cell that the check judges, as a spreadsheet counts them."""
        places = self._mapped.positions.get(check.field)
        return _letters(places[0]) if places else _letters(len(self._mapped.headers))

    def _heading(self, check: Check) -> str:
        places = self._mapped.positions.get(check.field)
        return f"“{self._mapped.headers[places[0]]}”" if places else ""

    def _write_workbook(self) -> None:
        import xlsxwriter  # which an import without a file to take does without

        book = xlsxwriter.Workbook(self.xlsx, {"constant_memory": True, "strings_to_formulas": False})
        sheet, plain = book.add_worksheet("待修正"), book.add_format(_TEXT)
        bold = book.add_format({"bold": True, "bg_color": "#DCE6F1", "text_wrap": True, "valign": "top"})
        wrapped = book.add_format({**_TEXT, "text_wrap": True, "bg_color": "#FDE9D9"})
        sheet.freeze_panes(1, 0)
        sheet.set_column(0, 1, 10)
        sheet.set_column(2, 3, 44)
        sheet.set_column(4, 3 + len(self._places), 20, plain)
        for column, header in enumerate(self._headers):
            sheet.write_string(0, column, header, bold)
        for number, row in enumerate((row for rows in self._first for row in rows.iter_rows()), start=1):
            for column, value in enumerate(row):
                if value is not None:
                    sheet.write_string(number, column, value, wrapped if column < len(OWN_COLUMNS) else plain)
        if self._rows == MOST_WORKBOOK_ROWS:
            rest = f"其余见 {self.csv.name} / the rest is in {self.csv.name}"
            sheet.write_string(self._rows + 1, 0, rest)
        book.close()


def _letters(position: int) -> str:
    name = ""
    position += 1
    while position:
        position, rest = divmod(position - 1, 26)
        name = chr(ord("A") + rest) + name
    return name


def _csv_line(cells: Sequence[str]) -> bytes:
    line = io.StringIO()
    csv.writer(line, lineterminator="\n").writerow(cells)
    return line.getvalue().encode()
