"""The law at work: `python -m tests.bench.law [--rows 1000000] [--events 100000] [--home postgresql] [--out PAGE]`.

Outcomes of all records derived, for the first time and again; of the record that one case is about; all cases computed
from their events, and the ledger verified.
"""

import argparse
import sys
import time
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from statistics import median
from typing import Any

from sqlalchemy import text
from sqlmodel import Session

from registry.actions import audit, case_events, cases
from registry.actions.case_views import count_overdue
from registry.actions.republish import republish
from registry.rulebook import Rulebook, load
from registry.store import case_files, ledger, outcomes
from registry.store.case_files import Filed
from registry.store.database import Database, open_database
from registry.vocabulary import Procedure
from tests.bench import ours, report
from tests.bench.measured import installed, run
from tests.bench.ours import CHENGXIN, PUBLISHED, RECEIVED, SOME_REJECTED
from tests.bench.places import places_at
from tests.bench.report import Figure, at_most
from tests.homes import POSTGRESQL, SQLITE
from tests.office_people import Keys, let_in

DERIVING_SECONDS, DERIVING_MB, TOUCHED_MS, REPLAY_SECONDS = 6, 1500, 50, 3
TOUCHED = 100
TOGETHER = 100  # cases filed in one transaction
MARKS = ("<!-- law on {}: written by `make bench-law` -->", "<!-- law on {}: end -->")
BEGUN = datetime(2028, 1, 10, 1, tzinfo=UTC)  # when a restoration may be applied for
LATER = date(2028, 2, 1)
Told = dict[str, Any]
APPLIED: Told = {"performance": "缴款凭证", "commitment": "信用承诺书", "corrected_on": "2027-01-04"}
DECISION: Told = {"document": "信用修〔2026〕1号", "reason": "义务已履行"}
STEPS: tuple[tuple[str, Told], ...] = (
    ("restoration_accepted", {}),
    ("restoration_granted", {**DECISION, "authority": "市市场监督管理局"}),
    ("restoration_display_ended", {}),
    ("restoration_sharing_ended", {"document": "停止共享函1"}),
)
# the registry forgets by which law it judged, so that it judges again
_FORGET = "UPDATE setting SET value = '' WHERE key = 'judged_with'"
_RECORDS = """
SELECT p.record_id FROM publication p JOIN record r ON r.id = p.record_id
WHERE p.retired_at IS NULL AND p.outcome = 'shown' AND r.source = 'penalties' ORDER BY p.record_id LIMIT 1000000
"""


def figures(database: Database, rows: int, events: int, folder: Path) -> Iterator[Figure]:
    """All that is measured, in a registry that is founded and empty."""
    here: tuple[str | Path, ...] = ("--database", database.place)
    of, take = ours.city(folder, rows), [CHENGXIN, "import", "--received", RECEIVED, "--json", *here, "--source"]
    run([*take, "subjects", of.subjects], folder=folder)
    run([*take, "penalties", of.penalties], good=SOME_REJECTED, folder=folder)
    run([CHENGXIN, "link", *here], folder=folder)
    for what in ("for the first time", "again, as by another law"):
        derived = run([CHENGXIN, "publish", "--on", PUBLISHED, *here], folder=folder)
        yield at_most("deriving", f"{rows:,} penalties, {what}", derived.seconds, DERIVING_SECONDS, " s")
        yield at_most("deriving", "the same, peak of memory", derived.peak_mb, DERIVING_MB, " MB")
        with database.session() as session:
            session.connection().execute(text(_FORGET))
    book, keys = load(), let_in(database, BEGUN)
    with database.session() as session:
        numbers = [int(number) for (number,) in session.connection().execute(text(_RECORDS))]
    some = numbers[:: len(numbers) // TOUCHED][:TOUCHED]
    yield from _touched(database, book, keys, some)
    yield from _replayed(database, book, numbers, events)


def _touched(database: Database, book: Rulebook, keys: Keys, records: list[int]) -> Iterator[Figure]:
    now, derived, granted = BEGUN, [], []

    def step(key: str, kind: str, told: Told, case: int = 0) -> cases.Stepped:
        nonlocal now
        now += timedelta(seconds=1)
        with database.session() as session:
            if not case:
                return cases.open_case(session, key, cases.told(kind, told), book, now=now)
            return cases.take(session, key, case, cases.told(kind, told), book, now=now)

    for record in records:
        with database.session() as session:
            body = outcomes.bodies_of(session, record)[0]
            started = time.perf_counter()
            republish(session, [record], book, on=now.date(), now=now)
            derived.append(time.perf_counter() - started)
        case = step(keys.maker, "restoration_applied", {**APPLIED, "record": record}).case
        step(keys.maker, "restoration_accepted", {}, case)
        started = time.perf_counter()
        step(keys.checker, "restoration_granted", {**DECISION, "authority": body}, case)
        granted.append(time.perf_counter() - started)
    what = f"the record of one case, median of {len(records)}"
    yield at_most("touched", f"{what}: deriving its outcome", 1000 * median(derived), TOUCHED_MS, " ms")
    yield Figure("touched", f"{what}: the whole step that restores it", f"{1000 * median(granted):.1f} ms")


def _replayed(database: Database, book: Rulebook, records: list[int], events: int) -> Iterator[Figure]:
    """As many events as are asked for, five to a case of restoration."""
    now, filed = BEGUN + timedelta(days=1), events // (len(STEPS) + 1)
    for first in range(0, filed, TOGETHER):
        with database.session() as session:
            ledger.take_turn(session, now)
            for place in range(first, min(first + TOGETHER, filed)):
                now += timedelta(milliseconds=10)
                _file(session, records[place % len(records)], now)
    with database.session() as session:
        started = time.perf_counter()
        count_overdue(session, book, on=LATER)
        took = time.perf_counter() - started
        yield at_most("replay", f"all cases from {events:,} events, on a day", took, REPLAY_SECONDS, " s")
        started = time.perf_counter()
        audit.verify(session)
        yield Figure("replay", "the ledger verified", f"{time.perf_counter() - started:.2f} s")


def _file(session: Session, record: int, now: datetime) -> None:
    number = case_files.next_number(session)
    on = {"on": now.date().isoformat()}
    applied = cases.told("restoration_applied", {**APPLIED, "record": record, **on})
    opened = case_events.append(session, number, applied, by=2, now=now)
    case_files.put(session, Filed(number, Procedure.RESTORATION.value, 1, record), opened_by=opened.id)
    for kind, said in STEPS:
        case_events.append(session, number, cases.told(kind, {**said, **on}), by=3, now=now)


def main() -> None:
    """Read the command line, measure, print, and put the section on the page."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench.law", description="Measure the law at work.")
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--events", type=int, default=100_000)
    parser.add_argument("--home", choices=(SQLITE, POSTGRESQL), default=SQLITE)
    parser.add_argument("--folder", type=Path, default=Path("bench"))
    parser.add_argument("--out", type=Path, help="also write the section into this page")
    asked = parser.parse_args()
    folder = asked.folder.absolute()
    folder.mkdir(exist_ok=True)
    installed()
    with places_at(asked.home, folder) as places:
        place = places.new("law")
        run([CHENGXIN, "init", "--database", place], folder=folder)
        database = open_database(place)
        made = [*figures(database, asked.rows, asked.events, folder)]
        database.close()
    command = f"python -m tests.bench.law --rows {asked.rows} --events {asked.events} --home {asked.home}"
    day = datetime.now(UTC).date().isoformat()
    section = report.markdown(made, title=f"The law at work, {asked.home}", day=day, commands=[command], peers={})
    sys.stdout.write(section)
    if asked.out:
        report.put(section, asked.out, marks=(MARKS[0].format(asked.home), MARKS[1].format(asked.home)))


if __name__ == "__main__":
    main()
