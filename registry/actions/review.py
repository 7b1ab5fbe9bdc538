"""Review (判定): people answer whether a record is about a subject, or two records about one.

One answer covers all waiting records of the same name and identifiers. A link of a negative record is confirmed by a
maker and then by another person as checker; of other records by the maker alone. `different` bars the name from the
subject until it is undone. Every answer is an event of the ledger, and undoing it gives back what was.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session

from registry.actions.clusters import Said
from registry.actions.codeless import waits_with
from registry.actions.known_keys import know_by_code, know_by_code_no_more
from registry.actions.naming import NEGATIVE
from registry.actions.people import Actor, acting
from registry.actions.settling import answers_around, as_said, check, settle
from registry.errors import Contradicted, FourEyes, JudgementRefused
from registry.names import normal_form
from registry.store import judgements, ledger, review
from registry.vocabulary import Answer, How, LinkState, Role

DECIDING = (Role.MAKER, Role.CHECKER)


@dataclass(frozen=True)
class Judged:
    """What an answer did: its event, the role it was given in, and of the records it covers how many are confirmed
    now and how many wait for a second person."""

    event: int
    role: str
    records: int
    confirmed: int
    waiting: int


def judge(
    session: Session,
    key: str | None,
    record_id: int,
    answer: Answer,
    *,
    subject: str | None = None,
    other: int | None = None,
    reason: str,
    now: datetime,
) -> Judged:
    """Answer whether a record that waits is about the subject with this code (default: the one it is linked to in
    review) or about whatever another code-less record is about (default: all records of its name).

    Raises:
        KeyRefused, NotPermitted: `key` is neither a maker's nor a checker's.
        JudgementRefused, TwoCodes, Contradicted, FourEyes: it cannot be answered like this.
    """
    now = ledger.take_turn(session, now)
    actor = acting(session, key, *DECIDING)
    if not reason.strip():
        raise JudgementRefused("请写明理由。", "say why: a judgement has a reason.")
    record = _waiting(session, record_id)
    asked = _pairs(session, record, answer, subject, other)
    said = answers_around(session, {number for pair in asked for number in (pair.record_id, pair.other_id) if number})
    if answer is Answer.SAME:
        _not_held_different(session, asked, said)
    role, pairs = _acts_as(actor, asked, said, answer)
    new = [pair._replace(answer=answer.value, person_id=actor.person_id, role=role.value) for pair in pairs]
    payload = {
        "answer": answer.value,
        "role": role.value,
        "records": [pair.record_id for pair in new],
        **({"subject": new[0].subject_id} if new[0].subject_id else {"others": [pair.other_id for pair in new]}),
    }
    event = ledger.append(
        session, "judged", about(record_id), by=actor.person_id, now=now, payload=payload, reason=reason.strip()
    )
    covered = {pair.record_id for pair in new}
    named = review.records(session, covered | {pair.other_id for pair in new if pair.other_id})
    normals = {number: normal_form(found.name) for number, found in named.items()}
    judgements.put(session, event.id, new, normals, now)
    touched = covered | _together(session, covered)
    after = _settled(session, touched if answer is not Answer.UNSURE else (), event.id, now)
    return Judged(
        event.id,
        role.value,
        len(covered),
        sum(one.state == LinkState.CONFIRMED for one in after),
        sum(one.state == LinkState.REVIEW for one in after),
    )


def undo(session: Session, key: str | None, event_id: int, *, reason: str, now: datetime) -> int:
    """Take an answer back, one's own or, as a checker, another's; returns the number of the event that did.

    Raises:
        KeyRefused, NotPermitted: `key` is neither that person's nor a checker's.
        JudgementRefused: that event is no answer, or was undone.
        TwoCodes, Contradicted: an answer that it disputes would stand again and cannot.
    """
    now = ledger.take_turn(session, now)
    actor = acting(session, key, *DECIDING)
    undone = judgements.said_in(session, event_id)
    if not undone:
        raise JudgementRefused(
            f"台账第 {event_id} 条不是有效的判定，或已撤销。",
            f"event {event_id} is no judgement that stands.",
            event=event_id,
        )
    if undone[0].person_id != actor.person_id:
        acting(session, key, Role.CHECKER)
    around = {number for row in undone for number in (row.record_id, row.other_id) if number}
    touched = around | {one.record.id for one in answers_around(session, around)}
    event = ledger.append(
        session, "judgement_undone", f"event:{event_id}", by=actor.person_id, now=now, reason=reason.strip() or None
    )
    judgements.undo(session, event_id, event.id)
    touched |= _together(session, around)
    for row in undone:
        if row.subject_id is not None:  # what only stood aside for another version of it is settled as well
            know_by_code_no_more(session, row.record_id, row.subject_id)
    _settled(session, touched, event.id, now)
    return event.id


def _together(session: Session, record_ids: Collection[int]) -> set[int]:
    """The records whose links hang together with these, as the answers stand now.

    Raises:
        TwoCodes, Contradicted: they cannot.
    """
    said = answers_around(session, record_ids)
    return {one.record.id for one in said} | check(session, record_ids, said)


def _settled(session: Session, touched: Collection[int], event_id: int, now: datetime) -> list[review.Waiting]:
    """Settle these; a negative record that two people have linked is known by the codes of its subject, too."""
    after = settle(session, touched, event_id, now)
    for one in after:
        if _is_of_two(one) and one.subject_id is not None:
            know_by_code(session, one.id, one.subject_id, now)
    return after


def _is_of_two(record: review.Waiting) -> bool:
    return record.source in NEGATIVE and record.how == How.MAKER_AND_CHECKER and record.state == LinkState.CONFIRMED


def about(record_id: int) -> str:
    """A record as the object of an event."""
    return f"record:{record_id}"


def _waiting(session: Session, record_id: int) -> review.Waiting:
    record = review.records(session, [record_id]).get(record_id)
    if record is None or not (record.unlinked or record.state == LinkState.REVIEW):
        raise JudgementRefused(
            f"记录 {record_id} 不在待判定之列。已作出的判定可先撤销。",
            f"record {record_id} does not wait for a judgement. One that was given can be undone.",
            record=record_id,
        )
    return record


def _pairs(
    session: Session, record: review.Waiting, answer: Answer, subject: str | None, other: int | None
) -> list[judgements.Said]:
    """What is asked, as answers still without an answer: each waiting record of that name with its counterpart."""
    alike = review.alike(session, record.id, record.subject_id)
    if other is None and (subject or record.subject_id):
        found = (
            review.subject_with(session, subject.strip().upper())
            if subject
            else review.subjects(session, [record.subject_id or 0]).get(record.subject_id or 0)
        )
        if found is None:
            raise JudgementRefused(
                "登记库中没有使用此代码的组织。", "no organisation of the register has this code.", subject=subject
            )
        return [judgements.Said(0, number, found.id, None, "", 0, "") for number in alike]
    if other is None:
        others = _fellows(session, record, answer) | _proposed_with(session, record.id, answer)
    else:
        others = {*review.alike(session, _codeless(session, other), None)}
    if record.uscc or record.subject_id or not (others := others - {record.id}):
        raise JudgementRefused(
            "请用 --subject 给出主体代码；没有代码的记录之间才能互相判定。",
            "name a subject: only records without a code are judged against each other.",
            record=record.id,
        )
    return [judgements.Said(0, number, None, record.id, "", 0, "") for number in sorted(others)]


def _codeless(session: Session, record_id: int) -> int:
    found = _waiting(session, record_id)
    if found.uscc or found.subject_id:
        raise JudgementRefused(
            f"记录 {record_id} 有代码或已有关联主体，请判定它与主体的关系。",
            f"record {record_id} has a code or a subject: judge it against that subject.",
        )
    return found.id


def _fellows(session: Session, record: review.Waiting, answer: Answer) -> set[int]:
    """The records that one without a code is asked about together with. If it is held to be another's, and they have
    several names, it is its name that is told apart from the others."""
    if record.uscc or record.subject_id or record.apart:
        return set()
    groups, normal = waits_with(session, record), normal_form(record.name)
    others = [group for group in groups if normal_form(group.name) != normal]
    asked = others if others and answer is Answer.DIFFERENT else groups
    return {number for group in asked for number in review.alike(session, group.record, None)}


def _proposed_with(session: Session, record_id: int, answer: Answer) -> set[int]:
    """The records, of whatever name, that a maker has held this one to be the same as: who says `same` checks that."""
    said = judgements.said_of(session, [record_id]) if answer is Answer.SAME else []
    held = [one for one in said if one.other_id and one.answer == Answer.SAME and one.role == Role.MAKER]
    return {number for one in held for number in (one.record_id, one.other_id) if number}


def _not_held_different(session: Session, asked: list[judgements.Said], said: Collection[Said]) -> None:
    """Raises:
    Contradicted: somebody holds one of these pairs to be different, under whatever code of the subject.
    """
    wanted, different = [as_said(one) for one in asked], [one for one in said if one.answer == Answer.DIFFERENT]
    subjects = {one.other for one in (*wanted, *different) if one.other.kind == "subject"}
    today = {subject: subject._replace(id=review.led(session, subject.id)) for subject in subjects}
    pairs = {frozenset((one.record, today.get(one.other, one.other))) for one in wanted}
    for one in different:
        if frozenset((one.record, today.get(one.other, one.other))) in pairs:
            raise Contradicted(
                f"与台账第 {one.event_id} 条“不同”的判定相抵触，请先撤销该条。",
                f"contradicts the judgement `different` of event {one.event_id}: undo that one first.",
                event=one.event_id,
            )


def _acts_as(
    actor: Actor, asked: list[judgements.Said], said: Collection[Said], answer: Answer
) -> tuple[Role, list[judgements.Said]]:
    """The role in which somebody answers, and which of the pairs the answer covers."""
    pairs = {as_said(one).pair: one for one in asked}
    about_them = [one for one in said if one.pair in pairs]
    own = next((one for one in about_them if one.person_id == actor.person_id), None)
    if own and (own.answer != Answer.SAME or answer is not Answer.SAME):
        raise Contradicted(
            f"您已就此作出判定（台账第 {own.event_id} 条），请先撤销。",
            f"you have answered this (event {own.event_id}): undo that one first.",
            event=own.event_id,
        )
    if answer is Answer.SAME:
        proposed = {one.pair for one in about_them if one.answer == Answer.SAME and one.role == Role.MAKER}
        mine = {one.pair for one in about_them if one.person_id == actor.person_id}
        if Role.CHECKER in actor.roles and proposed - mine:
            return Role.CHECKER, [pairs[pair] for pair in pairs if pair in proposed - mine]
        if not (rest := [pairs[pair] for pair in pairs if pair not in mine]) or Role.MAKER not in actor.roles:
            raise FourEyes("须先由经办提出，再由另一人复核。", "a maker proposes first; then another person checks it.")
        return Role.MAKER, rest
    return (Role.MAKER if Role.MAKER in actor.roles else Role.CHECKER), [*pairs.values()]
