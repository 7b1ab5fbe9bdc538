"""The clock set back: whatever would be recorded before what was recorded last is refused, and nothing is written."""

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from litestar import Litestar
from litestar.testing import TestClient

from registry.actions import cases, hiding, people
from registry.actions.link import link
from registry.actions.publish import publish
from registry.actions.recall import recall
from registry.api.app import create_app
from registry.errors import ClockBehind
from registry.store import ledger
from registry.vocabulary import Role
from tests.casework import DECISION, NOTICE, PROPOSAL, SERVICE, Casework, casework_in
from tests.homes import stored
from tests.standing import delivered, penalty

HOUR = timedelta(hours=1)
UNKNOWN = penalty(name="集宁某某无名公司", code="", document="乌市监罚〔2024〕7号")


@pytest.fixture
def work(home: str, tmp_path: Path) -> Iterator[Casework]:
    with casework_in(tmp_path, _proposed) as made:
        yield made


def _proposed(work: Casework) -> None:
    work.penalised()
    delivered(work.counter, UNKNOWN)
    work.open("listing_proposed", PROPOSAL)


def _import(work: Casework, now: datetime) -> object:
    work.counter.now = lambda: now
    return delivered(work.counter, penalty(document="乌市监罚〔2024〕2号"))


def _link(work: Casework, now: datetime) -> object:
    return link(work.database, now=now)


def _publish(work: Casework, now: datetime) -> object:
    return publish(work.database, work.book, on=work.today, now=now)


def _recall(work: Casework, now: datetime) -> object:
    return recall(work.database, 2, key=work.keys.maker, reason="误报", now=now)


def _decide(work: Casework, now: datetime) -> object:
    step = cases.told("listing_notified", NOTICE)
    with work.database.session() as session:
        return cases.take(session, work.keys.maker, 1, step, work.book, now=now)


def _hide(work: Casework, now: datetime) -> object:
    with work.database.session() as session:
        return hiding.hide(session, work.keys.checker, "tax_serious", work.book, reason="核查", now=now)


def _let_in(work: Casework, now: datetime) -> object:
    with work.database.session() as session:
        return people.add(session, work.keys.administrator, "经办丁", [Role.MAKER], now=now)


@pytest.mark.parametrize("act", [_import, _link, _publish, _recall, _decide, _hide, _let_in])
def test_nothing_is_recorded_while_the_clock_is_set_back_and_all_goes_on_once_it_is_right(
    work: Casework, act: Callable[[Casework, datetime], object]
) -> None:
    right = work.now()
    before = stored(work.database)

    with pytest.raises(ClockBehind, match="2026-03-02 09:00:00") as refusal:
        act(work, right - HOUR)

    assert refusal.value.code == "clock-behind"
    assert stored(work.database) == before
    act(work, right)
    assert stored(work.database) != before


def test_a_case_goes_to_its_end_around_a_clock_that_was_set_back(work: Casework) -> None:
    work.take(1, "listing_notified", NOTICE)
    work.today += timedelta(days=10)
    step = cases.told("listing_decided", DECISION)
    work.publish()
    with pytest.raises(ClockBehind), work.database.session() as session:
        cases.take(session, work.keys.checker, 1, step, work.book, now=work.now() - timedelta(days=10))
    work.take(1, "listing_decided", DECISION)
    work.take(1, "listing_served", SERVICE)

    assert "信用列〔2026〕1号" in work.public()


def test_who_read_the_clock_earlier_and_had_his_turn_later_is_recorded_last(work: Casework) -> None:
    earlier, later = work.now(), work.now() + timedelta(seconds=30)
    with work.database.session() as session:
        ledger.append(session, "noted", "record:1", by=None, now=later)
    _import(work, earlier)
    _decide(work, earlier)

    recorded = "SELECT recorded_at FROM {} ORDER BY id DESC LIMIT 1"
    newest = round(later.timestamp() * 1000)
    told = [work.counter.ask(recorded.format(table)) for table in ("delivery", "event")]
    assert told == [[(newest + 1,)], [(newest + 2,)]]


def test_what_is_hidden_shown_and_hidden_again_while_the_clock_is_behind_is_hidden(work: Casework) -> None:
    still, record = work.now(), f"record:{work.record}"
    publish(work.database, work.book, on=work.today, now=still + timedelta(minutes=5))
    assert work.public() == ["乌市监罚〔2024〕1号"]

    def hide() -> None:
        with work.database.session() as session:
            hiding.hide(session, work.keys.checker, record, work.book, reason="核查", now=still)

    hide()
    for key in (work.keys.maker, work.keys.checker):
        with work.database.session() as session:
            hiding.show_again(session, key, record, reason="无误", now=still)
    publish(work.database, work.book, on=work.today, now=still)
    assert work.public() == ["乌市监罚〔2024〕1号"]
    hide()
    publish(work.database, work.book, on=work.today, now=still)

    assert work.public() == []


def test_a_door_says_that_the_clock_is_wrong(work: Casework) -> None:
    right = work.now()
    app = create_app(work.database.place, today=lambda: work.today, now=lambda: right - HOUR)
    with TestClient[Litestar](app) as client:
        reply = client.post(
            "/v1/cases/1/steps",
            headers={"Authorization": f"Bearer {work.keys.maker}"},
            json={"step": "listing_notified", **NOTICE},
        )

    assert (reply.status_code, reply.json()["code"]) == (503, "clock-behind")
