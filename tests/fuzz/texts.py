"""CSV files, spoiled: each function takes a table and gives bytes."""

import csv
import io
from collections.abc import Callable
from random import Random

from tests.fuzz.tables import Table, cell

Spoiled = Callable[[Table, Random], bytes]
_BOM = b"\xef\xbb\xbf"
_FORMATS = (
    b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n", b"<html><table><tr><td>1</td></tr></table></html>", b'{"a": [1, 2]}', b"MZ\x90",
    b"\x89PNG\r\n\x1a\n" + bytes(40), b"GIF89a", b"\x1f\x8b\x08" + bytes(30), b"Rar!\x1a\x07", b"SQLite format 3\0",
    b"{\\rtf1 }", b"PK\x03\x04", b"PK\x05\x06" + bytes(18), b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1",
)  # fmt: skip
_MARKS = ("\u200e", "\u200f", "\u202a", "\u202b", "\u202e", "\u2066", "\u2067", "\u2069", "\u200d", "\ufeff")


def text(table: Table, *, delimiter: str = ",", ends: str = "\n", quoting: int = csv.QUOTE_MINIMAL) -> str:
    """The table as CSV."""
    written = io.StringIO()
    writer = csv.writer(written, delimiter=delimiter, lineterminator=ends, quoting=quoting)  # type: ignore[arg-type]
    writer.writerows([table.headers, *table.rows])
    return written.getvalue()


def as_it_is(table: Table, random: Random) -> bytes:
    """Only the cells are odd."""
    return text(table, delimiter=random.choice(",\t;")).encode()


def truncated(table: Table, random: Random) -> bytes:
    """Broken off anywhere."""
    whole = text(table).encode(random.choice(["utf-8", "gb18030", "utf-16"]))
    return whole[: random.randrange(len(whole))]


def binary(table: Table, random: Random) -> bytes:
    """Bytes of no text, alone or after a good start."""
    noise = random.randbytes(random.randrange(1, 5000))
    return noise if random.random() < 0.5 else text(table).encode() + noise


def without_nul(table: Table, random: Random) -> bytes:
    """Bytes of no text, without a NUL to tell them by."""
    return text(table).encode() + bytes(random.randrange(1, 256) for _ in range(2000))


def wrong_encoding(table: Table, random: Random) -> bytes:
    """An encoding that nobody said would come."""
    encoding = random.choice(
        ["big5", "shift_jis", "utf-16-le", "utf-16-be", "utf-32", "utf-7", "latin-1", "cp1251", "hz"]
    )
    return text(table).encode(encoding, errors=random.choice(["ignore", "replace"]))


def mixed_encodings(table: Table, random: Random) -> bytes:
    """Lines in two encodings."""
    lines = text(table).split("\n")
    return b"\n".join(line.encode(random.choice(["utf-8", "gb18030"])) for line in lines)


def bytes_in_between(table: Table, random: Random) -> bytes:
    """A few bytes put in, taken out or changed."""
    whole = bytearray(text(table).encode())
    for _ in range(random.randrange(1, 12)):
        place = random.randrange(len(whole))
        whole[place : place + random.randrange(3)] = random.randbytes(random.randrange(3))
    return bytes(whole)


def nul_bytes(table: Table, random: Random) -> bytes:
    """NUL bytes in cells, as some systems pad them."""
    return _inserted(text(table), "\0", random).encode(random.choice(["utf-8", "gb18030", "utf-16"]))


def marks(table: Table, random: Random) -> bytes:
    """Marks of direction and of no width among the text, in the header too."""
    return _inserted(text(table), random.choice(_MARKS), random).encode()


def boms(table: Table, random: Random) -> bytes:
    """Byte order marks where none belongs."""
    whole = text(table).encode(random.choice(["utf-8", "gb18030", "utf-16-le"]))
    place = random.choice([0, random.randrange(len(whole)), len(whole)])
    return random.choice([b"", _BOM, b"\xff\xfe", b"\xfe\xff"]) + whole[:place] + _BOM + whole[place:]


def quotes(table: Table, random: Random) -> bytes:
    """Quotes nested, doubled, alone."""
    return _inserted(text(table), random.choice(['"', '""', '"""', '","', '"\n', "'"]), random).encode()


def line_ends(table: Table, random: Random) -> bytes:
    """Line ends of several kinds in one file."""
    lines = text(table).split("\n")
    return "".join(
        line + random.choice(["\n", "\r", "\r\n", "\r\r\n", "\n\r", "\x85", "\u2028"]) for line in lines
    ).encode()


def lone_returns(table: Table, random: Random) -> bytes:
    """Every line ends in a return alone."""
    return text(table, ends="\r").encode(random.choice(["utf-8", "gb18030", "utf-16"]))


def wide(table: Table, random: Random) -> bytes:
    """Two hundred columns and more."""
    more = random.randrange(200, 900)
    headers = [*table.headers, *(random.choice([f"列{n}", "", f"备注{n}"]) for n in range(more))]
    rows = [[*row, *(cell(random) for _ in range(more))] for row in table.rows[:5]]
    return text(Table(table.kind, headers, rows)).encode()


def ragged(table: Table, random: Random) -> bytes:
    """Rows of any number of cells."""
    rows = [row[: random.randrange(len(row) + 1)] + [cell(random)] * random.randrange(4) for row in table.rows]
    return text(Table(table.kind, table.headers, rows)).encode()


def long_cell(table: Table, random: Random) -> bytes:
    """A cell of a megabyte, in the header or below."""
    rows = [list(table.headers), *map(list, table.rows)]
    random.choice(rows)[0] = random.choice('长a" \n') * random.randrange(100_000, 1_200_000)
    return text(Table(table.kind, rows[0], rows[1:])).encode()


def formulas(table: Table, random: Random) -> bytes:
    """Cells that a spreadsheet would run, in headers too."""
    rows = [[random.choice("=+-@\t") + one for one in row] for row in table.rows]
    headers = [("=" + one if random.random() < 0.1 else one) for one in table.headers]
    return text(Table(table.kind, headers, rows)).encode()


def empty(table: Table, random: Random) -> bytes:
    """Nothing, or nothing to see."""
    return random.choice(
        [b"", b"\n", _BOM, b"\xff\xfe", b" " * 5000, b"\r\n" * 5000, b",,,\n,,,\n", b'"', b'""\n', b"\x1a"]
    )


def only_header(table: Table, random: Random) -> bytes:
    """A header and no row."""
    return text(Table(table.kind, table.headers, [])).encode(random.choice(["utf-8", "gb18030"]))


def header_tricks(table: Table, random: Random) -> bytes:
    """A header twice, without a name, below a title, in quotes, with line ends, with blanks inside."""
    headers = list(table.headers)
    place = random.randrange(len(headers))
    trick = random.randrange(7)
    if trick == 0:
        headers.append(headers[place])
    elif trick == 1:
        headers[place] = ""
    elif trick == 2:
        headers[place] = " ".join(headers[place])
    elif trick == 3:
        headers[place] = f"{headers[place][:2]}\n{headers[place][2:]}"
    elif trick == 4:
        headers[place] = random.choice(["15090119800101123X", "名称", "代码_2", "0", "反馈_", "身份证号", "x" * 5000])
    elif trick == 5:
        return text(Table(table.kind, ["某某统计表"], [headers, *table.rows])).encode()
    else:
        headers = headers[:place]
    return text(Table(table.kind, headers, table.rows)).encode()


def many_blank_lines(table: Table, random: Random) -> bytes:
    """Blank lines without end, before, between or after the rows."""
    blank = random.choice(["\n", "\r\n", ",\n", " \n"]) * random.randrange(1_000, 20_000)
    lines = text(table).split("\n")
    place = random.randrange(len(lines) + 1)
    return "\n".join([*lines[:place], blank, *lines[place:]]).encode()


def other_delimiters(table: Table, random: Random) -> bytes:
    """A delimiter that is none."""
    return text(
        table, delimiter=random.choice("|:~ \x01"), quoting=random.choice([csv.QUOTE_ALL, csv.QUOTE_MINIMAL])
    ).encode()


def other_formats(table: Table, random: Random) -> bytes:
    """Something else under the name of a table."""
    return random.choice(_FORMATS) + random.randbytes(random.choice([0, 900]))


SPOILED: tuple[Spoiled, ...] = (
    as_it_is, truncated, binary, without_nul, wrong_encoding, mixed_encodings, bytes_in_between, nul_bytes, marks, boms,
    quotes, line_ends, lone_returns, wide, ragged, long_cell, formulas, empty, only_header, header_tricks,
    many_blank_lines, other_delimiters, other_formats,
)  # fmt: skip


def _inserted(whole: str, what: str, random: Random) -> str:
    for _ in range(random.randrange(1, 8)):
        place = random.randrange(len(whole) + 1)
        whole = whole[:place] + what + whole[place:]
    return whole
