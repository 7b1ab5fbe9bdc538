"""The public pages: in words that people understand, safe to open, without any script."""

import re
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from litestar import Litestar
from litestar.testing import TestClient
from typer.testing import CliRunner

from registry.actions.lookup import DEMO_ZH, PAGE
from registry.actions.public_items import Commitment, Honour, ListEntry, Penalty, Permit
from registry.api.app import create_app
from registry.cli import lookups
from registry.store.database import open_database
from registry.web.pages import pages
from registry.web.words import LABELS, grouped
from tests.public_city import (
    CODE,
    FORMER,
    NAME,
    PROVISIONAL,
    PROVISIONAL_SHOWN,
    QUIET,
    SECRETS,
    TODAY,
    TRADER,
    UNKNOWN,
    basis,
    public_city,
    publish,
)

Client = TestClient[Litestar]


@pytest.fixture
def place(home: str, tmp_path: Path) -> str:
    database = public_city(tmp_path / "city.db")
    database.close()
    return database.place


@pytest.fixture(scope="module")
def client(home: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Client]:
    """Of a city in which nothing changes."""
    place = tmp_path_factory.mktemp("web") / "city.db"
    with closing(public_city(place)) as database, site(database.place) as opened:
        yield opened


def site(place: str) -> Client:
    return TestClient(create_app(place, pages=[pages], today=lambda: TODAY))


def test_a_page_tells_each_item_with_its_basis_and_the_two_remedies(client: Client) -> None:
    page = client.get(f"/subjects/{CODE}").text

    for told in (NAME, FORMER, "9115 0900 MA0N 0000 1A", "集宁区", "行政处罚（共 1 条）", "0.2 万元", "罚款、警告"):
        assert told in page
    for told in ("公示依据", "提出异议", "申请修复", "不收取任何费用", "最早可申请日期", "数据截至"):
        assert told in page


def test_sections_with_nothing_say_so_and_what_that_does_not_prove(client: Client) -> None:
    page = client.get(f"/subjects/{QUIET}").text

    assert page.count("查询期内无相关信息 ") == 6
    assert "也不能证明" in page
    assert "信用良好</" not in page


def test_nothing_personal_is_on_any_page(client: Client) -> None:
    told = "".join(client.get(path).text for path in ("/", f"/subjects/{CODE}", "/subjects?q=乌兰察布市云岭"))

    assert [secret for secret in SECRETS if secret in told] == []


def test_no_personal_data_and_no_name_stands_in_the_title_of_a_page(client: Client) -> None:
    title = re.search("<title>(.*)</title>", client.get(f"/subjects/{CODE}").text)

    assert title is not None
    assert NAME not in title[1]


def test_delivered_text_is_text_and_never_markup(client: Client) -> None:
    page = client.get(f"/subjects/{CODE}").text

    assert "<b>年度报告" not in page
    assert "&lt;b&gt;年度报告" in page
    assert "<script" not in client.get("/subjects", params={"q": "乌兰<script>alert(1)</script>"}).text


@pytest.mark.parametrize(
    "path", ["/", f"/subjects/{CODE}", "/subjects?q=乌兰察布市云岭", f"/subjects/{UNKNOWN}", "/none"]
)
def test_every_page_is_locked_down_and_kept_out_of_search_engines(client: Client, path: str) -> None:
    reply = client.get(path)

    assert "default-src 'none'" in reply.headers["content-security-policy"]
    assert "unsafe" not in reply.headers["content-security-policy"]
    assert "noindex" in reply.headers["x-robots-tag"]
    assert reply.headers["x-content-type-options"] == "nosniff"
    assert 'lang="zh-CN"' in reply.text
    assert not re.search(r'(src|href)="(https?:)?//', reply.text)
    assert " style=" not in reply.text


def test_several_that_fit_are_offered_to_choose_from(client: Client) -> None:
    reply = client.get("/subjects", params={"q": "乌兰察布市云岭"}, follow_redirects=False)

    assert reply.status_code == 200
    assert "名称相近，请以统一社会信用代码为准" in reply.text
    assert {code for code in (CODE, QUIET, PROVISIONAL_SHOWN, TRADER, PROVISIONAL) if code in reply.text} == {
        CODE,
        QUIET,
        PROVISIONAL_SHOWN,
    }


@pytest.mark.parametrize("question", [CODE, CODE.lower(), NAME, FORMER])
def test_the_only_one_that_fits_is_opened(client: Client, question: str) -> None:
    reply = client.get("/subjects", params={"q": question}, follow_redirects=False)

    assert (reply.status_code, reply.headers["location"]) == (303, f"/subjects/{CODE}")


def test_nobody_fitting_is_said_without_a_verdict(client: Client) -> None:
    assert "也不是信用良好的评价" in client.get("/subjects", params={"q": "不存在的公司"}).text


def test_a_question_too_short_is_answered_with_the_rule(client: Client) -> None:
    reply = client.get("/subjects", params={"q": "乌"})

    assert reply.status_code == 400
    assert "至少两个汉字" in reply.text


def test_whatever_is_not_public_has_the_very_same_page(client: Client) -> None:
    replies = [client.get(f"/subjects/{code}") for code in (UNKNOWN, TRADER, PROVISIONAL)] + [client.get("/none/such")]

    assert {reply.status_code for reply in replies} == {404}
    assert len({reply.content for reply in replies}) == 1


def test_every_public_member_has_a_label() -> None:
    members = {name for kind in (Permit, Penalty, ListEntry, Honour, Commitment) for name in kind.__struct_fields__}

    assert members - {"list"} == set(LABELS)


def test_a_demo_says_so_on_every_page_and_in_every_answer_and_nothing_else_does(
    home: str, tmp_path: Path, client: Client
) -> None:
    database = public_city(tmp_path / "demo.db", mode="demo")
    database.close()
    answers = [f"/v1/subjects/{code}" for code in (CODE, CODE.lower(), f"{CODE}/records", f"{CODE}/records/1")]
    answers += [f"/v1/subjects?q={NAME}"]
    addresses = [
        "/",
        f"/subjects/{CODE}",
        f"/subjects/{CODE}/records",
        f"/subjects/{UNKNOWN}",
        "/subjects?q=乌兰察布市",
    ]
    with site(database.place) as demo:
        assert [demo.get(path).json()["demo"] for path in answers] == [True] * len(answers)
        assert [DEMO_ZH in demo.get(path).text for path in addresses] == [True] * len(addresses)
    assert [client.get(path).json()["demo"] for path in answers] == [False] * len(answers)
    assert [DEMO_ZH in client.get(path).text for path in addresses] == [False] * len(addresses)


def test_all_records_of_a_subject_can_be_paged_through(place: str) -> None:
    with closing(open_database(place)) as database, database.session() as session:
        for number in range(100, 100 + PAGE):
            publish(session, number, "permits", basis=basis("permits", "standard"))
    with site(place) as client:
        first = client.get(f"/subjects/{CODE}/records").text
        following = re.search(r'href="(/subjects/[^"]*cursor=[^"]*)"', first)
        assert following is not None
        second = client.get(following[1]).text

    assert (first + second).count("<article>") == PAGE + 6


def test_a_code_is_written_in_groups_of_four() -> None:
    assert grouped(CODE) == "9115 0900 MA0N 0000 1A"


def test_the_terminal_tells_the_same_as_the_page(home: str, tmp_path: Path) -> None:
    place = public_city(tmp_path / "demo.db", mode="demo").place  # where any day may be asked for
    asked = ["lookup", CODE, "--on", "2026-11-23", "--database", str(place)]
    told = CliRunner().invoke(lookups.app, asked, env={"LANG": "zh_CN.UTF-8", "LC_ALL": ""})

    assert told.exit_code == 0
    assert "行政处罚（共 1 条）" in told.output
    assert "提出异议" in told.output
    assert [secret for secret in SECRETS if secret in told.output] == []


def test_the_terminal_finds_by_name(place: str) -> None:
    told = CliRunner().invoke(lookups.app, ["search", "乌兰察布市云岭建材", "--json", "--database", place])

    assert told.exit_code == 0
    assert f'"code":"{CODE}"' in told.output
    assert '"more":false' in told.output
