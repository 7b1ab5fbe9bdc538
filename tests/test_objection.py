"""Objection: one step raises it and marks the item at once; another person answers; the same again is referred."""

from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from litestar.testing import TestClient

from registry.actions import case_views
from registry.api.app import create_app
from registry.errors import BadQuery, CaseRefused, FourEyes
from registry.vocabulary import Stage
from tests.casework import Casework, casework_in
from tests.receiving import code
from tests.standing import FIRM, A, delivered, penalty, registered

DOCUMENT = "乌市监罚〔2024〕1号"
ANSWER = {"document": "异议答复〔2026〕1号", "reason": "经核查原件"}


@pytest.fixture
def office(home: str, tmp_path: Path) -> Iterator[Casework]:
    with casework_in(tmp_path, Casework.penalised, sign=()) as opened:
        yield opened


def raised(office: Casework, record: int = 0, **changed: Any) -> int:
    said = {
        "record": record or office.record,
        "ground": "1",
        "document": "异议申请2026-1",
        "reason": "处罚日期有误",
        **changed,
    }
    return office.open("objection_raised", said).case


def corrected(office: Casework, case: int, *changes: tuple[str, Any, Any]) -> int | None:
    said = {**ANSWER, "changes": [{"field": field, "old": old, "new": new} for field, old, new in changes]}
    return office.take(case, "objection_corrected", said).record


def test_an_upheld_objection_corrects_the_item_which_another_version_replaces(office: Casework) -> None:
    assert office.public() == [DOCUMENT]
    case = raised(office)

    record = corrected(office, case, ("document", DOCUMENT, "乌市监罚〔2024〕8号"), ("amount_fen", None, 5000))

    assert office.public() == ["乌市监罚〔2024〕8号"]
    assert office.state(case)[::3] == (Stage.UPHELD, True)
    assert office.counter.ask("SELECT record_id, earlier_id, relation FROM version") == [
        (record, office.record, "corrects")
    ]
    assert office.counter.ask("SELECT record_id, reason FROM withdrawal") == [(office.record, "corrected")]
    payload = office.counter.ask("SELECT payload FROM event WHERE kind = 'objection_corrected'")[0][0]
    assert '{"field":"amount_fen","new":5000,"old":null}' in payload
    office.publish()
    assert office.public() == ["乌市监罚〔2024〕8号"]


def test_a_correction_goes_on_with_the_period_of_what_it_corrects(office: Casework) -> None:
    office.today = date(2026, 5, 4)
    record = office.penalised(document="乌市监罚〔2026〕3号", on="2026-04-07", kinds="没收违法所得")
    office.today = date(2026, 8, 3)

    corrected(office, raised(office, record=record), ("amount_fen", None, 5000))

    period = "SELECT shown_from, shown_until FROM publication WHERE retired_at IS NULL AND record_id > {}"
    assert office.counter.ask(period.format(record)) == [("2026-05-04", "2027-05-04")]
    office.publish()
    assert office.counter.ask(period.format(record)) == [("2026-05-04", "2027-05-04")]


def test_a_correction_is_told_to_those_who_keep_copies_as_one_and_without_names(office: Casework) -> None:
    record = corrected(office, raised(office), ("document", DOCUMENT, "乌市监罚〔2024〕8号"))
    with TestClient(create_app(office.database.place, today=lambda: office.today)) as client:
        feed = client.get("/v1/changes")

    gone, instead = feed.json()["changes"]
    assert {name: gone[name] for name in gone if name != "at"} == {
        "kind": "corrected", "id": str(office.record), "reason": "corrected", "replaced_by": str(record),
    }  # fmt: skip
    assert (instead["kind"], instead["id"], instead["subject"]) == ("added", str(record), A)
    assert FIRM not in feed.text


def test_a_correction_that_is_not_shown_takes_down_what_was_wrong(office: Casework) -> None:
    case = raised(office)
    office.take(
        office.open("shielding_proposed", {"code": A, "court": "中级人民法院", "document": "裁定1"}).case,
        "shielded",
        {"reason": "已核对"},
    )
    corrected(office, case, ("document", DOCUMENT, "乌市监罚〔2024〕8号"))
    office.publish()

    kinds = office.counter.ask("SELECT kind, reason FROM public_change ORDER BY id")
    assert kinds == [("added", None), ("withdrawn", "shielded")]


def test_the_wrong_version_delivered_again_stays_away(office: Casework) -> None:
    corrected(office, raised(office), ("document", DOCUMENT, "乌市监罚〔2024〕8号"))

    delivered(office.counter, penalty())
    office.publish()

    assert office.public() == ["乌市监罚〔2024〕8号"]


def test_an_upheld_objection_withdraws_the_item(office: Casework) -> None:
    case = raised(office)
    office.take(case, "objection_withdrawn", ANSWER)
    delivered(office.counter, penalty())
    office.publish()

    assert office.public() == []
    assert office.counter.ask("SELECT reason FROM withdrawal") == [("upheld",)]


def test_correcting_what_was_withdrawn_meanwhile_does_not_bring_it_back(office: Casework) -> None:
    case = raised(office)
    said = {"record": office.record, "what": "revoked", "document": "复议决定2", "body": "市政府"}
    office.take(office.open("revocation_reported", said).case, "revocation_confirmed", {"reason": "已核对"})

    corrected(office, case, ("document", DOCUMENT, "乌市监罚〔2024〕8号"))
    office.publish()

    assert office.public() == []


def test_two_objections_upheld_one_after_the_other_leave_neither_wrong_value(office: Casework) -> None:
    first, second = raised(office), raised(office, ground="2", document="异议申请2026-2")
    corrected(office, first, ("document", DOCUMENT, "乌市监罚〔2024〕8号"))
    assert office.disputed() == {"乌市监罚〔2024〕8号": office.today}  # the second one is open still

    record = corrected(office, second, ("amount_fen", None, 5000))

    assert office.public() == ["乌市监罚〔2024〕8号"]
    told = "SELECT document, amount_fen FROM record WHERE id = (SELECT max(record_id) FROM publication)"
    assert office.counter.ask(told) == [("乌市监罚〔2024〕8号", 5000)]
    assert office.counter.ask("SELECT record_id, earlier_id FROM version ORDER BY 1, 2")[-2:] == [
        (record, office.record), (record, (record or 0) - 1),
    ]  # fmt: skip
    office.publish()
    assert office.public() == ["乌市监罚〔2024〕8号"]


def test_a_new_version_from_its_source_stays_marked_until_the_objection_is_answered(office: Casework) -> None:
    case = raised(office)
    delivered(office.counter, penalty(content="停业五日"))
    office.publish()
    assert office.disputed() == {DOCUMENT: office.today}

    office.take(case, "objection_rejected", ANSWER)
    assert office.disputed() == {DOCUMENT: None}
    assert (
        office.state(raised(office, record=office.record + 1)).stage is Stage.EXAMINING
    )  # of another text, so not by reference


def test_whatever_a_case_decides_about_a_record_holds_for_what_corrects_it(office: Casework) -> None:
    said = {"record": office.record, "what": "revoked", "document": "复议决定2", "body": "市政府"}
    earlier = office.open("revocation_reported", said).case
    corrected(office, raised(office), ("document", DOCUMENT, "乌市监罚〔2024〕8号"))
    assert (
        office.case(raised(office, record=office.record)).record_id != office.record
    )  # under the number that its subject knows

    office.take(earlier, "revocation_confirmed", {"reason": "已核对"})

    assert office.public() == []
    assert office.state(earlier).stage is Stage.WITHDRAWN


@pytest.mark.parametrize(
    ("field", "old", "new"),
    [
        ("document", "别的文号", "乌市监罚〔2024〕8号"),
        ("uscc", "91150900000000190X", "91150900MA0N00001A"),
        ("decided_on", "2024-05-06", "去年"),
        ("classes", "warning", "dishonest"),
        ("amount_fen", None, -1),
        ("amount_fen", None, "5000"),
    ],
)
def test_what_reads_otherwise_or_cannot_read_so_is_not_corrected(
    office: Casework, field: str, old: Any, new: Any
) -> None:
    case = raised(office)

    with pytest.raises(CaseRefused):
        corrected(office, case, (field, old, new))
    assert office.public() == [DOCUMENT]
    assert office.state(case).stage is Stage.EXAMINING


def test_the_clock_runs_from_the_day_of_receipt_and_longer_with_the_source(office: Casework) -> None:
    case = raised(office, on="2026-02-27")
    (own,) = office.state(case).clocks
    office.take(case, "objection_source_asked", {"document": "核查函〔2026〕1号", "body": "市场监督管理局"})
    (with_source,) = office.state(case).clocks

    assert [str(clock.due and clock.due.on) for clock in (own, with_source)] == ["2026-03-03", "2026-03-09"]
    assert not with_source.overdue(date(2026, 3, 9))
    assert with_source.overdue(date(2026, 3, 10))


def test_the_same_objection_again_is_answered_by_the_earlier_answer(office: Casework) -> None:
    office.take(raised(office), "objection_rejected", ANSWER)
    again = raised(office)
    other_ground, with_evidence = raised(office, ground="3"), raised(office, new_evidence="新的送达回证")
    office.take(with_evidence, "objection_rejected", ANSWER)
    another = raised(office, reason="罚款金额有误")

    assert office.state(again)[::3] == (Stage.REFERRED, True)
    assert office.counter.ask("SELECT about, person_id, document FROM event WHERE kind = 'objection_referred'") == [
        (f"case:{again}", None, ANSWER["document"])
    ]
    assert office.state(with_evidence).stage is Stage.REJECTED
    assert [office.state(case).stage for case in (other_ground, another)] == [Stage.EXAMINING] * 2
    with pytest.raises(CaseRefused):
        office.take(other_ground, "objection_referred", {"earlier": 1, "document": "x"})


def test_an_objection_that_is_being_examined_is_not_raised_twice(office: Casework) -> None:
    raised(office)
    with pytest.raises(CaseRefused, match="case 1"):
        raised(office)
    with pytest.raises(CaseRefused, match="no record 99"):
        raised(office, record=99)
    with pytest.raises(CaseRefused, match="1 to 4"):
        raised(office, ground="5")
    with pytest.raises(BadQuery, match="fee"):
        raised(office, fee=100)


def test_whoever_is_not_public_objects_too(office: Casework) -> None:
    trader = code(3, front="92150900")
    registered(office.counter, (trader, "集宁区某某小吃店", "", "", "", "", ""))
    record = office.penalised(name="集宁区某某小吃店", code=trader, document="乌市监罚〔2024〕5号")
    raised(office, record=record)

    with office.database.session() as session:
        (view,) = case_views.listed(session, office.keys.auditor, office.book, on=office.today)
    assert (view.code, view.record) == (trader, record)


def test_who_received_an_objection_does_not_answer_it(office: Casework) -> None:
    said = {"record": office.record, "ground": "1", "document": "异议申请2026-1", "reason": "有误"}
    office.open("objection_raised", said, office.keys.both)

    with pytest.raises(FourEyes):
        office.take(1, "objection_rejected", ANSWER, office.keys.both)


def test_the_item_is_marked_at_once_for_as_long_as_it_is_examined(office: Casework) -> None:
    assert office.disputed() == {DOCUMENT: None}
    case = raised(office, on="2026-02-27")
    second = raised(office, ground="2")
    assert office.disputed() == {DOCUMENT: date(2026, 2, 27)}

    office.today += timedelta(days=1)
    office.take(case, "objection_rejected", ANSWER)
    assert office.disputed() == {DOCUMENT: date(2026, 3, 2)}
    office.take(second, "objection_rejected", ANSWER)
    raised(office)  # the same again: referred, not marked

    assert office.disputed() == {DOCUMENT: None}
