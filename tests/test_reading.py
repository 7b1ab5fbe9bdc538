"""Reading: whatever is handed in becomes a table of text, or one clear refusal."""

import io
import struct
import zipfile
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime
from pathlib import Path

import polars as pl
import pytest
import xlsxwriter
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from xlsxwriter.workbook import Workbook

from loaders.reading import Table, opened
from registry.errors import FileRefused

HEADERS, ROWS = ("名称", "代码", "备注"), [("甲公司", "1", "一"), ("乙公司", "2", "二")]
TEXT = "名称,代码,备注\n甲公司,1,一\n乙公司,2,二\n"
MEGA = 1 << 20
NOT_XLSX = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"


def read(folder: Path, content: bytes, name: str = "a.csv") -> list[tuple[Table, list[tuple[object, ...]]]]:
    path = folder / name
    path.write_bytes(content)
    with opened(path) as tables:
        return [(table, _rows(table)) for table in tables]


def _rows(table: Table) -> list[tuple[object, ...]]:
    frames = list(table.frames())
    return pl.concat(frames).select("line", pl.col("^c[0-9]+$"), "extra").rows() if frames else []


def one(folder: Path, content: bytes, name: str = "a.csv") -> tuple[Table, list[tuple[object, ...]]]:
    (only,) = read(folder, content, name)
    return only


def workbook(fill: Callable[[Workbook], object]) -> bytes:
    written = io.BytesIO()
    book = Workbook(written, {"in_memory": True})
    fill(book)
    book.close()
    return written.getvalue()


def plain(book: Workbook, name: str = "一") -> xlsxwriter.worksheet.Worksheet:
    sheet = book.add_worksheet(name)
    for row, cells in enumerate([HEADERS, *ROWS]):
        sheet.write_row(row, 0, cells)
    return sheet


@pytest.mark.parametrize(
    ("content", "encoding", "delimiter"),
    [
        (TEXT.encode(), "utf-8", ","),
        (b"\xef\xbb\xbf" + TEXT.encode(), "utf-8-sig", ","),
        (TEXT.encode("gb18030"), "gb18030", ","),
        (TEXT.encode("utf-16"), "utf-16", ","),
        (TEXT.replace(",", "\t").encode("gb18030"), "gb18030", "\t"),
        (TEXT.replace(",", ";").encode(), "utf-8", ";"),
        (TEXT.replace("\n", "\r\n").encode("gb18030"), "gb18030", ","),
        (TEXT.replace("\n", "\r").encode(), "utf-8", ","),
        (TEXT.replace("备注", '"备,注"').replace(",", ";").encode(), "utf-8", ";"),
    ],
)
def test_encoding_delimiter_and_line_ends_are_detected(
    tmp_path: Path, content: bytes, encoding: str, delimiter: str
) -> None:
    table, rows = one(tmp_path, content)

    assert (table.encoding, table.delimiter) == (encoding, delimiter)
    assert [row[1:4] for row in rows] == ROWS
    assert [row[0] for row in rows] == [2, 3]


@pytest.mark.parametrize("header", ['"备\n注"', '"备\r\n注"', '"备\r注"'])
def test_a_line_end_inside_a_header_takes_no_row(tmp_path: Path, header: str) -> None:
    table, rows = one(tmp_path, TEXT.replace("备注", header).encode())

    assert [row[1:4] for row in rows] == ROWS
    assert len(table.headers) == 3


def test_a_line_end_inside_a_cell_stays(tmp_path: Path) -> None:
    _, rows = one(tmp_path, TEXT.replace("一", '"一\n一,一"').encode())

    assert [row[3] for row in rows] == ["一\n一,一", "二"]


def test_short_rows_are_filled_and_long_ones_keep_what_is_beyond(tmp_path: Path) -> None:
    _, rows = one(tmp_path, (TEXT + "丙公司\n丁公司,4,四,多,出\n").encode())

    assert rows[2][1:] == ("丙公司", None, None, None)
    assert rows[3][1:] == ("丁公司", "4", "四", "多")


def test_blank_lines_keep_their_numbers(tmp_path: Path) -> None:
    _, rows = one(tmp_path, ("\n" + TEXT.replace("乙", "\n乙")).encode())

    assert [(row[0], row[1]) for row in rows if row[1]] == [(3, "甲公司"), (5, "乙公司")]


def _with_everything(book: Workbook) -> None:
    sheet = plain(book)
    day = book.add_format({"num_format": "yyyy-mm-dd"})
    sheet.write_row(3, 0, ["丙公司", 915009021234567890])
    sheet.write_datetime(3, 2, datetime(2026, 3, 5), day)  # noqa: DTZ001
    sheet.write_formula(4, 0, '="丁"&"公司"', None, "丁公司")
    sheet.write_row(4, 1, [0.2, True])
    book.add_worksheet("空")
    plain(book, "二")
    book.add_chartsheet("图")
    plain(book, "隐").hide()


def test_every_sheet_of_a_workbook_is_read_as_text(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    tables = read(tmp_path, workbook(_with_everything), "a.xlsx")

    assert [(table.sheet, table.hidden) for table, _ in tables] == [("一", False), ("二", False), ("隐", True)]
    first, rows = tables[0]
    assert (first.headers, first.encoding) == (HEADERS, "xlsx")
    assert rows[2][1:4] == ("丙公司", "915009021234567936", "2026-03-05 00:00:00")
    assert rows[3][1:4] == ("丁公司", "0.2", "true")
    assert capfd.readouterr() == ("", "")


def test_a_table_that_begins_lower_down_keeps_its_row_numbers(tmp_path: Path) -> None:
    def lower(book: Workbook) -> None:
        sheet = book.add_worksheet()
        sheet.write_row(3, 0, HEADERS)
        sheet.write_row(5, 0, ROWS[0])

    table, rows = one(tmp_path, workbook(lower), "a.xlsx")

    assert table.headers == HEADERS
    assert [row[0] for row in rows if row[1]] == [6]


def _far(book: Workbook) -> None:
    sheet = plain(book)
    sheet.write(1_048_575, 0, "x")
    sheet.write(1, 16_383, "y")


def _archive() -> bytes:
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w") as archive:
        archive.writestr("a.csv", TEXT)
    return written.getvalue()


BOOK = workbook(plain)
REFUSED = {
    "an empty file": (b"", "文件为空"),
    "nothing but blank lines": (b"\n\r\n \n", "没有表头"),
    "NUL bytes": (TEXT.encode() + b"\0", "空字节"),
    "binary": (bytes(range(256)) * 40, "空字节"),
    "UTF-16 without its mark": (TEXT.encode("utf-16-le"), "空字节"),
    "UTF-32": (TEXT.encode("utf-32"), "空字节"),
    "UTF-8 that breaks off": (TEXT.encode() + "三".encode()[:2], "编码"),
    "UTF-16 that breaks off": (TEXT.encode("utf-16")[:-1], "utf-16"),
    "UTF-8 and then GB18030": (TEXT.encode() + "丙公司,3,三\n".encode("gb18030"), "编码"),
    "GB18030 and then UTF-8": (TEXT.encode("gb18030") + b"\xff\xff,3\n", "GB18030"),
    "a quote that never closes": (TEXT.encode() + '"丙公司,3,三\n'.encode(), "引号"),
    "a quote inside of a cell": (TEXT.encode() + '丙"公司,3,三\n'.encode(), "引号"),
    "a header without end": ("名".encode() * 700_000, "表头"),
    "more columns than any table has": (",".join("abc" * 200).encode(), "列数"),
    "a damaged workbook": (BOOK[: len(BOOK) // 2], "损坏"),
    "a workbook with holes": (BOOK[:300] + b"\0" * 500 + BOOK[800:], "损坏"),
    "an archive": (_archive(), "压缩包"),
    "a cell at the end of the world": (workbook(_far), "远在表格之外"),
    "an empty workbook": (workbook(lambda book: book.add_worksheet()), "没有内容"),
    "a workbook with a password": (NOT_XLSX + "EncryptedPackage".encode("utf-16-le"), "密码"),
    "the start of an old workbook": (NOT_XLSX + bytes(2000), "工作簿"),
}


@pytest.mark.parametrize("what", REFUSED)
def test_what_cannot_be_read_is_refused_in_two_languages(
    tmp_path: Path, what: str, capfd: pytest.CaptureFixture[str]
) -> None:
    content, reason = REFUSED[what]
    with pytest.raises(FileRefused, match=reason) as refusal:
        read(tmp_path, content)

    assert refusal.value.zh.startswith("a.csv：")
    assert refusal.value.en.startswith("a.csv: ")
    assert capfd.readouterr() == ("", "")


@pytest.mark.parametrize(
    ("start", "part"),
    [
        (b"", b"a" * MEGA),
        (b'"', TEXT.encode() * (MEGA // len(TEXT.encode()))),  # a quote that never closes
        (b'"', TEXT.encode().replace(b"\n", b'\n""') * (MEGA // len(TEXT.encode()))),
        (b"", b"a,b\r" * (MEGA // 4)),  # a return ends no line where others end in line feeds
    ],
    ids=["letters", "within a quote", "within a quote, with others", "returns"],
)
def test_a_line_without_end_is_refused_before_it_is_read(tmp_path: Path, start: bytes, part: bytes) -> None:
    with (tmp_path / "a.csv").open("wb") as stream:
        stream.write(TEXT.encode() + start + part * 24)
        stream.truncate(2 << 30)  # the rest takes no room on disk; it would be refused for its NUL bytes
    with pytest.raises(FileRefused, match="有一行过长"), opened(tmp_path / "a.csv"):
        pass


def test_a_long_file_of_quoted_cells_is_read(tmp_path: Path) -> None:
    _, rows = one(tmp_path, TEXT.encode() + '"丙\n公司","3","三"\n'.encode() * 200_000)

    assert (len(rows), rows[-1][1]) == (200_002, "丙\n公司")


def test_long_rows_come_in_smaller_batches_all_of_them_in_order(tmp_path: Path) -> None:
    rows, long = 4_000, "长" * 10_000
    path = tmp_path / "a.csv"
    path.write_text(TEXT + f"丙公司,3,{long}\n" * rows, encoding="utf-8")

    with opened(path) as (table,):
        frames = list(table.frames())

    assert max(frame.estimated_size() for frame in frames) < 64 * MEGA
    assert pl.concat(frames)["line"].to_list() == list(range(2, rows + 4))


def _with(content: bytes, part: str, *, lying: bool = False) -> bytes:
    """A good workbook, one of its parts replaced; `lying` says in the archive that the part is small."""
    written = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(BOOK)) as good, zipfile.ZipFile(written, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in good.namelist():
            archive.writestr(name, content if name == part else good.read(name))
    size = struct.pack("<I", len(content))
    return written.getvalue().replace(size, struct.pack("<I", 99)) if lying else written.getvalue()


@pytest.mark.parametrize("part", ["xl/worksheets/sheet1.xml", "xl/sharedStrings.xml", "xl/_rels/workbook.xml.rels"])
@pytest.mark.parametrize("lying", [False, True])
def test_a_workbook_that_unpacks_to_far_more_is_refused_unread(tmp_path: Path, part: str, lying: bool) -> None:
    with pytest.raises(FileRefused, match="损坏|没有内容" if lying else "解压后过大"):
        read(tmp_path, _with(b"<a/>" + b" " * (40 * MEGA), part, lying=lying), "a.xlsx")


def test_a_workbook_that_is_mostly_empty_is_refused_and_one_that_is_full_is_read(tmp_path: Path) -> None:
    def sparse(book: Workbook) -> None:
        plain(book).write(200_000, 25, "x")

    def full(book: Workbook) -> None:
        sheet = plain(book)
        for row in range(3, 30_000):
            sheet.write_row(row, 0, ROWS[0])

    with pytest.raises(FileRefused, match="远在表格之外"):
        read(tmp_path, workbook(sparse), "a.xlsx")
    assert len(one(tmp_path, workbook(full), "a.xlsx")[1]) == 29_999


def test_a_folder_and_a_file_that_is_not_there_are_refused(tmp_path: Path) -> None:
    for path in (tmp_path, tmp_path / "no.csv"):
        with pytest.raises(FileRefused, match="找不到"), opened(path):
            pass


def test_a_fault_elsewhere_is_not_laid_to_the_file(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text(TEXT, encoding="utf-8")
    with pytest.raises(PermissionError), opened(tmp_path / "a.csv"):
        raise PermissionError


pieces = st.one_of(
    st.binary(max_size=40),
    st.sampled_from([TEXT.encode(), TEXT.encode("gb18030"), BOOK[:99], b"PK\x03\x04", b"\xef\xbb\xbf"]),
    st.sampled_from([b'"', b"\r", b"\n", b",", b"\t"]),
)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=150)
@given(st.lists(pieces, max_size=6).map(b"".join))
def test_any_bytes_are_read_or_refused(tmp_path: Path, content: bytes) -> None:
    with suppress(FileRefused):
        assert all(table.headers for table, _ in read(tmp_path, content))
