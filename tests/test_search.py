"""Searching by likeness: a name written otherwise finds its subject, and nothing is found that may not be."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import polars as pl
import pytest
from litestar.testing import TestClient
from sqlalchemy import text
from sqlmodel import Session
from typer.testing import CliRunner

from registry.actions import search as searching
from registry.actions.search import Found, found_like, search
from registry.api.app import create_app
from registry.cli.app import command_line
from registry.names import normal_expr
from registry.store import candidates
from registry.store.bulk import bulk
from registry.store.database import Database
from registry.store.subject_tables import Subject, SubjectName
from registry.vocabulary import SourceKind
from registry.web.pages import pages
from tests.city.names import registered
from tests.homes import POSTGRESQL
from tests.public_city import CODE, FORMER, NAME, NOW, PROVISIONAL_SHOWN, QUIET, TODAY, public_city
from tests.receiving import code, counter_in, csv_text, penalties, penalty

SUBJECT_HEADERS = ("企业名称", "统一社会信用代码", "核准日期")


@pytest.fixture
def city(home: str, tmp_path: Path) -> Iterator[Database]:
    database = public_city(tmp_path / "city.db")
    index(database)
    yield database
    database.close()


def index(database: Database) -> None:
    """What every writer of names does in its own transaction."""
    with bulk(database) as work:
        names = work.rows("SELECT normal FROM subject_name", {"normal": pl.String})["normal"]
        candidates.keep(work.write, names)


def found(database: Database, name: str) -> list[Found]:
    with Session(database.engine) as session:
        return search(session, name, on=TODAY).subjects


@pytest.mark.parametrize(
    "written",
    [
        "乌兰察布云岭建材公司",
        "云岭建材有限公司",
        "乌兰察布市云领建材有限公司",
        "内蒙古乌兰察布市云岭建材有限公司",
        "云岭建材",
    ],
)
def test_a_name_written_otherwise_finds_its_subject_first_with_score_and_reasons(city: Database, written: str) -> None:
    first = found(city, written)[0]

    assert (first.code, first.name) == (CODE, NAME)
    assert first.score is not None
    assert 0 < first.score < 1
    assert first.because


def test_names_that_begin_like_the_text_come_first_and_have_no_score(city: Database) -> None:
    told = found(city, "乌兰察布市云岭建")

    assert (told[0].code, told[0].score) == (CODE, None)
    assert all(one.score is not None for one in told[1:])
    assert len({one.code for one in told}) == len(told)


def test_a_former_name_is_found_by_likeness_and_told(city: Database) -> None:
    first = found(city, "集宁云岭沙石有限公司")[0]

    assert (first.code, first.matched) == (CODE, FORMER)


@pytest.mark.parametrize("text", ["很长", "word "])
def test_a_text_longer_than_any_name_finds_nobody(city: Database, text: str) -> None:
    names = registered(300, seed=7).select(normal_expr(pl.col("name")))["name"]
    with bulk(city) as work:
        candidates.keep(work.write, names)
    long = "".join(names) + text * 200

    assert found(city, long) == found(city, text * 200) == []


def test_those_that_may_not_be_shown_are_in_no_answer(city: Database) -> None:
    told = [one.name for name in ("云岭小吃店", "云岭无名公司", "云岭新设公司") for one in found(city, name)]

    assert "乌兰察布市云岭小吃店" not in told
    assert "乌兰察布市云岭无名公司" not in told
    assert "乌兰察布市云岭新设公司" in told


def test_a_provisional_subject_leaves_with_its_last_record_in_force(city: Database) -> None:
    with Session(city.engine) as session:
        later = search(session, "云岭新设公司", on=TODAY + timedelta(days=400)).subjects

    assert PROVISIONAL_SHOWN in [one.code for one in found(city, "云岭新设公司")]
    assert PROVISIONAL_SHOWN not in [one.code for one in later]


def test_a_name_that_no_subject_bears_any_more_finds_nobody(city: Database) -> None:
    with city.session() as session:
        session.execute(text("DELETE FROM subject_name WHERE normal = :name"), {"name": FORMER})

    assert FORMER not in [one.matched for one in found(city, "集宁云岭沙石有限公司")]


def test_the_json_of_names_that_fit_exactly_is_as_ever(city: Database) -> None:
    with TestClient(create_app(city.place, today=lambda: TODAY)) as client:
        exact = client.get("/v1/subjects", params={"q": NAME}).json()["subjects"][0]
        alike = client.get("/v1/subjects", params={"q": "云岭建材有限公司"}).json()["subjects"][0]

    assert exact.keys() == {"code", "name", "matched", "status", "county"}
    assert alike["code"] == CODE
    assert alike.keys() - exact.keys() == {"score", "verdict", "because"}


def test_the_page_of_a_subject_never_opens_by_likeness_alone(city: Database) -> None:
    with city.session() as session:
        session.execute(text("DELETE FROM subject_name WHERE subject_id <> 2"))
    site = create_app(city.place, pages=[pages], today=lambda: TODAY)
    with TestClient(site) as client:
        reply = client.get("/subjects", params={"q": "云岭商贸"}, follow_redirects=False)

    assert reply.status_code == 200
    assert QUIET[:8] in reply.text.replace(" ", "")


def test_the_terminal_tells_score_and_reasons(city: Database) -> None:
    place = city.place
    told = CliRunner().invoke(command_line("search"), ["search", "云岭建材有限公司", "--database", place]).output

    assert CODE in told
    assert "乌兰察布市云岭建材有限公司" in told
    assert "place left out: 乌兰察布" in told


def test_names_are_known_as_soon_as_they_are_delivered_and_once_only(home: str, tmp_path: Path) -> None:
    register = csv_text(SUBJECT_HEADERS, ("集宁云岭砂石有限公司", code(7), "2020-01-01"))
    later = csv_text(SUBJECT_HEADERS, ("集宁云岭砂石有限公司", code(7), "2021-01-01"))
    with counter_in(tmp_path) as counter:
        counter.take(register, SourceKind.SUBJECTS)
        counter.take(later, SourceKind.SUBJECTS, name="later.csv")
        counter.take(penalties(penalty()))
        known = counter.ask("SELECT normal FROM known_name ORDER BY id")
        counted = counter.ask("SELECT doc FROM name_gram_count WHERE term IN ('云岭', '某某') ORDER BY term")

        assert known == [("集宁云岭砂石有限公司",), ("集宁某某商贸有限公司",)]
        assert counted == [(1,), (1,)]
        assert found(counter.desk.database, "集宁云岭沙石公司")[0].code == code(7)


def test_in_a_small_registry_every_name_that_shares_a_bigram_is_near(city: Database) -> None:
    names = registered(30, seed=7).select(normal_expr(pl.col("name")))["name"]
    with bulk(city) as work:
        candidates.keep(work.write, names)
        candidates.keep(work.write, names.head(10))
    with Session(city.engine) as session:
        known = {name for (name,) in session.execute(text("SELECT normal FROM known_name"))}
        for name in names.head(20):
            grams = {name[at : at + 2] for at in range(len(name) - 1)}
            near = candidates.near(session, name)

            assert name in near
            assert len(near) == len(set(near))
            assert set(near) == {one for one in known if any(gram in one for gram in grams)}


def test_the_names_of_a_delivery_are_known_in_their_order(city: Database) -> None:
    names = registered(200, seed=11).select(normal_expr(pl.col("name")))["name"]
    with bulk(city) as work:
        candidates.keep(work.write, names)
    with Session(city.engine) as session:
        told = session.execute(text("SELECT normal FROM known_name ORDER BY id"))
        known = [name for (name,) in told if name in set(names)]

    assert known == sorted(names)


def test_a_server_is_asked_for_names_from_all_over_before_somebody_searches(city: Database) -> None:
    before = found(city, "云岭建材")
    with Session(city.engine) as session:
        known = {*session.connection().execute(text("SELECT normal FROM known_name")).scalars()}
        asked = candidates.warm(session)
        searching.warm(session, on=TODAY)

    assert {*asked} == (known if city.home == POSTGRESQL else set())
    assert found(city, "云岭建材") == before


def test_it_is_the_same_whether_few_names_are_asked_of_subjects_at_a_time_or_all(
    city: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    names = registered(400, seed=12, regions=["集宁区"]).select(normal_expr(pl.col("name")))["name"]
    with city.session() as session:
        for number, name in enumerate(names, start=100):
            category = "organisation" if number % 5 == 0 else "individual_business"
            session.add(Subject(id=number, uscc=f"{number}", category=category, name=name, recorded_at=NOW))
            session.flush()
            session.add(SubjectName(subject_id=number, normal=name, name=name, recorded_at=NOW))
    index(city)
    with Session(city.engine) as session:
        told = []
        for few in (1, 7, 20, 1000):
            monkeypatch.setattr(searching, "_ASKED", few)
            told.append([found_like(session, name[:-2], on=TODAY) for name in names.head(60)])

    assert told[0] == told[1] == told[2] == told[3]
    assert max(map(len, told[0])) == 10  # though four of five names in a row may not be told


def test_a_name_with_marks_of_the_index_s_own_language_is_found(city: Database) -> None:
    names = ['"云"OR"岭"*', "NEAR(云 岭)", "-云^岭:"]
    with bulk(city) as work:
        candidates.keep(work.write, pl.Series([*names, "丁戊己"]))
    with Session(city.engine) as session:
        near = {name: candidates.near(session, name) for name in names}

    assert all(name in told and "丁戊己" not in told for name, told in near.items())
