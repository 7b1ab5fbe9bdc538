"""Characters that sound alike 同音字, tone aside: what a typist of pinyin confuses."""

import json
import unicodedata
from functools import cache
from importlib.metadata import distribution
from pathlib import Path

_TONES = {"\u0300", "\u0301", "\u0304", "\u030c"}


def sound_alike(one: str, other: str) -> bool:
    """Whether two texts have equally many characters, each of which can be read like the other's."""
    return len(one) == len(other) and not any(
        a != b and readings(a).isdisjoint(readings(b)) for a, b in zip(one, other, strict=True)
    )


@cache
def readings(character: str) -> frozenset[str]:
    """The readings of a character in pinyin without tones; none if it is not Han."""
    said = _table().get(str(ord(character)), "")
    bare = "".join(c for c in unicodedata.normalize("NFD", said) if c not in _TONES)
    return frozenset(filter(None, bare.split(",")))


@cache
def _table() -> dict[str, str]:
    """pypinyin's readings of single characters, by code point. To import it would load its phrases too, a fifth of a
    second in each process that compares names."""
    table = distribution("pypinyin").locate_file("pypinyin/pinyin_dict.json")
    found: dict[str, str] = json.loads(Path(str(table)).read_bytes())
    return found
