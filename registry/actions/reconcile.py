"""Reconciling: which subject each name of somebody's table may mean, in the words of the Reconciliation Service API.

W3C Entity Reconciliation Community Group, Reconciliation Service API 0.2 (2023-04-10). The entities are the subjects
that a search may show, with what the head of their public report tells; no record of theirs is given here.
"""

from collections.abc import Callable
from datetime import date
from typing import Any

import msgspec
from sqlmodel import Session

from registry.actions.lookup import compact_code, county, former_names, present_subject
from registry.actions.search import Found, found_like, is_code, search
from registry.errors import BadQuery
from registry.matching import Verdict, score
from registry.names import normal_form
from registry.store import subject_lookups
from registry.store.subject_lookups import SubjectRow

BATCH, DEFAULT, MOST = 50, 5, 20


class Named(msgspec.Struct, frozen=True):
    """A type or a property."""

    id: str
    name: str


class Constraint(msgspec.Struct, frozen=True):
    """A property and the value, or list of values, that it should have: texts, numbers or entities with an `id`."""

    pid: str
    v: Any


class Query(msgspec.Struct, frozen=True):
    """One question: a name or a code, and what else is known of the subject."""

    query: str = ""
    type: str | list[str] = []
    limit: float = DEFAULT
    properties: list[Constraint] = []
    type_strict: str = "should"


class Feature(msgspec.Struct, frozen=True):
    """What the score rests on."""

    id: str
    value: bool | float


class Candidate(msgspec.Struct, frozen=True):
    """A subject that may be meant. `match` is true only where the code is the one given, or where this subject alone
    bears exactly this name; `description` gives the reasons of the score."""

    id: str
    name: str
    type: tuple[Named, ...]
    score: float
    match: bool
    features: tuple[Feature, ...]
    description: str


class Result(msgspec.Struct, frozen=True):
    """The candidates for one question, best first."""

    result: list[Candidate]


class Extend(msgspec.Struct, frozen=True):
    """What is wanted of which subjects."""

    class Property(msgspec.Struct, frozen=True):
        id: str

    ids: list[str]
    properties: list[Property]


class Extended(msgspec.Struct, frozen=True):
    """Values by subject and property."""

    meta: list[Named]
    rows: dict[str, dict[str, list[dict[str, str]]]]


ORGANISATION = Named("organisation", "法人及非法人组织 Organisation")
_VALUES: dict[str, tuple[str, Callable[[SubjectRow], list[str | None]]]] = {
    "uscc": ("统一社会信用代码 Unified social credit code", lambda subject: [subject.code]),
    "name": ("名称 Name", lambda subject: [subject.name]),
    "former_name": ("曾用名 Former name", lambda subject: [former.name for former in former_names(subject)]),
    "status": ("登记状态 Status", lambda subject: [subject.status]),
    "county": ("所在地 County", lambda subject: [where.zh] if (where := county(subject.county_code)) else []),
    "county_code": ("行政区划代码 County code", lambda subject: [subject.county_code]),
    "kind": ("主体类型 Kind", lambda subject: [subject.kind]),
}
PROPERTIES = [Named(key, name) for key, (name, _) in _VALUES.items()]


def reconcile(session: Session, batch: dict[str, Query], *, on: date) -> dict[str, Result]:
    """The candidates for each question.

    Raises:
        BadQuery: more than BATCH questions.
    """
    if len(batch) > BATCH:
        raise BadQuery(f"一次最多 {BATCH} 个查询。", f"At most {BATCH} queries at a time.", queries=len(batch))
    return {key: Result(_candidates(session, query, on=on)) for key, query in batch.items()}


def extend(session: Session, asked: Extend, *, on: date) -> Extended:
    """The values of some properties of some subjects, of a replaced code those of today's; nothing of a subject that
    may not be shown.

    Raises:
        BadQuery: more than BATCH subjects.
    """
    if len(asked.ids) > BATCH:
        raise BadQuery(f"一次最多 {BATCH} 个主体。", f"At most {BATCH} subjects at a time.", subjects=len(asked.ids))
    wanted = [one.id for one in asked.properties if one.id in _VALUES]
    rows = {}
    for code in asked.ids:
        subject = present_subject(session, code, on=on)
        rows[code] = {key: [{"str": value} for value in _values(subject, key)] if subject else [] for key in wanted}
    return Extended([Named(key, _VALUES[key][0]) for key in wanted], rows)


def suggest(session: Session, prefix: str, *, skip: int, on: date) -> list[Found]:
    """Subjects for what somebody has typed so far; none while that is too little to search for."""
    try:
        return search(session, prefix, on=on).subjects[max(skip, 0) :]
    except BadQuery:
        return []


def named_like(prefix: str, these: list[Named]) -> list[Named]:
    """Those of the types or properties whose id or name holds this text."""
    return [one for one in these if prefix.lower() in f"{one.id} {one.name}".lower()]


def _candidates(session: Session, query: Query, *, on: date) -> list[Candidate]:
    types = [query.type] if isinstance(query.type, str) else query.type
    if types and ORGANISATION.id not in types:
        return []
    told = {one.pid: _texts(one.v) for one in query.properties if one.pid in _VALUES}
    codes = [compact_code(code) for code in told.pop("uscc", []) if code]
    name = query.query or next(iter(told.pop("name", [])), "")
    if is_code(compact_code(name)):
        codes, name = [*codes, compact_code(name)], ""
    found = _by_codes(session, codes, normal_form(name), on=on) if codes else _by_name(session, name, on=on)
    fitting = [one for one in found if all(_fits(session, one.id, *each, on=on) for each in told.items())]
    return sorted(fitting, key=lambda one: -one.score)[: min(max(int(query.limit), 1), MOST)]


def _by_codes(session: Session, codes: list[str], normal: str, *, on: date) -> list[Candidate]:
    """The subjects with these codes, and how well their names agree with the one told, if any is."""
    subjects = [subject for code in dict.fromkeys(codes) if (subject := present_subject(session, code, on=on))]
    made = []
    for subject in subjects:
        borne = [normal_form(name) for name in (subject.name, *(former.name for former in former_names(subject)))]
        best = max((score(normal, one) for one in borne), key=lambda each: each.value) if normal else None
        agrees = best is None or best.verdict is not Verdict.DIFFERENT
        because = "；".join(reason.zh for reason in best.because) if best else "代码相同"
        value = 1.0 if agrees else best.value if best else 0.0
        made.append(_candidate(subject.code, subject.name, value, because, code=True, match=agrees and len(codes) == 1))
    return made


def _by_name(session: Session, name: str, *, on: date) -> list[Candidate]:
    normal = normal_form(name)
    if len(normal) < 2:
        return []
    same = {hit.subject_id: hit for hit in subject_lookups.subjects_bearing(session, [normal], on=on)}
    alike = [one for one in found_like(session, name, on=on) if one.hit.subject_id not in same]
    return [
        *(_candidate(hit.code, hit.name, 1.0, "名称相同", match=len(same) == 1) for hit in same.values()),
        *(
            _candidate(one.hit.code, one.hit.name, one.score.value, "；".join(why.zh for why in one.score.because))
            for one in alike
        ),
    ]


def _candidate(
    code_of: str, name: str, value: float, because: str, *, code: bool = False, match: bool = False
) -> Candidate:
    features = (Feature("name", round(value, 4)), Feature("code_is_equal", code))
    return Candidate(code_of, name, (ORGANISATION,), round(100 * value, 2), match, features, because)


def _fits(session: Session, code: str, key: str, wanted: list[str], *, on: date) -> bool:
    """Whether a subject has one of the values wanted; what is not known of it does not speak against it."""
    subject = present_subject(session, code, on=on)
    has = {normal_form(value) for value in (_values(subject, key) if subject else [])}
    return not has or not wanted or bool(has & {normal_form(value) for value in wanted})


def _values(subject: SubjectRow, key: str) -> list[str]:
    return [value for value in _VALUES[key][1](subject) if value]


def _texts(value: Any) -> list[str]:
    """The values of a constraint as texts; of an entity its id."""
    values = value if isinstance(value, list) else [value]
    return [str(one.get("id", "")) if isinstance(one, dict) else str(one) for one in values if one is not None]
