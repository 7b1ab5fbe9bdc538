"""The score of two names: how alike they are, less what their structure says against it."""

from collections.abc import Callable, Sequence
from enum import StrEnum
from typing import NamedTuple

from rapidfuzz import fuzz, process

from registry.names import Parsed, parse


class Verdict(StrEnum):
    """What a score means 判定建议."""

    SAME = "same"  # 同名: equal normal forms, nothing less
    REVIEW = "review"  # 待核: plausible, a person decides
    DIFFERENT = "different"  # 不同


class Reason(NamedTuple):
    """Why, in both languages."""

    zh: str
    en: str


class Score(NamedTuple):
    """`value` in 0..1: 1 for the same name, at least THRESHOLD for review."""

    value: float
    verdict: Verdict
    because: tuple[Reason, ...]


THRESHOLD = 0.6
FEATURES: tuple[tuple[Callable[[Parsed, Parsed], Reason | None], float], ...] = ()


def score(a: str | Parsed, b: str | Parsed) -> Score:
    """How surely two names are one company's, and why."""
    a, b = (one if isinstance(one, Parsed) else parse(one) for one in (a, b))
    if a.name == b.name:
        return Score(1.0, Verdict.SAME, (Reason("名称相同", "the names are the same"),))
    value = fuzz.ratio(a.name, b.name) / 100 * 0.99
    return Score(value, Verdict.REVIEW if value >= THRESHOLD else Verdict.DIFFERENT, ())


def rank(query: str, names: Sequence[str], *, limit: int = 5) -> list[tuple[int, Score]]:
    """The best of many candidates in normal form, best first: position in `names`, and score."""
    near = process.extract(query, names, scorer=fuzz.ratio, limit=2 * limit)
    scored = [(position, score(query, name)) for name, _, position in near]
    return sorted(scored, key=lambda each: (-each[1].value, each[0]))[:limit]
