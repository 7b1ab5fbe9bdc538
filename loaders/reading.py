"""A delivered file → tables of text: encoding, delimiter and sheets are detected and reported, nothing is judged.

CSV: UTF-8 with or without BOM, GB18030, UTF-16 with BOM; comma, tab or semicolon; quoted newlines. XLSX and XLS:
every sheet that is not empty, read as text. The bytes are read once for their sha256 and to find what they are.
"""

import csv
import io
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from io import BufferedReader
from itertools import islice
from pathlib import Path
from tempfile import TemporaryDirectory

import polars as pl

from loaders.examining import CHUNK, examined, hashing, unreadable
from loaders.workbooks import Sheet, is_workbook, refused, sheets
from registry.errors import FileRefused
from registry.identifiers import masked

BATCH, _BATCH_BYTES = (
    125_000,
    60 << 20,
)  # rows, or fewer where they are long: to begin one takes 0.15 s of CPU
_PIECES = 8  # of a batch: polars reads so many ahead, and these are not that large
_HEAD = 1 << 20
_MOST_COLUMNS = 300
_DELIMITERS = (",", "\t", ";")


@dataclass(frozen=True)
class Table:
    """One table of a delivered file. Frames hold `line` (row as a spreadsheet counts it, the header being 1 or
    wherever it stands), `c0`…`cN` as delivered, and `extra`, the first cell beyond the header.

    `debris`: a spreadsheet left its marks in the text; `quoted`: cells may hold line ends; `hidden`: the sheet is;
    `longest`: bytes of a row where rows are longest, on the average of some megabytes; `digest` waits for the sha256 of
    the file.
    """

    file_name: str
    digest: Callable[[], str]
    sheet: str
    encoding: str
    delimiter: str
    headers: tuple[str, ...]
    source: Path | pl.DataFrame
    header_row: int
    first_line: int
    debris: bool
    size: int
    quoted: bool
    longest: int
    hidden: bool = False

    @property
    def sha256(self) -> str:
        """The sha256 of the file's bytes."""
        return self.digest()

    @property
    def where(self) -> str:
        return f"{self.file_name}[{self.sheet}]" if self.sheet else self.file_name

    def frames(self) -> Iterator[pl.DataFrame]:
        """The rows in batches, in order; blank rows are still there, as nulls.

        Raises:
            FileRefused: the text breaks the form of CSV or its encoding somewhere.
        """
        batch = max(1, min(BATCH, _BATCH_BYTES // max(1, self.longest)))
        if isinstance(self.source, pl.DataFrame):
            yield from self.source.iter_slices(batch)
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
            pieces = scanned.collect_batches(chunk_size=max(1, batch // _PIECES))
            while some := [*islice(pieces, _PIECES)]:  # put together here, else every later step would do it anew
                yield pl.concat(some, rechunk=True)
        except (pl.exceptions.PolarsError, OSError) as fault:
            raise _broken(self, fault) from None

    def share(self, frame: pl.DataFrame) -> float:
        """About what part of the table some of its rows are: of text by their bytes, without quotes."""
        if isinstance(self.source, pl.DataFrame):
            return frame.height / max(1, self.source.height)
        cells = pl.sum_horizontal(pl.col(pl.String).str.len_bytes().sum())
        ends = frame.height * len(self.headers)  # a delimiter or a line end after each
        return float((frame.select(cells).item() + ends) / self.source.stat().st_size)


@contextmanager
def opened(path: Path) -> Iterator[list[Table]]:
    """The tables of a delivered file, while it is open; temporary copies are removed afterwards.

    Raises:
        FileRefused: no such file, empty, binary, of an unknown encoding, or no table in it.
    """
    if not path.is_file():
        raise refused(path, "找不到该文件", "there is no such file")
    with TemporaryDirectory(prefix="chengxin-") as folder, hashing(path) as digest:
        try:
            tables = _tables(path, Path(folder), digest)
        except OSError as fault:
            if fault.filename != str(path):  # of the disk: a copy finds no room
                raise
            raise unreadable(path, fault) from None
        yield tables


def _tables(path: Path, folder: Path, digest: Callable[[], str]) -> list[Table]:
    with path.open("rb") as stream:
        head = stream.read(8)
        stream.seek(0)
        if not is_workbook(head):
            return [_csv(path, stream, folder, digest)]
    tables = [table for sheet in sheets(path, folder) if (table := _sheet(path, sheet, digest)) is not None]
    if not tables:
        raise refused(path, "工作簿中没有内容", "is a workbook without content")
    return tables


def _csv(path: Path, stream: BufferedReader, folder: Path, digest: Callable[[], str]) -> Table:
    seen = examined(path, stream)
    text = path
    if seen.encoding not in ("utf-8", "utf-8-sig") or _lines_end_in_return(path):
        text = _transcoded(path, folder / "utf8.csv", seen.encoding)
    headers, delimiter, row, lines = _header(path, text)
    name = masked(path.name)
    return Table(
        name, digest, "", seen.encoding, delimiter, headers, text, row, lines + 1,
        debris=seen.debris, size=path.stat().st_size, quoted=seen.quoted, longest=seen.longest,
    )  # fmt: skip


def _lines_end_in_return(path: Path) -> bool:
    with path.open("rb") as stream:
        head = stream.read(_HEAD)
    return b"\r" in head and b"\n" not in head


def _transcoded(path: Path, target: Path, encoding: str) -> Path:
    try:
        with (
            # a lone return ends a line only where nothing else does
            path.open(encoding=encoding, newline=None if _lines_end_in_return(path) else "") as source,
            target.open("w", encoding="utf-8", newline="\n") as written,
        ):
            while part := source.read(CHUNK):
                if "\0" in part:
                    raise refused(path, "含有空字节，请另存为 CSV UTF-8", "has NUL bytes: save it as CSV UTF-8")
                written.write(part)
    except UnicodeError as fault:
        at = getattr(fault, "start", 0)
        raise refused(
            path,
            f"中途出现不属于 {encoding} 的字节（约在第 {at} 字节），请另存为 CSV UTF-8",
            f"has bytes that are not {encoding} (about byte {at}): save it as CSV UTF-8",
        ) from None
    return target


def _header(path: Path, text: Path) -> tuple[tuple[str, ...], str, int, int]:
    """The header texts, the delimiter, the header's row, and how many lines stand before the first data row."""
    with text.open("rb") as stream:
        head = stream.read(_HEAD).decode("utf-8-sig", errors="ignore")
    lines = head.split("\n")
    blank = next((i for i, line in enumerate(lines) if line.strip()), None)
    if blank is None:
        raise refused(path, "没有表头", "has no header")
    body = "\n".join(lines[blank:])
    delimiter = max(_DELIMITERS, key=lambda d: _outside_quotes(body).count(d))
    # a line ends in \n here as in the scan, so that a lone \r inside a quoted header counts for nothing
    reader = csv.reader(io.StringIO(body, newline="\n"), delimiter=delimiter)
    try:
        headers = tuple(cell.strip() for cell in next(reader))
    except csv.Error:
        raise refused(
            path,
            "第一行不是可识别的表头（过长，或引号、换行不规范）",
            "has a first line that is no header (too long, or quotes and line ends out of place)",
        ) from None
    if len(headers) > _MOST_COLUMNS:
        raise refused(path, f"列数超过 {_MOST_COLUMNS}", f"has more than {_MOST_COLUMNS} columns")
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


def _sheet(path: Path, sheet: Sheet, digest: Callable[[], str]) -> Table | None:
    cells = sheet.cells
    filled = cells.with_row_index("row").filter(pl.any_horizontal(pl.col(cells.columns).is_not_null()))
    if filled.is_empty():
        return None
    header_row = int(filled["row"][0])
    last = int(filled["row"][-1])
    width = cells.width
    while width > 1 and cells[:, width - 1].is_null().all():
        width -= 1
    if width > _MOST_COLUMNS:
        raise refused(path, f"列数超过 {_MOST_COLUMNS}", f"has more than {_MOST_COLUMNS} columns")
    headers = tuple((cell or "").strip() for cell in cells.row(header_row)[:width])
    rows = cells[header_row + 1 : last + 1, :width]
    rows.columns = [f"c{i}" for i in range(width)]
    rows = rows.with_columns(pl.lit(None, dtype=pl.String).alias("extra")).with_row_index("line", header_row + 2)
    first, name = header_row + 2, masked(path.name)
    return Table(
        name, digest, masked(sheet.name), "xlsx", "", headers, rows, header_row + 1, first,
        debris=True, size=path.stat().st_size, quoted=False, hidden=sheet.hidden,
        longest=int(rows.estimated_size()) // max(1, rows.height),
    )  # fmt: skip


def _broken(table: Table, fault: Exception) -> FileRefused:
    name = Path(table.file_name)
    if "utf-8" in str(fault):
        return refused(
            name, "文件中混有不同的编码，请另存为 UTF-8 后重报", "mixes encodings: save it as UTF-8 and send it again"
        )
    return refused(
        name,
        "引号不成对，无法分出行列；含引号的内容应将引号写成两个",
        "has unbalanced quotes: a quote inside a quoted cell is written twice",
    )
