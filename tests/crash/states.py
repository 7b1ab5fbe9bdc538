"""The state of a registry: a digest of all that it holds, and what no state may be."""

from collections import Counter
from hashlib import sha256
from pathlib import Path
from typing import Any

from sqlalchemy import func, select, text
from sqlmodel import Session, SQLModel

from registry.actions.audit import verify
from registry.errors import Refusal
from registry.store.database import Database, open_database
from registry.store.tables import Delivery, Provenance, Record, Rejection, Tally
from tests.crash.places import Place

# how long it took, where files went, random salts and what is computed from them
_PASSING = {"duration_ms", "feedback", "hash", "previous", "personal", "salt"}
# a server's own numbers skip one where a transaction was rolled back; nothing but their order counts
_NUMBERED: dict[str, frozenset[str]] = {"public_change": frozenset({"id"})}


def digest(place: Place) -> str:
    """Everything in every table, but for what differs from run to run."""
    database = open_database(place.url)
    whole = sha256()
    try:
        with database.session() as session:
            for table in SQLModel.metadata.sorted_tables:
                passing = _PASSING | _NUMBERED.get(table.name, frozenset[str]())
                columns = [column for column in table.columns if column.name not in passing]
                rows = sorted(repr(tuple(row)) for row in session.connection().execute(select(*columns)))
                whole.update("\n".join([table.name, *rows, ""]).encode())
    finally:
        database.close()
    return whole.hexdigest()


def files(place: Place) -> str:
    """Everything in the files that were written for people; workbooks say when they were made and are left out."""
    whole = sha256()
    for path in _written(place.folder):
        whole.update(f"{path.name}\n".encode() + path.read_bytes())
    return whole.hexdigest()


def faults(place: Place) -> list[str]:
    """What is wrong with a state, whatever was going on: an unsound file, a row unaccounted for, a broken ledger."""
    database = open_database(place.url)
    try:
        return [*place.unsound(), *_unaccounted(database), *_astray(database), *_broken(database)]
    finally:
        database.close()


def _written(folder: Path) -> list[Path]:
    ends = (".csv", ".html")
    return sorted(path for part in ("feedback", "returns") for path in (folder / part).glob("*") if path.suffix in ends)


def _unaccounted(database: Database) -> list[str]:
    with database.session() as session:
        told_by: Any = Delivery
        columns = (told_by.id, told_by.read, told_by.accepted, told_by.duplicate, told_by.rejected)
        deliveries = session.connection().execute(select(*columns)).all()
        record, provenance, rejection = (_by_delivery(session, model) for model in (Record, Provenance, Rejection))
        tallied = _by_delivery(session, Tally, func.sum(Tally.rows))
    told = [
        f"delivery {number} says {(read, accepted, duplicate, rejected)}"
        for number, read, accepted, duplicate, rejected in deliveries
        if read != accepted + duplicate + rejected
        or (record[number], provenance[number], rejection[number]) != (accepted, duplicate, rejected)
        or tallied[number] != read
    ]
    known = {row[0] for row in deliveries}
    strays = {*record, *provenance, *rejection, *tallied} - known
    return [*told, *(f"rows of delivery {number}, which is not there" for number in sorted(strays))]


def _astray(database: Database) -> list[str]:
    """Records outside the numbers of their delivery, among those of another one, or about nobody that is told."""
    within = "SELECT count(*) FROM record r JOIN delivery d ON r.id BETWEEN d.first_id AND d.last_id"
    asked = {
        "among the numbers of their delivery": f"{within} AND d.id = r.delivery_id",
        "among numbers of deliveries": within,
        "about somebody": "SELECT count(*) FROM record r JOIN counterparty c ON c.id = r.counterparty_id",
    }
    with database.session() as session:
        (every,) = session.execute(text("SELECT count(*) FROM record")).one()
        found = {what: session.execute(text(one)).scalar_one() for what, one in asked.items()}
    return [f"{many} of {every} records are {what}" for what, many in found.items() if many != every]


def _by_delivery(session: Session, model: Any, count: Any = None) -> Counter[int]:
    rows = select(model.delivery_id, func.count() if count is None else count).group_by(model.delivery_id)
    return Counter({row[0]: row[1] for row in session.connection().execute(rows)})


def _broken(database: Database) -> list[str]:
    try:
        with database.session() as session:
            verify(session)
    except Refusal as refusal:
        return [refusal.en]
    return []
