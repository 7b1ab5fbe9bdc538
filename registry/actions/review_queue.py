"""The queue of review: what waits for people, the most waited on first, with two names side by side.

A record that is linked in review is shown with that subject, one without a subject with those that its name suggests
(`registry.actions.suggesting`); if it suggests none, with the records of like names that other bodies delivered.
"""

from collections.abc import Collection, Iterator
from functools import cache, partial
from itertools import islice

import msgspec
from sqlmodel import Session

from registry.actions.codeless import asked_together, is_codeless, waits_with
from registry.actions.gathering import SEVERAL
from registry.actions.people import acting
from registry.actions.queue_order import Order
from registry.actions.review import DECIDING
from registry.actions.review_items import Item, bodies_of, item_of
from registry.actions.suggesting import suggested
from registry.errors import BadQuery, JudgementRefused
from registry.names import normal_form
from registry.store import review
from registry.store.review import ANYONE, Asker, Group
from registry.vocabulary import Role

MOST = 50
_LOOKED = 100  # names that nobody bears for which like ones are looked for, the most waited on first
_SEES = (*DECIDING, Role.AUDITOR)


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
    return [item for item, _ in islice(_ranked(session, ANYONE), limit)]


def next_for(session: Session, key: str | None, passed: Collection[int] = ()) -> Shown | None:
    """The item on which most waits of those that the person with this key can answer: what a maker may propose, or a
    checker confirm, and has not answered yet. Those that are `passed`, by the record that stands for each, are not
    asked again.

    Raises:
        KeyRefused, NotPermitted: `key` is neither a maker's nor a checker's.
    """
    actor = acting(session, key, *DECIDING)
    makes, checks = Role.MAKER in actor.roles, Role.CHECKER in actor.roles
    found = next(_ranked(session, Asker(actor.person_id, makes, checks), passed), None)
    return None if found is None else _with_documents(session, *found)


def _ranked(session: Session, asker: Asker, passed: Collection[int] = ()) -> Iterator[tuple[Item, list[Group]]]:
    order = Order(session, asker)
    suggest = cache(partial(suggested, session))
    looked = 0
    while groups := order.take():
        first = groups[0]
        if not is_codeless(first):
            if first.record not in passed:
                yield item_of(session, groups, []), groups
            continue
        several = len(bodies_of(groups)) >= SEVERAL
        if not several and not review.known(session, {normal_form(group.name) for group in groups}):
            looked += 1
            if looked > _LOOKED:
                continue
        together, suggesting = asked_together(suggest, groups)
        if suggesting and len(groups) > 1:
            order.put(together)
            for group in suggesting:
                order.put([group])
        elif (suggesting or several) and not any(group.record in passed for group in groups):
            yield item_of(session, groups, suggest(first.name)), groups


def show(session: Session, key: str | None, record_id: int) -> Shown:
    """One item of the queue, by any of its records, with all of them.

    Raises:
        KeyRefused, NotPermitted: as `queue`.
        JudgementRefused: the record does not wait.
    """
    acting(session, key, *_SEES)
    record = review.records(session, [record_id]).get(record_id)
    own = review.groups(session, review.alike(session, record_id, record.subject_id)) if record else []
    if record is None or not own:
        raise JudgementRefused(
            f"记录 {record_id} 不在待判定之列。", f"record {record_id} does not wait for a judgement.", record=record_id
        )
    found = suggested(session, record.name) if is_codeless(own[0]) else []
    groups = own if found or not is_codeless(own[0]) else waits_with(session, record)
    return _with_documents(session, item_of(session, groups, found), groups)


def _with_documents(session: Session, item: Item, groups: list[Group]) -> Shown:
    alike = [number for group in groups for number in review.alike(session, group.record, group.subject_id)]
    return Shown(
        item,
        [
            Document(one.id, one.source, one.name, one.document, one.title, one.decided_on, one.body)
            for _, one in sorted(review.records(session, alike).items())
        ],
    )
