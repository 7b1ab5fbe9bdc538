"""Finding subjects by a unified code, by the beginning of a name, or by a name written otherwise.

A few at a time, never a way to list them all; and it never says that a subject is the one that was meant.
"""

import re
from datetime import date
from typing import NamedTuple

import msgspec
from sqlmodel import Session

from registry.actions.lookup import compact_code, county, public_subject
from registry.actions.public_items import Term
from registry.errors import BadQuery
from registry.matching import Reason, Score, Verdict, rank
from registry.matching.candidates import nearest
from registry.names import normal_form
from registry.store import subject_lookups
from registry.store.candidates import near
from registry.store.reading import is_demo
from registry.store.subject_lookups import Hit

MOST = 20
_NEAREST = 60  # names of which those that are public are looked up
_ALIKE = 10  # of these the likest are scored and told
_LEAST = 0.2  # a score below which a name is not like the one asked for
_CODE = re.compile(r"[0-9A-Z]{18}")
_TWO_HAN = re.compile(r"[\u3400-\u9fff\U00020000-\U000323af].*[\u3400-\u9fff\U00020000-\U000323af]")


class Found(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A subject that fits; `matched` is the name that fitted if that is not its present one.

    `score`, 0 to 1, and `because` are told only where the name fits by likeness.
    """

    code: str
    name: str
    matched: str | None
    status: str | None
    county: Term | None
    score: float | None = None
    verdict: Verdict | None = None
    because: tuple[Reason, ...] = ()


class Like(NamedTuple):
    """A subject found by a name like the one asked for."""

    hit: Hit
    score: Score


class Results(msgspec.Struct, frozen=True):
    """Some subjects in order of the fitting name, then those of like names, likest first; `after` is the key of the
    last one if more begin with the text."""

    subjects: list[Found]
    demo: bool
    after: tuple[str, int] | None


def search(
    session: Session, text: str, *, on: date, limit: int = MOST, after: tuple[str, int] | None = None
) -> Results:
    """Organisations with exactly this code, or with a name, present or former, that begins with this text; where
    these are few, then those with a name like it (where there are some, only such as may well be meant).

    Raises:
        BadQuery: neither a full code nor two Han characters, or a limit outside 1 to 20.
    """
    if not 1 <= limit <= MOST:
        raise BadQuery(f"limit 应在 1 至 {MOST} 之间。", f"limit must be from 1 to {MOST}.", limit=limit)
    code = compact_code(text)
    if is_code(code):
        return Results(_by_code(session, code, on=on), is_demo(session), None)
    prefix = normal_form(text)
    if not _TWO_HAN.search(prefix):
        raise BadQuery(
            "请输入至少两个汉字的名称，或完整的18位统一社会信用代码。",
            "Give at least two Han characters of a name, or a full unified social credit code of 18 characters.",
        )
    hits = subject_lookups.subjects_by_name(session, prefix, on=on, limit=limit + 1, after=after)
    last = hits[limit - 1] if len(hits) > limit else None
    found = [_found(hit) for hit in hits[:limit]]
    if after is None and last is None:
        known = {hit.subject_id for hit in hits}
        alike = [
            like
            for like in found_like(session, prefix, on=on)
            if like.hit.subject_id not in known and (not known or like.score.verdict is not Verdict.DIFFERENT)
        ]
        found += [_found(like.hit, like.score) for like in alike[: limit - len(found)]]
    return Results(found, is_demo(session), (last.normal, last.subject_id) if last else None)


def found_like(session: Session, normal: str, *, on: date) -> list[Like]:
    """Organisations with a name, present or former, like this one in normal form: each once, likest first."""
    names = nearest(normal, near(session, normal), most=_NEAREST)
    borne: dict[str, list[Hit]] = {}
    for hit in subject_lookups.subjects_bearing(session, names, on=on):
        borne.setdefault(hit.normal, []).append(hit)
    public = list(borne)
    best = [(public[place], score) for place, score in rank(normal, public, limit=_ALIKE) if score.value >= _LEAST]
    scored = [(hit, score) for name, score in best for hit in borne[name]]
    first = {hit.subject_id: Like(hit, score) for hit, score in reversed(scored)}
    return sorted(first.values(), key=lambda like: (-like.score.value, like.hit.normal, like.hit.subject_id))


def is_code(text: str) -> bool:
    """Whether a text, compact, has the form of a unified code."""
    return _CODE.fullmatch(text) is not None


def _found(hit: Hit, score: Score | None = None) -> Found:
    return Found(
        code=hit.code,
        name=hit.name,
        matched=None if hit.matched == hit.name else hit.matched,
        status=hit.status,
        county=county(hit.county_code),
        score=round(score.value, 4) if score else None,
        verdict=score.verdict if score else None,
        because=score.because if score else (),
    )


def _by_code(session: Session, code: str, *, on: date) -> list[Found]:
    subject = public_subject(session, code, on=on)
    if subject is None:
        return []
    return [
        Found(
            code=subject.code,
            name=subject.name,
            matched=None,
            status=subject.status,
            county=county(subject.county_code),
        )
    ]
