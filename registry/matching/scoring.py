"""The score of two names: every doubt halves it, and only equal normal forms are beyond doubt."""

from collections.abc import Callable, Sequence
from enum import StrEnum
from typing import NamedTuple

from rapidfuzz import process
from rapidfuzz.distance import LCSseq

from registry.matching import features as f
from registry.matching import latin
from registry.matching.features import Finding, Reason
from registry.matching.pairs import Pair
from registry.names import Parsed, parse


class Verdict(StrEnum):
    """What a score means 判定建议."""

    SAME = "same"  # 同名: equal normal forms, nothing less
    REVIEW = "review"  # 待核: plausible, a person decides
    DIFFERENT = "different"  # 不同


class Score(NamedTuple):
    """`value` in 0..1: 1 for the same name, at least THRESHOLD for review."""

    value: float
    verdict: Verdict
    because: tuple[Reason, ...]


# what speaks against one company, and how much doubt it casts; a whole doubt is as far as a review goes
FEATURES: tuple[tuple[Callable[[Pair], Finding | None], float], ...] = (
    (f.spelled_otherwise, 0.3),
    (f.form_left_out, 0.06),
    (f.form_unsaid, 0.2),
    (f.form_changed, 0.15),
    (f.form_of_another_kind, 1.2),
    (f.standing_left_out, 0.2),
    (f.brackets_differ, 0.05),
    (f.place_left_out, 0.2),
    (f.place_written_otherwise, 0.02),
    (f.place_differs, 1.3),
    (f.script_differs, 0.15),
    (f.sounds_alike, 0.7),
    (f.number_written_otherwise, 0.15),
    (f.word_repeated, 0.25),
    (f.order_changed, 0.4),
    (f.particle_left_out, 0.15),
    (f.bank_reformed, 0.6),
    (f.brand_differs, 1.3),
    (f.trade_differs, 1.15),
    (f.words_added, 1.1),
    (f.ordinal_differs, 1.5),
    (f.direction_differs, 1.4),
    (f.branch_and_parent, 1.6),
    (f.branch_differs, 1.3),
    (f.branch_known_by_place, 0.65),
    (f.link_left_out, 0.1),
)
LATIN_FEATURES: tuple[tuple[Callable[[Pair], Finding | None], float], ...] = (
    (latin.letters_differ, 4.0),
    (latin.numbers_differ, 0.4),
)
_NOT_EQUAL = 0.999  # at most, of names with the same words in other letters: Ò and O
THRESHOLD = 0.5  # one whole doubt
_BREVITY = 0.1
SPARE = 1  # names that `rank` scores beyond those that it gives
SAME = Score(1.0, Verdict.SAME, (Reason("名称相同", "the names are the same"),))
UNNAMED = Score(0.0, Verdict.DIFFERENT, (Reason("名称为空", "there is no name"),))


def score(a: str | Parsed, b: str | Parsed) -> Score:
    """How surely two names are one company's, and why."""
    one = a if isinstance(a, Parsed) else parse(a)
    other = b if isinstance(b, Parsed) else parse(b)
    if not (one.name and other.name):
        return UNNAMED
    if one.name == other.name:
        return SAME
    pair = Pair(one, other)
    doubts = _doubts(pair)
    because = [found.reason for _, found in doubts if found.reason is not None] or [f.written_otherwise(pair)]
    value = min(0.5 ** sum(doubt for doubt, _ in doubts), _NOT_EQUAL)
    if len(because) == 1 and value >= THRESHOLD:
        because = [because[0].alone()]
    return Score(value, Verdict.REVIEW if value >= THRESHOLD else Verdict.DIFFERENT, tuple(because))


def told_apart(a: str, b: str) -> bool:
    """Whether one feature alone makes two names those of two companies, however much speaks for one; many small doubts
    do not."""
    return any(doubt > 1 for doubt, _ in _doubts(Pair(parse(a), parse(b))))


def _doubts(pair: Pair) -> list[tuple[float, Finding]]:
    features = LATIN_FEATURES if pair.one.words or pair.other.words else FEATURES
    found = ((weight, feature(pair)) for feature, weight in features)
    return [(weight * finding.extent, finding) for weight, finding in found if finding is not None]


def rank(query: str, names: Sequence[str], *, limit: int = 5) -> list[tuple[int, Score]]:
    """The best of many candidates in normal form, best first: position in `names`, and score.

    Only a few more than `limit` are scored, the first of those `in_turn`.
    """
    asked = parse(query)
    scored = [(position, score(asked, names[position])) for position in in_turn(query, names)[: limit + SPARE]]
    return sorted(scored, key=lambda each: (-each[1].value, each[0]))[:limit]


def in_turn(query: str, names: Sequence[str]) -> list[int]:
    """The positions of candidates in the order in which they are scored: first those that hold most of the query's
    characters in its order and say little else, so that a short form finds the whole name."""
    near: list[tuple[str, int, int]] = process.extract(query, names, scorer=LCSseq.similarity, limit=None)
    near.sort(key=lambda each: _BREVITY * len(each[0]) - each[1])
    return [position for _, _, position in near]
