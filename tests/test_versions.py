"""A version of a decision that was withdrawn before waits until two people say what it is; then it does no more."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from litestar.testing import TestClient

from registry.actions.ruling import waiting
from registry.actions.why import why
from registry.api.app import create_app
from registry.errors import BadQuery, CaseRefused, FourEyes, NotPermitted
from registry.vocabulary import Stage
from tests.casework import Casework, casework_in
from tests.homes import place_in
from tests.restored import GRANT, PAPERS
from tests.standing import delivered, penalty, standing
from tests.terminal import chengxin
from tests.test_review_doors import bearer

NUMBER = "乌市监罚〔2024〕1号"
WAITS = [(NUMBER, "held", "withdrawn_before")]
SHOWN = [(NUMBER, "shown", None)]
AWAY = [(NUMBER, "unpublishable", "same_decision")]
REVOKED = {"what": "revoked", "document": "行政复议决定〔2026〕2号", "body": "市人民政府"}
SAYS: dict[str, Any] = {"answer": "new", "document": "核查函2026-4", "reason": "撤销后重新作出"}


@pytest.fixture
def office(home: str, tmp_path: Path) -> Iterator[Casework]:
    with casework_in(tmp_path, _another_version, sign=()) as opened:
        yield opened


def _another_version(office: Casework) -> None:
    """The penalty 2 was revoked; then 3 came, another version of it."""
    office.penalised()
    office.open("revocation_reported", {"record": office.record, **REVOKED})
    office.take(1, "revocation_confirmed", {"reason": "复议撤销"})
    again(office, "停业五日")


def nth(office: Casework, place: int) -> int:
    """The number of the record that came in this place; the company's registration was the first, the penalty the
    second."""
    return office.record - 2 + place


def says(office: Casework, **changed: Any) -> dict[str, Any]:
    return {"record": nth(office, 3), **SAYS, **changed}


def again(office: Casework, content: str) -> None:
    delivered(office.counter, penalty(content=content))
    office.publish()


def ruled(office: Casework, answer: str, **changed: Any) -> int:
    case = office.open("version_proposed", says(office, answer=answer, **changed)).case
    office.take(case, "version_confirmed", {"reason": "经核实"})
    return case


def told(office: Casework) -> list[tuple[Any, ...]]:
    return office.counter.ask("SELECT kind, first_id, reason, replaced_by FROM public_change ORDER BY id")


def test_a_version_of_what_was_withdrawn_waits_and_is_named_with_what_it_waits_for(office: Casework) -> None:
    assert standing(office.counter) == WAITS
    with office.database.session() as session:
        (one,) = waiting(session, office.keys.auditor)
        assert waiting(session, office.keys.auditor, after=nth(office, 3)) == []
        with pytest.raises(NotPermitted):
            waiting(session, office.keys.administrator)

    assert (one.record, one.document) == (nth(office, 3), NUMBER)
    assert [(earlier.record, earlier.reasons) for earlier in one.earlier] == [(office.record, ["revoked"])]


def test_a_decision_in_its_own_right_goes_to_the_law_at_once(office: Casework) -> None:
    case = office.open("version_proposed", says(office)).case
    assert (standing(office.counter), office.state(case).stage) == (WAITS, Stage.REPORTED)

    office.take(case, "version_confirmed", {"reason": "经核实"})

    assert (standing(office.counter), office.state(case).stage) == (SHOWN, Stage.OWN_DECISION)
    assert told(office) == [
        ("added", office.record, None, None),
        ("withdrawn", office.record, "revoked", None),
        ("added", nth(office, 3), None, None),
    ]
    office.publish()
    assert standing(office.counter) == SHOWN


def test_the_same_decision_stays_away_and_waits_no_more(office: Casework) -> None:
    case = ruled(office, "same")

    assert (standing(office.counter), office.state(case).stage) == (AWAY, Stage.SAME_DECISION)
    office.counter.ask("INSERT INTO unjudged (record_id) SELECT id FROM record WHERE source = 'penalties' RETURNING 1")
    office.publish()
    assert standing(office.counter) == AWAY
    with office.database.session() as session:
        assert waiting(session, office.keys.maker) == []


@pytest.mark.parametrize(("answer", "stands"), [("same", AWAY), ("new", SHOWN)])
def test_the_same_row_again_changes_nothing(office: Casework, answer: str, stands: list[tuple[Any, ...]]) -> None:
    ruled(office, answer)
    before = told(office)

    again(office, "停业五日")
    again(office, "停业十日")

    assert (standing(office.counter), told(office)) == (stands, before)


def test_who_proposed_does_not_confirm_and_both_say_why_and_on_what(office: Casework) -> None:
    for missing in ("document", "reason", "answer"):
        with pytest.raises(BadQuery):
            office.open("version_proposed", says(office, **{missing: None}))
    with pytest.raises(NotPermitted):
        office.open("version_proposed", says(office), office.keys.checker)
    case = office.open("version_proposed", says(office), office.keys.both).case
    with pytest.raises(FourEyes):
        office.take(case, "version_confirmed", {"reason": "经核实"}, office.keys.both)
    with pytest.raises(CaseRefused):  # one at a time
        office.open("version_proposed", says(office, answer="same"))
    office.take(case, "version_dismissed", {"reason": "依据不足"})

    assert (standing(office.counter), office.state(case).stage) == (WAITS, Stage.DISMISSED)
    assert ruled(office, "same") != case


def test_what_does_not_wait_for_this_is_not_ruled_on(office: Casework) -> None:
    with pytest.raises(CaseRefused):
        office.open("version_proposed", says(office, record=office.record))
    case = office.open("version_proposed", says(office)).case
    ruled_elsewhere = office.penalised(document="乌市监罚〔2024〕9号")
    with pytest.raises(CaseRefused):
        office.open("version_proposed", says(office, record=ruled_elsewhere))
    again(office, "停业一日")  # another version takes the place of the one that was proposed

    with pytest.raises(CaseRefused):
        office.take(case, "version_confirmed", {"reason": "经核实"})


@pytest.mark.parametrize(("answer", "stands"), [("same", AWAY), ("new", SHOWN)])
def test_two_people_take_a_ruling_back_and_it_waits_again(
    office: Casework, answer: str, stands: list[tuple[Any, ...]]
) -> None:
    case = ruled(office, answer)
    said = {"document": "复核意见1", "reason": "认定有误"}
    office.take(case, "version_undo_proposed", said)
    office.take(case, "version_undo_refused", {"reason": "认定无误"})
    assert standing(office.counter) == stands
    office.take(case, "version_undo_proposed", said, office.keys.both)
    with pytest.raises(FourEyes):
        office.take(case, "version_undone", {"reason": "属实"}, office.keys.both)
    office.take(case, "version_undone", {"reason": "属实"})

    assert (standing(office.counter), office.state(case).stage) == (WAITS, Stage.RULING_UNDONE)
    office.publish()
    assert standing(office.counter) == WAITS
    ruled(office, "new")
    assert standing(office.counter) == SHOWN


def test_a_version_after_a_decision_in_its_own_right_waits_and_takes_its_place_if_it_may(office: Casework) -> None:
    ruled(office, "new")
    again(office, "停业一日")
    assert standing(office.counter) == WAITS

    ruled(office, "new", record=nth(office, 4))

    assert standing(office.counter) == SHOWN
    assert told(office)[-2:] == [
        ("corrected", nth(office, 3), None, nth(office, 4)),
        ("added", nth(office, 4), None, None),
    ]


def test_a_decision_of_another_body_in_its_own_right_contradicts_nothing(office: Casework) -> None:
    delivered(office.counter, penalty(content="停业一年", body="丰镇市某局", source="丰镇市某局"))
    office.publish()
    ruled(office, "new")
    assert [row[1:] for row in standing(office.counter)] == [("shown", None), ("held", "withdrawn_before")]

    ruled(office, "new", record=nth(office, 4))

    assert standing(office.counter)[1][1:] == ("held", "conflicting_version")  # with 3, which nobody withdrew


def test_a_later_version_is_held_in_the_moment_in_which_an_earlier_one_is_withdrawn(office: Casework) -> None:
    number = office.penalised(document="乌市监罚〔2024〕7号")
    case = office.open("revocation_reported", {**REVOKED, "record": number}).case
    delivered(office.counter, penalty(document="乌市监罚〔2024〕7号", content="停业五日"))
    office.publish()
    assert office.public() == ["乌市监罚〔2024〕7号"]

    office.take(case, "revocation_confirmed", {"reason": "复议撤销"})

    assert office.public() == []
    assert told(office)[-1] == ("withdrawn", number + 1, "held", None)


@pytest.mark.parametrize(("answer", "back"), [("same", [5]), ("new", [4, 5])])
def test_what_comes_back_when_the_withdrawal_of_the_earlier_version_ends(
    office: Casework, answer: str, back: list[int]
) -> None:
    number = office.penalised(document="乌市监罚〔2024〕7号")
    restoration = office.open("restoration_applied", {**PAPERS, "record": number}).case
    office.take(restoration, "restoration_accepted", {})
    office.take(restoration, "restoration_granted", GRANT)
    delivered(office.counter, penalty(document="乌市监罚〔2024〕7号", content="停业五日"))
    office.publish()
    ruled(office, answer, record=number + 1)
    office.take(restoration, "restoration_false_reported", {"document": "举报1", "reason": "伪造"})
    office.take(restoration, "restoration_undone", {"document": "信用撤修〔2026〕1号", "reason": "伪造"})

    office.publish()

    shown = "SELECT record_id FROM publication WHERE retired_at IS NULL AND outcome = 'shown' ORDER BY 1"
    assert [record for (record,) in office.counter.ask(shown)] == [nth(office, place) for place in back]


def test_why_tells_what_was_held_and_by_which_event(office: Casework) -> None:
    ruled(office, "same")
    with office.database.session() as session:
        held = why(session, office.keys.auditor, str(nth(office, 3)), on=office.today, book=office.book)
        case = why(session, office.keys.auditor, "case:2", on=office.today, book=office.book)

    assert held.said.zh.startswith("不予公示：经认定与此前版本为同一决定")
    assert [(one.record, one.ruling) for one in held.versions] == [(office.record, "same")]
    assert held.versions[0].ruled_by == case.events[-1].event
    assert [one.kind for one in case.events] == ["version_proposed", "version_confirmed"]
    assert case.record
    assert case.record.id == nth(office, 3)


def test_over_http_and_at_the_terminal(office: Casework) -> None:
    keys, folder, third = office.keys, office.counter.folder, str(nth(office, 3))
    with TestClient(create_app(place_in(folder), today=lambda: office.today, now=office.now)) as client:
        listed = client.get("/v1/cases/versions", headers=bearer(keys.checker))
        refused = client.get("/v1/cases/versions")
        opened = client.post("/v1/cases", json={"step": "version_proposed", **says(office)}, headers=bearer(keys.maker))
        dismissed = client.post(
            "/v1/cases/2/steps",
            json={"step": "version_dismissed", "reason": "依据不足"},
            headers=bearer(keys.checker),
        )
    waits = chengxin(folder, "case", "versions", key=keys.auditor).stdout
    answer = ("--answer", "new", "--document", "核查函2026-4", "--reason", "重新作出")
    proposed = chengxin(folder, "case", "open", "version", third, *answer, key=keys.maker)
    decided = chengxin(folder, "case", "decide", "3", "version_confirmed", "--reason", "属实", key=keys.checker)
    why = chengxin(folder, "why", third, key=keys.auditor).stdout

    assert [one["record"] for one in listed.json()["items"]] == [int(third)]
    assert (refused.status_code, opened.status_code, dismissed.status_code) == (401, 201, 201)
    assert f"[{third}] penalties" in waits
    assert f"earlier version {office.record}: revoked" in waits
    assert (proposed.returncode, decided.returncode) == (0, 0), decided.stderr
    assert "held to be new" in why
    assert standing(office.counter) == SHOWN


def test_one_answer_is_given_for_all_versions_of_a_delivery_by_two_people_who_have_seen_how_many(
    office: Casework,
) -> None:
    keys, folder = office.keys, office.counter.folder
    office.penalised(document="乌市监罚〔2024〕2号")
    case = office.open("revocation_reported", {"record": nth(office, 4), **REVOKED}).case
    office.take(case, "revocation_confirmed", {"reason": "复议撤销"})
    rows = [penalty(document=f"乌市监罚〔2024〕{place}号", content="停业一日") for place in (1, 2, 3)]
    delivery = str(delivered(office.counter, *rows))
    office.publish()

    def rule(number: int, key: str, *said: str) -> str:
        done = chengxin(folder, "case", "rule", delivery, "--number", str(number), "--reason", "重报", *said, key=key)
        return done.stderr if done.returncode else ""

    proposing = ("--answer", "same", "--document", "核查函2026-5")
    listed = chengxin(folder, "case", "versions", "--delivery", delivery, key=keys.maker).stdout
    assert listed.count("[") == 2
    assert "case-refused" in rule(3, keys.maker, *proposing)
    assert "bad-query" in rule(2, keys.maker)
    assert "not-permitted" in rule(2, keys.checker, *proposing)
    assert rule(2, keys.both, *proposing) == ""
    assert "case-refused" in rule(2, keys.maker, *proposing)  # all have an answer
    assert "four-eyes" in rule(2, keys.both, "--decide", "confirm")
    assert "case-refused" in rule(1, keys.checker, "--decide", "confirm")
    assert rule(2, keys.checker, "--decide", "confirm") == ""

    of_delivery = [(document, *rest) for document, *rest in standing(office.counter)[-3:]]
    assert of_delivery == [
        ("乌市监罚〔2024〕1号", "unpublishable", "same_decision"),
        ("乌市监罚〔2024〕2号", "unpublishable", "same_decision"),
        ("乌市监罚〔2024〕3号", "shown", None),
    ]
    assert office.counter.ask("SELECT count(*) FROM event WHERE kind = 'version_confirmed'") == [(2,)]
