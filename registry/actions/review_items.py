"""Items of the queue of review: records that wait together, the subjects they may be about, two names side by side."""

import json
from collections.abc import Iterable

import msgspec
from sqlmodel import Session

from registry.actions.differences import Piece, marked
from registry.actions.suggesting import Suggested
from registry.matching import Reason, rank, score
from registry.names import normal_form
from registry.store import judgements, people, review
from registry.store.review import Borne, Group, Waiting
from registry.vocabulary import Because

_BEARERS = 5  # of the delivered name that are told beside the subject of the code


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


class Named(msgspec.Struct, frozen=True):
    """One name of an item, by the first of its records that wait; `bodies` delivered them. Beside the name of the item:
    how alike they are and why, and both with what differs marked."""

    record: int
    name: str
    waiting: int
    negative: int
    bodies: list[str]
    score: float
    because: tuple[Reason, ...]
    item_name: list[Piece]
    this_name: list[Piece]


class Item(msgspec.Struct, frozen=True):
    """Records that wait together; `record` stands for them. They are of one name and the same identifiers, or a
    cluster: of like names, the name of the item first, then the likest.

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
    names: list[Named]
    suggestions: list[Suggestion]
    answers: list[Answered]


def bodies_of(groups: Iterable[Group]) -> set[int]:
    """The bodies that delivered these."""
    return {body for one in groups for body in json.loads(one.bodies) if body is not None}


def item_of(session: Session, groups: list[Group], found: list[Suggested]) -> Item:
    """Groups that are asked about together, the first of which stands for them, with what its name suggests."""
    group = groups[0]
    record = review.records(session, [group.record])[group.record]
    suggestions = _suggestions(session, record, group, found)
    because = Because(group.because or Because.UNLINKED)
    return Item(
        record=group.record,
        kind="link" if group.subject_id else "suggestion" if suggestions else "cluster",
        name=group.name,
        code=group.uscc,
        organisation_code=group.organisation_code,
        registration_number=group.registration_number,
        waiting=sum(one.waiting for one in groups),
        negative=sum(one.negative for one in groups),
        bodies=len(bodies_of(groups)),
        because=Reason(because.zh, because.en),
        put_off=all(one.put_off for one in groups),
        names=_names(session, groups),
        suggestions=suggestions,
        answers=_answers(session, group.record),
    )


def _names(session: Session, groups: list[Group]) -> list[Named]:
    first, of_name = normal_form(groups[0].name), dict[str, list[Group]]()
    for group in groups:
        of_name.setdefault(normal_form(group.name), []).append(group)
    told = review.bodies(session, bodies_of(groups))
    found = []
    for normal, named in of_name.items():
        said = score(first, normal)
        ours, theirs = marked(first, normal)
        found.append(
            Named(
                record=named[0].record,
                name=named[0].name,
                waiting=sum(one.waiting for one in named),
                negative=sum(one.negative for one in named),
                bodies=sorted(told[body] for body in bodies_of(named)),
                score=round(said.value, 4),
                because=said.because,
                item_name=ours,
                this_name=theirs,
            )
        )
    return sorted(found, key=lambda one: -one.score)


def _suggestions(session: Session, record: Waiting, group: Group, found: list[Suggested]) -> list[Suggestion]:
    """The subject it is linked to in review; else those that its name suggests."""
    if group.subject_id is not None:
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
    said = judgements.said_of(session, [record_id])
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
