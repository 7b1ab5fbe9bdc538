"""The JSON API: the same question has the same answer, and what is not public leaves no trace."""

from collections.abc import Iterator
from contextlib import closing
from datetime import date
from pathlib import Path

import pytest
from litestar import Litestar
from litestar.testing import TestClient
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlmodel import Session

from registry.api.app import STATUS, create_app, status_of
from registry.api.replies import names
from registry.errors import DatabaseNotReady, FileRefused, NotFound
from registry.store.database import Database
from registry.store.reading import hold
from tests.public_city import (
    CODE,
    EXPIRED,
    HELD,
    NAME,
    PROVISIONAL,
    SECRETS,
    SHOWN,
    TODAY,
    TOMORROW,
    TRADER,
    UNKNOWN,
    WITHDRAWN,
    public_city,
)

Client = TestClient[Litestar]


@pytest.fixture
def city(home: str, tmp_path: Path) -> Iterator[Database]:
    database = public_city(tmp_path / "city.db")
    yield database
    database.close()


@pytest.fixture(scope="module")
def client(home: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Client]:
    """Of a city in which nothing changes."""
    place = tmp_path_factory.mktemp("api") / "city.db"
    with closing(public_city(place)) as database, TestClient(create_app(database.place, today=lambda: TODAY)) as opened:
        yield opened


def test_a_subject_is_answered_with_its_items(client: Client) -> None:
    reply = client.get(f"/v1/subjects/{CODE}")
    told = reply.json()

    assert (reply.status_code, reply.headers["content-type"]) == (200, "application/json")
    assert (told["code"], told["name"], told["on"]) == (CODE, NAME, "2026-11-23")
    assert told["data_as_of"] == "2026-11-23T09:30:00+08:00"
    assert [section["count"] for section in told["sections"]] == [1, 1, 1, 1, 1, 1]
    assert told["sections"][1]["items"][0]["id"] == str(SHOWN)
    assert told["sections"][1]["items"][0]["content"]["fine_fen"] == 200_000
    assert [told["kinds"][kind] for kind in ("fine", "warning")] == ["罚款", "警告"]


def test_whatever_is_not_public_has_the_very_same_answer(client: Client) -> None:
    paths = [f"/v1/subjects/{code}" for code in (UNKNOWN, TRADER, PROVISIONAL, "x", "%27")]
    paths += [f"/v1/subjects/{CODE}/records/{number}" for number in (EXPIRED, WITHDRAWN, HELD, TOMORROW, 11, 999)]
    paths += [f"/v1/subjects/{TRADER}/records", f"/v1/subjects/{CODE}/records/x", "/v1/nothing"]
    replies = [client.get(path) for path in paths]

    assert {reply.status_code for reply in replies} == {404}
    assert len({reply.content for reply in replies}) == 1
    assert len({tuple(sorted(reply.headers.items())) for reply in replies}) == 1
    assert replies[0].headers["content-type"] == "application/problem+json"
    assert replies[0].json().keys() == {"type", "title", "status", "detail", "detail_en", "code"}


def test_nothing_personal_leaves_by_any_address(client: Client) -> None:
    paths = [f"/v1/subjects/{CODE}", f"/v1/subjects/{CODE}/records", f"/v1/subjects?q={NAME}", "/v1/rules"]
    told = "".join(client.get(path).text for path in paths)

    assert NAME in told
    assert [secret for secret in SECRETS if secret in told] == []


@pytest.mark.parametrize("path", [f"/v1/subjects/{CODE}", f"/v1/subjects/{CODE}/records", "/v1/subjects", "/v1/rules"])
def test_another_day_cannot_be_asked_about(client: Client, path: str) -> None:
    reply = client.get(path, params={"on": "2026-01-01"})

    assert (reply.status_code, reply.json()["code"]) == (400, "bad-query")
    assert "今日" in reply.json()["detail"]


@pytest.mark.parametrize(
    "question",
    [
        f"/v1/subjects/{CODE}?date=2026-01-01",
        "/v1/subjects",
        "/v1/subjects?q=乌",
        f"/v1/subjects?q={NAME}&q={NAME}",
        f"/v1/subjects?q={NAME}&limit=21",
        f"/v1/subjects?q={NAME}&limit=many",
        f"/v1/subjects?q={NAME}&cursor=x",
        f"/v1/subjects?q={NAME}&cursor=WzFd",
        f"/v1/subjects/{CODE}/records?source=secrets",
        f"/v1/subjects/{CODE}/records?cursor=%00",
    ],
)
def test_a_question_in_a_wrong_form_is_refused_in_both_languages(client: Client, question: str) -> None:
    reply = client.get(question)

    assert reply.status_code == 400
    assert reply.headers["content-type"] == "application/problem+json"
    assert reply.json()["code"] == "bad-query"
    assert reply.json()["detail"]
    assert reply.json()["detail_en"]


def test_an_answer_already_known_is_not_sent_again(client: Client) -> None:
    first = client.get(f"/v1/subjects/{CODE}")
    tag = first.headers["etag"]

    for known in (tag, f"W/{tag}", "*", f'"other", {tag}'):
        again = client.get(f"/v1/subjects/{CODE}", headers={"If-None-Match": known})
        assert (again.status_code, again.content, again.headers["etag"]) == (304, b"", tag)
    assert client.get(f"/v1/subjects/{CODE}", headers={"If-None-Match": '"other"'}).content == first.content
    assert first.headers["cache-control"] == "public, no-cache"


def test_tags_are_compared_whole() -> None:
    assert names('"a", W/"b"', '"b"')
    assert not names('"ab"', '"b"')


def test_the_tag_changes_with_the_day_and_with_the_data(city: Database) -> None:
    days = [TODAY]
    with TestClient(create_app(city.place, today=lambda: days[-1])) as client:
        first = client.get(f"/v1/subjects/{CODE}").headers["etag"]
        days.append(date(2026, 11, 24))
        second = client.get(f"/v1/subjects/{CODE}").headers["etag"]
        with city.session() as session:
            session.execute(text("UPDATE publication SET retired_at = 1 WHERE record_id = 1"))
        third = client.get(f"/v1/subjects/{CODE}").headers["etag"]

    assert len({first, second, third}) == 3


def test_what_is_withdrawn_while_the_site_runs_is_gone_at_the_next_request(city: Database) -> None:
    path = f"/v1/subjects/{CODE}/records/{SHOWN}"
    with TestClient(create_app(city.place, today=lambda: TODAY)) as client:
        before = client.get(path)
        with city.session() as session:
            session.execute(text("UPDATE publication SET retired_at = 1 WHERE record_id = 1"))
        after = client.get(path, headers={"If-None-Match": before.headers["etag"]})
        unknown = client.get(f"/v1/subjects/{UNKNOWN}")

    assert (before.status_code, after.status_code) == (200, 404)
    assert after.content == unknown.content


def test_the_site_cannot_write(city: Database) -> None:
    with Session(city.engine) as session:
        hold(session)
        with pytest.raises(DBAPIError, match=r"read-?only"):
            session.execute(text("DELETE FROM publication"))


def test_records_are_given_by_source(client: Client) -> None:
    told = client.get(f"/v1/subjects/{CODE}/records", params={"source": "list-entries"}).json()

    assert {record["source"] for record in told["records"]} == {"list-entries"}
    assert len(told["records"]) == 2
    assert told["cursor"] is None


def test_a_search_goes_on_where_its_cursor_says(client: Client) -> None:
    first = client.get("/v1/subjects", params={"q": "乌兰察布市云岭", "limit": 2}).json()
    second = client.get("/v1/subjects", params={"q": "乌兰察布市云岭", "limit": 2, "cursor": first["cursor"]}).json()
    codes = [found["code"] for found in first["subjects"] + second["subjects"]]

    assert len(first["subjects"]) == 2
    assert second["cursor"] is None
    assert len(codes) == len(set(codes)) == 3


def test_the_rules_can_be_read(client: Client) -> None:
    every = client.get("/v1/rules").json()
    one = client.get("/v1/rules/penalties").json()

    assert {rule["rule"] for rule in one["rules"]} == {"penalties"}
    assert len(every["rules"]) > len(one["rules"])
    assert client.get("/v1/rules/none").status_code == 404


def test_another_method_is_a_problem_not_a_page(client: Client) -> None:
    reply = client.post(f"/v1/subjects/{CODE}")

    assert reply.status_code == 405
    assert reply.headers["content-type"] == "application/problem+json"


def test_a_refusal_has_the_status_of_its_kind_or_of_the_next_above_it() -> None:
    assert status_of(NotFound("", "")) == 404
    assert status_of(DatabaseNotReady("", "")) == 503
    assert FileRefused not in STATUS
    assert status_of(FileRefused("", "")) == 400
