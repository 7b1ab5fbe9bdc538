"""Searching by the beginning of a name, or by a whole code."""

from collections.abc import Iterator
from contextlib import closing

import pytest
from sqlmodel import Session

from registry.actions.search import search
from registry.errors import BadQuery
from registry.store.database import Database
from registry.store.subject_tables import Subject, SubjectName
from tests.public_city import (
    CODE,
    FORMER,
    NAME,
    NOW,
    PROVISIONAL,
    PROVISIONAL_SHOWN,
    QUIET,
    TODAY,
    TRADER,
    UNKNOWN,
    public_city,
)


@pytest.fixture(scope="module")
def city(home: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Database]:
    with closing(public_city(tmp_path_factory.mktemp("search") / "city.db")) as database:
        yield database


@pytest.fixture
def session(city: Database) -> Iterator[Session]:
    """What a test adds is rolled back when it ends."""
    with Session(city.engine) as opened:
        yield opened


def test_a_search_finds_present_and_former_names_by_their_beginning(session: Session) -> None:
    both = search(session, "乌兰察布市云岭", on=TODAY)
    former = search(session, "集宁云岭", on=TODAY)

    assert {found.code for found in both.subjects} == {CODE, QUIET, PROVISIONAL_SHOWN}
    assert [(found.code, found.matched) for found in former.subjects] == [(CODE, FORMER)]


def test_a_search_by_code_is_exact(session: Session) -> None:
    assert [found.name for found in search(session, CODE.lower(), on=TODAY).subjects] == [NAME]
    assert [search(session, code, on=TODAY).subjects for code in (TRADER, PROVISIONAL, UNKNOWN)] == [[], [], []]


@pytest.mark.parametrize("question", ["乌", "A", "", "乌%", "__", CODE[:17], "乌" + " " * 9])
def test_less_than_two_han_characters_or_a_full_code_is_refused(session: Session, question: str) -> None:
    with pytest.raises(BadQuery):
        search(session, question, on=TODAY)


@pytest.mark.parametrize("limit", [0, 21, -1])
def test_never_more_than_twenty_at_a_time(session: Session, limit: int) -> None:
    with pytest.raises(BadQuery):
        search(session, NAME, on=TODAY, limit=limit)


def test_pages_of_a_search_give_each_subject_once(session: Session) -> None:
    for number in range(50, 75):
        name = f"察右前旗草原{number % 3}公司"
        session.add(Subject(id=number, uscc=f"{number}", category="organisation", name=name, recorded_at=NOW))
        session.flush()
        for suffix in ("", "分部"):
            session.add(SubjectName(subject_id=number, normal=name + suffix, name=name + suffix, recorded_at=NOW))
    session.flush()
    given: list[str] = []
    after = None
    while True:
        page = search(session, "察右前旗草原", on=TODAY, limit=7, after=after)
        given += [found.code for found in page.subjects]
        after = page.after
        if after is None:
            break

    assert sorted(given) == [str(number) for number in range(50, 75)]
