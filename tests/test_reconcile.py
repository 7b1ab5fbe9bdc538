"""`/v1/reconcile` answers as the Reconciliation Service API 0.2 says, and shows no more than a search does."""

import json
from collections.abc import Iterator
from typing import Any

import pytest
from jsonschema import Draft202012Validator
from litestar import Litestar
from litestar.testing import TestClient

from registry.api.app import create_app
from registry.store.subject_tables import Subject, SubjectName
from tests import reconciliation_schemas as schemas
from tests.public_city import (
    CODE,
    FORMER,
    NAME,
    NOW,
    PROVISIONAL,
    PROVISIONAL_SHOWN,
    QUIET,
    QUIET_NAME,
    SECRETS,
    TODAY,
    TRADER,
    public_city,
)
from tests.test_search import index

Client = TestClient[Litestar]
PATH = "/v1/reconcile"


@pytest.fixture(scope="module")
def client(home: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Client]:
    database = public_city(tmp_path_factory.mktemp("reconcile") / "city.db")
    with database.session() as session:
        session.add(Subject(id=9, uscc="91150900MA0N00006F", name="同名公司", category="organisation", recorded_at=NOW))
        session.flush()
        for subject in (2, 9):
            session.add(SubjectName(subject_id=subject, normal="同名公司", name="同名公司", recorded_at=NOW))
    index(database)
    database.close()
    with TestClient(create_app(database.place, today=lambda: TODAY)) as opened:
        yield opened


def valid(told: Any, schema: schemas.Schema) -> Any:
    Draft202012Validator(schema, format_checker=Draft202012Validator.FORMAT_CHECKER).validate(told)
    return told


def ask(client: Client, **query: Any) -> list[dict[str, Any]]:
    """The candidates for one question, asked in a form."""
    reply = client.post(PATH, data={"queries": json.dumps({"q0": query})})
    assert reply.status_code == 200, reply.text
    candidates: list[dict[str, Any]] = valid(reply.json(), schemas.RESULTS)["q0"]["result"]
    return candidates


def test_the_manifest_is_valid_and_leads_to_what_it_names(client: Client) -> None:
    told = valid(client.get(PATH).json(), schemas.MANIFEST)

    assert told["versions"] == ["0.2"]
    for kind, schema in (("entity", schemas.ENTITIES), ("property", schemas.PROPERTIES), ("type", schemas.TYPES)):
        service = told["suggest"][kind]
        reply = client.get(service["service_url"] + service["service_path"], params={"prefix": "乌兰察布市云岭"})
        valid(reply.json(), schema)
    proposed = told["extend"]["propose_properties"]
    reply = client.get(
        proposed["service_url"] + proposed["service_path"], params={"type": told["defaultTypes"][0]["id"]}
    )
    assert "uscc" in [one["id"] for one in valid(reply.json(), schemas.PROPOSED)["properties"]]


def test_a_batch_is_answered_by_get_and_by_post_alike(client: Client) -> None:
    batch = json.dumps({"a": {"query": NAME}, "b": {"query": "云岭商贸公司", "limit": 1, "type": "organisation"}})
    got = client.get(PATH, params={"queries": batch})
    posted = client.post(PATH, data={"queries": batch})

    assert valid(got.json(), schemas.RESULTS) == posted.json()
    assert [len(got.json()[key]["result"]) for key in ("a", "b")][1] == 1
    assert got.json()["b"]["result"][0]["id"] == QUIET


def test_one_subject_that_alone_bears_exactly_the_name_is_a_match_and_no_other(client: Client) -> None:
    first, *others = ask(client, query="乌兰察布市 云岭建材有限公司")

    assert (first["id"], first["name"], first["match"], first["score"]) == (CODE, NAME, True, 100)
    assert not any(other["match"] for other in others)
    assert ask(client, query=FORMER)[0]["match"]


def test_a_name_that_two_bear_or_that_is_only_alike_is_never_a_match(client: Client) -> None:
    twins = ask(client, query="同名公司")
    alike = ask(client, query="乌兰察布云岭建材公司")

    assert [one["score"] for one in twins[:2]] == [100, 100]
    assert alike[0]["id"] == CODE
    assert alike[0]["description"]
    assert not any(one["match"] for one in twins + alike)


def test_a_code_leads_to_its_subject_unless_the_name_told_is_anothers(client: Client) -> None:
    (alone,) = ask(client, query=CODE)
    (agreeing,) = ask(client, query=NAME, properties=[{"pid": "uscc", "v": CODE}])
    (other,) = ask(client, query="丰镇市远大煤矿", properties=[{"pid": "uscc", "v": [CODE]}])

    assert (alone["id"], alone["match"]) == (CODE, True)
    assert (agreeing["id"], agreeing["match"]) == (CODE, True)
    assert (other["id"], other["match"]) == (CODE, False)


def test_other_properties_and_types_narrow_the_candidates(client: Client) -> None:
    here = ask(client, query=NAME, properties=[{"pid": "county_code", "v": "150902"}])
    there = ask(client, query=NAME, properties=[{"pid": "county_code", "v": {"id": "150981"}}])

    assert here[0]["id"] == CODE
    assert CODE not in [one["id"] for one in there]
    assert ask(client, query=NAME, type=["person"]) == []
    assert ask(client, query=NAME, type=["organisation", "person"])[0]["id"] == CODE


def test_those_that_a_search_may_not_show_are_in_no_answer(client: Client) -> None:
    queries = ["乌兰察布市云岭小吃店", "乌兰察布市云岭无名公司", TRADER, PROVISIONAL]
    told = [one["id"] for query in queries for one in ask(client, query=query)]
    extended = client.post(
        PATH, data={"extend": json.dumps({"ids": [TRADER, PROVISIONAL, "x"], "properties": [{"id": "name"}]})}
    ).json()

    assert TRADER not in told
    assert PROVISIONAL not in told
    assert set(json.dumps(extended["rows"])) & set("云岭") == set()


def test_properties_of_subjects_can_be_fetched(client: Client) -> None:
    wanted = [{"id": key} for key in ("uscc", "former_name", "county", "status", "unknown")]
    reply = client.get(PATH, params={"extend": json.dumps({"ids": [CODE, PROVISIONAL_SHOWN], "properties": wanted})})
    told = valid(reply.json(), schemas.EXTENSION)

    assert [one["id"] for one in told["meta"]] == ["uscc", "former_name", "county", "status"]
    assert told["rows"][CODE] == {
        "uscc": [{"str": CODE}],
        "former_name": [{"str": FORMER}],
        "county": [{"str": "集宁区"}],
        "status": [{"str": "存续"}],
    }
    assert told["rows"][PROVISIONAL_SHOWN]["former_name"] == []
    assert [secret for secret in SECRETS if secret in reply.text] == []


def test_suggestions_go_on_where_the_cursor_says(client: Client) -> None:
    path = f"{PATH}/suggest/entity"
    every = client.get(path, params={"prefix": "乌兰察布市云岭"}).json()["result"]
    later = client.get(path, params={"prefix": "乌兰察布市云岭", "cursor": 1}).json()["result"]

    assert {one["name"] for one in every} >= {NAME, QUIET_NAME}
    assert later == every[1:]
    assert client.get(path, params={"prefix": "乌"}).json() == {"result": []}


@pytest.mark.parametrize(
    "form",
    [
        {},
        {"queries": "not json"},
        {"queries": "[]"},
        {"queries": json.dumps({"q": {"limit": "many"}})},
        {"extend": "{}"},
        {"extend": json.dumps({"ids": [str(number) for number in range(51)], "properties": [{"id": "name"}]})},
        {"queries": json.dumps({str(number): {"query": NAME} for number in range(51)})},
    ],
)
def test_a_question_in_a_wrong_form_is_refused(client: Client, form: dict[str, str]) -> None:
    reply = client.post(PATH, data=form)

    assert reply.status_code == 400
    assert reply.json()["detail_en"]


def test_pages_of_other_origins_may_read_every_answer(client: Client) -> None:
    replies = [
        client.get(PATH),
        client.get(f"{PATH}/suggest/entity", params={"prefix": NAME}),
        client.post(PATH, data={"queries": "x"}),
    ]

    assert [reply.headers["access-control-allow-origin"] for reply in replies] == ["*"] * 3
