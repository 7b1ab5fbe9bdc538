"""What the bytes of a delivered file are: their sha256, and of text its encoding and what to expect when it is read."""

import hashlib
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from io import BufferedReader
from pathlib import Path
from threading import Event

from loaders.lines import Line
from loaders.workbooks import refused
from registry.errors import FileRefused

CHUNK, _LARGE_PART = 4 << 20, 16 << 20
_COUNTED = 1 << 20  # of each part the first bytes tell how long rows are: those of all at most four times as long
_LONGEST_LINE = 16 << 20  # bytes: three hundred cells as long as a spreadsheet lets them be
_DEBRIS = b"_x000D_"


@dataclass(frozen=True)
class Examined:
    """`debris`, `quoted` and `longest` as of `loaders.reading.Table`."""

    encoding: str
    debris: bool
    quoted: bool
    longest: int


def examined(path: Path, stream: BufferedReader) -> Examined:
    """What the bytes of a file are. The first part that is not ASCII decides between UTF-8 and GB18030.

    Raises:
        FileRefused: it is empty, binary, of an unknown encoding, or has a line longer than that of any table.
    """
    encoding, size, debris, quoted, longest = "", 0, False, False, 0
    line = Line()
    while chunk := stream.read(CHUNK):
        if not size:
            encoding = _marked(chunk)
        line.take(chunk)
        if line.length > _LONGEST_LINE:
            raise refused(
                path,
                "有一行过长，不是表格，请检查换行和引号",
                "has a line longer than that of any table: look at its line ends and quotes",
            )
        debris = debris or (_DEBRIS[:1] in chunk and _DEBRIS in chunk)  # one byte is found ten times faster than seven
        quoted = quoted or b'"' in chunk
        size += len(chunk)
        part = chunk[:_COUNTED]
        longest = max(longest, len(part) // (part.count(b"\n") or part.count(b"\r") or 1))
        if not encoding.startswith("utf-16") and b"\0" in chunk:
            raise refused(
                path,
                "含有空字节，不是 CSV 文本，请另存为 CSV UTF-8 或 XLSX",
                "has NUL bytes: this is no CSV text; save it as CSV UTF-8 or XLSX",
            )
        if not encoding and not chunk.isascii():
            encoding = "utf-8" if _decodes(chunk, "utf-8") else "gb18030"
            if encoding == "gb18030" and not _decodes(chunk, "gb18030"):
                raise refused(
                    path,
                    "编码既不是 UTF-8 也不是 GB18030，请另存为 CSV UTF-8",
                    "is neither UTF-8 nor GB18030: save it as CSV UTF-8",
                )
    if not size:
        raise refused(path, "文件为空", "is empty")
    debris = debris or encoding not in ("", "utf-8", "utf-8-sig")
    return Examined(encoding or "utf-8", debris, quoted, longest)


@contextmanager
def hashing(path: Path) -> Iterator[Callable[[], str]]:
    """The sha256 of a file, made while it is looked at and its first rows are judged: ask for it when it is needed.

    Raises:
        FileRefused: the file cannot be read, when asked.
    """
    ended = Event()
    with ThreadPoolExecutor(1) as pool:
        made: Future[str] = pool.submit(_hashed, path, ended)
        try:
            yield made.result
        finally:
            ended.set()


def _hashed(path: Path, ended: Event) -> str:
    """In large parts: after each this thread waits until others let Python go on."""
    hashed = hashlib.sha256()
    try:
        with path.open("rb") as stream:
            while not ended.is_set() and (part := stream.read(_LARGE_PART)):
                hashed.update(part)
    except OSError as fault:
        raise unreadable(path, fault) from None
    return hashed.hexdigest()


def unreadable(path: Path, fault: OSError) -> FileRefused:
    """The refusal of a file that the system does not let us read."""
    return refused(path, f"无法读取（{fault.strerror}）", f"cannot be read ({fault.strerror})")


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
