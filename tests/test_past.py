"""A past day comes out as it was public then, for those who may ask, and the asking is in the ledger."""

import shutil
import tempfile
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from litestar import Litestar
from litestar.testing import TestClient
from typer.testing import CliRunner

from registry.actions import audit
from registry.actions.lookup import SubjectView
from registry.actions.past import end_of, lookup_on
from registry.actions.recall import undo
from registry.actions.register_then import key_of
from registry.api.app import create_app
from registry.cli import lookups
from registry.errors import BadQuery, KeyRefused, NotFound, NotPermitted
from registry.rulebook import load
from tests.past_days import FIRST, B, Days, days_in
from tests.standing import FIRM, FORMER, A

BOOK = load()


@pytest.fixture
def days(home: str, tmp_path: Path) -> Iterator[Days]:
    yield from days_in(tmp_path)


def longer(tmp_path: Path) -> Path:
    """The office's own law, by which a penalty of 2024 is shown for four years instead of three."""
    folder = tmp_path / "rules"
    folder.mkdir(exist_ok=True)
    text = (Path("registry/rulebook") / "penalties.toml").read_text("utf-8")
    (folder / "penalties.toml").write_text(text.replace("max_months = 36", "max_months = 48"), "utf-8")
    return folder


def test_the_answers_of_earlier_days_come_out_again_after_all_that_came_later(days: Days, tmp_path: Path) -> None:
    days.over()  # nothing is known yet
    days.register(A, FORMER, "存续")
    days.register(B, "乌兰察布市新码商贸有限公司", "存续")
    days.penalise(name=FORMER)
    second = days.penalise(name=FORMER, document="乌市监罚〔2024〕2号")
    days.publish()
    days.over()  # two penalties
    days.register(A, FIRM, "注销", approved="2026-10-02", former=FORMER, on="2026-10-02")
    days.over()  # another name and status
    days.recall(second)
    days.over()  # one penalty
    undo(days.database, second, key=days.keys.checker, reason="无误", now=days.now())
    days.publish()
    days.penalise(name=FORMER, document="乌市监罚〔2024〕4号")
    days.publish()
    days.over()  # three, for the recall was undone
    days.recall(second)
    days.penalise(name=FORMER, content="停业二十日")
    days.publish()
    days.over()  # a corrected one
    days.book = load(longer(tmp_path))
    days.publish()
    days.over()  # shown for longer
    days.hide("乌市监罚〔2024〕1号")
    days.over()  # nothing, in an emergency
    days.show_again("乌市监罚〔2024〕1号")
    days.publish()
    days.penalise(name=FORMER, document="乌市监罚〔2024〕3号")
    days.publish()
    days.over()  # two again
    days.restore("乌市监罚〔2024〕1号")
    days.over()  # one of them restored
    days.replace_code()
    days.publish()
    days.over()  # under another code

    assert {key: days.then(*key) for key in days.answers} == days.answers
    of_a = [answer for (_, asked), answer in days.answers.items() if asked == A]
    assert len(set(of_a)) == len(of_a)  # each day was unlike all others
    assert [b"2024\xe3\x80\x952" in answer for answer in of_a] == [day in (1, 2, 4) for day in range(11)]


DOINGS: dict[str, Callable[[Days], Any]] = {
    "register": lambda days: days.register(A, FORMER, "存续"),
    "rename": lambda days: days.register(A, FIRM, "存续", approved="2026-09-01", former=FORMER, on="2026-08-31"),
    "rename back": lambda days: days.register(A, FORMER, "注销", approved="2026-09-20"),
    "an old registration": lambda days: days.register(A, f"{FIRM}分公司", "存续", approved="2020-01-01"),
    "penalise": lambda days: days.penalise(name=FORMER),
    "correct": lambda days: days.penalise(name=FORMER, content="停业二十日"),
    "another penalty": lambda days: days.penalise(document="乌市监罚〔2024〕2号"),
    "recall": Days.recall_last,
    "undo the recall": Days.undo_recall,
    "publish": Days.publish,
}


@settings(max_examples=settings().max_examples // 33, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.lists(st.lists(st.sampled_from([*DOINGS]), max_size=3), min_size=2, max_size=5))
@example([["correct", "register"], ["publish", "recall"]])
@example([["register", "rename"], ["recall", "publish"]])
@example([["penalise", "publish"], ["register", "publish"], ["recall", "publish"]])
@example([["register", "rename"], ["rename back", "penalise", "publish"], ["recall", "publish"]])
@example([["register", "rename"], ["recall", "publish"], ["rename back"], ["undo the recall", "publish"]])
@example([["register", "penalise", "publish"], ["recall"], ["correct", "publish"], ["undo the recall"], ["publish"]])
def test_whatever_happens_on_whatever_day_each_day_is_known_again(home: str, calendar: list[list[str]]) -> None:
    folder = Path(tempfile.mkdtemp())
    try:
        for days in days_in(folder):
            for doings in calendar:
                for doing in doings:
                    DOINGS[doing](days)
                days.over()

            assert {key: days.then(*key) for key in days.answers} == days.answers
    finally:
        shutil.rmtree(folder)


def test_the_key_of_registrations_is_the_one_that_their_loader_makes(days: Days) -> None:
    days.register(A, FIRM, "存续")

    assert days.counter.ask("SELECT key FROM record") == [(key_of(A),)]


def test_a_past_day_takes_a_role_and_a_purpose_and_is_in_the_ledger_even_if_nothing_was_there(days: Days) -> None:
    days.register(A, FIRM, "存续")

    def asked(key: str | None, purpose: str | None, code: str = A, on: date = FIRST) -> SubjectView:
        return lookup_on(
            days.database.session, key, code, on=on, purpose=purpose, book=BOOK,
            today=FIRST + timedelta(days=9), now=days.now(),
        )  # fmt: skip

    with pytest.raises(KeyRefused):
        asked(None, "办理异议")
    with pytest.raises(NotPermitted):
        asked(days.keys.administrator, "办理异议")
    with pytest.raises(BadQuery):
        asked(days.keys.auditor, " ")
    assert days.counter.ask("SELECT count(*) FROM event WHERE kind = 'past_day_asked'") == [(0,)]

    assert asked(days.keys.auditor, "办理异议第3号").name == FIRM
    with pytest.raises(NotFound):
        asked(days.keys.maker, "核对", on=FIRST - timedelta(days=1))
    assert asked(None, None, on=FIRST + timedelta(days=9)).name == FIRM  # today is free

    told = days.counter.ask("SELECT about, person_id, reason, payload FROM event WHERE kind = 'past_day_asked'")
    assert told == [
        ("subject:1", 6, "办理异议第3号", '{"on":"2026-10-01"}'),
        ("subject:1", 2, "核对", '{"on":"2026-09-30"}'),
    ]
    with days.database.session() as session:
        audit.verify(session)


def test_the_office_may_ask_for_a_past_day_over_http_and_the_public_may_not(days: Days) -> None:
    days.register(A, FORMER, "存续")
    days.day += timedelta(days=1)
    days.register(A, FIRM, "存续", approved="2026-10-02", former=FORMER, on="2026-10-02")
    place, later = str(days.database.place), FIRST + timedelta(days=9)
    body = {"code": A, "on": FIRST.isoformat(), "purpose": "核对"}

    with TestClient[Litestar](create_app(place, today=lambda: later, now=days.now)) as client:
        assert client.get(f"/v1/subjects/{A}").json()["name"] == FIRM
        assert client.get(f"/v1/subjects/{A}", params={"on": FIRST.isoformat()}).status_code == 400
        assert client.post("/v1/past", json=body).status_code == 401
        reply = client.post("/v1/past", json=body, headers={"authorization": f"Bearer {days.keys.checker}"})

    assert (reply.status_code, reply.json()["name"], reply.json()["on"]) == (200, FORMER, "2026-10-01")
    assert reply.headers["cache-control"] == "no-store"
    assert days.counter.ask("SELECT count(*) FROM event WHERE kind = 'past_day_asked'") == [(1,)]


def test_a_day_is_over_at_midnight_in_china() -> None:
    assert end_of(FIRST) == datetime(2026, 10, 1, 16, tzinfo=UTC)


def test_a_registry_of_one_day_has_nothing_before_it(days: Days) -> None:
    days.register(A, FIRM, "存续")
    assert days.then(FIRST - timedelta(days=1), A) == b"not-found"


def test_the_terminal_asks_for_key_and_purpose_and_a_demo_for_neither(days: Days) -> None:
    days.register(A, FIRM, "存续")
    place = ["--database", str(days.database.place)]
    past = ["lookup", A, "--on", "2020-01-01", *place]

    def run(*words: str, key: str = "") -> Any:
        return CliRunner().invoke(lookups.app, [*words], env={"CHENGXIN_KEY": key})

    assert isinstance(run(*past).exception, KeyRefused)
    assert isinstance(run(*past, key=days.keys.maker).exception, BadQuery)
    assert isinstance(run(*past, "--purpose", "核对", key=days.keys.maker).exception, NotFound)
    assert run("lookup", A, "--on", "2099-01-01", *place).exit_code == 0
    days.counter.ask("UPDATE setting SET value = 'demo' WHERE key = 'mode' RETURNING value")
    assert run(*past).exit_code == 0
