"""The normal form of a registered name: when two spellings are *the same name*.

It says nothing about subjects: several companies may bear one name. Width, brackets, blanks, letter
case and the dot in foreign names are spelling; every other difference is a difference.
"""

import re
import unicodedata

import polars as pl

_BRACKETS = {"〔": "(", "［": "(", "[": "(", "【": "(", "〕": ")", "］": ")", "]": ")", "】": ")"}
_DOTS = {"•": "·", "・": "·", "‧": "·", "∙": "·", "●": "·"}
_SPELLING = {**_BRACKETS, **_DOTS}
_NORMAL = "^[\u4e00-\u9fff0-9A-Z()·]*$"  # what has no other spelling
_NOISE = r"[\s\p{Cc}\p{Cf}]+"
_NOISE_CATEGORIES = ("Cc", "Cf")


def normal_expr(name: pl.Expr) -> pl.Expr:
    """The normal form of a column of names (String → String); null stays null."""
    normal = name.str.contains(_NORMAL)
    rest = pl.when(~normal).then(name)  # few; null is passed over
    plain = rest.str.normalize("NFKC").str.replace_all(_NOISE, "")
    mended = plain.str.replace_many(list(_SPELLING), list(_SPELLING.values())).str.to_uppercase()
    return pl.when(normal).then(name).otherwise(mended)


def normal_form(name: str) -> str:
    """The normal form of one name; equal to `normal_expr`, character for character."""
    plain = unicodedata.normalize("NFKC", name)
    plain = "".join(c for c in plain if not c.isspace() and unicodedata.category(c) not in _NOISE_CATEGORIES)
    return re.sub("|".join(map(re.escape, _SPELLING)), lambda m: _SPELLING[m[0]], plain).upper()
