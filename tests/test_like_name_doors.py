"""Clusters of like names through the doors: over HTTP, by single commands and in a sitting at a terminal."""

import json
from collections.abc import Iterator

import pytest
from litestar import Litestar
from litestar.testing import TestClient

from registry.api.app import create_app
from tests.clerk import at_a_terminal
from tests.office_people import Keys
from tests.receiving import NOW, Counter, office_in
from tests.standing import TODAY, delivered, penalty, settled
from tests.terminal import chengxin
from tests.test_like_names import BODIES, FULL, TYPED, WHOLE
from tests.test_review_doors import bearer

Client = TestClient[Litestar]


@pytest.fixture(scope="module")
def office(home: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Counter, Keys]]:
    with office_in(tmp_path_factory.mktemp("office")) as (counter, keys):
        for number, (name, body) in enumerate(zip((WHOLE, FULL, TYPED), BODIES, strict=True)):
            delivered(counter, penalty(name=name, code="", document=f"〔2024〕{number}号", body=body, source=body))
        settled(counter)
        yield counter, keys


@pytest.fixture
def client(office: tuple[Counter, Keys]) -> Iterator[Client]:
    place = office[0].desk.database.place
    with TestClient(create_app(place, today=lambda: TODAY, now=lambda: NOW)) as opened:
        yield opened


def test_a_cluster_is_told_judged_and_given_back_over_http(client: Client, office: tuple[Counter, Keys]) -> None:
    maker, checker = (bearer(key) for key in (office[1].maker, office[1].checker))
    before = client.get("/v1/review", headers=maker).json()
    (item,) = before["items"]
    told = {one["name"]: one for one in item["names"]}
    assert (item["kind"], item["waiting"], item["bodies"], item["record"]) == (
        "cluster",
        3,
        3,
        told[item["name"]]["record"],
    )
    assert {name: one["bodies"] for name, one in told.items()} == {
        name: [body] for name, body in zip((WHOLE, FULL, TYPED), BODIES, strict=True)
    }
    assert [piece[0] for piece in told[TYPED]["this_name"] if piece[1]] == ["沅"]

    answer = {"answer": "different", "reason": "核对过登记档案"}
    done = client.post(f"/v1/review/{told[TYPED]['record']}", json=answer, headers=maker).json()
    (left,) = client.get("/v1/review", headers=maker).json()["items"]
    same = client.post(
        f"/v1/review/{left['record']}", json={"answer": "same", "reason": "同一地址"}, headers=maker
    ).json()
    shown = client.get(f"/v1/review/{told[FULL]['record']}", headers=checker).json()
    for event in (done["event"], same["event"]):
        client.post(f"/v1/review/events/{event}/undo", json={"reason": "误判"}, headers=checker)

    assert (done["records"], same["records"], same["confirmed"], same["waiting"]) == (2, 1, 0, 0)
    assert {one["name"] for one in left["names"]} == {WHOLE, FULL}
    assert [(one["answer"], one["role"]) for one in shown["item"]["answers"]].count(("same", "maker")) == 1
    assert client.get("/v1/review", headers=maker).json() == before


def test_a_cluster_is_told_judged_and_given_back_by_commands(office: tuple[Counter, Keys]) -> None:
    counter, keys = office
    listed = chengxin(counter.folder, "review", "list", key=keys.maker)
    items = json.loads(chengxin(counter.folder, "review", "list", "--json", key=keys.maker).stdout)
    record = next(one["record"] for one in items[0]["names"] if one["name"] == TYPED)
    shown = chengxin(counter.folder, "review", "show", str(record), key=keys.maker)
    words = ("review", "answer", str(record), "different", "--reason", "登记地址不同")
    told = chengxin(counter.folder, *words, key=keys.maker)
    refused = chengxin(counter.folder, *words, key=keys.maker)
    (event,) = counter.ask("SELECT max(id) FROM event")[0]
    undone = chengxin(counter.folder, "review", "undo", str(event), "--reason", "误判", key=keys.maker)
    after = json.loads(chengxin(counter.folder, "review", "list", "--json", key=keys.maker).stdout)

    assert "乌兰察布市鑫【沅】商贸有限公司  |  乌兰察布市鑫【源】商贸有限公司" in listed.stdout
    assert f"1 from: {BODIES[1]}" in listed.stdout
    assert shown.stdout.startswith(f"[{record}] no code  {TYPED}")
    assert all(body in shown.stdout for body in BODIES)
    assert "covers 2 records" in told.stdout
    assert "not suggested for each other again" in told.stdout
    assert (refused.returncode, "Traceback" in refused.stderr, "[" in refused.stderr) == (2, False, True)
    assert undone.returncode == 0, undone.stderr
    assert after == items


def test_a_clerk_puts_another_name_uppermost_and_tells_it_apart(office: tuple[Counter, Keys]) -> None:
    counter, keys = office
    items = json.loads(chengxin(counter.folder, "review", "list", "--json", key=keys.maker).stdout)
    place = [one["name"] for one in items[0]["names"]].index(TYPED)
    typed = ("9", str(place), "k", "q")
    _, passed = at_a_terminal(counter.folder, "review", key=keys.maker, lines=typed)
    answers = (str(place), "不同", "登记地址不同", "同一", "同一法定代表人", "撤销", "误判", "撤销", "误判")
    code, screen = at_a_terminal(counter.folder, "review", key=keys.maker, lines=answers, language="zh_CN.UTF-8")

    assert "There is no choice 9." in passed
    assert "Nothing more waits for your answer." in passed
    assert code == 0, screen
    at = 0
    for each in (
        "待判定 3 条（不利信息 3 条），报送单位 3 家",
        "乌兰察布市鑫【沅】商贸有限公司",
        "仅同音字",
        "输入编号可将另一名称置于最上方",
        f"\n {TYPED}",
        "今后不再相互推荐",
        "待判定 2 条",
        "记为同一主体，尚不知是哪一主体",
        "恢复原状",
        "恢复原状",
        "待判定 3 条",
    ):
        at = screen.find(each, at)
        assert at >= 0, f"{each}\n{screen}"
    assert counter.ask("SELECT count(*) FROM judgement WHERE undone_by IS NULL") == [(0,)]
    assert json.loads(chengxin(counter.folder, "review", "list", "--json", key=keys.maker).stdout) == items
