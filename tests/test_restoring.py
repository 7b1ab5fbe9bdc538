"""Restoration from the application to its end: two papers, the law's clocks, another person, and what comes of it."""

from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import pytest
from litestar.testing import TestClient

from registry.actions.audit import verify
from registry.actions.restoration_decision import restoration_decision
from registry.api.app import create_app
from registry.cases import Law
from registry.cases.restoration import version_on
from registry.documents.restoration_decision import page_of
from registry.errors import BadQuery, CaseRefused, FourEyes, NotPermitted, NotYet
from registry.vocabulary import SourceKind, Stage
from tests.casework import Casework, casework_in
from tests.homes import place_in
from tests.receiving import csv_text
from tests.restored import DECISION, GRANT, PAPERS, applied, granted
from tests.standing import FIRM, A, delivered, penalty
from tests.terminal import chengxin
from tests.test_restorations import BODY, ENTRY
from tests.test_review_doors import bearer

FROM = date(2026, 5, 6)
DOCUMENT = "乌市监罚〔2024〕1号"


@pytest.fixture
def office(home: str, tmp_path: Path) -> Iterator[Casework]:
    with casework_in(tmp_path, Casework.penalised, sign=()) as opened:
        opened.today = FROM
        yield opened


def test_a_granted_restoration_ends_display_at_once_and_each_part_is_an_event_of_its_own(office: Casework) -> None:
    case = granted(office)

    assert office.public() == []
    assert office.state(case).stage is Stage.RESTORING
    office.take(case, "restoration_sharing_ended", {"document": "共享平台回执2026-5"})
    assert office.state(case).stage is Stage.RESTORING
    office.take(case, "restoration_measures_lifted", {"document": "解除措施反馈2026-9"})
    assert office.state(case).stage is Stage.RESTORED

    kinds = office.counter.ask(f"SELECT kind, person_id IS NULL FROM event WHERE about = 'case:{case}' ORDER BY id")  # noqa: S608
    assert kinds == [
        ("restoration_applied", 0), ("restoration_accepted", 0), ("restoration_granted", 0),
        ("restoration_display_ended", 1), ("restoration_sharing_ended", 0), ("restoration_measures_lifted", 0),
    ]  # fmt: skip
    assert office.counter.ask("SELECT kind, reason FROM public_change ORDER BY id DESC LIMIT 1") == [
        ("withdrawn", "restored")
    ]
    with office.database.session() as session:
        assert verify(session).events > len(kinds)


def test_what_is_restored_stays_away_when_it_is_delivered_and_published_again(office: Casework) -> None:
    granted(office)
    delivered(office.counter, penalty(document=" 乌市监罚［2024］1号"), penalty(content="停业一年"))
    office.publish()

    assert office.public() == []


def test_there_are_two_papers_and_no_other(office: Casework) -> None:
    for changed in ({"performance": None}, {"commitment": " "}, {"licence": "执照复印件"}, {"fee": "100"}):
        said = {
            name: value for name, value in {"record": office.record, **PAPERS, **changed}.items() if value is not None
        }
        with pytest.raises(BadQuery):
            office.open("restoration_applied", said)


def test_the_clocks_are_those_of_the_law_and_longer_only_once(office: Casework) -> None:
    case = applied(office)
    (accept,) = office.state(case).clocks
    assert (accept.clock, str(accept.due and accept.due.on)) == ("accept", "2026-05-09")  # a Saturday that is worked
    office.today = date(2026, 5, 8)
    office.take(case, "restoration_accepted", {})

    due = {clock.clock: str(clock.due and clock.due.on) for clock in office.state(case).clocks}
    assert due == {"decide": "2026-05-18", "answer": "2026-05-19"}
    office.take(case, "restoration_extended", {"reason": "需核查履行证明"})
    (longer,) = office.state(case).clocks
    assert (longer.clock, str(longer.due and longer.due.on)) == ("extend", "2026-06-02")
    with pytest.raises(CaseRefused):
        office.take(case, "restoration_extended", {"reason": "再延"})


def test_before_the_least_period_is_over_it_can_be_refused_with_reasons_and_not_accepted(office: Casework) -> None:
    number = office.penalised(document="乌市监罚〔2026〕7号", on="2026-03-20")
    case = applied(office, record=number)
    with pytest.raises(NotYet, match="2026-06-20"):
        office.take(case, "restoration_accepted", {})
    office.take(case, "restoration_not_accepted", {"document": "信用不受〔2026〕1号", "reason": "未满最短公示期"})
    assert office.state(case)[::3] == (Stage.NOT_ACCEPTED, True)

    office.today = date(2026, 6, 22)
    assert office.take(applied(office, record=number), "restoration_accepted", {}).event


def test_what_is_put_right_only_later_is_not_applied_for(office: Casework) -> None:
    with pytest.raises(CaseRefused, match="put right"):
        applied(office, corrected_on=str(FROM + timedelta(days=1)))
    assert office.state(applied(office, corrected_on=str(FROM))).stage is Stage.APPLIED


def test_a_field_with_a_period_of_its_own_waits_that_long(office: Casework) -> None:
    office.penalised(document="乌市监罚〔2025〕9号", on="2025-12-01")
    case = applied(office, record=int(office.counter.ask("SELECT max(id) FROM record")[0][0]), domain="food")

    with pytest.raises(NotYet, match="2026-12-01"):
        office.take(case, "restoration_accepted", {})


def test_who_recognised_the_wrong_decides_by_another_person_than_prepared_it(office: Casework) -> None:
    case = office.open("restoration_applied", {"record": office.record, **PAPERS}, office.keys.both).case
    office.take(case, "restoration_accepted", {}, office.keys.both)
    with pytest.raises(FourEyes):
        office.take(case, "restoration_granted", GRANT, office.keys.both)
    with pytest.raises(NotPermitted):
        office.take(case, "restoration_granted", GRANT, office.keys.administrator)
    with pytest.raises(CaseRefused, match="谁认定、谁修复"):
        office.take(case, "restoration_granted", {**GRANT, "authority": "丰镇市某局"})
    assert office.public() == [DOCUMENT]

    office.take(case, "restoration_granted", GRANT)
    assert office.public() == []


def test_a_refusal_has_reasons_and_leaves_it_shown(office: Casework) -> None:
    case = applied(office)
    office.take(case, "restoration_accepted", {})
    with pytest.raises(BadQuery):
        office.take(case, "restoration_refused", {**DECISION, "reason": " "})
    office.take(case, "restoration_refused", {**DECISION, "reason": "罚款未缴清"})

    assert (office.public(), office.state(case).stage) == ([DOCUMENT], Stage.REFUSED)
    assert applied(office) != case


def test_there_is_one_case_at_a_time_and_none_about_what_was_never_shown(office: Casework) -> None:
    applied(office)
    with pytest.raises(CaseRefused, match="已有 1 号"):
        applied(office)
    delivered(office.counter, penalty(code="", organisation="MA0N00001", document="乌市监罚〔2024〕8号"))
    office.publish()
    with pytest.raises(CaseRefused):
        applied(office, record=int(office.counter.ask("SELECT max(id) FROM record")[0][0]))


def test_before_anybody_applies_it_is_told_from_when_and_what_it_takes(office: Casework) -> None:
    later_one = office.penalised(document="乌市监罚〔2026〕7号", on="2026-03-20")
    of_a_field = office.penalised(document="乌市监罚〔2025〕9号", on="2025-12-01")
    cells = ("经营异常名录", FIRM, A, "通过登记的住所无法联系", "乌市监异〔2025〕1号", "", "2025-05-20", "", BODY)
    office.counter.take(csv_text(ENTRY, cells), SourceKind.LIST_ENTRIES, name="abnormal.csv")
    office.publish()
    place = place_in(office.counter.folder)
    with TestClient(create_app(place, today=lambda: FROM)) as client:
        now = client.get(f"/v1/subjects/{A}/records/{office.record}/restoration").json()
        later = client.get(f"/v1/subjects/{A}/records/{later_one}/restoration").json()
        field = client.get(f"/v1/subjects/{A}/records/{of_a_field}/restoration").json()
        entry = client.get(f"/v1/subjects/{A}/records/{of_a_field + 1}/restoration").json()
        granted(office)
        gone = client.get(f"/v1/subjects/{A}/records/{office.record}/restoration")

    assert (now["may_apply"], now["restorable_from"]) == (True, "2024-08-06")
    assert now["zh"] == "现可申请；尚缺：履行法定责任义务的证明、信用承诺书。"
    assert now["longer"]["food"] == "2025-05-06"
    assert (later["may_apply"], later["zh"][:18]) == (False, "可于 2026-06-20 起申请；")
    assert len(later["papers"]["items"]) == 2
    assert (later["conditions"]["confidence"], later["papers"]["confidence"]) == ("secondary", "unverified")
    assert field["zh"].startswith("现可申请；尚缺：")
    assert field["zh"].endswith("。所在领域另有更长的最短公示期的，最晚自 2026-12-01 起。")
    assert (entry["may_apply"], entry["restorable_from"]) == (False, None)
    assert entry["zh"].startswith("改正后即可申请；需提交：")
    assert entry["en"].startswith("Restoration can be applied for at once after the wrong was put right; it takes: ")
    assert gone.status_code == 404


def test_the_decision_is_a_page_to_keep_while_it_stands(office: Casework, tmp_path: Path) -> None:
    case = granted(office)
    place = place_in(office.counter.folder)
    with TestClient(create_app(place, today=lambda: FROM, now=office.now)) as client:
        page = client.get(f"/v1/cases/{case}/decision", headers=bearer(office.keys.auditor))
        assert client.get(f"/v1/cases/{case}/decision").status_code == 401
    for told in (
        "信用修〔2026〕1号",
        FIRM,
        A,
        DOCUMENT,
        BODY,
        "终止公示；停止共享和使用；解除相应措施。",
        "不收取任何费用",
    ):
        assert told in page.text
    assert page.headers["cache-control"] == "no-store"
    assert "src=" not in page.text
    assert "http" not in page.text

    office.take(case, "restoration_false_reported", {"document": "举报1", "reason": "伪造"})
    office.take(case, "restoration_undone", {"document": "信用撤修〔2026〕1号", "reason": "伪造"})
    with office.database.session() as session, pytest.raises(CaseRefused):
        restoration_decision(session, office.keys.auditor, case, office.book)


def test_a_refusal_is_a_page_to_keep_with_its_reasons_and_what_can_be_done_against_it(office: Casework) -> None:
    case = applied(office)
    with office.database.session() as session, pytest.raises(CaseRefused):
        restoration_decision(session, office.keys.auditor, case, office.book)
    office.take(case, "restoration_accepted", {})
    with pytest.raises(CaseRefused, match="谁认定、谁修复"):
        office.take(case, "restoration_refused", {**GRANT, "authority": "丰镇市某局"})
    office.take(case, "restoration_refused", {**GRANT, "document": "信用不修〔2026〕1号", "reason": "罚款未缴清"})
    place = place_in(office.counter.folder)
    with TestClient(create_app(place, today=lambda: FROM, now=office.now)) as client:
        page = client.get(f"/v1/cases/{case}/decision", headers=bearer(office.keys.auditor)).text

    terms = version_on(Law(office.book, production=True), FROM).terms["remedies"]
    for told in (
        "不予信用修复决定书", "信用不修〔2026〕1号", "决定不予修复", "罚款未缴清", FIRM, A, DOCUMENT, BODY,
        "上述信息继续依法公示", "未经核实签认", *(said.zh for said in terms.items),
    ):  # fmt: skip
        assert told in page
    assert "终止公示" not in page
    assert "起申请修复" not in page  # its day has come: the fine is what is missing


def test_who_is_not_heard_yet_is_told_in_writing_from_when_on(office: Casework) -> None:
    office.penalised(document="乌市监罚〔2026〕7号", on="2026-03-20")
    case = applied(office, record=int(office.counter.ask("SELECT max(id) FROM record")[0][0]))
    office.take(case, "restoration_not_accepted", {"document": "信用不受〔2026〕1号", "reason": "未满最短公示期"})
    with office.database.session() as session:
        page = page_of(restoration_decision(session, office.keys.auditor, case, office.book)).decode()

    assert "不予受理信用修复申请决定书" in page
    assert "可于 2026-06-20 起申请修复" in page


def test_at_the_terminal_from_application_to_decision(office: Casework) -> None:
    folder, keys = office.counter.folder, office.keys
    told = chengxin(folder, "case", "eligibility", str(office.record)).stdout
    assert told.count("this value of the law is not verified") == 1  # of the papers
    papers = ("--performance", "缴款凭证2026-8", "--commitment", "信用承诺书2026-3")
    applied = chengxin(folder, "case", "open", "restoration", str(office.record), *papers, key=keys.maker)
    accepted = chengxin(folder, "case", "advance", "1", "restoration_accepted", key=keys.maker)
    decided = ("--document", "信用修〔2026〕1号", "--authority", BODY, "--reason", "罚没款已缴清")
    done = chengxin(folder, "case", "decide", "1", "restoration_granted", *decided, key=keys.checker)
    page = folder / "decision.html"
    written = chengxin(folder, "case", "decision", "1", "--out", str(page), key=keys.checker)

    assert "can be applied for now; missing:" in told
    assert [one.returncode for one in (applied, accepted, done, written)] == [0, 0, 0, 0], done.stderr
    assert "信用修复决定书" in page.read_text("utf-8")
    assert chengxin(folder, "case", "eligibility", str(office.record)).returncode == 2
