"""Names without a Chinese character 外文名称: they have no parts that we read, but words."""

import re
import unicodedata

import polars as pl

from registry.names.words import LATIN_FORMS

_WORD = re.compile(r"[^\W_]+")
_APOSTROPHES = "'’‘`´"
_APOSTROPHE = str.maketrans("", "", _APOSTROPHES)
_HAN = r"[\u3400-\u9fff]"


def latin_words(name: str) -> tuple[str, ...]:
    """The words of a name, in upper case without accents; its legal form is left out where anything else is left."""
    letters = "".join(c for c in unicodedata.normalize("NFKD", name) if unicodedata.category(c) != "Mn").upper()
    words = _WORD.findall(letters.replace("&", " AND ").translate(_APOSTROPHE))
    return tuple([word for word in words if word not in LATIN_FORMS] or words)


def latin_words_expr(name: pl.Expr) -> pl.Expr:
    """The same of a column of names (String → List[String])."""
    letters = name.str.normalize("NFKD").str.replace_all(r"\p{Mn}", "").str.to_uppercase()
    words = (
        letters.str.replace_all("&", " AND ", literal=True)
        .str.replace_all(f"[{_APOSTROPHES}]", "")
        .str.extract_all(r"[\p{L}\p{N}]+")
    )
    own = words.list.eval(pl.element().filter(~pl.element().is_in(sorted(LATIN_FORMS))))
    return pl.when(own.list.len() > 0).then(own).otherwise(words)


def has_han(name: pl.Expr) -> pl.Expr:
    """Whether a name has a Chinese character, so that it has parts."""
    return name.str.contains(_HAN)
