"""The feed of changes (变更): what those who keep copies must take up, replace or take down, and how soon they did.

A withdrawn item is told by its number, a class of reason and the time: no name, no content. An added or corrected one
is told with the code of its subject, under which it can be asked for, as long as it is public. What ends on its day is
not told: its end was. A standing honour is told as the pages have it: not while its subject is on a list that bars it
(`red_lists`), as withdrawn once an entry begins to, and as added once that entry is gone before its day.
"""

from collections.abc import Iterator
from datetime import date, datetime, timedelta

import msgspec
import polars as pl
from sqlmodel import Session

from registry.actions.cursors import PlaceKey
from registry.actions.people import acting
from registry.actions.red_lists import barred, standing
from registry.errors import BadQuery
from registry.rulebook import Rulebook
from registry.store import change_feed, publications
from registry.store.change_feed import Told
from registry.store.reading import is_demo, moment
from registry.vocabulary import Change, Outcome, SourceKind

PAGE, MOST = 200, 1000
_LOOKED_AT = 5_000  # records a page may pass over that are not public (any more)


class Changed(msgspec.Struct, frozen=True, omit_defaults=True):
    """A change of one item. `replaced_by` takes a corrected item's place, if that is public; `subject` is its code,
    null until its display begins; `shown_until` is exclusive."""

    kind: str
    id: str
    at: datetime
    reason: str | None = None
    replaced_by: str | None = None
    subject: str | None = None
    shown_from: date | None = None
    shown_until: date | None = None


class Changes(msgspec.Struct, frozen=True):
    """Some changes in order; `place` is where they end, and is to be asked from next; `more` if some may follow."""

    items: list[Changed]
    demo: bool
    place: PlaceKey
    more: bool


class Consumer(msgspec.Struct, frozen=True):
    """How far a consumer is: `behind` changes of items it has not acknowledged that it took down or replaced, the
    oldest from `since`; `slowest` and `median` are seconds from a change to its acknowledgement."""

    person: int
    name: str
    acknowledged: int
    at: datetime
    behind: int
    since: datetime | None
    slowest: float | None
    median: float | None


def changes(session: Session, after: PlaceKey | None, *, limit: int = PAGE, on: date, book: Rulebook) -> Changes:
    """What changed past a place, or from the beginning.

    Raises:
        BadQuery: `limit` is not between 1 and 1,000.
    """
    if not 1 <= limit <= MOST:
        raise BadQuery(f"limit 应为 1 到 {MOST}。", f"limit is a number from 1 to {MOST}.")
    told, place, more = change_feed.page(session, after or (0, 0), limit=limit, looked_at=_LOOKED_AT, on=on)
    items = [
        Changed(
            one.kind,
            str(one.record_id),
            _instant(one.at),
            one.reason,
            str(one.replaced_by) if one.replaced_by else None,
            one.code,
            one.shown_from,
            one.shown_until,
        )
        for one in _as_on_pages(session, told, on=on, book=book)
    ]
    return Changes(items, is_demo(session), place, more)


def _as_on_pages(session: Session, told: list[Told], *, on: date, book: Rulebook) -> Iterator[Told]:
    """The changes of items as a lookup has these on the day."""
    lists: dict[int, set[str | None]] = {}
    for one in told:
        if one.honour is None or one.subject_id is None or not standing(one.honour, on=on, book=book):
            if not one.beside:
                yield one
            continue
        if one.subject_id not in lists:
            counts = publications.counts_in_force(session, one.subject_id, on=on)
            lists[one.subject_id] = {code for _, code, _ in counts}
        if not barred(SourceKind.HONOURS, one.honour, lists[one.subject_id], on=on, book=book):
            yield one
        elif one.beside:
            yield Told(Change.WITHDRAWN, one.record_id, one.at, Outcome.HELD, None)


def acknowledge(session: Session, key: str | None, place: PlaceKey, *, now: datetime) -> int:
    """Say that everything up to a place has been acted on; returns the number of the last change that covers.

    Raises:
        KeyRefused: `key` is nobody's.
        BadQuery: the feed has not come that far.
    """
    actor = acting(session, key)
    if place[0] > change_feed.newest(session):
        raise BadQuery("尚无此变更，请使用接口给出的值。", "The feed has not come that far.")
    if covered := change_feed.whole(session, place):
        change_feed.acknowledge(session, actor.person_id, covered, now)
    return covered


def consumers(session: Session, key: str | None, *, days: int, now: datetime) -> list[Consumer]:
    """Every consumer, and how soon it acted on what was withdrawn or replaced in the last `days` days.

    Raises:
        KeyRefused: `key` is nobody's.
    """
    acting(session, key)
    said = pl.DataFrame(change_feed.acknowledged(session), schema=_SAID, orient="row")
    due = pl.DataFrame(
        change_feed.withdrawals_since(session, now - timedelta(days=days)), schema=_DUE, orient="row"
    ).sort("change")
    return [_consumer(one, due) for _, one in said.group_by("person", "name", maintain_order=True)]


_SAID = {"person": pl.Int64, "name": pl.String, "change": pl.Int64, "acknowledged_at": pl.Int64}
_DUE = {"change": pl.Int64, "at": pl.Int64, "items": pl.Int64}


def _consumer(said: pl.DataFrame, due: pl.DataFrame) -> Consumer:
    last = said.row(-1, named=True)
    waited = due.join_asof(said.select("change", "acknowledged_at"), on="change", strategy="forward")
    seconds = (pl.col("acknowledged_at") - pl.col("at")) / 1000
    took = waited.select(seconds.max().alias("slowest"), seconds.median().alias("median"))
    behind = waited.filter(pl.col("acknowledged_at").is_null())
    return Consumer(
        person=last["person"],
        name=last["name"],
        acknowledged=last["change"],
        at=_instant(last["acknowledged_at"]),
        behind=int(behind["items"].sum()),
        since=_instant(behind["at"][0]) if behind.height else None,
        slowest=took["slowest"][0],
        median=took["median"][0],
    )


def _instant(milliseconds: int) -> datetime:
    found = moment(milliseconds)
    assert found is not None  # noqa: S101  (only null has none)
    return found
