"""Characters that sound alike 同音字, tone aside: what a typist of pinyin confuses."""

import unicodedata
from functools import cache

_TONES = {"\u0300", "\u0301", "\u0304", "\u030c"}


def sound_alike(one: str, other: str) -> bool:
    """Whether two texts have equally many characters, each of which can be read like the other's."""
    return len(one) == len(other) and not any(
        a != b and readings(a).isdisjoint(readings(b)) for a, b in zip(one, other, strict=True)
    )


@cache
def readings(character: str) -> frozenset[str]:
    """The readings of a character in pinyin without tones; none if it is not Han."""
    from pypinyin.constants import PINYIN_DICT  # seldom needed, slow to load

    said = PINYIN_DICT.get(ord(character), "")
    bare = "".join(c for c in unicodedata.normalize("NFD", said) if c not in _TONES)
    return frozenset(filter(None, bare.split(",")))
