"""The normal form of a registered name: when two spellings are *the same name*.

It says nothing about subjects: several companies may bear one name. Width, brackets, blanks, letter case, dots,
dashes and quotation marks are spelling, and so is traditional script in a name written in it throughout
(`registry.names.script`); every other difference is a difference. Normal forms are stored and enter digests:
to change them is to migrate them (docs/decisions/0007-names.md).
"""

import re
import unicodedata

import polars as pl

from registry.names.script import (
    SIMPLIFIED,
    TRADITIONAL,
    has_traditional,
    is_traditional,
    simplified,
    simplified_series,
)

_BRACKETS = {"〔": "(", "［": "(", "[": "(", "【": "(", "〕": ")", "］": ")", "]": ")", "】": ")"}
_DOTS = {"•": "·", "・": "·", "‧": "·", "∙": "·", "●": "·"}
_DASHES = dict.fromkeys("‐‑‒–—―−", "-")
_QUOTES = {**dict.fromkeys("‘’‛`´", "'"), **dict.fromkeys("“”„‟«»《》「」『』", '"')}
_SPELLING = {**_BRACKETS, **_DOTS, **_DASHES, **_QUOTES}
_NORMAL = f"^[[\u4e00-\u9fff0-9A-Z()·]--[{TRADITIONAL}]]*$"  # what has no other spelling
_READY = re.compile("[\u4e00-\u9fff0-9A-Z()·]*")  # these have no other spelling, but for traditional script
_MEND = re.compile("|".join(map(re.escape, _SPELLING)))
# outside these, one Unicode version knows letters and capitals that another does not
_RARE = "[^\x00-\x7f·\u2000-\u206f\u3000-\u303f\u4e00-\u9fff\uff00-\uffef]"
_NOISE = r"[\s\p{Cc}\p{Cf}]+"
_NOISE_CATEGORIES = ("Cc", "Cf")


def normal_expr(name: pl.Expr) -> pl.Expr:
    """The normal form of a column of names (String → String); null stays null."""
    return name.map_batches(_normal, return_dtype=pl.String, is_elementwise=True)


def _normal(names: pl.Series) -> pl.Series:
    """Most names are as they should be, and most others have only brackets of full width; the rest costs."""
    odd = _odd(names)
    if odd.is_empty():
        return names
    narrow = names.gather(odd).str.replace_many(["（", "）"], ["(", ")"])
    rest = _odd(narrow)
    if rest.len():
        narrow = narrow.scatter(rest, _mended(names.gather(odd.gather(rest))))
    return names.scatter(odd, narrow)


def _odd(names: pl.Series) -> pl.Series:
    """The places of the names that may have another spelling."""
    return (~names.str.contains(_NORMAL)).fill_null(value=False).arg_true()


def _mended(names: pl.Series) -> pl.Series:
    plain = names.str.normalize("NFKC").str.replace_all(_NOISE, "")
    mended = plain.str.replace_many(list(_SPELLING), list(_SPELLING.values())).str.to_uppercase()
    traditional = mended.str.contains(f"[{TRADITIONAL}]") & ~mended.str.contains(f"[{SIMPLIFIED}]")
    written = traditional.arg_true()
    if written.len():
        mended = mended.scatter(written, simplified_series(mended.gather(written)))
    rare = names.str.contains(_RARE).arg_true()
    return mended if rare.is_empty() else mended.scatter(rare, list(map(normal_form, names.gather(rare))))


def normal_form(name: str) -> str:
    """The normal form of one name; equal to `normal_expr`, character for character."""
    if _READY.fullmatch(name) and not has_traditional(name):
        return name
    plain = unicodedata.normalize("NFKC", name)
    plain = "".join(c for c in plain if not c.isspace() and unicodedata.category(c) not in _NOISE_CATEGORIES)
    mended = _MEND.sub(lambda found: _SPELLING[found[0]], plain).upper()
    return simplified(mended) if is_traditional(mended) else mended
