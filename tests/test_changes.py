"""The feed of changes: in order, page by page, without names; who acknowledged it, and how late."""

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

import pytest
from litestar import Litestar
from litestar.testing import TestClient

from registry.actions import change_feed
from registry.actions.search import search
from registry.api.app import create_app
from registry.store import ledger, withdrawals
from registry.store.links import WRITTEN_OUT
from registry.vocabulary import SourceKind, Withdrawn
from registry.web.pages import pages
from tests.office_people import Keys
from tests.receiving import NOW, Begun, Counter, csv_text
from tests.standing import BOOK, FIRM, PENALTY, REGISTER, TODAY, A, delivered, now, penalty, registered, settled
from tests.terminal import chengxin
from tests.test_review_doors import bearer

Client = TestClient[Litestar]
DOCUMENT = "乌市监罚〔2024〕{}号"


@pytest.fixture
def begun() -> tuple[Begun, ...]:
    return (_five_penalties,)


def _five_penalties(counter: Counter) -> None:
    registered(counter, (A, FIRM, "", "", "", "", ""))
    delivered(counter, *[penalty(document=DOCUMENT.format(number)) for number in range(1, 6)])
    settled(counter)


@pytest.fixture
def client(office: tuple[Counter, Keys]) -> Iterator[Client]:
    place = office[0].desk.database.place
    with TestClient(create_app(place, pages=[pages], today=lambda: TODAY, now=lambda: NOW)) as opened:
        yield opened


def record(counter: Counter, number: int) -> int:
    ((found,),) = counter.ask(f"SELECT id FROM record WHERE document = '{DOCUMENT.format(number)}'")  # noqa: S608
    return int(found)


def withdraw(counter: Counter, *record_ids: int, reason: Withdrawn = Withdrawn.RESTORED) -> None:
    with counter.desk.database.session() as session:
        event = ledger.append(session, "withdrawn", "record:1", by=None, now=now())
        withdrawals.withdraw(session, record_ids, reason, event_id=event.id, now=now())


def told(client: Client, **asked: Any) -> dict[str, Any]:
    reply = client.get("/v1/changes", params=asked)
    assert reply.status_code == 200, reply.text
    return dict(reply.json())


def test_what_was_added_is_told_with_its_subject_and_what_was_withdrawn_without_anything(
    client: Client, office: tuple[Counter, Keys]
) -> None:
    gone, first = record(office[0], 3), record(office[0], 1)
    withdraw(office[0], gone)

    feed = told(client)

    assert [(one["kind"], one["id"]) for one in feed["changes"]] == [
        *(("added", str(first + place)) for place in (0, 1, 3, 4)),
        ("withdrawn", str(gone)),
    ]
    assert feed["changes"][0]["subject"] == A
    assert feed["changes"][-1].keys() == {"kind", "id", "at", "reason"}
    assert feed["changes"][-1]["reason"] == "restored"
    assert not feed["more"]


@pytest.mark.parametrize("limit", [1, 2, 3, 1000])
def test_pages_of_any_size_tell_the_same_and_then_nothing_until_something_changes(
    client: Client, office: tuple[Counter, Keys], limit: int
) -> None:
    whole = told(client)["changes"]
    seen, cursor, more = [], None, True
    while more:
        feed = told(client, limit=limit, **({"since": cursor} if cursor else {}))
        seen += feed["changes"]
        cursor, more = feed["cursor"], feed["more"]

    assert seen == whole
    assert told(client, since=cursor)["changes"] == []

    withdraw(office[0], record(office[0], 2), record(office[0], 3))
    assert [one["kind"] for one in told(client, since=cursor)["changes"]] == ["withdrawn", "withdrawn"]


def test_a_later_version_takes_the_place_of_the_one_before(client: Client, office: tuple[Counter, Keys]) -> None:
    counter, _ = office
    before = told(client)["cursor"]
    first = record(counter, 1)
    delivered(counter, penalty(document=DOCUMENT.format(1), content="停业五日"))
    settled(counter)

    added, corrected = told(client, since=before)["changes"]

    assert (added["kind"], corrected["kind"], corrected["id"]) == ("added", "corrected", str(first))
    assert corrected["replaced_by"] == added["id"]


def test_what_is_held_again_is_told_as_withdrawn(client: Client, office: tuple[Counter, Keys]) -> None:
    counter, _ = office
    before = told(client)["cursor"]
    delivered(counter, penalty(document=DOCUMENT.format(9), code="", organisation=A[8:17]))
    held = record(counter, 1)
    with counter.desk.database.session() as session:
        session.connection().exec_driver_sql(f"{WRITTEN_OUT} r.id = {held}")
        session.connection().exec_driver_sql(f"UPDATE link SET state = 'review' WHERE record_id = {held}")  # noqa: S608
        session.connection().exec_driver_sql(f"INSERT INTO unjudged (record_id) VALUES ({held})")  # noqa: S608
    settled(counter)

    (change,) = told(client, since=before)["changes"]

    assert (change["kind"], change["id"], change["reason"]) == ("withdrawn", str(held), "held")


def test_many_records_that_are_not_public_make_short_pages_and_not_slow_ones(
    office: tuple[Counter, Keys], monkeypatch: pytest.MonkeyPatch
) -> None:
    counter, _ = office
    monkeypatch.setattr(change_feed, "_LOOKED_AT", 2)
    withdraw(counter, *(record(counter, number) for number in (1, 2, 3)))
    ids, place, pages_read = [], None, 0
    with counter.desk.database.session() as session:
        while True:
            feed = change_feed.changes(session, place, on=TODAY, book=BOOK)
            ids += [one.id for one in feed.items if one.kind == "added"]
            place, pages_read = feed.place, pages_read + 1
            if not feed.more:
                break

    assert ids == [str(record(counter, number)) for number in (4, 5)]
    assert pages_read >= 4


@pytest.mark.parametrize("asked", [{"since": "x"}, {"since": "WzEsMg"}, {"limit": 0}, {"limit": 1001}, {"on": "2020"}])
def test_what_cannot_be_asked_is_refused(client: Client, asked: dict[str, Any]) -> None:
    assert client.get("/v1/changes", params=asked).status_code == 400


def test_an_acknowledgement_takes_a_key_and_counts_no_further_than_the_feed_was_told(
    client: Client, office: tuple[Counter, Keys]
) -> None:
    _, keys = office
    cursor = told(client, limit=2)["cursor"]  # in the middle of a batch
    said = {"cursor": cursor}

    assert client.post("/v1/changes/acknowledgements", json=said).status_code == 401
    half = client.post("/v1/changes/acknowledgements", json=said, headers=bearer(keys.auditor))
    end = {"cursor": told(client)["cursor"]}
    whole = client.post("/v1/changes/acknowledgements", json=end, headers=bearer(keys.auditor))
    ahead = client.post("/v1/changes/acknowledgements", json={"cursor": "WzksOV0"}, headers=bearer(keys.auditor))

    assert (half.json(), whole.json()) == ({"acknowledged": 0}, {"acknowledged": 1})
    assert whole.headers["cache-control"] == "no-store"
    assert ahead.status_code == 400


def test_lag_is_the_time_from_a_withdrawal_to_its_acknowledgement(office: tuple[Counter, Keys]) -> None:
    counter, keys = office
    withdraw(counter, record(counter, 1), record(counter, 2))
    ((last, at),) = counter.ask("SELECT max(id), max(recorded_at) FROM public_change")
    later = now() + timedelta(seconds=90)
    with counter.desk.database.session() as session:
        change_feed.acknowledge(session, keys.auditor, (last, record(counter, 2)), now=later)
    withdraw(counter, record(counter, 3))

    with counter.desk.database.session() as session:
        (one,) = change_feed.consumers(session, keys.checker, days=30, now=later)

    assert (one.name, one.acknowledged, one.behind) == ("审计甲", last, 1)
    assert one.slowest == one.median == round(later.timestamp() * 1000 - at) / 1000
    assert "审计甲" in chengxin(counter.folder, "changes", "lag", "--days", "9999", key=keys.checker).stdout


def test_after_a_withdrawal_the_item_is_in_no_output_and_nothing_brings_it_back(
    client: Client, office: tuple[Counter, Keys]
) -> None:
    counter, _ = office
    number, document = record(counter, 3), DOCUMENT.format(3)
    outputs = [
        f"/v1/subjects/{A}", f"/v1/subjects/{A}/records", f"/v1/subjects/{A}/records/{number}", "/v1/changes",
        f"/v1/subjects?q={FIRM}", f"/v1/subjects?q={A}", f"/subjects/{A}", f"/subjects/{A}/records", f"/subjects?q={A}",
        f"/v1/reconcile?queries=%7B%22q%22%3A%7B%22query%22%3A%22{A}%22%7D%7D",
    ]  # fmt: skip
    assert any(document in client.get(path).text for path in outputs)

    def told_anywhere() -> str:
        seen = "".join(client.get(path).text for path in outputs)
        seen += chengxin(counter.folder, "lookup", A).stdout
        seen += chengxin(counter.folder, "search", FIRM).stdout
        with counter.desk.database.session() as session:
            seen += str(search(session, FIRM, on=TODAY))
        return seen

    withdraw(counter, number)
    assert document not in told_anywhere()
    assert client.get(f"/v1/subjects/{A}/records/{number}").status_code == 404

    counter.take(csv_text(PENALTY, penalty(document=document, source="")), name="again.csv")
    counter.take(csv_text(REGISTER, (A, FIRM, "", "", "2024-12-01", "", "")), SourceKind.SUBJECTS, name="r.csv")
    settled(counter, on=date(2026, 11, 24))
    assert document not in told_anywhere()
