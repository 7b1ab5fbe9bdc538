"""Suggestions: subjects that a record without a code may be about, by its name alone, and why. Never more than that.

First the bearers of the very name, then subjects that people held to bear it, then those with a name like it, likest
first. A subject that people held to be another than a name's is not suggested for it again.
"""

from typing import NamedTuple

from sqlmodel import Session

from registry.matching import Reason, Verdict, rank
from registry.matching.candidates import nearest
from registry.names import normal_form
from registry.store import judgements, review
from registry.store.candidates import near
from registry.vocabulary import Answer

MOST = 5
_NEAREST = 100  # names that are scored
ALIAS = Reason("此前判定为同一", "judged the same before")
SAME_NAME = Reason("名称相同", "the same name")


class Suggested(NamedTuple):
    """A subject, and what speaks for it or against it."""

    subject_id: int
    score: float
    because: tuple[Reason, ...]


def suggested(session: Session, name: str) -> list[Suggested]:
    """The subjects that a name suggests, at most `MOST`, best first; none whose name is clearly another."""
    normal = normal_form(name)
    others = set(judgements.judged(session, normal, Answer.DIFFERENT.value))
    found = [Suggested(number, 1.0, (SAME_NAME,)) for number in review.bearers(session, normal)]
    found += [Suggested(number, 1.0, (ALIAS,)) for number in judgements.judged(session, normal, Answer.SAME.value)]
    names = nearest(normal, [each for each in near(session, normal) if each != normal], most=_NEAREST)
    for place, score in rank(normal, names, limit=MOST):
        if score.verdict is not Verdict.DIFFERENT:
            bearing = review.bearers(session, names[place])
            found += [Suggested(number, score.value, score.because) for number in bearing]
    first = {one.subject_id: one for one in reversed(found) if one.subject_id not in others}
    return [one for one in dict.fromkeys(found) if first.get(one.subject_id) is one][:MOST]
