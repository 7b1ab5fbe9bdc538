"""Names without a Chinese character: compared by their words, whatever the order and the legal form."""

import re

from rapidfuzz.distance import Levenshtein

from registry.matching.features import Finding, told
from registry.matching.pairs import Pair

_NUMBER = re.compile("[0-9]+|[IVX]+")
_MOST_WORDS = 40
_ALIKE = 0.7  # words as unlike as this are two words


def letters_differ(pair: Pair) -> Finding:
    """The share of letters that differ, word by word or in all."""
    a, b = pair.one, pair.other
    if not a.words or not b.words:
        return Finding(1.0, told("文字不同", "in different scripts", a.name, b.name))
    alike = max(
        _aligned(*sorted((a.words, b.words))), Levenshtein.normalized_similarity("".join(a.words), "".join(b.words))
    )
    return Finding(1.0 - alike, told("外文名称", "names in Latin script", " ".join(a.words), " ".join(b.words)))


def numbers_differ(pair: Pair) -> Finding | None:
    """Another number, in digits or Roman: Fund VIII, Fund IX."""
    a, b = ({word for word in name.words if _NUMBER.fullmatch(word)} for name in (pair.one, pair.other))
    if a == b or not (pair.one.words and pair.other.words):
        return None
    return Finding(1.0, told("序号不同", "number differs", " ".join(sorted(a - b)), " ".join(sorted(b - a))))


def _aligned(one: tuple[str, ...], other: tuple[str, ...]) -> float:
    """The share of letters in words that both have, the longest words first; 0 if that many words are no name."""
    if max(len(one), len(other)) > _MOST_WORDS:
        return 0.0
    left = list(other)
    shared = 0.0
    for word in sorted(one, key=len, reverse=True):
        best = max(left, key=lambda each: Levenshtein.normalized_similarity(word, each), default="")
        alike = Levenshtein.normalized_similarity(word, best)
        if best and alike >= _ALIKE:
            left.remove(best)
            shared += alike * (len(word) + len(best))
    return shared / (sum(map(len, one)) + sum(map(len, other)))
