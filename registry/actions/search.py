"""Finding subjects by a unified code, by the beginning of a name, or by a name written otherwise.

A few at a time, never a way to list them all; and it never says that a subject is the one that was meant.
"""

import re
from datetime import date
from typing import NamedTuple

import msgspec
from sqlmodel import Session

from registry.actions.lookup import compact_code, county, present_subject
from registry.actions.public_items import Term
from registry.errors import BadQuery
from registry.matching import SPARE, Reason, Score, Verdict, in_turn, rank, score
from registry.matching.candidates import nearest
from registry.names import normal_form
from registry.names.latin import latin_words
from registry.store import aliases, candidates, subject_lookups
from registry.store.reading import is_demo
from registry.store.subject_lookups import Hit

MOST = 20
_NEAREST = 60  # names of which some that are public are looked up
_ASKED = 20  # so many at a time, until there are enough of them
_ALIKE = 10  # of these the likest are scored and told
_LEAST = 0.2  # a score below which a name is not like the one asked for
_CODE = re.compile(r"[0-9A-Z]{18}")
_TWO_HAN = re.compile(r"[\u3400-\u9fff\U00020000-\U000323af].*[\u3400-\u9fff\U00020000-\U000323af]")
_LATIN = re.compile(r"(?=(?:[\W\d_]*[^\W\d_]){4})[^\u3400-\u9fff\U00020000-\U000323af]*")  # four letters, none Chinese
_ALIAS = Reason("外文名称", "its name in Latin script")


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
    """Organisations with exactly this code (a replaced one too), or with a name, present or former, that begins with
    this text; where these are few, then those with a name like it (where there are some, only such as may well be
    meant). A text in Latin script finds those whose foreign name, as registered, is like it.

    Raises:
        BadQuery: neither a full code, two Han characters nor four letters, or a limit outside 1 to 20.
    """
    if not 1 <= limit <= MOST:
        raise BadQuery(f"limit 应在 1 至 {MOST} 之间。", f"limit must be from 1 to {MOST}.", limit=limit)
    code = compact_code(text)
    if is_code(code):
        return Results(_by_code(session, code, on=on), is_demo(session), None)
    prefix = normal_form(text)
    if not (_TWO_HAN.search(prefix) or _LATIN.fullmatch(prefix)):
        raise BadQuery(
            "请输入名称中至少两个汉字（外文名称至少四个字母），或完整的18位统一社会信用代码。",
            "Give at least two Han characters of a name (four letters of a foreign one), or a full unified social "
            "credit code of 18 characters.",
        )
    hits = subject_lookups.subjects_by_name(session, prefix, on=on, limit=limit + 1, after=after)
    last = hits[limit - 1] if len(hits) > limit else None
    found = [_found(hit) for hit in hits[:limit]]
    if after is None and last is None:
        known = {hit.subject_id for hit in hits}
        alike = [
            like
            for like in found_like(session, text, on=on)
            if like.hit.subject_id not in known and (not known or like.score.verdict is not Verdict.DIFFERENT)
        ]
        found += [_found(like.hit, like.score) for like in alike[: limit - len(found)]]
    return Results(found, is_demo(session), (last.normal, last.subject_id) if last else None)


def warm(session: Session, *, on: date) -> None:
    """Have in a server's memory what searches read, before somebody searches: a search reads some hundred rows and
    pages from all over, and a server that took in deliveries meanwhile keeps other ones."""
    for name in candidates.warm(session):
        found_like(session, name, on=on)


def found_like(session: Session, name: str, *, on: date) -> list[Like]:
    """Organisations with a name, present or former, like this one: each once, likest first. One in Latin script is
    looked for among the foreign names; that it is the same proves nothing, so that it is never more than plausible."""
    normal = normal_form(name)
    if _LATIN.fullmatch(normal):
        return _by_alias(session, name, on=on)
    names = nearest(normal, candidates.near(session, normal), most=_NEAREST)
    borne: dict[str, list[Hit]] = {}
    turn = [names[place] for place in in_turn(normal, names)]
    while turn and len(borne) < _ALIKE + SPARE:  # as many as `rank` scores
        for hit in subject_lookups.subjects_bearing(session, turn[:_ASKED], on=on):
            borne.setdefault(hit.normal, []).append(hit)
        del turn[:_ASKED]
    public = [name for name in names if name in borne]
    best = [(public[place], score) for place, score in rank(normal, public, limit=_ALIKE) if score.value >= _LEAST]
    scored = [(hit, score) for name, score in best for hit in borne[name]]
    first = {hit.subject_id: Like(hit, score) for hit, score in reversed(scored)}
    return sorted(first.values(), key=lambda like: (-like.score.value, like.hit.normal, like.hit.subject_id))


def _by_alias(session: Session, name: str, *, on: date) -> list[Like]:
    written = {normal_form(alias): alias for alias in aliases.near(session, latin_words(name))}
    likest = [written[normal] for normal in nearest(normal_form(name), [*written], most=_NEAREST)]
    scored = {alias: score(name, alias) for alias in likest}
    best = sorted((alias for alias in likest if scored[alias].value >= _LEAST), key=lambda a: -scored[a].value)[:_ALIKE]
    hits = subject_lookups.subjects_with_alias(session, best, on=on)
    return [Like(hit, _plausible(scored[hit.matched])) for hit in hits]


def _plausible(found: Score) -> Score:
    if found.verdict is Verdict.SAME:
        return Score(found.value, Verdict.REVIEW, (_ALIAS,))
    return found._replace(because=(_ALIAS, *found.because))


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
    subject = present_subject(session, code, on=on)
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
