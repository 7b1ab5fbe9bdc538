"""A delivered file → tables of text: encoding, delimiter and sheets are detected and reported, nothing is judged.

CSV: UTF-8 with or without BOM, GB18030, UTF-16 with BOM; comma, tab or semicolon; quoted newlines. XLSX and XLS:
every sheet that is not empty, read as text. The bytes are read once for their sha256 and to find what they are.
"""

import csv
import hashlib
import io
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from io import BufferedReader
from pathlib import Path
from tempfile import TemporaryDirectory

import fastexcel
import polars as pl

from registry.errors import FileRefused

BATCH = 50_000
_CHUNK = 4 << 20
_HEAD = 1 << 20
_MOST_COLUMNS = 300
_MOST_UNZIPPED = 2 << 30
_DEBRIS = (b"_x000D_", *(mark.encode() for mark in "\u200b\u200e\u200f\ufeff"))
_DELIMITERS = (",", "\t", ";")


@dataclass(frozen=True)
class Table:
    """One table of a delivered file. Frames hold `line` (row as a spreadsheet counts it, the header being 1 or
    wherever it stands), `c0`…`cN` as delivered, and `extra`, the first cell beyond the header."""

    file_name: str
    sha256: str
    sheet: str
    encoding: str
    delimiter: str
    headers: tuple[str, ...]
    source: Path | pl.DataFrame
    header_row: int
    first_line: int
    debris: bool

    @property
    def where(self) -> str:
        return f"{self.file_name}[{self.sheet}]" if self.sheet else self.file_name

    def frames(self) -> Iterator[pl.DataFrame]:
        """The rows in batches, in order; blank rows are still there, as nulls.

        Raises:
            FileRefused: the text breaks the form of CSV or its encoding somewhere.
        """
        if isinstance(self.source, pl.DataFrame):
            yield from self.source.iter_slices(BATCH)
            return
        columns = [f"c{i}" for i in range(len(self.headers))]
        scanned = pl.scan_csv(
            self.source,
            has_header=False,
            skip_lines=self.first_line - 1,
            separator=self.delimiter,
            schema=dict.fromkeys([*columns, "extra"], pl.String),
            missing_columns="insert",
            extra_columns="ignore",
            row_index_name="line",
            row_index_offset=self.header_row + 1,
        )
        try:
            yield from scanned.collect_batches(chunk_size=BATCH)
        except pl.exceptions.PolarsError as fault:
            raise _broken(self, fault) from None


@contextmanager
def opened(path: Path) -> Iterator[list[Table]]:
    """The tables of a delivered file, while it is open; temporary copies are removed afterwards.

    Raises:
        FileRefused: no such file, empty, binary, of an unknown encoding, or no table in it.
    """
    if not path.is_file():
        raise FileRefused(f"找不到文件 {path.name}。", f"there is no file {path.name}.", where=path.name)
    try:
        with TemporaryDirectory(prefix="chengxin-") as folder, path.open("rb") as stream:
            head = stream.read(8)
            stream.seek(0)
            if head.startswith(b"PK") or head.startswith(b"\xd0\xcf\x11\xe0"):
                yield list(_sheets(path, _sha256(stream)))
            else:
                yield [_csv(path, stream, Path(folder))]
    except OSError as fault:
        raise FileRefused(
            f"{path.name}：无法读取（{fault.strerror}）。", f"{path.name}: cannot be read ({fault.strerror}).",
            where=path.name,
        ) from None


def _sha256(stream: BufferedReader) -> str:
    return hashlib.file_digest(stream, "sha256").hexdigest()


def _csv(path: Path, stream: BufferedReader, folder: Path) -> Table:
    digest, encoding, debris = _examined(path, stream)
    text = path
    if encoding not in ("utf-8", "utf-8-sig") or _lines_end_in_return(path):
        text = _transcoded(path, folder / "utf8.csv", encoding)
    headers, delimiter, row, lines = _header(path, text)
    return Table(path.name, digest, "", encoding, delimiter, headers, text, row, lines + 1, debris)


def _examined(path: Path, stream: BufferedReader) -> tuple[str, str, bool]:
    """sha256, encoding, and whether there is debris. The first part that is not ASCII decides between UTF-8 and GB18030."""
    hashed, encoding, size, debris = hashlib.sha256(), "", 0, False
    while chunk := stream.read(_CHUNK):
        hashed.update(chunk)
        if not size:
            encoding = _marked(chunk)
        debris = debris or any(mark in chunk[3:] for mark in _DEBRIS)
        size += len(chunk)
        if not encoding.startswith("utf-16") and b"\0" in chunk:
            raise _refused(path, "含有空字节，不是文本文件", "has NUL bytes: this is not a text file")
        if not encoding and not chunk.isascii():
            encoding = "utf-8" if _decodes(chunk, "utf-8") else "gb18030"
            if encoding == "gb18030" and not _decodes(chunk, "gb18030"):
                raise _refused(
                    path, "编码既不是 UTF-8 也不是 GB18030", "is neither UTF-8 nor GB18030; save it as CSV UTF-8"
                )
    if not size:
        raise _refused(path, "文件为空", "is empty")
    return hashed.hexdigest(), encoding or "utf-8", debris or encoding not in ("", "utf-8", "utf-8-sig")


def _marked(head: bytes) -> str:
    if head.startswith(b"\xef\xbb\xbf"):
        return "utf-8-sig"
    return "utf-16" if head.startswith((b"\xff\xfe", b"\xfe\xff")) else ""


def _decodes(chunk: bytes, encoding: str) -> bool:
    try:
        chunk.decode(encoding)
    except UnicodeDecodeError as fault:
        return fault.start > len(chunk) - 4 and fault.start > 0  # a character cut by the end of the chunk
    return True


def _lines_end_in_return(path: Path) -> bool:
    with path.open("rb") as stream:
        head = stream.read(_HEAD)
    return b"\r" in head and b"\n" not in head


def _transcoded(path: Path, target: Path, encoding: str) -> Path:
    try:
        with (
            path.open(encoding=encoding, newline=None) as source,
            target.open("w", encoding="utf-8", newline="\n") as written,
        ):
            while part := source.read(_CHUNK):
                written.write(part)
    except UnicodeError as fault:
        at = getattr(fault, "start", 0)
        raise _refused(
            path, f"中途出现不属于 {encoding} 的字节（约在第 {at} 字节）", f"has bytes that are not {encoding} (about {at})"
        ) from None
    return target


def _header(path: Path, text: Path) -> tuple[tuple[str, ...], str, int, int]:
    """The header texts, the delimiter, the header's row, and how many physical lines stand before the first data row."""
    with text.open("rb") as stream:
        head = stream.read(_HEAD).decode("utf-8-sig", errors="ignore")
    lines = head.split("\n")
    blank = next((i for i, line in enumerate(lines) if line.strip()), None)
    if blank is None:
        raise _refused(path, "没有表头", "has no header")
    body = "\n".join(lines[blank:])
    delimiter = max(_DELIMITERS, key=lambda d: _outside_quotes(body).count(d))
    reader = csv.reader(io.StringIO(body, newline=""), delimiter=delimiter)
    try:
        headers = tuple(cell.strip() for cell in next(reader))
    except csv.Error:
        raise _refused(path, "表头无法识别", "has a header that cannot be read") from None
    if len(headers) > _MOST_COLUMNS:
        raise _refused(path, f"列数超过 {_MOST_COLUMNS}", f"has more than {_MOST_COLUMNS} columns")
    return headers, delimiter, blank + 1, blank + reader.line_num


def _outside_quotes(body: str) -> str:
    """The first line of the table without its quoted parts."""
    parts = body[:100_000].split('"')
    plain = ""
    for part in parts[::2]:
        plain += part.split("\n")[0]
        if "\n" in part:
            break
    return plain


def _sheets(path: Path, digest: str) -> Iterator[Table]:
    _refuse_bomb(path)
    try:
        book = fastexcel.read_excel(str(path))
        names = book.sheet_names
    except fastexcel.FastExcelError:
        raise _refused(path, "无法作为工作簿打开（损坏或有密码）", "cannot be opened (damaged or locked)") from None
    found = False
    for name in names:
        table = _sheet(path, book, name, digest)
        if table is not None:
            found = True
            yield table
    if not found:
        raise _refused(path, "工作簿中没有内容", "is a workbook without content")


def _sheet(path: Path, book: fastexcel.ExcelReader, name: str, digest: str) -> Table | None:
    try:
        cells = book.load_sheet(name, header_row=None, skip_rows=0, dtypes="string").to_polars()
    except fastexcel.FastExcelError:
        raise _refused(path, f"工作表“{name}”无法读取", f"has a sheet “{name}” that cannot be read") from None
    filled = cells.with_row_index("row").filter(pl.any_horizontal(pl.col(cells.columns).is_not_null()))
    if filled.is_empty():
        return None
    header_row = int(filled["row"][0])
    last = int(filled["row"][-1])
    width = cells.width
    while width > 1 and cells[:, width - 1].is_null().all():
        width -= 1
    if width > _MOST_COLUMNS:
        raise _refused(path, f"列数超过 {_MOST_COLUMNS}", f"has more than {_MOST_COLUMNS} columns")
    headers = tuple((cell or "").strip() for cell in cells.row(header_row)[:width])
    rows = cells[header_row + 1 : last + 1, :width]
    rows.columns = [f"c{i}" for i in range(width)]
    rows = rows.with_columns(pl.lit(None, dtype=pl.String).alias("extra")).with_row_index("line", header_row + 2)
    return Table(path.name, digest, name, "xlsx", "", headers, rows, header_row + 1, header_row + 2, debris=True)


def _refuse_bomb(path: Path) -> None:
    if not zipfile.is_zipfile(path):
        return
    with zipfile.ZipFile(path) as archive:
        unzipped = sum(part.file_size for part in archive.infolist())
    if unzipped > _MOST_UNZIPPED:
        raise _refused(path, "解压后过大", "is too large once unzipped")


def _broken(table: Table, fault: Exception) -> FileRefused:
    name = Path(table.file_name)
    if "utf-8" in str(fault):
        return _refused(
            name, "文件中混有不同的编码，请另存为 UTF-8 后重报", "mixes encodings: save it as UTF-8 and send it again"
        )
    return _refused(
        name,
        "引号不成对，无法分出行列；含引号的内容应将引号写成两个",
        "has unbalanced quotes: a quote inside a quoted cell is written twice",
    )


def _refused(path: Path, zh: str, en: str) -> FileRefused:
    return FileRefused(f"{path.name}：{zh}。", f"{path.name}: {en}.", where=path.name)
