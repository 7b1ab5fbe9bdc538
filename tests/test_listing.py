"""Listing: nobody decided here is on a public list without notice, the whole answer period, and a second person."""

from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from registry.actions import hiding
from registry.errors import BadQuery, CaseRefused, FourEyes, KeyRefused, LawUnsettled, NotPermitted, NotYet
from registry.vocabulary import SourceKind, Stage
from tests.casework import DECISION, NOTICE, PROPOSAL, SERVICE, Casework, casework_in
from tests.receiving import csv_text
from tests.standing import FIRM, A
from tests.test_restorations import DONE, of, restoration, restored

NUMBER = "信用列〔2026〕1号"


@pytest.fixture
def office(home: str, tmp_path: Path) -> Iterator[Casework]:
    with casework_in(tmp_path) as opened:
        yield opened


def test_a_listing_is_public_once_it_is_served_and_not_before(office: Casework) -> None:
    stages = []
    office.open("listing_proposed", PROPOSAL)
    stages.append(office.state(1).stage)
    office.take(1, "listing_notified", NOTICE)
    stages += [office.state(1, office.today + timedelta(days=days)).stage for days in (0, 7, 8)]
    office.today += timedelta(days=10)
    office.take(1, "listing_decided", DECISION)
    stages.append(office.state(1).stage)
    assert office.public() == []

    office.take(1, "listing_served", SERVICE)
    stages += [office.state(1, on).stage for on in (office.today, date(2029, 3, 11), date(2029, 3, 12))]

    assert stages == [
        Stage.PROPOSED, Stage.ANSWERING, Stage.ANSWERING, Stage.TO_DECIDE, Stage.TO_SERVE, Stage.LISTED, Stage.LISTED,
        Stage.EXPIRED,
    ]  # fmt: skip
    assert [office.public(on=on) for on in (office.today, date(2029, 3, 11), date(2029, 3, 12))] == [
        [NUMBER], [NUMBER], []
    ]  # fmt: skip


def test_an_entry_decided_here_is_a_record_of_a_delivery_like_any_other(office: Casework) -> None:
    record = office.listed().record

    delivered = office.counter.ask("SELECT read, accepted, layout, file_name FROM delivery ORDER BY id DESC LIMIT 1")
    told = office.counter.ask(
        "SELECT id, ground, noticed_on, decided_on, served_on, fields FROM record ORDER BY id DESC"
    )
    linked = office.counter.ask("SELECT record_id, how, state FROM {links} l")
    assert delivered == [(1, 1, "case", "case:1")]
    assert told[0] == (
        record, "虚开增值税专用发票等", "2026-03-02", "2026-03-12", "2026-03-12", '{"case": 1, "ground_item": "5"}',
    )  # fmt: skip
    assert linked == [(record, "code", "confirmed")]


def test_the_same_entry_delivered_by_the_department_is_known_as_another_version(office: Casework) -> None:
    office.listed()
    headers = ("名单名称", "主体名称", "统一社会信用代码", "列入事由", "认定文号", "列入日期", "认定单位")
    row = ("重大税收违法失信主体", FIRM, A, "虚开", NUMBER, "2026-03-12", "另一单位")

    receipt = office.counter.take(csv_text(headers, row), SourceKind.LIST_ENTRIES)

    assert receipt.counts.accepted == 1
    assert office.counter.ask("SELECT relation FROM version") == [("conflicts",)]


def test_an_entry_of_a_list_that_is_hidden_is_hidden_until_it_is_shown_again(office: Casework) -> None:
    with office.database.session() as session:
        hiding.hide(session, office.keys.checker, "tax_serious", office.book, reason="应急", now=office.now())
    office.listed()
    office.publish()
    assert office.public() == []

    for key in (office.keys.maker, office.keys.checker):
        with office.database.session() as session:
            hiding.show_again(session, key, "tax_serious", reason="已查清", now=office.now())
    office.publish()

    assert office.public() == [NUMBER]


@pytest.mark.parametrize(
    ("changed", "refusal"),
    [
        ({"ground": "12"}, CaseRefused),
        ({"document": " "}, BadQuery),
        ({"evidence": ""}, BadQuery),
        ({"document_on": "2026-03-03"}, CaseRefused),
        ({"on": "2026-03-01"}, CaseRefused),
        ({"on": "2026-03-03"}, CaseRefused),
        ({"code": "91150900MA0N00009X"}, CaseRefused),
        ({"count": 3}, BadQuery),  # minor records never add up to a listing: there is nowhere to say how many
        ({"penalties": [1, 2, 3]}, BadQuery),
        ({"list_code": "nowhere"}, LawUnsettled),
        ({"list_code": "procurement", "ground": "1"}, LawUnsettled),  # grounds that nobody has read
        ({"list_code": "market_serious"}, LawUnsettled),  # grounds that nobody has signed
    ],
)
def test_a_proposal_rests_on_the_lists_own_ground_and_one_decision(
    office: Casework, changed: dict[str, Any], refusal: type[Exception]
) -> None:
    with pytest.raises(refusal):
        office.open("listing_proposed", {**PROPOSAL, **changed})
    assert office.counter.ask("SELECT count(*) FROM case_file") == [(0,)]


def test_nothing_follows_out_of_turn(office: Casework) -> None:
    office.open("listing_proposed", PROPOSAL)
    for kind, said in (
        ("listing_decided", DECISION),
        ("listing_served", SERVICE),
        ("listing_answered", {"document": "1"}),
    ):
        with pytest.raises(CaseRefused, match="does not follow"):
            office.take(1, kind, said)
    for kind in ("listing_proposed", "listing_shown"):
        with pytest.raises((BadQuery, CaseRefused)):
            office.take(1, kind, PROPOSAL)
    with pytest.raises(CaseRefused, match="no case 2"):
        office.take(2, "listing_notified", NOTICE)


def test_nobody_decides_before_the_answer_period_is_over(office: Casework) -> None:
    office.open("listing_proposed", PROPOSAL)
    office.take(1, "listing_notified", NOTICE)
    office.take(1, "listing_answered", {"document": "陈述申辩书2026-1"})  # an answer does not end the period
    (clock,) = office.state(1).clocks
    assert (str(clock.due and clock.due.on), clock.waits) == ("2026-03-09", True)

    office.today = date(2026, 3, 9)
    with pytest.raises(NotYet, match="2026-03-09"):
        office.take(1, "listing_decided", DECISION)
    office.today = date(2026, 3, 10)
    office.take(1, "listing_decided", DECISION)


def test_a_second_notice_starts_the_period_again(office: Casework) -> None:
    office.open("listing_proposed", PROPOSAL)
    office.take(1, "listing_notified", NOTICE)
    office.today = date(2026, 3, 10)
    office.take(1, "listing_notified", {**NOTICE, "document": "信用告〔2026〕2号"})

    with pytest.raises(NotYet, match="2026-03-17"):
        office.take(1, "listing_decided", DECISION)


def test_a_notice_cannot_be_dated_before_the_proposal_nor_a_decision_on_another_day(office: Casework) -> None:
    office.open("listing_proposed", PROPOSAL)
    for day in ("2026-03-01", "2026-03-03"):
        with pytest.raises(CaseRefused):
            office.take(1, "listing_notified", {**NOTICE, "on": day})
    office.take(1, "listing_notified", NOTICE)
    office.today = date(2026, 3, 10)
    with pytest.raises(CaseRefused):
        office.take(1, "listing_decided", {**DECISION, "on": "2026-03-09"})


def test_who_prepared_a_case_does_not_decide_it_and_an_administrator_does_nothing(office: Casework) -> None:
    keys = office.keys
    for key, refusal in ((keys.administrator, NotPermitted), (keys.checker, NotPermitted), ("cx-0-0", KeyRefused)):
        with pytest.raises(refusal):
            office.open("listing_proposed", PROPOSAL, key)
    office.open("listing_proposed", PROPOSAL)
    office.take(1, "listing_notified", NOTICE, keys.both)
    office.today += timedelta(days=10)

    for key, refused in (
        (keys.both, FourEyes), (keys.maker, NotPermitted), (keys.auditor, NotPermitted),
        (keys.administrator, NotPermitted),
    ):  # fmt: skip
        with pytest.raises(refused):
            office.take(1, "listing_decided", DECISION, key)


def test_decision_and_restoration_notice_are_served_together(office: Casework) -> None:
    office.open("listing_proposed", PROPOSAL)
    office.take(1, "listing_notified", NOTICE)
    office.today += timedelta(days=10)
    office.take(1, "listing_decided", DECISION)

    for changed in (
        {"document": "信用列〔2026〕2号"}, {"restoration_notice": NUMBER}, {"restoration_notice": " "},
    ):  # fmt: skip
        with pytest.raises((BadQuery, CaseRefused)):
            office.take(1, "listing_served", {**SERVICE, **changed})
    assert office.public() == []


def test_a_case_that_was_dropped_goes_no_further(office: Casework) -> None:
    office.open("listing_proposed", PROPOSAL)
    office.take(1, "listing_notified", NOTICE)
    office.take(1, "listing_dropped", {"reason": "申辩成立"})
    office.today += timedelta(days=10)

    assert office.state(1)[::3] == (Stage.DROPPED, True)
    with pytest.raises(CaseRefused):
        office.take(1, "listing_decided", DECISION)


def test_nobody_is_removed_before_the_least_period_of_the_list_is_over(office: Casework) -> None:
    office.listed()
    said = {"document": "移出申请1", "reason": "已缴清"}
    office.today = date(2026, 9, 11)
    with pytest.raises(NotYet, match="2026-09-12"):
        office.take(1, "listing_removal_proposed", said)
    assert office.public() == [NUMBER]

    office.today = date(2026, 9, 12)
    office.take(1, "listing_removal_proposed", said)
    office.take(1, "listing_removed", {"document": "移出决定1", "reason": "已缴清"})

    assert (office.public(), office.state(1).stage) == ([], Stage.REMOVED)


def test_one_decision_lists_nobody_twice_unless_the_listing_was_held_to_be_wrong(office: Casework) -> None:
    record = office.listed().record
    with pytest.raises(CaseRefused, match="case 1"):
        office.open("listing_proposed", {**PROPOSAL, "document": "税稽罚［2026］12 号", "ground": "1"})
    office.open("listing_proposed", {**PROPOSAL, "document": "税稽罚〔2026〕13号"})
    with pytest.raises(CaseRefused, match="case 2"):
        office.open("listing_proposed", {**PROPOSAL, "document": "税稽罚〔2026〕13号"})
    office.take(2, "listing_dropped", {"reason": "申辩成立"})
    assert office.open("listing_proposed", {**PROPOSAL, "document": "税稽罚〔2026〕13号"}).case == 3

    said = {"record": record, "what": "revoked", "document": "复议决定2", "body": "市人民政府"}
    office.take(office.open("revocation_reported", said).case, "revocation_confirmed", {"reason": "告知程序有误"})

    assert office.open("listing_proposed", PROPOSAL).case == 5


def test_who_was_restored_is_not_listed_again_on_the_same_decision(office: Casework) -> None:
    office.listed()
    office.today = date(2026, 9, 14)
    said = {"document": "移出申请1", "reason": "已缴清"}
    office.take(1, "listing_removal_proposed", said)
    office.take(1, "listing_removed", said)

    with pytest.raises(CaseRefused, match="case 1"):
        office.open("listing_proposed", PROPOSAL)


def test_a_state_of_an_earlier_day_knows_only_what_was_recorded_by_then(office: Casework) -> None:
    office.listed()

    assert office.state(1, date(2026, 3, 2)).stage is Stage.ANSWERING
    with pytest.raises(CaseRefused, match="not open"):
        office.state(1, date(2026, 3, 1))


def test_identity_numbers_in_what_is_told_are_removed(office: Casework) -> None:
    office.open("listing_proposed", {**PROPOSAL, "evidence": "法人 15090219900101006X 的笔录"})

    assert "15090219900101006X" not in str(office.counter.ask("SELECT * FROM event"))


def removed_elsewhere(office: Casework, body: str) -> None:
    row = restoration(
        restored=NUMBER, listed=("重大税收违法失信主体", "2026-03-12"), on="2026-03-12", kind="移出", body=body
    )
    restored(office.counter, row)


@pytest.mark.parametrize(("body", "shown"), [(PROPOSAL["authority"], []), ("丰镇市某局", [NUMBER])])
def test_a_removal_delivered_before_the_entry_is_served_takes_it_away_if_its_body_may(
    office: Casework, body: str, shown: list[str]
) -> None:
    office.open("listing_proposed", PROPOSAL)
    office.take(1, "listing_notified", NOTICE)
    office.today += timedelta(days=10)
    office.take(1, "listing_decided", DECISION)
    removed_elsewhere(office, body)
    office.publish()

    office.take(1, "listing_served", SERVICE)

    assert office.public() == shown
    office.publish()
    assert office.public() == shown
    assert of(office.counter, SourceKind.RESTORATIONS) == [DONE if not shown else ("held", "restored_by_another")]


def test_a_removal_delivered_after_the_entry_is_served_takes_it_away(office: Casework) -> None:
    office.listed()
    removed_elsewhere(office, PROPOSAL["authority"])

    assert office.public() == []
