"""Two bodies deliver one decision with different content: the later one waits until two people say what it is."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from registry.actions.ruling import waiting
from registry.errors import CaseRefused
from registry.vocabulary import Stage
from tests.casework import Casework, casework_in
from tests.homes import SQLITE, living_in
from tests.standing import delivered, penalty
from tests.terminal import chengxin

SAYS = {"document": "核查函2026-4", "reason": "经向两单位核实"}
OTHER = "丰镇市某局"


@pytest.fixture
def office(home: str, tmp_path: Path) -> Iterator[Casework]:
    with casework_in(tmp_path, sign=()) as opened:
        contradicted(opened)
        yield opened


def contradicted(office: Casework) -> None:
    """The first version stands; the second, of another body, contradicts it."""
    office.penalised()
    deliver(office, "停业五日", OTHER)


def deliver(office: Casework, content: str, body: str) -> None:
    delivered(office.counter, penalty(content=content, body=body, source=body))
    office.publish()


def stand(office: Casework) -> list[tuple[str, str | None]]:
    """What becomes of each version that is not retired, by the order in which they came."""
    told = "SELECT outcome, because FROM publication WHERE retired_at IS NULL AND record_id >= {} ORDER BY record_id"
    return [(outcome, because) for outcome, because in office.counter.ask(told.format(office.record))]


SHOWN = ("shown", None)
WAITS = [SHOWN, ("held", "conflicting_version")]


def ruled(office: Casework, answer: str, place: int = 1) -> int:
    said: dict[str, Any] = {"record": office.record + place, "answer": answer, **SAYS}
    case = office.open("version_proposed", said).case
    office.take(case, "version_confirmed", {"reason": "经核实"})
    return case


def undone(office: Casework, case: int) -> None:
    office.take(case, "version_undo_proposed", SAYS)
    office.take(case, "version_undone", {"reason": "属实"})


def derived_anew(office: Casework) -> list[tuple[str, str | None]]:
    office.counter.ask("INSERT INTO unjudged (record_id) SELECT id FROM record WHERE source = 'penalties' RETURNING 1")
    office.publish()
    return stand(office)


def test_it_is_listed_with_the_version_that_it_contradicts(office: Casework) -> None:
    with office.database.session() as session:
        (one,) = waiting(session, office.keys.auditor)
    listed = chengxin(office.counter.folder, "case", "versions", key=office.keys.auditor).stdout

    assert stand(office) == WAITS
    assert (one.record, one.by) == (office.record + 1, OTHER)
    assert [(earlier.record, earlier.reasons) for earlier in one.earlier] == [(office.record, [])]
    assert f"earlier version {office.record}: stands, with other content" in listed


@pytest.mark.parametrize(
    ("answer", "then", "stage"),
    [
        ("same", [SHOWN, ("unpublishable", "same_decision")], Stage.SAME_DECISION),
        ("new", [SHOWN, SHOWN], Stage.OWN_DECISION),
        ("replaces", [SHOWN], Stage.REPLACES_EARLIER),
    ],
)
def test_what_is_held_counts_at_once_and_until_it_is_taken_back(
    office: Casework, answer: str, then: list[tuple[str, str | None]], stage: Stage
) -> None:
    case = ruled(office, answer)

    assert (stand(office), office.state(case).stage) == (then, stage)
    assert derived_anew(office) == then
    with office.database.session() as session:
        assert waiting(session, office.keys.maker) == []

    undone(office, case)

    assert stand(office) == WAITS
    assert derived_anew(office) == WAITS


def test_what_replaces_the_earlier_version_is_told_to_those_who_took_that(office: Casework) -> None:
    ruled(office, "replaces")

    told = office.counter.ask("SELECT kind, first_id, replaced_by FROM public_change ORDER BY id DESC LIMIT 2")
    assert sorted(told) == [("added", office.record + 1, None), ("corrected", office.record, office.record + 1)]
    shown = "SELECT record_id FROM publication WHERE retired_at IS NULL AND outcome = 'shown'"
    assert office.counter.ask(shown) == [(office.record + 1,)]


@pytest.mark.parametrize(("answer", "begins"), [("replaces", "2026-05-04"), ("new", "2026-08-03")])
def test_what_replaces_the_earlier_version_goes_on_with_its_period_and_a_decision_of_its_own_has_its_own(
    office: Casework, answer: str, begins: str
) -> None:
    office.today = date(2026, 5, 4)
    own = {"document": "乌市监罚〔2026〕3号", "on": "2026-04-07"}
    delivered(office.counter, penalty(**own))
    office.publish()
    delivered(office.counter, penalty(content="停业五日", body=OTHER, source=OTHER, **own))
    office.publish()
    office.today = date(2026, 8, 3)
    shown = "SELECT shown_from FROM publication WHERE retired_at IS NULL AND outcome = 'shown' ORDER BY record_id DESC"

    ((newest,),) = office.counter.ask("SELECT max(id) FROM record")
    case = ruled(office, answer, newest - office.record)

    assert office.counter.ask(shown)[0] == (begins,)
    office.today = date(2026, 9, 7)
    derived_anew(office)
    assert office.counter.ask(shown)[0] == (begins,)
    undone(office, case)
    assert office.counter.ask(shown)[0] == ("2026-05-04",)


def test_a_further_version_of_the_replaced_one_is_not_shown_beside_its_successor(office: Casework) -> None:
    ruled(office, "replaces")
    deliver(office, "停业九日", "市市场监督管理局")

    assert stand(office)[-1] == ("held", "conflicting_version")
    assert stand(office).count(SHOWN) == 1


def test_the_same_decision_stays_away_when_the_earlier_version_is_revoked(office: Casework) -> None:
    ruled(office, "same")
    said = {"record": office.record, "what": "revoked", "document": "行政复议决定〔2026〕2号", "body": "市人民政府"}
    case = office.open("revocation_reported", said).case
    office.take(case, "revocation_confirmed", {"reason": "复议撤销"})

    assert stand(office) == [("unpublishable", "same_decision")]


def test_what_was_withdrawn_cannot_be_replaced(office: Casework) -> None:
    said = {"record": office.record, "what": "revoked", "document": "行政复议决定〔2026〕2号", "body": "市人民政府"}
    case = office.open("revocation_reported", said).case
    office.take(case, "revocation_confirmed", {"reason": "复议撤销"})
    assert stand(office) == [("held", "withdrawn_before")]

    with pytest.raises(CaseRefused):
        ruled(office, "replaces")

    ruled(office, "new")
    assert stand(office) == [SHOWN]


def test_a_successor_waits_again_when_what_it_replaced_is_withdrawn(office: Casework) -> None:
    ruled(office, "replaces")
    said = {"what": "revoked", "document": "行政复议决定〔2026〕2号", "body": "市人民政府"}
    delivered(office.counter, penalty(content="停业五日", body=OTHER, source=OTHER))
    case = office.open("revocation_reported", {**said, "record": office.record}).case
    office.take(case, "revocation_confirmed", {"reason": "复议撤销"})
    assert stand(office) == [("held", "withdrawn_before")]

    ruled(office, "same")

    assert stand(office) == [("unpublishable", "same_decision")]
    assert derived_anew(office) == [("unpublishable", "same_decision")]


DELIVERY = st.tuples(
    st.sampled_from(["停业三日", "停业五日", "停业九日"]), st.sampled_from(["市市场监督管理局", OTHER, "第三局"])
)
ACT = st.one_of(DELIVERY, st.sampled_from(["same", "new", "replaces", "undo"]))


@settings(max_examples=settings().max_examples // 16)
@given(st.lists(ACT, min_size=3, max_size=9))
def test_one_decision_is_shown_once_unless_two_people_said_that_it_is_several(
    acts: list[tuple[str, str] | str],
) -> None:
    with living_in(SQLITE), TemporaryDirectory() as folder, casework_in(Path(folder), sign=()) as office:
        office.penalised()
        cases: list[int] = []
        apart = 0
        for act in acts:
            if isinstance(act, tuple):
                deliver(office, *act)
            elif act == "undo" and cases:
                undone(office, cases.pop())
            else:
                with office.database.session() as session:
                    waits = waiting(session, office.keys.maker)
                if waits and act != "undo":
                    cases.append(ruled(office, act, waits[0].record - office.record))
                    apart += act == "new"
            now = stand(office)

            assert 1 <= now.count(SHOWN) <= 1 + apart
            assert derived_anew(office) == now
