"""Workbooks: the cells of every sheet as text. A workbook that would not fit in memory is refused before it is read."""

import logging
import re
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import fastexcel
import polars as pl

from registry.errors import FileRefused
from registry.identifiers import masked

_CHUNK = 4 << 20
_MOST_UNZIPPED = 2 << 30
_SMALL, _MOST_SQUEEZED = 32 << 20, 100  # text of cells is packed to a tenth, hardly ever to less than a thirtieth
_MOST_CELLS = 50_000_000  # the reader holds the whole rectangle from the first filled cell to the last
_FEW_CELLS, _LEAST_FILLED = 4_000_000, 10  # a larger rectangle must not be emptier than one cell in so many
_COLUMN = re.compile(rb"""\sr=["']([A-Z]{1,3})[0-9]""")
_HIGH_ROW = re.compile(rb"""\sr=["'][A-Z]{0,3}([0-9]{5,7})["']""")
_OLE = b"\xd0\xcf\x11\xe0"
_ENCRYPTED = "EncryptedPackage".encode("utf-16-le")

for _name in ("calamine", "fastexcel"):  # what they have to say of odd sheets is no business of the terminal
    logging.getLogger(_name).addHandler(logging.NullHandler())


@dataclass(frozen=True)
class Sheet:
    """One sheet: `cells` all as text, columns and rows from the first filled one on; `hidden` as the author left it."""

    name: str
    cells: pl.DataFrame
    hidden: bool


def is_workbook(head: bytes) -> bool:
    """Whether the first bytes of a file are those of a zip archive or of an old binary workbook."""
    return head.startswith((b"PK\x03\x04", b"PK\x05\x06", _OLE))


def sheets(path: Path) -> Iterator[Sheet]:
    """The sheets of a workbook, in order; chart sheets are none.

    Raises:
        FileRefused: it is damaged, locked by a password, no workbook, or too large.
    """
    _refuse_unreadable(path)
    try:
        book = fastexcel.read_excel(str(path))
        names = book.sheet_names
    except fastexcel.FastExcelError:
        raise refused(path, "无法作为工作簿打开（可能已损坏）", "cannot be opened as a workbook (damaged?)") from None
    for name in names:
        try:
            sheet = book.load_sheet(name, header_row=None, skip_rows=0, dtypes="string")
            yield Sheet(name, sheet.to_polars(), sheet.visible != "visible")
        except fastexcel.FastExcelError:
            raise refused(path, f"工作表“{name}”无法读取", f"has a sheet “{name}” that cannot be read") from None


def refused(path: Path, zh: str, en: str) -> FileRefused:
    """A refusal of the whole file; `zh` and `en` go on after its name."""
    name = masked(path.name)
    return FileRefused(f"{name}：{zh}。", f"{name}: {en}.", where=name)


def _refuse_unreadable(path: Path) -> None:
    with path.open("rb") as stream:
        head = stream.read(_CHUNK)
    if head.startswith(_OLE):
        if _ENCRYPTED in head:
            raise refused(path, "有密码保护，请取消密码后重报", "is locked by a password: remove it and send it again")
        return
    try:
        with zipfile.ZipFile(path) as archive:
            parts = archive.infolist()
            if "xl/workbook.xml" not in archive.namelist():
                raise refused(
                    path, "是压缩包而不是 XLSX 工作簿，请解压后报送", "is an archive, no XLSX workbook: unpack it first"
                )
            _refuse_bomb(path, sum(part.file_size for part in parts))
            for part in parts:
                if part.filename.endswith((".xml", ".rels")):
                    _refuse_sparse(path, archive, part)
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, ValueError):
        raise refused(path, "已损坏或有密码，无法解压", "is damaged or locked: it cannot be unzipped") from None


def _refuse_bomb(path: Path, unzipped: int) -> None:
    """What would unpack to far more than any table packed into so few bytes."""
    squeezed = unzipped > _SMALL and unzipped > _MOST_SQUEEZED * path.stat().st_size
    if unzipped > _MOST_UNZIPPED or squeezed:
        raise refused(path, "解压后过大，请分批报送", "is too large once unzipped: deliver it in parts")


def _refuse_sparse(path: Path, archive: zipfile.ZipFile, part: zipfile.ZipInfo) -> None:
    """A single cell far from the others makes a rectangle that no memory holds.

    The part is read to its end, where its checksum finds out a size that was not the true one.
    """
    columns: set[bytes] = set()
    rows: set[bytes] = set()
    tail, cells = b"", 0
    with archive.open(part) as stream:
        while chunk := stream.read(_CHUNK):
            if part.filename.endswith("sharedStrings.xml"):
                continue
            text = tail + chunk
            found = _COLUMN.findall(text)
            cells += len(found)
            columns.update(found)
            rows.update(_HIGH_ROW.findall(text))
            tail = text[-32:]
    width = max((_number(letters) for letters in columns), default=1)
    height = max((int(row) for row in rows), default=10_000)
    if width * height > (_MOST_CELLS if cells * _LEAST_FILLED > width * height else _FEW_CELLS):
        raise refused(
            path,
            "有单元格远在表格之外，请删去多余的单元格，或另存为 CSV 后重报",
            "has cells far outside of the table: delete them, or save it as CSV and send that",
        )


def _number(letters: bytes) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + letter - 64
    return number
