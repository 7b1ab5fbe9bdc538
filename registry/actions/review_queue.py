"""The queue of review: what waits for people, the most waited on first, with two names side by side.

A record that is linked in review is shown with that subject, one without a subject with those that its name suggests
(`registry.actions.suggesting`).
"""

import json
from collections.abc import Collection, Iterator
from itertools import islice

import msgspec
from sqlmodel import Session

from registry.actions.differences import Piece, marked
from registry.actions.people import acting
from registry.actions.review import DECIDING, fellows, together, without_subject
from registry.actions.suggesting import Suggested, suggested
from registry.errors import BadQuery, JudgementRefused
from registry.matching import Reason, rank, score
from registry.names import normal_form
from registry.store import people, review
from registry.store.review import Borne, Group, Waiting
from registry.vocabulary import Because, Role

MOST = 50
_LOOKED = 100  # names that nobody bears for which like ones are looked for, the most waited on first
_SEVERAL = 2  # bodies that deliver a name without a code, for it to be put to people
_BEARERS = 5  # of the delivered name that are told beside the subject of the code
_SEES = (*DECIDING, Role.AUDITOR)


class Fact(msgspec.Struct, frozen=True):
    """Something told of both; `agrees` is null where one side does not tell it; a screen need not show what is
    `personal`."""

    zh: str
    en: str
    record: str | None
    subject: str | None
    agrees: bool | None
    personal: bool = False


class Suggestion(msgspec.Struct, frozen=True):
    """A subject that it may be about, identifiers first, and the two names with what differs marked."""

    code: str
    name: str
    status: str | None
    provisional: bool
    score: float
    because: tuple[Reason, ...]
    record_name: list[Piece]
    subject_name: list[Piece]
    facts: list[Fact]


class Answered(msgspec.Struct, frozen=True):
    """An answer that stands; `event` undoes it; `about` is a unified code or the number of a record."""

    event: int
    person: str
    role: str
    answer: str
    about: str


class Item(msgspec.Struct, frozen=True):
    """Records of one name and the same identifiers that wait together; `record` stands for them.

    `kind`: `link` (linked in review), `suggestion` (no subject yet), `cluster` (none is known, several bodies deliver).
    """

    record: int
    kind: str
    name: str
    code: str | None
    organisation_code: str | None
    registration_number: str | None
    waiting: int
    negative: int
    bodies: int
    because: Reason
    put_off: bool
    suggestions: list[Suggestion]
    answers: list[Answered]


class Document(msgspec.Struct, frozen=True):
    """One record of an item."""

    record: int
    source: str
    name: str
    document: str | None
    title: str | None
    decided_on: str | None
    body: str | None


class Shown(msgspec.Struct, frozen=True):
    """An item with its records."""

    item: Item
    records: list[Document]


def queue(session: Session, key: str | None, *, limit: int = MOST) -> list[Item]:
    """What waits, the most waited on first; what people have put off comes last.

    Raises:
        KeyRefused, NotPermitted: `key` is neither a maker's, a checker's nor an auditor's.
        BadQuery: a limit outside 1 to 50.
    """
    acting(session, key, *_SEES)
    if not 1 <= limit <= MOST:
        raise BadQuery(f"limit 应在 1 至 {MOST} 之间。", f"limit must be from 1 to {MOST}.", limit=limit)
    return [*islice(_ranked(session, review.groups(session)), limit)]


def next_for(session: Session, key: str | None, passed: Collection[int] = ()) -> Shown | None:
    """The item on which most waits of those that the person with this key can answer: what a maker may propose, or a
    checker confirm, and has not answered yet. Those that are `passed`, by the record that stands for each, are not
    asked again.

    Raises:
        KeyRefused, NotPermitted: `key` is neither a maker's nor a checker's.
    """
    actor = acting(session, key, *DECIDING)
    makes, checks = Role.MAKER in actor.roles, Role.CHECKER in actor.roles
    waiting = review.groups(session, person=actor.person_id, makes=makes, checks=checks)
    item = next(_ranked(session, waiting, passed), None)
    return None if item is None else _with_documents(session, item)


def _ranked(session: Session, waiting: list[Group], passed: Collection[int] = ()) -> Iterator[Item]:
    alike = without_subject(waiting)
    known = review.known(session, alike)
    normal_of = {group.name: normal for normal, groups in alike.items() for group in groups}
    told: set[str] = set()
    looked = 0
    for group in sorted(waiting, key=lambda one: (one.put_off, -one.waiting, -one.negative, one.record)):
        codeless = group.subject_id is None and group.uscc is None
        normal = normal_of[group.name] if codeless else ""
        named_alike = together(alike[normal]) if codeless and group.apart is None else [group]
        if group.record in passed:
            told |= {normal}
            continue
        if not group.open or (group.subject_id is None and group.uscc is not None):
            continue  # what people held not to be about its own code's subject can be about no other
        if codeless and normal not in known and not _several(named_alike):
            if looked == _LOOKED:
                continue
            looked += 1
        item = _item(session, group, named_alike)
        if item.kind == "cluster":
            if normal in told or not _several(named_alike):
                continue
            told.add(normal)
        yield item


def show(session: Session, key: str | None, record_id: int) -> Shown:
    """One item of the queue, by any of its records, with all of them.

    Raises:
        KeyRefused, NotPermitted: as `queue`.
        JudgementRefused: the record does not wait.
    """
    acting(session, key, *_SEES)
    record = review.records(session, [record_id]).get(record_id)
    waiting = review.groups(session, name=record.name) if record else []
    group = next((one for one in waiting if record and _key(one) == _key(record)), None)
    if group is None or record is None:
        raise JudgementRefused(
            f"记录 {record_id} 不在待判定之列。", f"record {record_id} does not wait for a judgement.", record=record_id
        )
    item = _item(session, group, [group])
    if item.kind == "cluster" and group.apart is None:
        named_alike = without_subject(review.groups(session)).get(normal_form(group.name), [group])
        item = _item(session, group, together(named_alike))
    return _with_documents(session, item)


def _with_documents(session: Session, item: Item) -> Shown:
    record = review.records(session, [item.record])[item.record]
    alike = {*review.alike(session, record.id, record.subject_id)}
    if item.kind == "cluster":
        alike |= {*fellows(session, record)}
    return Shown(
        item,
        [
            Document(one.id, one.source, one.name, one.document, one.title, one.decided_on, one.body)
            for _, one in sorted(review.records(session, alike).items())
        ],
    )


def _key(one: Group | Waiting) -> tuple[object, ...]:
    return (one.name, one.uscc, one.organisation_code, one.registration_number, one.subject_id, one.apart)


def _bodies(groups: list[Group]) -> set[object]:
    return {body for one in groups for body in json.loads(one.bodies)}


def _several(groups: list[Group]) -> bool:
    """Whether several bodies delivered these, so that people should say whether they are one."""
    return len(_bodies(groups)) >= _SEVERAL


def _item(session: Session, group: Group, named_alike: list[Group]) -> Item:
    record = review.records(session, [group.record])[group.record]
    suggestions = _suggestions(session, record, group)
    together = [group] if suggestions or group.uscc else named_alike
    kind = "link" if group.subject_id else "suggestion" if suggestions else "cluster"
    because = Because(group.because or Because.UNLINKED)
    return Item(
        record=group.record,
        kind=kind,
        name=group.name,
        code=group.uscc,
        organisation_code=group.organisation_code,
        registration_number=group.registration_number,
        waiting=sum(one.waiting for one in together),
        negative=sum(one.negative for one in together),
        bodies=len(_bodies(together)),
        because=Reason(because.zh, because.en),
        put_off=bool(group.put_off),
        suggestions=suggestions,
        answers=_answers(session, group.record),
    )


def _suggestions(session: Session, record: Waiting, group: Group) -> list[Suggestion]:
    """The subject it is linked to in review; else those that its name suggests."""
    if group.subject_id is None:
        found = suggested(session, group.name)
    else:
        because = Because(group.because or Because.LINK_UNCONFIRMED)
        others = _other_bearers(session, group) if because is Because.NAME_DISAGREES else ()
        found = [Suggested(group.subject_id, 0, (Reason(because.zh, because.en), *others))]
    subjects = review.subjects(session, [one.subject_id for one in found])
    return [_suggestion(record, subjects[one.subject_id], one) for one in found if one.subject_id in subjects]


def _other_bearers(session: Session, group: Group) -> list[Reason]:
    """Others that bear or bore the very name that was delivered: the code may be the one that is wrong."""
    bearers = review.subjects(session, review.bearers(session, normal_form(group.name)))
    own = review.led(session, group.subject_id or 0)
    return [
        Reason(f"另一主体使用此名称：{one.uscc} {one.name}", f"another subject bears it: {one.uscc} {one.name}")
        for one in list(bearers.values())[:_BEARERS]
        if one.id != own
    ]


def _suggestion(record: Waiting, subject: Borne, found: Suggested) -> Suggestion:
    names = [subject.name, *json.loads(subject.names)]
    nearest = names[rank(normal_form(record.name), [normal_form(name) for name in names], limit=1)[0][0]]
    said = score(normal_form(record.name), normal_form(nearest))
    because = found.because if record.subject_id is None else (*found.because, *said.because)
    ours, theirs = marked(record.name, nearest)
    facts = [
        ("统一社会信用代码", "unified code", record.uscc, subject.uscc),
        ("组织机构代码", "organisation code", record.organisation_code, subject.uscc[8:17]),
        ("工商注册号", "registration number", record.registration_number, subject.registration_number),
    ]
    head = record.legal_representative, subject.legal_representative
    return Suggestion(
        code=subject.uscc,
        name=subject.name,
        status=subject.status,
        provisional=bool(subject.provisional),
        score=round(said.value, 4),
        because=because,
        record_name=ours,
        subject_name=theirs,
        facts=[
            *(Fact(zh, en, a, b, _agree(a, b)) for zh, en, a, b in facts),
            Fact("法定代表人", "legal representative", *head, _agree(*head), personal=True),
        ],
    )


def _agree(record: str | None, subject: str | None) -> bool | None:
    return record == subject if record and subject else None


def _answers(session: Session, record_id: int) -> list[Answered]:
    said = review.said_of(session, [record_id])
    subjects = review.subjects(session, [one.subject_id for one in said if one.subject_id])
    names = {one.id: one.name for one in people.every(session)} if said else {}
    return [
        Answered(
            event=one.event_id,
            person=names.get(one.person_id, ""),
            role=one.role,
            answer=one.answer,
            about=subjects[one.subject_id].uscc if one.subject_id in subjects else str(one.other_id),
        )
        for one in said
    ]
