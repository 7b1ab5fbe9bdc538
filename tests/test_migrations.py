"""A registry made by any earlier version of the program is brought to this one with all that is in it."""

from collections.abc import Iterator
from pathlib import Path

import polars as pl
import pytest
from alembic import command
from alembic.config import Config
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from registry.errors import DatabaseNotReady
from registry.store import candidates, migrations
from registry.store.counterparties import ID, TOLD
from registry.store.database import Database, open_database
from registry.store.migrations import head, migrate, require_current
from tests.homes import POSTGRESQL, new_place

HERE = Path(migrations.__file__).parent
EARLIER = sorted(path.name[:4] for path in (HERE / "versions").glob("0*.py"))[:-1]
MOVED = "0015"  # later versions lay records otherwise: what was written before comes along
NAME = "乌兰察布市云岭建材有限公司"
_TOLD = {**dict.fromkeys(TOLD), "category": "organisation", "name": NAME}
NUMBER = pl.DataFrame([_TOLD], schema=dict.fromkeys(TOLD, pl.String)).select(ID).item()
STANDARD = "penalties/2023-05-01/general"
# what each version brought, as it was written then
WRITTEN = {
    "0001": """
INSERT INTO delivery (id, source, layout, file_name, sha256, sheet, encoding, delimiter, received_on, read, accepted,
  duplicate, rejected, blank, warnings, duration_ms, recorded_at)
VALUES (1, 'penalties', 'x', 'x.csv', 'x', '', 'utf-8', ',', '2026-10-08', 2, 2, 0, 0, 0, '{}', 1, 1000);
INSERT INTO record (id, delivery_id, line, source, category, name, decided_on, fields, key, recorded_at) VALUES
  (1, 1, 2, 'penalties', 'organisation', 'NAME', '2026-03-05', '{"facts":"过期","note":"附注"}', 11, 1000),
  (2, 1, 3, 'penalties', 'organisation', 'NAME', '2026-03-06', '{}', 12, 1000);
INSERT INTO record_key (key, content, record_id) VALUES (11, 21, 1), (12, 22, 2);
INSERT INTO subject (id, uscc, category, name, provisional, recorded_at)
VALUES (1, '91150900MA0N000001', 'organisation', 'NAME', false, 1000);
INSERT INTO subject_name (subject_id, normal, name, recorded_at) VALUES (1, 'NAME', 'NAME', 1000);
INSERT INTO link (record_id, recorded_at, subject_id, how, state) VALUES
  (1, 1000, 1, 'code', 'confirmed'), (2, 1000, 1, 'code', 'confirmed');
INSERT INTO publication (subject_id, record_id, recorded_at, outcome, basis, shown_from, shown_until, retired_at) VALUES
  (1, 1, 2000, 'shown', 'penalties/2023-05-01/general', '2026-03-12', '2027-03-05', NULL),
  (1, 2, 2000, 'shown', 'penalties/2023-05-01/general', '2026-03-12', '2027-03-06', 3000);
INSERT INTO withdrawal (record_id, reason, recorded_at) VALUES (2, 'recalled', 3000);
INSERT INTO recall (delivery_id, reason, recorded_at) VALUES (1, '误报', 3000)""",
    "0002": """
INSERT INTO person (id, name, roles, recorded_at) VALUES (1, '经办甲', 'maker', 1000);
INSERT INTO event (id, recorded_at, kind, about, person_id, payload, previous, hash)
VALUES (1, 1000, 'noted', 'record:1', 1, '{}', 'ZERO', 'aa')""",
    "0003": """
INSERT INTO judgement (event_id, record_id, subject_id, other_id, normal, answer, person_id, role, recorded_at) VALUES
  (1, 1, 1, NULL, 'NAME', 'same', 1, 'maker', 1000), (1, 2, NULL, 1, 'NAME', 'different', 1, 'maker', 1000)""",
    "0008": "UPDATE ledger_head SET recorded_at = 1000",
    "0015": "UPDATE judgement SET other_normal = 'NAME' WHERE other_id IS NOT NULL",
}
KEPT = (
    ("SELECT id, received_on, read, first_id, last_id, linked FROM delivery", [(1, "2026-10-08", 2, 1, 2, 2)]),
    ("SELECT id, decided_on, subject_id FROM record ORDER BY 1", [(1, "2026-03-05", 1), (2, "2026-03-06", 1)]),
    ("SELECT r.id, c.category, c.name, c.uscc FROM record r JOIN counterparty c ON c.id = r.counterparty_id ORDER BY 1",
     [(1, "organisation", NAME, None), (2, "organisation", NAME, None)]),
    ("SELECT id FROM counterparty", [(NUMBER,)]),
    ("SELECT count(*) FROM link", [(0,)]),
    ("SELECT facts, fields ->> 'facts', fields ->> 'note' FROM record ORDER BY id",
     [("过期", None, "附注"), (None, None, None)]),
    ("SELECT record_id FROM record_key ORDER BY key", [(1,), (2,)]),
    ("SELECT record_id, shown_until, said FROM publication p JOIN basis s ON s.id = p.basis_id ORDER BY 1",
     [(1, "2027-03-05", STANDARD), (2, "2027-03-06", STANDARD)]),
    ("SELECT record_id, retired_at FROM publication ORDER BY 1", [(1, None), (2, 3000)]),
    ("SELECT record_id, reason FROM withdrawal", [(2, "recalled")]),
    ("SELECT delivery_id, reason, recorded_at, lifted_at FROM recall", [(1, "误报", 3000, None)]),
    ("SELECT recorded_at FROM ledger_head", [(1000,)]),
)  # fmt: skip


@pytest.fixture
def empty(home: str, tmp_path: Path) -> Iterator[Database]:
    database = open_database(new_place(tmp_path), create=True)
    yield database
    database.close()


def upgraded(database: Database, version: str) -> None:
    config = Config()
    config.set_main_option("script_location", str(HERE))
    with database.engine.begin() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, version)


def written(database: Database, version: str) -> None:
    """What a registry of this version may hold."""
    with database.session() as session:
        for statements in (said for since, said in WRITTEN.items() if since <= version):
            for statement in statements.split(";"):
                named = statement.replace("'NAME'", f"'{NAME}'").replace("ZERO", "0" * 64)
                session.connection().exec_driver_sql(named)


@pytest.mark.parametrize("version", EARLIER)
def test_a_registry_of_every_earlier_version_is_upgraded_with_all_that_is_in_it(empty: Database, version: str) -> None:
    upgraded(empty, min(version, MOVED))
    written(empty, version)
    upgraded(empty, version)
    with pytest.raises(DatabaseNotReady):
        require_current(empty)

    migrate(empty)

    require_current(empty)
    with empty.session() as session:
        for select, rows in KEPT:
            assert [tuple(row) for row in session.execute(text(select))] == rows
        assert candidates.near(session, "云岭建材") == ([NAME] if version < "0004" else [])
        if version >= "0003":
            judged = session.execute(text("SELECT other_id, other_normal FROM judgement ORDER BY record_id"))
            assert [tuple(row) for row in judged] == [(None, None), (1, NAME)]
    with empty.session() as session, pytest.raises(DBAPIError, match="only grows"):
        session.execute(text("DELETE FROM ledger_head"))


# as numbers were given then: the last of the first delivery and all of the second only repeated what was here
NUMBERED = [(1, 1, 3), (2, 3, 3), (3, 3, 6)]
PARTIES = [
    ("organisation", NAME, "91150900MA0N000001", None, None),
    ("organisation", NAME, None, "MA0N00000", None),
    ("organisation", NAME, None, None, "150900000000001"),
    ("organisation", NAME, "91150900MA0N000001", None, None),
    ("individual_business", "云岭小卖部", "92150900MA0N000002", None, None),
    ("natural_person", None, None, None, None),
]
DELIVER = """
INSERT INTO delivery (id, source, layout, file_name, sha256, sheet, encoding, delimiter, received_on, read, accepted,
  duplicate, rejected, blank, warnings, duration_ms, first_id, last_id, linked, recorded_at)
VALUES (:id, 'penalties', 'x', 'x.csv', CAST(:id AS TEXT), '', 'utf-8', ',', '2026-10-08', 0, 0, 0, 0, 0, '{}', 1,
  :first, :last, 0, 1000)"""
RECORD = """
INSERT INTO record (id, delivery_id, line, source, fields, key, category, name, uscc, organisation_code,
  registration_number)
VALUES (:id, :delivery, 1, 'penalties', '{}', :id, :category, :name, :uscc, :organisation_code, :registration_number)"""
SAID = """
SELECT c.category, c.name, c.uscc, c.organisation_code, c.registration_number
FROM record r JOIN counterparty c ON c.id = r.counterparty_id ORDER BY r.id"""


def test_what_was_numbered_twice_comes_apart_and_who_was_told_twice_is_one(empty: Database) -> None:
    upgraded(empty, "0016")
    with empty.session() as session:
        month = 0
        if empty.home == POSTGRESQL:
            month = session.execute(text("SELECT record_month(1795000000000)")).scalar_one() - 1
        for number, first, last in NUMBERED:
            session.execute(text(DELIVER), {"id": number, "first": month + first, "last": month + last})
        for line, party in enumerate(PARTIES, start=1):
            told = dict(zip(TOLD, party, strict=True))
            session.execute(text(RECORD), {"id": month + line, "delivery": 1 if line < NUMBERED[0][2] else 3, **told})

    migrate(empty)

    with empty.session() as session:
        ends = session.execute(text("SELECT id, first_id, last_id FROM delivery ORDER BY id"))
        assert [tuple(row) for row in ends] == [(1, month + 1, month + 2), (2, None, None), (3, month + 3, month + 6)]
        assert [tuple(row) for row in session.execute(text(SAID))] == PARTIES
        assert session.execute(text("SELECT count(*) FROM counterparty")).scalar_one() == len({*PARTIES})


def test_upgrading_again_changes_nothing(empty: Database) -> None:
    migrate(empty)
    migrate(empty)

    assert empty.version() == head()
