"""A table of any source kind, as a department might write it: headers of a layout, and rows good and bad."""

from dataclasses import dataclass
from random import Random

from loaders.sources import SOURCES
from registry.vocabulary import SourceKind
from tests.receiving import code

LAYOUTS = [(kind, layout) for kind, source in SOURCES.items() for layout in source.layouts]
_DAYS = ("2026-03-05", "2026/3/5", "20260305", "45292", "2099-12-31", "1900-01-01", "9999-99-99", "2026-02-30", "昨天")
_AMOUNTS = ("0.2", "2000元", "1,000", "1e400", "-5", "贰仟元", "0." + "9" * 400, "99999999999999999999")
_CODES = (
    code(),
    code(2),
    code(3),
    "0" * 17 + "X",
    "9.15E+17",
    "150902000012345",
    "915009O0MA0N00001A",
    "15090119800101123X",
)
_WORDS = (
    "甲公司",
    "乌兰察布市云岭建材有限公司",
    "王某",
    "警告",
    "罚款;没收违法所得",
    "自然人",
    "市场监督管理局",
    "乌市监罚〔2026〕1号",
)
_FORMULAS = (
    "=1+1", "+SUM(A1)", "-1", "@cmd", '=HYPERLINK("http://x","点此")', "\t=1", "＝1+1", "=cmd|' /C calc'!A0", "\r=1",
)  # fmt: skip
_ODD = (
    "", " ", "— —", "无", "\u202e甲公司\u202c", "\u200b\ufeff", "e\u0301" * 40, "🏢" * 9, "𠮷野家", "a\u2028b",
    "\x07\x1b[31m", "\ud7ff", "\ue000", "_x000D_", "'=1", "null", "NaN", "真" * 40_000, "<script>alert(1)</script>",
    "'; DROP TABLE record; --",
)  # fmt: skip
POOLS = (_DAYS, _AMOUNTS, _CODES, _WORDS, _WORDS, _CODES, _FORMULAS, _ODD)


@dataclass(frozen=True)
class Table:
    """A table before it is spoiled."""

    kind: SourceKind
    headers: list[str]
    rows: list[list[str]]


def table(random: Random) -> Table:
    """Any kind and layout with its required columns and some others; up to forty rows."""
    kind, layout = random.choice(LAYOUTS)
    others = [field for field in layout.columns if field not in layout.required]
    fields = [*layout.required, *random.sample(others, random.randrange(min(8, len(others)) + 1))]
    random.shuffle(fields)
    headers = [random.choice(layout.columns[field]) for field in fields]
    rows = [[cell(random) for _ in headers] for _ in range(random.randrange(40))]
    return Table(kind, headers, rows)


def cell(random: Random) -> str:
    """A cell of any sort."""
    return random.choice(random.choice(POOLS))
