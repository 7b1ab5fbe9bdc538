"""In what two names differ: the stretches of their essences that are not the same, each with what kind it is of."""

import re
from collections.abc import Iterator
from enum import StrEnum
from typing import NamedTuple

from rapidfuzz.distance import Indel, Postfix, Prefix

from registry.matching.sounds import sound_alike
from registry.names import Essence
from registry.names.numerals import NUMERALS, number
from registry.names.places import whole_place
from registry.names.script import folded
from registry.names.words import BANK_KINDS


class Kind(StrEnum):
    """What kind of difference a stretch is; each has its feature."""

    SCRIPT = "script"
    SOUND = "sound"
    NUMERAL = "numeral"
    REPEATED = "repeated"
    ORDER = "order"
    PARTICLE = "particle"
    BANK = "bank"
    PLACE_LEFT_OUT = "place_left_out"
    PLACE = "place"
    ORDINAL = "ordinal"
    DIRECTION = "direction"
    BRAND = "brand"
    TRADE = "trade"
    ADDED = "added"


class Difference(NamedTuple):
    """One stretch: what stands in the one name and in the other; empty where it is left out."""

    kind: Kind
    one: str
    other: str
    times: int = 1

    def and_also(self, more: "Difference") -> "Difference":
        """The same kind of difference in two places."""
        return Difference(self.kind, self.one + more.one, self.other + more.other, self.times + more.times)


class _Stretch(NamedTuple):
    """Places in the two texts that do not agree: `one[i:j]` against `other[k:m]`."""

    i: int
    j: int
    k: int
    m: int


_NUMERAL = re.compile(f"第?[{NUMERALS}]+")
_BEFORE, _AFTER = re.compile(f"[{NUMERALS}]*$"), re.compile(f"[{NUMERALS}]*")
_WINDOWS = 8  # no name repeats itself further
_DIGITS = frozenset(NUMERALS)
_DIRECTIONS = frozenset("东南西北中上下前后左右新老大小内外")
_PARTICLES = {"T": frozenset("和与及暨"), "O": frozenset("路街市县区")}  # in a trade, in a branch's own name
_PLACE_ENDS = frozenset("省市县区旗盟")
_BANK_WORDS = frozenset({"", "农村", "城市", "合作", *BANK_KINDS})


def differences(one: Essence, other: Essence) -> list[Difference]:
    """The differences of two essences, in the order of the names; moved words come last."""
    stretches = _stretches(one.text, other.text)
    taken: list[Difference] = []
    moved = _moved(one, other, stretches) if len(stretches) > 1 else {}
    for stretch in stretches:
        if stretch in moved:
            continue
        i, j, k, m = stretch
        if i == j or k == m:
            taken.append(_left_out(other, k, m, swapped=False) if i == j else _left_out(one, i, j, swapped=True))
        else:
            taken.append(Difference(_changed(one, other, stretch), one.text[i:j], other.text[k:m]))
    if moved:
        taken += [Difference(kind, text, text) for kind, text in sorted(set(moved.values()))]
    return taken


def _stretches(one: str, other: str) -> list[_Stretch]:
    """Where two texts do not agree, a removal and the addition beside it as one."""
    first = Prefix.similarity(one, other)
    last = min(Postfix.similarity(one, other), len(one) - first, len(other) - first)
    j, m = len(one) - last, len(other) - last
    if first in (j, m) or set(one[first:j]).isdisjoint(other[first:m]):
        return [_Stretch(first, j, first, m)]
    found: list[_Stretch] = []
    for step in Indel.opcodes(one, other):
        if step.tag == "equal":
            continue
        i, j, k, m = step.src_start, step.src_end, step.dest_start, step.dest_end
        if found and found[-1].j == i and found[-1].m == k:
            i, k = found.pop()[::2]
        found.append(_Stretch(i, j, k, m))
    return found


def _moved(one: Essence, other: Essence, stretches: list[_Stretch]) -> dict[_Stretch, tuple[Kind, str]]:
    """Pairs of stretches of which one leaves out what the other adds: the same words in another order."""
    moved: dict[_Stretch, tuple[Kind, str]] = {}
    gone = [s for s in stretches if s.k == s.m]
    come = [s for s in stretches if s.i == s.j]
    for a in gone:
        text = one.text[a.i : a.j]
        for b in come:
            if other.text[b.k : b.m] == text and b not in moved:
                brand = len(text) == 1 and one.labels.count("B") <= 3 and one.labels[a.i] == "B"
                moved[a] = moved[b] = (Kind.BRAND if brand else Kind.ORDER, text)
                break
    return moved


def _left_out(longer: Essence, start: int, end: int, *, swapped: bool) -> Difference:
    """What kind of words they are that only the longer text has."""
    text, labels = longer
    kind = None
    for first in _windows(text, start, end):
        last = first + end - start
        words = text[first:last]
        if last - first > 1 and not labels[first:last].strip("R"):
            kind = Kind.PLACE_LEFT_OUT
        elif _twice(text, words, first, last):
            kind = Kind.REPEATED
        elif _tells_nothing(words, labels[max(first - 1, 0) : first + 1], text[last : last + 1]):
            kind = Kind.PARTICLE
        elif words in _BANK_WORDS and "银行" in text[last:]:
            kind = Kind.BANK
        elif not labels[:first].strip("R") and whole_place(words):  # 集宁鑫源: what could be brand is read so
            kind = Kind.PLACE_LEFT_OUT
        if kind:
            start, end = first, last
            break
    words = text[start:end]
    if kind is None:
        kind = Kind.ORDINAL if _NUMERAL.fullmatch(words) else Kind.ADDED
    return Difference(kind, words, "") if swapped else Difference(kind, "", words)


def _tells_nothing(word: str, labels: str, after: str) -> bool:
    """Whether a word tells nothing apart where it stands, after and of these labels: 路, 市, 第 before a number."""
    return (
        word in _PARTICLES.get(labels[-1:], ())
        or (word in _PLACE_ENDS and labels[:-1] == "R")
        or (word == "第" and after in _DIGITS)
    )


def _windows(text: str, start: int, end: int) -> Iterator[int]:
    """Every place at which the same addition may be seen: 甲乙乙 has one 乙 more than 甲乙, the first or the second."""
    first = start
    while start - _WINDOWS < first > 0 and text[first - 1] == text[first + end - start - 1]:
        first -= 1
    yield first
    for again in range(first, min(first + _WINDOWS, len(text) - end + start)):
        if text[again] != text[again + end - start]:
            return
        yield again + 1


def _twice(text: str, words: str, first: int, last: int) -> bool:
    """Whether words are repeated at once, or several of them somewhere."""
    if len(words) > 1:
        return text.count(words) > 1
    return text[first - 1 : first] == words or text[last : last + 1] == words


def _changed(one: Essence, other: Essence, stretch: _Stretch) -> Kind:
    """What kind of change it is that the one text has these characters and the other those."""
    i, j, k, m = stretch
    a, b = one.text[i:j], other.text[k:m]
    labels = one.labels[i:j] + other.labels[k:m]
    if not labels.strip("R"):
        return Kind.PLACE
    if not _DIGITS.isdisjoint(a) and not _DIGITS.isdisjoint(b):
        return Kind.NUMERAL if _number(one.text, i, j) == _number(other.text, k, m) is not None else Kind.ORDINAL
    if a in _BANK_WORDS and b in _BANK_WORDS and "银行" in one.text[j:]:
        return Kind.BANK
    return _spelling(a, b) or (Kind.BRAND if labels.strip("T") else Kind.TRADE)


def _number(text: str, start: int, end: int) -> int | None:
    """The value of the whole number that a stretch is of, if it is one: of 二 in 第十二 it is 12."""
    before, after = _BEFORE.search(text, 0, start), _AFTER.match(text, end)
    written = f"{before[0] if before else ''}{text[start:end]}{after[0] if after else ''}".removeprefix("第")
    return number(written) if _DIGITS.issuperset(written) else None


def _spelling(a: str, b: str) -> Kind | None:
    """The kind of change of characters for as many others, if it is one that typists make."""
    if len(a) != len(b):
        return None
    if a in _DIRECTIONS and b in _DIRECTIONS:
        return Kind.DIRECTION
    if folded(a) == folded(b):
        return Kind.SCRIPT
    return Kind.SOUND if sound_alike(a, b) else None
