"""Review through its doors: the queue as clerks see it at the terminal and over HTTP, with their keys."""

import json
from collections.abc import Iterator

import pytest
from litestar import Litestar
from litestar.testing import TestClient

from registry.actions.differences import Piece, marked
from registry.api.app import create_app
from registry.store.database import Database
from tests.homes import writing
from tests.office_people import Keys
from tests.receiving import NOW, Counter, office_in
from tests.standing import FIRM, TODAY, A, delivered, penalty, registered, settled
from tests.terminal import chengxin
from tests.test_review import OTHER, WRONG, B

Client = TestClient[Litestar]
NUMBER = "150900000012345"
LIKE = "乌兰察布鑫源商贸公司"


@pytest.fixture(scope="module")
def office(home: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Counter, Keys]]:
    with office_in(tmp_path_factory.mktemp("office")) as (counter, keys):
        registered(counter, (A, FIRM, NUMBER, "", "", "", ""), (B, OTHER, "", "", "", "", ""))
        delivered(counter, *[penalty(name=WRONG, document=f"乌市监罚〔2024〕{n}号") for n in range(3)])
        delivered(counter, penalty(name=FIRM, code="", document="乌市监罚〔2024〕11号"))
        delivered(counter, penalty(code="", number=NUMBER, document="乌市监罚〔2024〕12号"))
        for body in ("集宁区市场监督管理局", "集宁区应急管理局"):
            row = penalty(name="集宁无名商贸公司", code="", document=f"{body}13号", body=body, source=body)
            delivered(counter, row)
        delivered(counter, penalty(name=LIKE, code="", document="乌市监罚〔2024〕15号"))
        delivered(counter, penalty(name="集宁独一商贸公司", code="", document="乌市监罚〔2024〕14号"))
        settled(counter)
        yield counter, keys


@pytest.fixture
def client(office: tuple[Counter, Keys]) -> Iterator[Client]:
    place = office[0].desk.database.place
    with TestClient(create_app(place, today=lambda: TODAY, now=lambda: NOW)) as opened:
        yield opened


def bearer(key: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {key}"}


def test_the_queue_is_ranked_by_how_much_waits_and_shows_what_differs(
    client: Client, office: tuple[Counter, Keys]
) -> None:
    reply = client.get("/v1/review", headers=bearer(office[1].maker))
    items = reply.json()["items"]

    assert reply.headers["cache-control"] == "no-store"
    assert [(item["kind"], item["name"], item["waiting"], item["bodies"]) for item in items] == [
        ("link", WRONG, 3, 1),
        ("cluster", "集宁无名商贸公司", 2, 2),
        ("suggestion", FIRM, 1, 1),
        ("link", FIRM, 1, 1),
        ("suggestion", LIKE, 1, 1),
    ]
    assert items[4]["suggestions"][0]["code"] == A
    assert 0.5 <= items[4]["suggestions"][0]["score"] < 1
    (suggestion,) = items[0]["suggestions"]
    assert (suggestion["code"], suggestion["name"]) == (A, FIRM)
    assert [piece for piece in suggestion["record_name"] if piece[1]] == [["沅", True]]
    assert [piece for piece in suggestion["subject_name"] if piece[1]] == [["源", True]]
    assert next((fact["en"], fact["agrees"]) for fact in suggestion["facts"]) == ("unified code", True)


def test_the_door_asks_for_a_key_with_the_right_role(client: Client, office: tuple[Counter, Keys]) -> None:
    keys = office[1]
    record = client.get("/v1/review", headers=bearer(keys.auditor)).json()["items"][0]["record"]
    told = {"answer": "same", "reason": "核对"}
    refused = [
        client.get("/v1/review"),
        client.get("/v1/review", headers={"Authorization": f"Basic {keys.maker}"}),
        client.get("/v1/review", headers=bearer(keys.administrator)),
        client.post(f"/v1/review/{record}", json=told),
        client.post(f"/v1/review/{record}", json=told, headers=bearer(keys.auditor)),
        client.post(f"/v1/review/{record}", json=told, headers=bearer(keys.checker)),
        client.post(f"/v1/review/{record}", json={"answer": "yes", "reason": "核对"}, headers=bearer(keys.maker)),
        client.post("/v1/review/999", json=told, headers=bearer(keys.maker)),
    ]

    assert [(reply.status_code, reply.json()["code"]) for reply in refused] == [
        (401, "key-refused"),
        (401, "key-refused"),
        (403, "not-permitted"),
        (401, "key-refused"),
        (403, "not-permitted"),
        (409, "four-eyes"),
        (400, "bad-query"),
        (409, "judgement-refused"),
    ]
    assert refused[0].headers["www-authenticate"] == "Bearer"


def test_two_people_judge_over_http_and_one_takes_it_back(client: Client, office: tuple[Counter, Keys]) -> None:
    keys = office[1]
    before = client.get("/v1/review", headers=bearer(keys.maker)).json()
    record = before["items"][0]["record"]
    told = {"answer": "same", "reason": "核对"}

    proposed = client.post(f"/v1/review/{record}", json=told, headers=bearer(keys.maker)).json()
    shown = client.get(f"/v1/review/{record}", headers=bearer(keys.checker)).json()
    checked = client.post(f"/v1/review/{record}", json=told, headers=bearer(keys.checker)).json()
    for event in (proposed["event"], checked["event"]):
        reply = client.post(f"/v1/review/events/{event}/undo", json={"reason": "误判"}, headers=bearer(keys.checker))
        assert reply.status_code == 200

    assert (proposed["role"], proposed["waiting"], checked["role"], checked["confirmed"]) == ("maker", 3, "checker", 3)
    assert [(one["person"], one["role"], one["answer"], one["about"]) for one in shown["item"]["answers"]] == [
        ("经办甲", "maker", "same", A)
    ]
    assert len(shown["records"]) == 3
    assert client.get("/v1/review", headers=bearer(keys.maker)).json() == before


def test_a_subject_held_to_be_different_is_not_suggested_for_that_name_again(
    client: Client, office: tuple[Counter, Keys]
) -> None:
    keys = office[1]

    def suggested() -> list[str]:
        items = client.get("/v1/review", headers=bearer(keys.maker)).json()["items"]
        return [one["code"] for item in items if item["name"] == LIKE for one in item["suggestions"]]

    items = client.get("/v1/review", headers=bearer(keys.maker)).json()["items"]
    record = next(item["record"] for item in items if item["name"] == LIKE)
    before = suggested()
    told = {"answer": "different", "reason": "核对", "subject": A}
    event = client.post(f"/v1/review/{record}", json=told, headers=bearer(keys.maker)).json()["event"]
    barred = suggested()
    client.post(f"/v1/review/events/{event}/undo", json={"reason": "误判"}, headers=bearer(keys.maker))

    assert (before[0], A in barred, suggested()) == (A, False, before)


def test_what_people_have_answered_as_far_as_they_can_comes_last(client: Client, office: tuple[Counter, Keys]) -> None:
    keys = office[1]

    def ranked() -> list[tuple[str, bool]]:
        items = client.get("/v1/review", headers=bearer(keys.maker)).json()["items"]
        return [(item["kind"], item["put_off"]) for item in items]

    before = ranked()
    items = client.get("/v1/review", headers=bearer(keys.maker)).json()["items"]
    events = []
    for kind, answer in (("cluster", "same"), ("suggestion", "unsure")):
        record = next(item["record"] for item in items if item["kind"] == kind)
        told = {"answer": answer, "reason": "核对", "subject": A if kind == "suggestion" else None}
        events.append(client.post(f"/v1/review/{record}", json=told, headers=bearer(keys.maker)).json()["event"])
    after = ranked()
    for event in events:
        client.post(f"/v1/review/events/{event}/undo", json={"reason": "误判"}, headers=bearer(keys.maker))

    assert after[-2:] == [("cluster", True), ("suggestion", True)]
    assert not any(put_off for _, put_off in after[:-2])
    assert ranked() == before


def test_public_answers_go_on_and_a_judgement_is_told_to_wait_while_a_delivery_is_written(
    client: Client, office: tuple[Counter, Keys], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Database, "brief_seconds", 0)
    record = client.get("/v1/review", headers=bearer(office[1].maker)).json()["items"][0]["record"]
    with writing(office[0].desk.database):
        told = client.post(
            f"/v1/review/{record}", json={"answer": "same", "reason": "核对"}, headers=bearer(office[1].maker)
        )
        public = client.get(f"/v1/subjects/{A}")

    assert (told.status_code, told.json()["code"]) == (503, "registry-busy")
    assert public.status_code == 200


def test_a_clerk_judges_at_the_terminal(office: tuple[Counter, Keys]) -> None:
    counter, keys = office
    listed = chengxin(counter.folder, "review", "list", key=keys.maker)
    items = json.loads(chengxin(counter.folder, "review", "list", "--json", key=keys.maker).stdout)
    cluster = next(item["record"] for item in items if item["kind"] == "cluster")
    shown = chengxin(counter.folder, "review", "show", str(cluster), key=keys.maker)
    answered = chengxin(
        counter.folder, "review", "answer", str(cluster), "same", "--reason", "同一地址", "--json", key=keys.maker
    )
    event = json.loads(answered.stdout)["event"]
    undone = chengxin(counter.folder, "review", "undo", str(event), "--reason", "误判", "--json", key=keys.maker)
    unkeyed = chengxin(counter.folder, "review", "list")

    assert "乌兰察布市鑫【沅】商贸有限公司  |  乌兰察布市鑫【源】商贸有限公司" in listed.stdout
    assert "disagree: none" in listed.stdout
    assert "集宁区应急管理局13号" in shown.stdout
    assert "集宁区市场监督管理局13号" in shown.stdout
    assert undone.returncode == 0, undone.stderr
    assert json.loads(undone.stdout)["event"] > event
    assert (unkeyed.returncode, "[key-refused]" in unkeyed.stderr) == (2, True)


@pytest.mark.parametrize(
    ("left", "right", "differing"),
    [
        ("甲（集宁）公司", "甲(集宁)公司", ([], [])),
        ("第一分公司", "第二分公司", (["一"], ["二"])),
        ("鑫源商贸公司", "鑫源商贸有限公司", ([], ["有限"])),
    ],
)
def test_what_differs_between_two_names_is_marked(left: str, right: str, differing: tuple[list[str], ...]) -> None:
    pieces: tuple[list[Piece], list[Piece]] = marked(left, right)

    assert tuple([piece.text for piece in side if piece.differs] for side in pieces) == differing
