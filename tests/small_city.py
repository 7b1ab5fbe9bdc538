"""A very small city's registry, filled row by row: what the tests of the return count."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from itertools import count
from pathlib import Path
from typing import Any

import polars as pl
from sqlmodel import Session

from registry.actions.count import counted
from registry.documents.figures import Period, Return, period
from registry.office import Office
from registry.store import counterparties
from registry.store.database import Database
from registry.store.subject_tables import Subject
from registry.store.tables import BasisSaid, Delivery, Link, Publication, Record, Tally
from registry.store.withdrawal_tables import Recall
from tests.homes import new_database

OCTOBER, MADE_ON, NOW = period("2026-10"), date(2026, 11, 23), datetime(2026, 11, 23, 4, tzinfo=UTC)
OFFICE = Office(
    departments=pl.DataFrame(
        {
            "code": ["FGW", "SCJG", "RSJ"],
            "name": ["发展和改革委员会", "市场监督管理局", "人力资源和社会保障局"],
            "uscc": [None, None, None],
            "county_code": ["150900"] * 3,
        },
        schema_overrides={"uscc": pl.String},
    ),
    counties=pl.DataFrame({"code": ["150900", "150902"], "name": ["市本级", "集宁区"], "short": ["市本级", "集宁"]}),
)


class City:
    """A registry that rows are delivered to, one short line for each delivery."""

    def __init__(self, database: Database, session: Session) -> None:
        self.database, self.session = database, session
        self.clock = (NOW + timedelta(milliseconds=tick) for tick in count())
        self.next = 0
        self.linked: set[int] = set()
        session.add(BasisSaid(id=1, said="permits/2022-09-07/standard"))
        session.add(Subject(id=1, uscc="91150900MA0N000001", category="organisation", name="某公司", recorded_at=NOW))
        session.flush()

    def deliver(
        self,
        source: str,
        received_on: date,
        tallies: dict[tuple[str, ...], int],
        *,
        list_code: str | None = None,
        recalled: bool = False,
    ) -> list[Record]:
        """`tallies`: (department, county, category, outcome, timeliness) → rows; gives back the accepted records."""
        of = {
            word: sum(n for key, n in tallies.items() if key[3] == word)
            for word in ("accepted", "duplicate", "rejected")
        }
        self.next += 1
        number = self.next
        delivery = Delivery(
            id=number, source=source, layout="x", file_name="x.csv", sha256=str(number), encoding="utf-8",
            received_on=received_on, read=sum(of.values()), accepted=of["accepted"],
            duplicate=of["duplicate"], rejected=of["rejected"], recorded_at=NOW,
        )  # fmt: skip
        self.session.add(delivery)
        self.session.flush()
        for (department, county, category, outcome, timeliness), rows in tallies.items():
            self.session.add(
                Tally(
                    delivery_id=number, department_code=department, county_code=county, category=category,
                    outcome=outcome, timeliness=timeliness, rows=rows,
                )
            )  # fmt: skip
        party = counterparties.known_in(self.session, {"category": "organisation"})
        records = [
            Record(
                delivery_id=number, line=line, source=source, counterparty_id=party, classes=list_code, fields="{}",
                key=number * 10_000 + line,
            )
            for line in range(of["accepted"])
        ]  # fmt: skip
        self.session.add_all(records)
        if recalled:
            self.session.add(Recall(delivery_id=number, reason="误报", recorded_at=NOW))
        self.session.flush()
        if records:
            delivery.first_id, delivery.last_id = records[0].id, records[-1].id
        return records

    def link(self, record: Record, **told: Any) -> None:
        assert record.id
        self.linked.add(record.id)
        self.session.add(
            Link(record_id=record.id, subject_id=1, how="code", state="confirmed", recorded_at=NOW, **told)
        )

    def publish(self, record: Record, outcome: str = "shown", **told: Any) -> None:
        assert record.id
        if record.id not in self.linked:
            self.link(record)
        if outcome == "shown":
            told = {"basis_id": 1, "shown_from": date(2020, 1, 1), **told}
        told = {"record_id": record.id, "subject_id": 1, "outcome": outcome, "recorded_at": next(self.clock), **told}
        self.session.add(Publication(**told))
        self.session.flush()

    def october(self) -> Return:
        return self.count(OCTOBER)

    def count(self, of: Period) -> Return:
        self.session.commit()
        return counted(self.database, OFFICE, of, made_on=MADE_ON)


def rows(
    accepted: int, outcome: str = "accepted", timeliness: str = "timely", **where: str
) -> dict[tuple[str, ...], int]:
    key = (where.get("department", "FGW"), where.get("county", "150902"), where.get("category", "organisation"))
    return {(*key, outcome, timeliness): accepted}


def row(made: Return, table: str, code: str) -> dict[str, object]:
    return made.table(table).row(by_predicate=pl.col("code") == code, named=True)


@contextmanager
def city_in(folder: Path) -> Iterator[City]:
    """A fresh registry; in SQLite the file c.db in `folder`, kept when the block ends."""
    database = new_database(folder)
    with Session(database.engine, expire_on_commit=False) as session:
        yield City(database, session)
        session.commit()
    database.close()
