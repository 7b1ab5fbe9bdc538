"""Asking many questions of a server at once gives each the answer that it has when it is asked alone."""

import asyncio
import time
from collections.abc import Coroutine, Iterator
from contextlib import closing, contextmanager
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import psycopg
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import text
from sqlmodel import Session

from registry.actions.lookup import MOST, lookup, lookup_soon
from registry.api.replies import encoded
from registry.errors import NotFound, Refusal
from registry.store.database import Database
from registry.store.postgresql import PostgresqlDatabase
from registry.store.reading import hold, let_go
from registry.store.spoken import numbered
from registry.store.subject_lookups import subject_with_items_soon
from tests.public_city import (
    BOOK,
    CODE,
    PROVISIONAL,
    PROVISIONAL_SHOWN,
    QUIET,
    TODAY,
    TRADER,
    UNKNOWN,
    basis,
    public_city,
    publish,
)

_OTHERS = "SELECT pid FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
_END_OTHERS = _OTHERS.replace("SELECT pid ", "SELECT pg_terminate_backend(pid, 5000) ")
_LINES = _OTHERS + " AND query LIKE '%s.provisional%'"
CODES = (CODE, QUIET, TRADER, UNKNOWN, PROVISIONAL, PROVISIONAL_SHOWN, "", "' OR 1=1 --")


@pytest.fixture(scope="module")
def city(home: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Database]:
    """The public city, with more items of one subject than are told at once."""
    with closing(public_city(tmp_path_factory.mktemp("line") / "city.db")) as database:
        with database.session() as session:
            for number in range(100, 101 + MOST):
                publish(session, number, "permits", subject=2, basis=basis("permits", "standard"))
        yield database


@contextmanager
def held(city: Database) -> Iterator[Session]:
    """A session as a worker of the site holds it."""
    session = Session(city.engine)
    hold(session)
    try:
        yield session
    finally:
        let_go(session)


async def soon(session: Session, code: str, on: date = TODAY) -> tuple[bytes, str] | str:
    """What the short way answers, or the code of its refusal."""
    try:
        return encoded(await lookup_soon(session, code, on=on, book=BOOK))
    except Refusal as refusal:
        return refusal.code


def alone(session: Session, code: str, on: date) -> tuple[bytes, str] | str:
    """What the long way answers."""
    try:
        return encoded(lookup(session, code, on=on, book=BOOK))
    except Refusal as refusal:
        return refusal.code


async def together(asked: list[Coroutine[Any, Any, Any]]) -> list[Any]:
    return await asyncio.gather(*asked, return_exceptions=True)


days = st.integers(-1000, 1000).map(lambda days: TODAY + timedelta(days))
questions = st.lists(st.tuples(st.sampled_from(CODES), days), max_size=30)


@settings(max_examples=50)
@given(questions=questions)
def test_of_however_many_asked_at_once_each_gets_the_very_answer_it_gets_alone(
    city: Database, questions: list[tuple[str, date]]
) -> None:
    with held(city) as session:
        told = asyncio.run(together([soon(session, *question) for question in questions]))

        assert told == [alone(session, *question) for question in questions]


def test_more_questions_than_fit_on_the_line_are_all_answered(city: Database) -> None:
    codes = [CODE, *(f"{number:018}" for number in range(20_000)), CODE]
    with held(city) as session:
        asked = [subject_with_items_soon(session, code, on=TODAY, most=MOST) for code in codes]
        first, *nobody, last = asyncio.run(together(asked))

    assert first is not None
    assert first == last
    assert set(nobody) == {None}


def test_what_was_withdrawn_is_in_no_answer_to_a_later_question(home: str, tmp_path: Path) -> None:
    async def ask(city: Database, session: Session) -> tuple[Any, Any]:
        before = await soon(session, PROVISIONAL_SHOWN)
        with city.session() as other:
            other.execute(text("UPDATE publication SET retired_at = 1 WHERE subject_id = 5"))
        return before, await soon(session, PROVISIONAL_SHOWN)

    with closing(public_city(tmp_path / "city.db")) as city, held(city) as session:
        before, after = asyncio.run(ask(city, session))

    assert before != after == NotFound.code


def test_who_gives_up_waiting_does_not_get_another_the_wrong_answer(city: Database) -> None:
    async def ask(session: Session) -> list[Any]:
        await soon(session, UNKNOWN)
        impatient = asyncio.create_task(soon(session, CODE))
        others = [asyncio.create_task(soon(session, code)) for code in CODES]
        await asyncio.sleep(0)
        impatient.cancel()
        return await asyncio.gather(*others)

    with held(city) as session:
        assert asyncio.run(ask(session)) == [alone(session, code, TODAY) for code in CODES]


def test_a_lost_line_is_told_to_those_who_wait_and_the_next_question_gets_another(city: Database) -> None:
    if not isinstance(city, PostgresqlDatabase):
        return  # nobody ends the connection to a file

    async def ask(session: Session) -> tuple[list[Any], Any]:
        await soon(session, CODE)
        with psycopg.connect(city.place) as other:
            other.execute("LOCK TABLE subject")  # so that nothing is answered
            waiting = [asyncio.create_task(soon(session, CODE)) for _ in range(3)]
            await asyncio.sleep(0.1)
            other.execute(_END_OTHERS)
            lost = await asyncio.gather(*waiting, return_exceptions=True)
        return lost, await soon(session, CODE)

    with held(city) as session:
        lost, after = asyncio.run(ask(session))

        assert all(isinstance(told, psycopg.Error) for told in lost)
        assert after == alone(session, CODE, TODAY)


def test_a_line_that_was_ended_while_nobody_asked_is_replaced(city: Database) -> None:
    if not isinstance(city, PostgresqlDatabase):
        return

    async def ask(session: Session) -> Any:
        await soon(session, CODE)
        with psycopg.connect(city.place) as other:
            other.execute(_END_OTHERS)
        await asyncio.sleep(0.1)
        return await soon(session, CODE)

    with held(city) as session:
        after = asyncio.run(ask(session))

        assert after == alone(session, CODE, TODAY)


def test_a_question_that_the_server_cannot_answer_costs_the_line_and_not_the_next_one(city: Database) -> None:
    if not isinstance(city, PostgresqlDatabase):
        return

    async def ask(session: Session) -> tuple[Any, Any]:
        await soon(session, CODE)
        asked = [subject_with_items_soon(session, CODE, on=TODAY, most=most) for most in (MOST, 1 << 80, MOST)]
        return await together(asked), await soon(session, CODE)

    with held(city) as session:
        told, after = asyncio.run(ask(session))

    assert [isinstance(one, psycopg.Error) for one in told] == [False, True, True]
    assert isinstance(after, tuple)


def test_a_session_that_was_let_go_leaves_no_line(city: Database) -> None:
    if not isinstance(city, PostgresqlDatabase):
        return
    with psycopg.connect(city.place, autocommit=True) as other:
        with held(city) as session:
            asyncio.run(soon(session, CODE))
            assert len(other.execute(_LINES).fetchall()) == 1
        end = time.monotonic() + 10
        while other.execute(_LINES).fetchall():
            assert time.monotonic() < end, "it is still there"


def test_the_places_of_values_are_numbered_by_name() -> None:
    assert numbered("SELECT CAST(:a AS BLOB), json_array(:b), :a, x::text") == (
        "SELECT CAST($1 AS json), json_build_array($2), $1, x::text",
        ("a", "b"),
    )
