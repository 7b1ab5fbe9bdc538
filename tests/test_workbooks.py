"""Workbooks that would take all memory, or the process: each ends in a refusal, within the memory any file may take."""

import base64
import subprocess
import sys
import zipfile
import zlib
from errno import ENOMEM, ENOSPC
from pathlib import Path
from random import Random

import fastexcel
import polars as pl
import pytest

from loaders import workbook_cells
from loaders.reading import opened
from registry.errors import FileRefused
from registry.vocabulary import SourceKind
from tests.fuzz import workbooks
from tests.fuzz.tables import Table
from tests.fuzz.trial import MEGABYTES

OPEN = """
import resource
import sys
from pathlib import Path

from loaders.reading import opened
from registry.errors import FileRefused

try:
    with opened(Path(sys.argv[1])):
        pass
except FileRefused as refusal:
    print(refusal.zh)
told = Path("/proc/self/status").read_text()
print(told.partition("VmHWM:")[2].split()[0])  # its own: what the system counts for it began with its parent's
print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)
"""
TABLE = Table(SourceKind.PENALTIES, ["名称", "数"], [["甲公司", "1"], ["乙公司", "2"]])
# old binary workbooks, packed: three rows in three columns; and a cell in the first place and one in the last
GOOD_XLS = (
    "c-rk)O=uHA6#izCZIY!)lbQ;xP(s0~wHFn^OS>v)PcE$r{(`192Wd!4&_h+UT60qnJSkoZy?Cj5@drKV&4W-;P!NPfk6siMdT6u0"
    "d6})L=8%9EmHC!=^XAQbJ8$>Bnf-Y=mncr(>nPzT^do?>7eP~%O;CyWjX0>^^OWk>VJe=%KZQt`0@-BYar8w<#Zbk&1c|%BXC#3S"
    "RE}aC?pQ99T0!h&AJRhk&_`0>7Fl9wXRlgWo?y9(<sBaRgynX&TxHouV~gT2<{Y<Yo6h2cvWxp-Q0INXoOf*5gf=`^S$yG|sEoC+"
    "BY!fT{X084gUy%$#cd#y%jDD9B9auq8GQ3nz*m2zK1~_>%Gw3UKEK=^s$st_gTN%b<DB3H*mx7*01LPa*s3DSg?gj=KTimV@eGNx"
    "=K>I$PiKeb_fZQjwGO$ub;Y&SF3qbtzHC)TIoq2_j-ZA01m}F5_U(n+UtaAQ9(0beWs-OD%6`9Axd;yz6@$nz?g=c(9%gK0d5O=u"
    "hV>4XNy=2Jy9e8}vU`fhT;|?xnr92+wX?2DUr&1B)6m1t!bfKV>9Yf+Gs)Sv&NRB{`7;8+#}s-+uef<b;gRFlLhlXlS+@VOPlRP$"
    "`|jz7S_>9ovzlO8X{oy-mReHZE5#Ny*n-*Wew>#!dzZiw3EijILCuym*pk_nW>+F(>$xSfRs8y8EAFeIw7>m;4FdxM0|NsC0|SHl"
    "A^7dK@-DC5Q7!$o5Yqp37O9lYZ<7BOdof1GDf%$og&fs+Of-}~t6>TMT%t~n|G!Y-0L`AqD2CaO(T4MvzV<}*_0&y_|Gp*E==|kI"
    "{QSf7e+RVJ%DM"
)
FAR_XLS = (
    "c-rk)O-NKx6#njW#`!_VH#Q0y$RKE@Zo*9)eI}Tz#M&4U)H7!x$|!@2YUA%Lg`id8MsU+cZKFjlY}X<%av=o4Of6dl1ub-5=bU*D"
    "XUv5IDkk@P-0z-u?mhR1bMATE_h~ztS$bWc#UXT|3^^x+@&cWr67pV5P`l%>=+!|gj>dn5P>>v1?#H{zj{)`}`#TE*Yrglyz&9%Q"
    "F@gT^WFmfs=#e$pir3IdtguL$2<l{2)xwX2FA1+o&rRWO(JTmeQs0cahi$9B^|~9yca27Ai-5=75SuTexrQ2i;3%GYrt*FLxRDyM"
    "$IfR%gRcV1Aiwn`l8KZ(mO+dhxQyRU9Qfs()UCMIpRHbj^nZ%=fg|+K4IeNK=b;36nv&~US>D0+9wk_gNF$$jZ7Pq$oPXuKnnmZe"
    "QsTIRco<b8N5#&hjJ)^i=jU5P1J(o4OiPZ=XYwYV91dpKf{Y^tS)Qp?EZT%;Wz@?e*9*re2B~fysBwjxbJAyCTAOK}4#AFfr9f^W"
    "IsN1In}+mv>nh1Bec7k6m0fEIjkNh;vgc<G?W$e9e8G5Yd9`v+{a4|-e=<POFx~Y#?nbJxkFbbQVeTPcDplNrKVMPVcb8F(bsmgz"
    "$N|F8(9qD((9qD((6|^-?j3{g9ef|~yLXC!`(J0DN>2YKxv;o{ae5}{V%m!&)hRqFDSm3<SKe6am^R-3LdGD?p28@GWF4a=$1mLp"
    "RpEY)ZD^j{5h`{5Tq)~3<@x^tdv3j}"
)


def unpacked(packed: str) -> bytes:
    return zlib.decompress(base64.b85decode(packed))


def with_sheet(more: str, *, name: str = workbooks.SHEET, strings: str = "甲") -> bytes:
    """A small good workbook with more in its sheet, whose part may have another name."""
    made = workbooks.parts(TABLE)
    sheet = made.pop(workbooks.SHEET)
    made[name] = sheet.replace(b"</sheetData>", f"{more}</sheetData>".encode())
    relations = "xl/_rels/workbook.xml.rels"
    made[relations] = made[relations].replace(b"sheet1.xml", name.rpartition("/")[2].encode())
    made[workbooks.STRINGS] = made[workbooks.STRINGS].replace("甲".encode(), strings.encode())
    return workbooks.zipped(made)


def many_sheets(count: int) -> bytes:
    """One sheet with a cell far away, under many names."""
    made = workbooks.parts(TABLE)
    made[workbooks.SHEET] = made[workbooks.SHEET].replace(
        b"</sheetData>", b'<row r="9000"><c r="IV9000"><v>1</v></c></row></sheetData>'
    )
    sheets = "".join(f'<sheet name="{n}" sheetId="{n}" r:id="rId1"/>' for n in range(1, count + 1))
    made[workbooks.BOOK] = made[workbooks.BOOK].replace(b"</sheets>", f"{sheets}</sheets>".encode())
    return workbooks.zipped(made)


HEAVY = {
    "a cell far away": with_sheet('<row r="1048576"><c r="XFD1048576"><v>1</v></c></row>'),
    "cells that do not say where they are": with_sheet(
        f"<row>{'<c/>' * 9_000}<c><v>1</v></c></row>{'<row/>' * 300_000}<row><c><v>1</v></c></row>"
    ),
    "a sheet that is not called one": with_sheet(
        '<row r="1048576"><c r="AZ1048576"><v>1</v></c></row>', name="xl/worksheets/sheet1.dat"
    ),
    "a long text in every cell": with_sheet(
        "".join(f'<row r="{r}"><c r="A{r}" t="s"><v>0</v></c></row>' for r in range(4, 40_000)), strings="长" * 30_000
    ),
    "the same sheet under a hundred names": many_sheets(100),
    "an old one with a cell far away": unpacked(FAR_XLS),
}


@pytest.mark.parametrize("what", HEAVY)
def test_a_small_workbook_that_would_be_vast_is_refused_and_nothing_dies_of_it(tmp_path: Path, what: str) -> None:
    path = tmp_path / "a.xlsx"
    path.write_bytes(HEAVY[what])

    told = subprocess.run([sys.executable, "-c", OPEN, str(path)], capture_output=True, text=True, check=True).stdout

    refusal, *held = told.splitlines()
    assert "过大" in refusal
    assert max(map(int, held)) < MEGABYTES * 1_000


def test_what_a_workbook_is_opened_as_is_told_by_its_bytes(tmp_path: Path) -> None:
    spreadsheet = tmp_path / "a.ods"  # which would hold its cells a thousand times over
    with zipfile.ZipFile(spreadsheet, "w") as archive:
        archive.writestr("xl/workbook.xml", "<workbook/>")
        archive.writestr("content.xml", workbooks.open_document(Random(1)))
    with pytest.raises(FileRefused, match="无法作为工作簿打开"), opened(spreadsheet):
        pass

    for name, content in (("a.ods", workbooks.zipped(workbooks.parts(TABLE))), ("b.xlsx", unpacked(GOOD_XLS))):
        (tmp_path / name).write_bytes(content)
        with opened(tmp_path / name) as (table,):
            assert table.headers[:2] == ("名称", "数")
            assert pl.concat(table.frames()).row(0)[1:3] == ("甲公司", "1" if name == "a.ods" else "1.5")


def test_memory_refused_to_the_reader_ends_it_and_is_not_laid_to_the_disk(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def failing(errno: int) -> None:
        def read_excel(_: str) -> None:
            raise OSError(errno, "no")

        monkeypatch.setattr(fastexcel, "read_excel", read_excel)

    failing(ENOSPC)
    assert "fault" in workbook_cells.read("a.xlsx", tmp_path)
    failing(ENOMEM)
    with pytest.raises(OSError, match="no"):
        workbook_cells.read("a.xlsx", tmp_path)
