"""Settling: which link a record has, given what people answered and what identifiers say.

A pure function of the answers that stand and of the automatic link, so that undoing an answer, in whatever order,
gives back exactly the link that was there without it. What people have confirmed goes before what identifiers make
certain, that before what a maker alone proposes, and that before what identifiers leave to review.
"""

from collections import defaultdict
from collections.abc import Collection, Mapping
from datetime import datetime
from functools import cache, partial
from typing import NamedTuple

from sqlmodel import Session

from registry.actions.clusters import Neighbours, Node, Said, cluster, contradiction, edges, neighbours, subject_of
from registry.actions.naming import NEGATIVE
from registry.errors import Contradicted, TwoCodes
from registry.store import judgements, review, subject_events
from registry.store.review import Stands
from registry.vocabulary import Answer, Because, How, LinkState, Role


def node(record_id: int) -> Node:
    """A record as a node of a cluster."""
    return Node("record", record_id)


def answers_around(session: Session, record_ids: Collection[int]) -> list[Said]:
    """All answers that stand about these records and about those that they are clustered with; of pairs of records only
    while no identifier leads one of them to a subject."""
    found: dict[tuple[int, int], Said] = {}
    met: set[int] = set()
    ahead = set(record_ids)
    is_led = cache(partial(_is_led, session))
    while ahead:
        met |= ahead
        for row in judgements.said_of(session, ahead):
            if row.other_id is not None and (is_led(row.record_id) or is_led(row.other_id)):
                continue
            found[row.event_id, row.record_id] = as_said(row)
            met_now = {row.record_id} if row.other_id is None else {row.record_id, row.other_id}
            ahead = ahead | met_now
        ahead -= met
    return [*found.values()]


def _is_led(session: Session, record_id: int) -> bool:
    """Whether an identifier leads a record to a subject that nobody has held it not to be about."""
    automatic = review.automatic(session, record_id)
    if automatic is None:
        return False
    return _is_certain(automatic) or not judgements.held_different(session, record_id, automatic.subject_id)


def _is_certain(automatic: Stands) -> bool:
    return automatic.state == LinkState.CONFIRMED and automatic.how != How.NAME


def as_said(row: judgements.Said) -> Said:
    """An answer as stored → as clusters know it."""
    other = node(row.other_id) if row.other_id is not None else Node("subject", row.subject_id or 0)
    return Said(row.event_id, node(row.record_id), other, row.answer, row.person_id, row.role)


def check(session: Session, record_ids: Collection[int], said: list[Said]) -> set[int]:
    """The records of all clusters that these are in, if every cluster may be as it is.

    Raises:
        TwoCodes: a cluster would hold two unified codes.
        Contradicted: a cluster would hold two that somebody held to be different.
    """
    near = neighbours(edges(said))
    clusters = [cluster(node(record_id), near) for record_id in record_ids]
    together = set().union(*clusters)
    code_of = _codes(session, together)
    different = [one for one in said if one.answer == Answer.DIFFERENT]
    for nodes in clusters:
        if len({code_of[each] for each in nodes if each in code_of}) > 1:
            raise TwoCodes(
                "这样会把两个有效的统一社会信用代码归为同一主体，不能判定为同一。代码有误的，请报送单位更正。",
                "that would make one subject of two valid unified codes. If a code is wrong, its source corrects it.",
            )
        if opposite := contradiction(nodes, different):
            raise Contradicted(
                f"与台账第 {opposite.event_id} 条“不同”的判定相抵触，请先撤销该条。",
                f"contradicts the judgement `different` of event {opposite.event_id}: undo that one first.",
                event=opposite.event_id,
            )
    return {each.id for each in together if each.kind == "record"}


def settle(session: Session, record_ids: Collection[int], event_id: int, now: datetime) -> list[review.Waiting]:
    """Give each record the link that the answers and its identifiers make; returns the records as they are then."""
    opinion = _opinion(answers_around(session, record_ids))
    for record_id, record in review.records(session, record_ids).items():
        wanted = _link_of(session, record, opinion)
        now_stands = None
        if record.subject_id is not None:
            now_stands = Stands(record.subject_id, record.how or "", record.state or "", record.because)
        if wanted != now_stands:
            review.relink(session, record_id, wanted, event_id, now)
    return [*review.records(session, record_ids).values()]


def settle_again(session: Session, now: datetime) -> None:
    """After linking: what people proposed of records whose links the register had taken back stands again."""
    for record_id, event_id in judgements.proposed(session):
        settle(session, [record_id], event_id, now)


class _Opinion(NamedTuple):
    """What people hold: who are the same, by anyone and by two; what a maker proposed; whom a record is not about."""

    held: Neighbours
    firm: Neighbours
    proposed: set[frozenset[Node]]
    barred: Mapping[Node, set[Node]]


def _opinion(said: list[Said]) -> _Opinion:
    barred: dict[Node, set[Node]] = defaultdict(set)
    for one in said:
        if one.answer == Answer.DIFFERENT:
            barred[one.record].add(one.other)
    proposed = {one.pair for one in said if one.answer == Answer.SAME and one.role == Role.MAKER}
    return _Opinion(neighbours(edges(said)), neighbours(edges(said, firm=True)), proposed, barred)


def _link_of(session: Session, record: review.Waiting, opinion: _Opinion) -> Stands | None:
    start = node(record.id)
    automatic = review.automatic(session, record.id)
    certain = automatic is not None and _is_certain(automatic)
    if automatic and not certain and Node("subject", automatic.subject_id) in opinion.barred.get(start, set()):
        automatic = None
    subject = subject_of(cluster(start, opinion.held))
    if subject is None:
        return automatic
    if Node("subject", subject) in cluster(start, opinion.firm):
        return Stands(subject, How.MAKER_AND_CHECKER.value, LinkState.CONFIRMED.value, None)
    if record.source not in NEGATIVE:
        return Stands(subject, How.MAKER.value, LinkState.CONFIRMED.value, None)
    if certain:
        return automatic
    proposed = frozenset((start, Node("subject", subject))) in opinion.proposed
    because = Because.CHECKER_AWAITED if proposed else Because.LINK_UNCONFIRMED
    return Stands(subject, How.MAKER.value, LinkState.REVIEW.value, because.value)


def _codes(session: Session, nodes: set[Node]) -> dict[Node, str]:
    """The unified code of each node that has one; a code that was replaced counts as its successor."""
    records = review.records(session, [each.id for each in nodes if each.kind == "record"])
    subjects = review.subjects(session, [each.id for each in nodes if each.kind == "subject"])
    found = {node(number): record.uscc for number, record in records.items() if record.uscc}
    found |= {Node("subject", number): subject.uscc for number, subject in subjects.items()}
    successors = subject_events.successors(session, found.values())
    return {each: successors.get(code, code) for each, code in found.items()}
