"""Workbooks, spoiled: put together part by part, so that every part can be wrong."""

import io
import struct
import zipfile
from collections.abc import Callable
from random import Random
from xml.sax.saxutils import escape

from tests.fuzz.tables import Table

Spoiled = Callable[[Table, Random], bytes]
Parts = dict[str, bytes]
SHEET, STRINGS, BOOK = "xl/worksheets/sheet1.xml", "xl/sharedStrings.xml", "xl/workbook.xml"
_HEAD = b'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_MAIN = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_TYPES = {
    "rels": "application/vnd.openxmlformats-package.relationships+xml",
    "xml": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml",
}
_FAR = (
    b'<row r="1048576"><c r="XFD1048576"/></row>',
    b'<row r="1"><c r="XFD1"><v>1</v></c></row>',
    b'<row r="1048576"><c r="A1048576"><v>1</v></c></row>',
    b'<row r="99999999"><c r="ZZZZ99999999"/></row>',
)
_MEGA = 1 << 20


def parts(table: Table) -> Parts:
    """The parts of a small good workbook; its cells are inline strings."""
    rows = "".join(
        f'<row r="{r}">'
        + "".join(
            f'<c r="{_letters(c)}{r}" t="inlineStr"><is><t>{_xml(cell)}</t></is></c>' for c, cell in enumerate(row)
        )
        + "</row>"
        for r, row in enumerate([table.headers, *table.rows], start=1)
    )
    sheets = '<sheets><sheet name="一" sheetId="1" r:id="rId1"/></sheets>'
    types = "".join(f'<Default Extension="{end}" ContentType="{kind}"/>' for end, kind in _TYPES.items())
    return {
        "[Content_Types].xml": _HEAD + f'<Types xmlns="{_PACKAGE}/content-types">{types}</Types>'.encode(),
        "_rels/.rels": _relations(("rId1", "officeDocument", BOOK)),
        BOOK: _HEAD + f'<workbook {_MAIN} xmlns:r="{_OFFICE}">{sheets}</workbook>'.encode(),
        "xl/_rels/workbook.xml.rels": _relations(
            ("rId1", "worksheet", "worksheets/sheet1.xml"), ("rId2", "sharedStrings", "sharedStrings.xml")
        ),
        SHEET: _HEAD + f"<worksheet {_MAIN}><sheetData>{rows}</sheetData></worksheet>".encode(),
        STRINGS: _HEAD + f'<sst {_MAIN} count="1" uniqueCount="1"><si><t>甲</t></si></sst>'.encode(),
    }


def zipped(of: Parts) -> bytes:
    """The parts as an archive."""
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        for name, content in of.items():
            archive.writestr(name, content)
    return written.getvalue()


def as_it_is(table: Table, random: Random) -> bytes:
    """Only the cells are odd."""
    return zipped(parts(table))


def truncated(table: Table, random: Random) -> bytes:
    """Broken off anywhere."""
    whole = zipped(parts(table))
    return whole[: random.randrange(4, len(whole))]


def damaged(table: Table, random: Random) -> bytes:
    """Some bytes of the archive changed."""
    whole = bytearray(zipped(parts(table)))
    for _ in range(random.randrange(1, 9)):
        whole[random.randrange(4, len(whole))] = random.randrange(256)
    return bytes(whole)


def without_a_part(table: Table, random: Random) -> bytes:
    """A part is missing, empty, or another one."""
    made = parts(table)
    name, other = random.choice(list(made)), random.choice(list(made))
    made[name] = random.choice([b"", made[other], b"\0" * 9, _HEAD])
    if random.random() < 0.5:
        del made[name]
    return zipped(made)


def broken_xml(table: Table, random: Random) -> bytes:
    """A part that is no good XML any more."""
    made = parts(table)
    name = random.choice(list(made))
    content = made[name]
    place = random.randrange(len(content))
    put = random.choice([b"<", b">", b"&", b"</row>", b"\0", b"<c", b"]]>", b"<!--", b"&#x0;", b"\xff"])
    made[name] = random.choice([content[:place], content[:place] + put + content[place:]])
    return zipped(made)


def deep_xml(table: Table, random: Random) -> bytes:
    """Elements within elements without end."""
    made, depth = parts(table), random.randrange(1_000, 300_000)
    name = random.choice([SHEET, STRINGS, BOOK])
    close = made[name].rfind(b"</")
    made[name] = made[name][:close] + b"<a>" * depth + b"</a>" * random.choice([0, depth]) + made[name][close:]
    return zipped(made)


def entities(table: Table, random: Random) -> bytes:
    """Entities that hold entities, and one that names a file."""
    made = parts(table)
    laughs = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 12))
    kind = f'<!DOCTYPE sst [<!ENTITY l0 "哈"><!ENTITY f SYSTEM "file:///etc/passwd">{laughs}]>'.encode()
    name = random.choice([SHEET, STRINGS])
    made[name] = made[name].replace(_HEAD, _HEAD + kind).replace("甲".encode(), random.choice([b"&l11;", b"&f;"]))
    return zipped(made)


def bomb(table: Table, random: Random) -> bytes:
    """A part that is small packed and vast unpacked."""
    made = parts(table)
    name = random.choice([SHEET, STRINGS, BOOK, "xl/styles.xml"])
    content = made.get(name, _HEAD + b"<styleSheet/>")
    place = content.rfind(b"</") if b"</" in content else len(content)
    fill = random.choice([b" ", b"<si><t>a</t></si>" * 16, b"<row/>" * 10])
    made[name] = content[:place] + fill * (random.randrange(64, 200) * _MEGA // len(fill)) + content[place:]
    return zipped(made)


def lying_bomb(table: Table, random: Random) -> bytes:
    """A bomb that says it is small."""
    name = random.choice([SHEET, STRINGS])
    made = parts(table)
    small = len(made[name])
    made[name] += b" " * (random.randrange(64, 200) * _MEGA)
    whole = zipped(made)
    return whole.replace(struct.pack("<I", len(made[name])), struct.pack("<I", small))


def far_cells(table: Table, random: Random) -> bytes:
    """A cell at the end of the world, or said to be."""
    made = parts(table)
    far = random.choice(_FAR)
    made[SHEET] = made[SHEET].replace(b"</sheetData>", far + b"</sheetData>")
    if random.random() < 0.5:
        made[SHEET] = made[SHEET].replace(b"<sheetData>", b'<dimension ref="A1:XFD1048576"/><sheetData>')
    return zipped(made)


def odd_cells(table: Table, random: Random) -> bytes:
    """Cells of every type, with values that their type cannot have."""
    made = parts(table)
    types = ["s", "n", "b", "e", "d", "str", "inlineStr", "x", ""]
    values = ["99999999", "-1", "1e999", "NaN", "#REF!", "2026-13-45", "=1+1", "", "真", "0.1", "45292"]
    number = len(table.rows) + 2
    row = "".join(
        f'<c r="{_letters(c)}{number}" t="{random.choice(types)}"><f>1/0</f><v>{random.choice(values)}</v></c>'
        for c in range(len(table.headers))
    )
    told = f'<row r="{number}">{row}</row></sheetData>'.encode()
    made[SHEET] = made[SHEET].replace(b"</sheetData>", told)
    return zipped(made)


def many_sheets(table: Table, random: Random) -> bytes:
    """The sheet many times over, hidden, or under a name that is no name."""
    made = parts(table)
    names = [random.choice(["一", "", "../../x", "a" * 200, "=1", "名\u202e单"]) for _ in range(random.randrange(10))]
    state = random.choice(["", ' state="hidden"', ' state="veryHidden"', ' state="x"'])
    sheets = "".join(f'<sheet name="{name}" sheetId="{n}" r:id="rId1"{state}/>' for n, name in enumerate(names))
    made[BOOK] = made[BOOK].replace(b"</sheets>", sheets.encode() + b"</sheets>")
    return zipped(made)


def locked(table: Table, random: Random) -> bytes:
    """An archive that says it is encrypted, or packed in another way."""
    whole = bytearray(zipped(parts(table)))
    flag, method = random.choice([(1, 8), (0, 99), (0, 12), (0x41, 8)])
    for mark, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        place = whole.find(mark)
        while place >= 0:
            struct.pack_into("<HH", whole, place + offset, flag, method)
            place = whole.find(mark, place + 4)
    return bytes(whole)


def odd_archive(table: Table, random: Random) -> bytes:
    """A part twice, a path that leads out, something before or after the archive."""
    made = parts(table)
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w") as archive:
        for name, content in made.items():
            archive.writestr(random.choice([name, name, name, name.upper(), "../" + name, "/" + name]), content)
    return written.getvalue() + random.choice([b"", bytes(99), b"PK\x05\x06" + bytes(18)])


def without_places(table: Table, random: Random) -> bytes:
    """Cells and rows that do not say where they are, some of them far away."""
    made = parts(table)
    wide, high = random.choice([(3, 40), (2_000, 9_000), (9_000, 300_000), (16_000, 3), (2, 900_000)])
    rows = f"<row>{'<c/>' * wide}<c><v>1</v></c></row>{'<row/>' * high}<row><c><v>1</v></c></row></sheetData>"
    made[SHEET] = made[SHEET].replace(b"</sheetData>", rows.encode())
    return zipped(made)


def repeated_text(table: Table, random: Random) -> bytes:
    """A long text that stands once, and in many cells."""
    made = parts(table)
    made[STRINGS] = made[STRINGS].replace(
        "甲".encode(), random.choice("长a").encode() * random.randrange(1_000, 900_000)
    )
    first = len(table.rows) + 2
    cells = "".join(f'<row r="{r}"><c r="A{r}" t="s"><v>0</v></c></row>' for r in range(first, first + 20_000))
    made[SHEET] = made[SHEET].replace(b"</sheetData>", f"{cells}</sheetData>".encode())
    return zipped(made)


def another_kind(table: Table, random: Random) -> bytes:
    """A spreadsheet of another kind within, or a sheet under a name that is none of a sheet."""
    made = parts(table)
    if random.random() < 0.5:
        made["content.xml"] = open_document(random)
        made["mimetype"] = b"application/vnd.oasis.opendocument.spreadsheet"
        return zipped(made)
    name = random.choice(["sheet1.dat", "sharedStrings.xml", "sheet1.bin", "../sheet1"])
    made[f"xl/worksheets/{name}"] = made.pop(SHEET).replace(b"</sheetData>", random.choice(_FAR) + b"</sheetData>")
    relations = "xl/_rels/workbook.xml.rels"
    made[relations] = made[relations].replace(b"sheet1.xml", name.encode())
    return zipped(made)


def open_document(random: Random) -> bytes:
    """A sheet in another format, with one cell that is said to repeat itself."""
    space = "urn:oasis:names:tc:opendocument:xmlns:"
    rows, columns = random.choice([(9, 9), (100_000, 1_000), (1_048_576, 16_384)])
    cell = f'<table:table-cell office:value-type="string" table:number-columns-repeated="{columns}"><text:p>a</text:p>'
    told = (
        f'<office:document-content xmlns:office="{space}office:1.0" xmlns:table="{space}table:1.0" '
        f'xmlns:text="{space}text:1.0" office:version="1.2"><office:body><office:spreadsheet><table:table '
        f'table:name="a"><table:table-row table:number-rows-repeated="{rows}">{cell}</table:table-cell>'
        "</table:table-row></table:table></office:spreadsheet></office:body></office:document-content>"
    )
    return _HEAD + told.encode()


SPOILED: tuple[Spoiled, ...] = (
    as_it_is, truncated, damaged, without_a_part, broken_xml, deep_xml, entities, bomb, lying_bomb, far_cells,
    odd_cells, many_sheets, locked, odd_archive, without_places, repeated_text, another_kind,
)  # fmt: skip
HEAVY: tuple[Spoiled, ...] = (bomb, lying_bomb, deep_xml)


def _relations(*of: tuple[str, str, str]) -> bytes:
    told = "".join(
        f'<Relationship Id="{name}" Type="{_OFFICE}/{kind}" Target="{target}"/>' for name, kind, target in of
    )
    return _HEAD + f'<Relationships xmlns="{_PACKAGE}/relationships">{told}</Relationships>'.encode()


def _xml(cell: str) -> str:
    return escape("".join(c for c in cell if c in "\t\n" or c >= " "))


def _letters(column: int) -> str:
    return chr(ord("A") + column) if column < 26 else chr(ord("A") + column // 26 - 1) + chr(ord("A") + column % 26)
