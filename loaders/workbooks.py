"""Workbooks: the cells of every sheet as text.

They are read in a process of its own (`workbook_cells.py`), which may hold as much memory as a workbook of this size
can need, and no more. A cell far from the others, cells without a place, one long text in every cell, a fault of the
library end that process, and here in a refusal.
"""

import json
import os
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from signal import SIGINT, SIGTERM
from typing import Any

import polars as pl

from registry.errors import FileRefused
from registry.identifiers import masked

_CELLS = Path(__file__).with_name("workbook_cells.py")
_MOST_UNZIPPED, _MOST_OLD = 2 << 30, 256 << 20
_SMALL, _MOST_SQUEEZED = 32 << 20, 100  # text of cells is packed to a tenth, hardly ever to less than a thirtieth
_HELD, _HELD_FOR_EACH, _MOST_HELD = 300 << 20, 16, 4 << 30  # bytes: always, for each byte once unzipped, ever
_SECONDS, _UNZIPPED_IN_ONE = 8, 8 << 20  # of the processor: always, and one more for so many bytes
_OLE = b"\xd0\xcf\x11\xe0"
_ENCRYPTED = "EncryptedPackage".encode("utf-16-le")
_CHUNK = 4 << 20


@dataclass(frozen=True)
class Sheet:
    """One sheet: `cells` all as text, columns and rows from the first filled one on; `hidden` as the author left it."""

    name: str
    cells: pl.DataFrame
    hidden: bool


def is_workbook(head: bytes) -> bool:
    """Whether the first bytes of a file are those of a zip archive or of an old binary workbook."""
    return head.startswith((b"PK\x03\x04", b"PK\x05\x06", _OLE))


def sheets(path: Path, folder: Path) -> Iterator[Sheet]:
    """The sheets of a workbook, in order; chart sheets are none. What is read of it is laid into `folder`, which is
    empty, and stays there as long as the sheets are used.

    Raises:
        FileRefused: it is damaged, locked by a password, no workbook, or too large.
    """
    size, ending = _size(path)
    book = folder / f"book{ending}"  # what it is opened as is told by its bytes, not by its name
    book.symlink_to(path.absolute())
    for number, (name, hidden) in enumerate(_told(path, book, size)):
        yield Sheet(name, pl.read_ipc(folder / f"{number}.arrow"), hidden)


def _told(path: Path, book: Path, size: int) -> list[tuple[str, bool]]:
    """The names of the sheets, and whether they are hidden; their cells lie beside the book."""
    most, seconds = min(_HELD + _HELD_FOR_EACH * size, _MOST_HELD), _SECONDS + size // _UNZIPPED_IN_ONE
    done = subprocess.run(  # noqa: S603  (our own program)
        [sys.executable, "-I", _CELLS, book, book.parent, str(most), str(seconds)],
        capture_output=True, check=False, env={**os.environ, "POLARS_MAX_THREADS": "1", "RUST_BACKTRACE": "0"},
    )  # fmt: skip
    if done.returncode in (-SIGINT, -SIGTERM):
        raise KeyboardInterrupt  # it was told to end, and so are we
    if done.returncode:
        raise refused(
            path,
            "内容过大，或有单元格远在表格之外：请删去多余的单元格，分批报送，或另存为 CSV 后重报",
            "is too large, or has cells far outside of the table: delete them, deliver it in parts, or save it as CSV",
        )
    told: dict[str, Any] = json.loads(done.stdout)
    if "fault" in told:
        raise OSError(told["fault"])
    if "unreadable" not in told:
        return [(name, hidden) for name, hidden in told["sheets"]]
    sheet = told["unreadable"]
    if sheet is None:
        raise refused(
            path,
            "无法作为工作簿打开（可能已损坏），请另存为 XLSX 后重报",
            "cannot be opened as a workbook (damaged?): save it as XLSX and send it again",
        )
    raise refused(path, f"工作表“{sheet}”无法读取", f"has a sheet “{sheet}” that cannot be read")


def refused(path: Path, zh: str, en: str) -> FileRefused:
    """A refusal of the whole file; `zh` and `en` go on after its name."""
    name = masked(path.name)
    return FileRefused(f"{name}：{zh}。", f"{name}: {en}.", where=name)


def _size(path: Path) -> tuple[int, str]:
    """How many bytes a workbook holds once unzipped, and the ending of its kind.

    Raises:
        FileRefused: it is locked, an archive of something else, or would unpack to more than any table.
    """
    with path.open("rb") as stream:
        head = stream.read(_CHUNK)
    size = path.stat().st_size
    if head.startswith(_OLE):
        if _ENCRYPTED in head:
            raise refused(path, "有密码保护，请取消密码后重报", "is locked by a password: remove it and send it again")
        _refuse_large(path, large=size > _MOST_OLD)
        return size, ".xls"
    try:
        with zipfile.ZipFile(path) as archive:
            parts = archive.infolist()
    except (zipfile.BadZipFile, EOFError, NotImplementedError, ValueError):
        raise refused(
            path,
            "已损坏，无法解压，请重新保存后重报",
            "is damaged and cannot be unzipped: save it anew and send it again",
        ) from None
    if "xl/workbook.xml" not in [part.filename for part in parts]:
        raise refused(
            path, "是压缩包而不是 XLSX 工作簿，请解压后报送", "is an archive, no XLSX workbook: unpack it first"
        )
    unzipped = sum(part.file_size for part in parts)
    squeezed = unzipped > _SMALL and unzipped > _MOST_SQUEEZED * size
    _refuse_large(path, large=unzipped > _MOST_UNZIPPED or squeezed)
    return unzipped, ".xlsx"


def _refuse_large(path: Path, *, large: bool) -> None:
    if large:
        raise refused(path, "解压后过大，请分批报送", "is too large once unzipped: deliver it in parts")
