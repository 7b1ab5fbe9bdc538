"""Two homes, one face: what must hold of a registry's database wherever it is."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from datetime import date
from pathlib import Path
from threading import Event

import adbc_driver_manager.dbapi as adbc
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import text
from sqlmodel import Session

from registry.errors import DatabaseNotReady
from registry.store.bulk import bulk, insert, snapshot
from registry.store.database import Database, open_database
from registry.store.postgresql import PostgresqlDatabase
from registry.store.reading import hold, rows
from tests.homes import new_database

SETTING = insert("setting", ("key", "value"))
TEXTS = st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=12)


@pytest.fixture
def database(home: str, tmp_path: Path) -> Iterator[Database]:
    made = new_database(tmp_path)
    yield made
    made.close()


@pytest.fixture(scope="module")
def shared(home: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Database]:
    made = new_database(tmp_path_factory.mktemp("homes"))
    yield made
    made.close()


def setting(key: str, value: str) -> pl.DataFrame:
    return pl.DataFrame({"key": [key], "value": [value]})


@settings(max_examples=30)
@given(value=TEXTS)
def test_any_text_and_number_goes_into_a_statement_as_it_is(shared: Database, value: str) -> None:
    with snapshot(shared) as seen:
        found = seen.rows("SELECT ?2 AS second, ?1 AS first", {"first": pl.String, "second": pl.Int64}, value, 7)

    assert found.row(0) == (value, 7)


@settings(max_examples=30)
@given(told=st.lists(TEXTS, max_size=4))
def test_a_list_of_any_texts_is_asked_of_in_its_order(shared: Database, told: list[str]) -> None:
    with shared.session() as session:
        found = rows(session, "SELECT value FROM json_each(:told) ORDER BY key", {"told": told})

    assert [value for (value,) in found] == told


def test_a_frame_comes_back_with_its_days_nulls_and_truths(database: Database) -> None:
    frame = pl.DataFrame(
        {"n": [1, 2], "day": [date(2026, 2, 28), None], "yes": [True, False], "told": ["O'Neil \\ 100% :x ?1", None]}
    )
    schema = {"n": pl.Int64, "day": pl.Date, "yes": pl.Boolean, "told": pl.String}
    with bulk(database) as work, work.staged("told_frame", frame):
        found = work.rows("SELECT n, day, yes, told FROM told_frame ORDER BY n", schema)
        again = work.one("SELECT count(*) FROM told_frame WHERE told = ?1", "O'Neil \\ 100% :x ?1")

    assert found.equals(frame)
    assert again == 1


NEAR = st.dates(date(1969, 12, 25), date(1970, 1, 5))


@settings(max_examples=30)
@given(days=st.lists(st.none() | NEAR, min_size=1, max_size=20) | st.lists(st.none() | st.dates(), min_size=1))
def test_days_close_together_and_far_apart_come_back(shared: Database, days: list[date | None]) -> None:
    frame = pl.DataFrame({"n": range(len(days)), "day": pl.Series(days, dtype=pl.Date)})
    with bulk(shared) as work, work.staged("told_days", frame):
        found = work.rows("SELECT n, day FROM told_days ORDER BY n", {"n": pl.Int64, "day": pl.Date})

    assert found["day"].to_list() == days


def test_what_fails_leaves_nothing(database: Database) -> None:
    def failing() -> None:
        with bulk(database) as work:
            work.put(SETTING, setting("a", "1"))
            work.drain()
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        failing()
    with pytest.raises(adbc.Error, match="setting") as told, bulk(database) as work:  # noqa: PT012
        work.put(SETTING, setting("王某某", "1"))
        work.put(SETTING, setting("王某某", "2"))
    assert "王某某" not in str(told.value)

    with snapshot(database) as seen:
        assert seen.one("SELECT count(*) FROM setting") == 0


def test_a_snapshot_is_of_one_moment_while_a_writer_goes_on(database: Database) -> None:
    with closing(open_database(database.place)) as other, snapshot(database) as seen:
        before = seen.one("SELECT count(*) FROM setting")
        with bulk(other) as work:
            work.write(SETTING, setting("a", "1"))
        during = seen.one("SELECT count(*) FROM setting")
    with snapshot(database) as seen:
        after = seen.one("SELECT count(*) FROM setting")

    assert (before, during, after) == (0, 0, 1)


def test_one_writes_at_a_time(database: Database) -> None:
    first_has_it, order = Event(), []

    def first() -> None:
        with closing(open_database(database.place)) as here, bulk(here) as work:
            first_has_it.set()
            work.write(SETTING, setting("a", "1"))
            order.append("first")

    def second() -> None:
        first_has_it.wait(30)
        with closing(open_database(database.place)) as here, bulk(here) as work:
            order.append("second")
            work.run("UPDATE setting SET value = ?1", "2")

    with ThreadPoolExecutor() as pool:
        for done in [pool.submit(first), pool.submit(second)]:
            done.result(60)

    assert order == ["first", "second"]
    with database.session() as session:
        assert session.execute(text("SELECT value FROM setting")).scalar_one() == "2"


def test_a_door_goes_on_as_if_its_connection_had_not_been_ended(database: Database) -> None:
    if not isinstance(database, PostgresqlDatabase):
        return  # nobody ends the connection to a file
    with Session(database.engine) as session:
        hold(session)
        ((number,),) = rows(session, "SELECT pg_backend_pid()", {})
        with database.session() as other:
            other.execute(text("SELECT pg_terminate_backend(:number)"), {"number": number})

        assert rows(session, "SELECT 1", {}) == [(1,)]


def test_a_server_that_does_not_answer_is_refused_without_its_password() -> None:
    nowhere = open_database("postgresql://office:geheim@127.0.0.1:1/chengxin")

    with pytest.raises(DatabaseNotReady, match=r"127\.0\.0\.1/chengxin") as refused:
        nowhere.version()
    assert "geheim" not in str(refused.value)
