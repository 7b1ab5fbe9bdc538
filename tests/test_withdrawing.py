"""A decision that was revoked is withdrawn in time; what a bankruptcy plan shields comes back only if it fails."""

from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import pytest

from registry.actions import case_views
from registry.errors import BadQuery, CaseRefused, FourEyes
from registry.vocabulary import Stage
from tests.casework import Casework, casework_in
from tests.standing import A, delivered, penalty

DOCUMENT = "乌市监罚〔2024〕1号"
# 28 February 2026 is a Saturday that is worked
REVOKED = {
    "what": "revoked",
    "document": "行政复议决定〔2026〕2号",
    "body": "市人民政府",
    "on": "2026-02-27",
}
RULING = {"code": A, "court": "乌兰察布市中级人民法院", "document": "（2026）内09破1号之二", "on": "2026-02-20"}
REASON = {"reason": "已核对文书原件"}


@pytest.fixture
def office(home: str, tmp_path: Path) -> Iterator[Casework]:
    with casework_in(tmp_path, Casework.penalised, sign=()) as opened:
        yield opened


def test_a_revoked_decision_is_withdrawn_for_good_by_a_second_person(office: Casework) -> None:
    case = office.open("revocation_reported", {"record": office.record, **REVOKED}, office.keys.both).case
    (clock,) = office.state(case).clocks
    assert (office.public(), str(clock.due and clock.due.on)) == ([DOCUMENT], "2026-03-03")
    assert [clock.overdue(date(2026, 3, day)) for day in (3, 4)] == [False, True]
    with pytest.raises(FourEyes):
        office.take(case, "revocation_confirmed", REASON, office.keys.both)

    office.take(case, "revocation_confirmed", REASON)
    delivered(office.counter, penalty())
    office.publish()

    assert office.public() == []
    assert office.counter.ask("SELECT reason FROM withdrawal") == [("revoked",)]
    assert office.state(case) == (Stage.WITHDRAWN, (), (), True)


def test_a_revocation_from_before_the_law_had_a_clock_is_overdue_and_no_case_is_lost_over_it(office: Casework) -> None:
    case = office.open("revocation_reported", {"record": office.record, **REVOKED, "on": "2021-07-14"}).case

    (clock,) = office.state(case).clocks
    assert (str(clock.due and clock.due.on), clock.overdue(office.today)) == ("2021-07-20", True)
    with office.database.session() as session:
        (late,) = case_views.overdue(session, office.keys.auditor, office.book, on=office.today)
    assert late.case == case


def test_a_revocation_that_was_not_so_changes_nothing(office: Casework) -> None:
    case = office.open("revocation_reported", {"record": office.record, **REVOKED}).case
    office.take(case, "revocation_dismissed", REASON)

    assert (office.public(), office.state(case).stage) == ([DOCUMENT], Stage.DISMISSED)


def test_a_revocation_is_not_of_tomorrow_and_has_one_of_four_kinds(office: Casework) -> None:
    for changed in ({"on": "2026-03-03"}, {"what": "forgiven"}, {"record": 1}):
        with pytest.raises((BadQuery, CaseRefused)):
            office.open("revocation_reported", {"record": office.record, **REVOKED, **changed})


def test_what_stands_against_a_company_is_shielded_while_its_plan_is_carried_out(office: Casework) -> None:
    office.penalised(document="乌市监罚〔2026〕9号", on="2026-02-25")  # after the ruling
    case = office.open("shielding_proposed", RULING).case
    assert len(office.public()) == 2

    office.take(case, "shielded", REASON)
    delivered(office.counter, penalty())
    office.publish()

    assert office.public() == ["乌市监罚〔2026〕9号"]
    assert office.state(case).stage is Stage.SHIELDED


def test_what_arrives_later_but_was_decided_before_the_ruling_is_shielded_too(office: Casework) -> None:
    case = office.open("shielding_proposed", RULING).case
    office.take(case, "shielded", REASON)
    office.penalised(document="乌市监罚〔2025〕3号", on="2025-06-02")
    office.penalised(document="乌市监罚〔2026〕9号", on="2026-02-25")
    assert office.public() == ["乌市监罚〔2026〕9号"]

    office.take(case, "shielding_end_proposed", {"outcome": "failed", "document": "裁定〔2026〕5号"})
    office.take(case, "shielding_ended", REASON)
    office.publish()

    assert sorted(office.public()) == [DOCUMENT, "乌市监罚〔2025〕3号", "乌市监罚〔2026〕9号"]


def ended(office: Casework, outcome: str) -> int:
    case = office.open("shielding_proposed", RULING).case
    office.take(case, "shielded", REASON)
    office.today += timedelta(days=30)
    said = {"outcome": outcome, "document": "管理人报告〔2026〕1号"}
    office.take(case, "shielding_end_proposed", said)
    office.take(case, "shielding_end_refused", REASON)
    assert office.public() == []
    office.take(case, "shielding_end_proposed", said)
    office.take(case, "shielding_ended", REASON)
    return case


def test_a_plan_that_failed_has_everything_shown_again(office: Casework) -> None:
    case = ended(office, "failed")
    assert (office.public(), office.state(case).stage) == ([DOCUMENT], Stage.FAILED)

    office.publish()

    assert office.public() == [DOCUMENT]


def test_a_plan_that_was_performed_leaves_it_shielded_for_restoration(office: Casework) -> None:
    case = ended(office, "performed")
    office.publish()

    assert (office.public(), office.state(case)[::3]) == ([], (Stage.PERFORMED, True))


def test_what_was_withdrawn_meanwhile_for_another_reason_stays_away(office: Casework) -> None:
    case = office.open("shielding_proposed", RULING).case
    office.take(case, "shielded", REASON)
    revocation = office.open("revocation_reported", {"record": office.record, **REVOKED}).case
    office.take(revocation, "revocation_confirmed", REASON)
    office.take(case, "shielding_end_proposed", {"outcome": "failed", "document": "裁定〔2026〕5号"})
    office.take(case, "shielding_ended", REASON)
    office.publish()

    assert office.public() == []


def test_what_another_case_would_show_again_is_shielded_in_the_same_moment(office: Casework) -> None:
    said = {"record": office.record, "performance": "缴款凭证1", "commitment": "信用承诺书1"}
    office.open("restoration_applied", said)
    office.take(1, "restoration_accepted", {})
    office.take(1, "restoration_granted", {**REASON, "document": "修1", "authority": "乌兰察布市市场监督管理局"})
    case = office.open("shielding_proposed", RULING).case
    office.take(case, "shielded", REASON)

    office.take(1, "restoration_false_reported", {"document": "举报1", "reason": "伪造"})
    office.take(1, "restoration_undone", {"document": "撤修1", "reason": "伪造"})
    assert office.public() == []

    office.take(case, "shielding_end_proposed", {"outcome": "failed", "document": "裁定〔2026〕5号"})
    office.take(case, "shielding_ended", REASON)
    assert office.public() == [DOCUMENT]
