"""Traditional and simplified script 繁体、简体: which names are written in traditional script throughout.

`script.txt` holds two lines of characters, worked out once from OpenCC's tables and the Big5 character set (a test
works them out again). First those of traditional script (東): their simplified form is one that only simplified
script has (东), or one whose own traditional form they are (雲, 云); and Taiwan does not write the simplified form
either, as it does for the variant 峯 (峰). Second those that only simplified script has. A name is traditional if it
has one of the first kind and none of the second. A lone variant such as 昇 for 升 or 峯 for 峰 makes no name
traditional: it stays, and with it the difference.
"""

from functools import cache, lru_cache
from pathlib import Path

import polars as pl
from opencc import OpenCC

TRADITIONAL, SIMPLIFIED = Path(__file__).with_name("script.txt").read_text(encoding="utf-8").split()
KEPT = (
    "昇陞祕谿釐鉅薴"  # standard characters of names in simplified script too (通用规范汉字表, 2013); OpenCC folds them
)

_TRADITIONAL, _SIMPLIFIED = frozenset(TRADITIONAL), frozenset(SIMPLIFIED)


def has_traditional(name: str) -> bool:
    """Whether a name has a character of traditional script."""
    return not _TRADITIONAL.isdisjoint(name)


def is_traditional(name: str) -> bool:
    """Whether a name is written in traditional script throughout."""
    return has_traditional(name) and _SIMPLIFIED.isdisjoint(name)


def simplified(name: str) -> str:
    """A traditional name in simplified script, by OpenCC's phrases and characters; the characters of KEPT stay."""
    changed: str = _converter().convert(name)
    if len(changed) != len(name):
        return changed
    return "".join(old if old in KEPT else new for old, new in zip(name, changed, strict=True))


def simplified_series(names: pl.Series) -> pl.Series:
    """A column of traditional names (String, mostly null) in simplified script."""
    few = names.drop_nulls().unique().to_list()
    return names.replace_strict(few, [simplified(name) for name in few], default=None, return_dtype=pl.String)


@cache
def _converter() -> OpenCC:
    return OpenCC("t2s")


@lru_cache(maxsize=1 << 14)
def folded(text: str) -> str:
    """Each character as its simplified or common variant: 昇 → 升, 烏 → 乌. For comparing, never for storing."""
    return "".join(map(_folded, text))


@cache
def _folded(character: str) -> str:
    return str(_converter().convert(character))
