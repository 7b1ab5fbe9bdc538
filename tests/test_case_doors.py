"""Cases through their doors: over HTTP and at the terminal, with the keys of people."""

import json
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from litestar import Litestar
from litestar.testing import TestClient

from registry.api.app import create_app
from tests.casework import BOOK, DECISION, NOTICE, PROPOSAL, SERVICE, SIGNED, Casework, casework_in, signed
from tests.standing import A
from tests.terminal import chengxin

Client = TestClient[Litestar]
RAISED = {"step": "objection_raised", "ground": "1", "document": "异议申请1", "reason": "日期有误"}


@pytest.fixture
def office(home: str, tmp_path: Path) -> Iterator[Casework]:
    with casework_in(tmp_path, Casework.penalised) as opened:  # a process that serves never opens a bulk connection
        yield opened


@pytest.fixture
def client(office: Casework) -> Iterator[Client]:
    place = office.counter.desk.database.place
    site = create_app(place, law=lambda _: office.book, today=lambda: office.today, now=office.now)
    with TestClient(site) as opened:
        yield opened


def bearer(key: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {key}"}


def posted(client: Client, key: str, where: str, **told: Any) -> Any:
    return client.post(f"/v1/cases{where}", json=told, headers=bearer(key))


def test_a_listing_over_http_reaches_the_public_answer_by_its_steps_alone(client: Client, office: Casework) -> None:
    keys = office.keys
    opened = posted(client, keys.maker, "", step="listing_proposed", **PROPOSAL)
    posted(client, keys.maker, "/1/steps", step="listing_notified", **NOTICE)
    early = posted(client, keys.checker, "/1/steps", step="listing_decided", **DECISION)
    waiting = client.get("/v1/cases/1", headers=bearer(keys.auditor))
    office.today += timedelta(days=10)
    decided = posted(client, keys.checker, "/1/steps", step="listing_decided", **DECISION)
    before = client.get(f"/v1/subjects/{A}").json()
    served = posted(client, keys.maker, "/1/steps", step="listing_served", **SERVICE)
    after = client.get(f"/v1/subjects/{A}").json()

    assert (opened.status_code, opened.json()["case"], opened.headers["cache-control"]) == (201, 1, "no-store")
    assert (early.status_code, early.json()["code"]) == (409, "not-yet")
    told = waiting.json()
    assert (told["stage"], told["clocks"][0]["due_on"], told["steps"][0]["person"]) == (
        "answering", "2026-03-09", "经办甲",
    )  # fmt: skip
    assert "listing_decided" not in [step["step"] for step in told["next"]]
    assert decided.status_code == 201
    assert [section["count"] for section in before["sections"] if section["key"] == "serious-lists"] == [0]
    (section,) = [section for section in after["sections"] if section["key"] == "serious-lists"]
    assert [item["id"] for item in section["items"]] == [str(served.json()["record"])]


def test_the_door_asks_for_a_key_with_the_right_role(client: Client, office: Casework) -> None:
    keys = office.keys
    said = {"step": "listing_proposed", **PROPOSAL}
    refused = [
        client.get("/v1/cases"),
        client.get("/v1/cases", headers=bearer(keys.administrator)),
        client.post("/v1/cases", json=said),
        posted(client, keys.administrator, "", **said),
        posted(client, keys.auditor, "", **said),
        posted(client, keys.maker, "", **said, count=3),
        posted(client, keys.maker, "", **PROPOSAL),
        posted(client, keys.maker, "", step="listing_decided", **DECISION),
        posted(client, keys.maker, "", **(said | {"list_code": "market_serious"})),
        posted(client, keys.maker, "/7/steps", step="listing_notified", **NOTICE),
        client.get("/v1/cases/7", headers=bearer(keys.auditor)),
    ]

    assert [(reply.status_code, reply.json()["code"]) for reply in refused] == [
        (401, "key-refused"),
        (403, "not-permitted"),
        (401, "key-refused"),
        (403, "not-permitted"),
        (403, "not-permitted"),
        (400, "bad-query"),
        (400, "bad-query"),
        (403, "not-permitted"),
        (409, "rule-not-written"),
        (409, "case-refused"),
        (409, "case-refused"),
    ]


def test_open_cases_are_listed_and_overdue_ones_found(client: Client, office: Casework) -> None:
    keys = office.keys
    posted(client, keys.maker, "", step="listing_proposed", **PROPOSAL)
    posted(client, keys.maker, "", record=office.record, **RAISED)
    posted(client, keys.maker, "", record=office.record, **RAISED | {"ground": "2"})
    posted(client, keys.checker, "/3/steps", step="objection_rejected", document="答复1", reason="无误")

    def numbers(where: str) -> list[int]:
        reply = client.get(f"/v1/cases{where}", headers=bearer(keys.auditor))
        return [item["case"] for item in reply.json()["items"]]

    assert numbers("") == [1, 2]
    assert numbers("?procedure=objection&closed=true") == [2, 3]
    assert numbers(f"?code={A}&after=1") == [2]
    assert numbers("?limit=1") == [1]
    assert numbers("/overdue") == []
    office.today += timedelta(days=4)
    assert numbers("/overdue") == [2]
    items = client.get(f"/v1/subjects/{A}").json()["sections"][1]["items"]
    assert [item["disputed_since"] for item in items] == ["2026-03-02"]


def test_a_case_shows_what_became_of_its_record(client: Client, office: Casework) -> None:
    record = office.listed().record
    told = client.get("/v1/cases/1", headers=bearer(office.keys.checker)).json()

    assert told["record"] == record
    assert told["standing"] == {
        "outcome": "shown", "because": None, "shown_from": "2026-03-12", "shown_until": "2029-03-12",
        "withdrawn": None,
    }  # fmt: skip


def test_clerks_work_at_the_terminal(office: Casework) -> None:
    folder, keys = office.counter.folder, office.keys
    opened = chengxin(
        folder, "case", "open", "objection", str(office.record), "--ground", "1", "--document", "异议申请1",
        "--reason", "金额有误", "--json", key=keys.maker,
    )  # fmt: skip
    shown = chengxin(folder, "case", "show", "1", key=keys.checker)
    wrong = chengxin(folder, "case", "advance", "1", "objection_rejected", "--reason", "无", key=keys.maker)
    done = chengxin(
        folder, "case", "decide", "1", "objection_corrected", "--document", "答复1", "--reason", "核对原件",
        "--change", "amount_fen:=>500000", "--change", "title:=>行政处罚", key=keys.checker,
    )  # fmt: skip
    listed = chengxin(folder, "case", "list", "--all", "--json", key=keys.auditor)
    late = chengxin(folder, "case", "overdue", key=keys.auditor)

    ((corrected,),) = office.counter.ask("SELECT max(id) FROM record")
    assert json.loads(opened.stdout)["case"] == 1
    assert "objection_rejected (checker): on, reason, document" in shown.stdout
    assert (wrong.returncode, "[bad-query]" in wrong.stderr) == (2, True)
    assert f"record {corrected}" in done.stdout, done.stderr
    assert [case["stage"] for case in json.loads(listed.stdout)] == ["upheld"]
    assert late.stdout.strip() == "None."
    assert office.counter.ask("SELECT amount_fen, title FROM record ORDER BY id DESC LIMIT 1") == [(500000, "行政处罚")]


def test_what_two_people_sign_while_the_server_runs_counts_from_their_signature_on(home: str, tmp_path: Path) -> None:
    with (
        casework_in(tmp_path, sign=()) as office,
        TestClient(
            create_app(office.database.place, law=lambda _: BOOK, today=lambda: office.today, now=office.now)
        ) as running,
    ):
        before = posted(running, office.keys.maker, "", step="listing_proposed", **PROPOSAL)
        signed(office.database, office.keys, SIGNED)
        opened = posted(running, office.keys.maker, "", step="listing_proposed", **PROPOSAL)
        posted(running, office.keys.maker, "/1/steps", step="listing_notified", **NOTICE)
        (clock,) = running.get("/v1/cases/1", headers=bearer(office.keys.auditor)).json()["clocks"]

    assert (before.status_code, before.json()["code"], opened.status_code) == (409, "rule-not-written", 201)
    assert clock["due_on"] == "2026-03-09"
