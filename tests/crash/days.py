"""A day's work of an office, step by step; each step is one unit of work, done whole or not at all."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from fractions import Fraction
from pathlib import Path

from loaders.delivering import Desk, Sender, deliver
from registry.actions import cases, review, review_queue
from registry.actions.accept import secret_of
from registry.actions.count import counted
from registry.actions.found import found
from registry.actions.law import law_in
from registry.actions.link import link
from registry.actions.publish import publish
from registry.actions.recall import recall, undo
from registry.documents import monthly_return
from registry.documents.figures import period
from registry.office import load_office
from registry.rulebook import load
from registry.store.database import Database, open_database
from registry.vocabulary import Answer, SourceKind
from tests.casework import NOTICE, PROPOSAL, SIGNED, signed
from tests.city.__main__ import write_city
from tests.city.whole import Whole
from tests.crash.places import Place
from tests.office_people import Keys, let_in

SCALE = Fraction(1, 2000)
LARGE = 70_000  # penalties: more than 32 MB, from where on a delivery is taken in another way
RECEIVED = date(2026, 11, 20)
DAY = datetime(2026, 11, 23, 1, tzinfo=UTC)
BOOK = load()


@dataclass(frozen=True)
class Office:
    """The registry while a step is done."""

    desk: Desk
    folder: Path
    keys: Keys
    now: datetime


@dataclass(frozen=True)
class Step:
    """A step; who does it `again` without looking gets what was there already, or else looks first.

    One `in_two` decides first, and may be met between that and what follows of it.
    """

    name: str
    work: Callable[[Office], object]
    again: bool = True
    in_two: bool = False


def importing(file_name: str, kind: SourceKind) -> Step:
    """Take a file in."""

    def work(office: Office) -> object:
        sender = Sender(None, RECEIVED, office.folder / "feedback")
        path = office.folder / "delivered" / file_name
        return [r.counts for r in deliver(office.desk, path, kind, sender, now=office.now, progress=lambda _: None)]

    return Step(f"import {file_name}", work)


def _link(office: Office) -> object:
    return link(office.desk.database, now=office.now)


def _publish(office: Office) -> object:
    return publish(office.desk.database, BOOK, on=office.now.date(), now=office.now)


def _judge(office: Office, key: str) -> object:
    with office.desk.database.session() as session:
        waiting = review_queue.queue(session, key, limit=50)
        record = next(item.record for item in waiting if item.code)
        return review.judge(session, key, record, Answer.SAME, reason="登记档案载明", now=office.now)


def _propose(office: Office) -> object:
    with office.desk.database.session() as session:
        waiting = review_queue.queue(session, office.keys.maker, limit=50)
        step = cases.told("listing_proposed", {**PROPOSAL, "code": next(item.code for item in waiting if item.code)})
        return cases.open_case(session, office.keys.maker, step, law_in(session, BOOK), now=office.now)


def _notify(office: Office) -> object:
    with office.desk.database.session() as session:
        step = cases.told("listing_notified", NOTICE)
        return cases.take(session, office.keys.maker, 1, step, law_in(session, BOOK), now=office.now)


def _recall(office: Office) -> object:
    return recall(office.desk.database, 13, key=office.keys.maker, reason="误报", now=office.now)


def _undo(office: Office) -> object:
    return undo(office.desk.database, 13, key=office.keys.checker, reason="无误", now=office.now)


def _count(office: Office) -> object:
    made = counted(office.desk.database, load_office(None), period("2026"), made_on=office.now.date())
    out = office.folder / "returns"
    out.mkdir(exist_ok=True)
    for name, content in monthly_return.files(made):
        (out / name).write_bytes(content)
    return monthly_return.as_data(made)


SMALL: tuple[Step, ...] = (
    importing("2024-01-penalties-01.csv", SourceKind.PENALTIES),
    importing("2024-01-permits-01.csv", SourceKind.PERMITS),
    Step("publish", _publish),
    importing("2024-01-list-entries-01.csv", SourceKind.LIST_ENTRIES),
    importing("2024-02-restorations-01.csv", SourceKind.RESTORATIONS),
    importing("2024-07-commitments-02.csv", SourceKind.COMMITMENTS),
    Step("link", _link),
    Step("publish what came since", _publish),
    Step("a maker's answer", lambda office: _judge(office, office.keys.maker), again=False),
    Step("a checker's answer", lambda office: _judge(office, office.keys.checker), again=False),
    Step("propose a listing", _propose, again=False),
    Step("notify of it", _notify, again=False),
    Step("recall a delivery", _recall, in_two=True),
    Step("publish what is left", _publish),
    Step("undo the recall", _undo, again=False, in_two=True),
    Step("publish at last", _publish),
    Step("the year's return", _count),
)
WITH_A_LARGE_FILE: tuple[Step, ...] = (
    importing("large.csv", SourceKind.PENALTIES),
    Step("publish a large file", _publish),
    Step("the return of a large file", _count),
)
DAYS = {"small": SMALL, "large": WITH_A_LARGE_FILE}


def begin(place: Place, day: str) -> None:
    """A founded registry with its register, its people and their signatures; the files of the day beside it."""
    files = place.folder / "delivered"
    Whole(SCALE).write(files)
    if day == "large":
        write_city(LARGE, files / "large.csv", files / "large-subjects.csv")
    with_register = [files / "large-subjects.csv"] if day == "large" else sorted(files.glob("*-subjects-*.csv"))
    database = _opened(place)
    found(database)
    desk = Desk(database, load_office(None), BOOK, secret_of(database))
    sender = Sender(None, RECEIVED, place.folder / "feedback")
    for path in with_register:
        deliver(desk, path, SourceKind.SUBJECTS, sender, now=DAY, progress=lambda _: None)
    keys = let_in(database, DAY)
    signed(database, keys, SIGNED, DAY)
    database.close()
    (place.folder / "keys.json").write_text(json.dumps(keys), encoding="utf-8")


def take(place: Place, day: str, number: int, *, set_back: timedelta = timedelta()) -> object:
    """Do one step of the day, by a clock that may be set back."""
    database = _opened(place)
    keys = Keys(*json.loads((place.folder / "keys.json").read_text(encoding="utf-8")))
    try:
        desk = Desk(database, load_office(None), BOOK, secret_of(database))
        now = DAY + timedelta(minutes=number + 1) - set_back
        return DAYS[day][number].work(Office(desk, place.folder, keys, now))
    finally:
        database.close()


def _opened(place: Place) -> Database:
    """The registry, with its own folder for what stands beside it: a server's would be the current one."""
    database = open_database(place.url, create=True)
    database.folder = place.folder
    return database
