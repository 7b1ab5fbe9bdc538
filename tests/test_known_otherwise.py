"""What people have decided must not be shown does not come back because its subject is identified otherwise."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from registry.actions import review, subject_events
from registry.actions.recall import recall
from registry.vocabulary import Answer, Befell
from tests.casework import Casework, casework_in
from tests.receiving import code
from tests.standing import FIRM, FORMER, A, delivered, penalty, registered, standing
from tests.test_restorations import BODY, restoration, restored

NUMBER, NEW = "150900000012345", code(31)
WAITS = ("held", "withdrawn_before")
OTHERWISE: dict[str, dict[str, str]] = {
    "code": {"code": A},
    "organisation code": {"code": "", "organisation": A[8:17]},
    "registration number": {"code": "", "number": NUMBER},
    "name": {"code": ""},
    "former name": {"code": "", "name": FORMER},
}


@pytest.fixture
def office(home: str, tmp_path: Path) -> Iterator[Casework]:
    with casework_in(tmp_path, _numbered, sign=()) as opened:
        yield opened


def _numbered(office: Casework) -> None:
    registered(office.counter, (A, FIRM, NUMBER, "", "", FORMER, "2022-12-30"), (NEW, FIRM, "", "", "", "", ""))


def revoked(office: Casework, record: int) -> None:
    said = {"record": record, "what": "revoked", "document": "复议决定2", "body": "市政府"}
    office.take(office.open("revocation_reported", said).case, "revocation_confirmed", {"reason": "已核对"})


def replaced(office: Casework) -> None:
    """The firm's code gives way to a new one, by two people."""
    with office.database.session() as session:
        number = subject_events.propose(
            session, office.keys.maker, A, Befell.CODE_REPLACED, on=office.today, other=NEW, document="换照1",
            now=office.now(),
        ).number  # fmt: skip
        subject_events.confirm(session, office.keys.checker, number, now=office.now())


def outcomes(office: Casework) -> list[tuple[str, str | None]]:
    office.publish()
    return [(outcome, because) for _, outcome, because in standing(office.counter)]


@pytest.mark.parametrize("again", [*OTHERWISE])
def test_a_revoked_penalty_waits_however_it_is_delivered_again(office: Casework, again: str) -> None:
    revoked(office, office.penalised())

    delivered(office.counter, penalty(**{"content": "停业五日", **OTHERWISE[again]}))

    assert outcomes(office) == [WAITS]


@pytest.mark.parametrize("first", ["organisation code", "registration number", "former name"])
def test_one_that_two_people_linked_waits_when_it_comes_again_under_its_code(office: Casework, first: str) -> None:
    record = office.penalised(**OTHERWISE[first])
    for key in (office.keys.maker, office.keys.checker):
        with office.database.session() as session:
            review.judge(session, key, record, Answer.SAME, subject=A, reason="档案载明", now=office.now())
    assert outcomes(office) == [("shown", None)]
    revoked(office, record)

    delivered(office.counter, penalty(name=FIRM))

    assert outcomes(office) == [WAITS]


SHOWN = ("shown", None)
VERSIONS = "SELECT count(*) FROM version v JOIN record r ON r.id = v.record_id AND r.source = 'penalties'"


@pytest.mark.parametrize("first", ["organisation code", "registration number", "former name"])
@pytest.mark.parametrize("judged_last", [False, True])
def test_one_that_two_people_linked_is_shown_once_when_it_comes_again_under_its_code(
    office: Casework, first: str, *, judged_last: bool
) -> None:
    record = office.penalised(**OTHERWISE[first])
    if judged_last:
        delivered(office.counter, penalty(name=FIRM))
    for key in (office.keys.maker, office.keys.checker):
        with office.database.session() as session:
            event = review.judge(
                session, key, record, Answer.SAME, subject=A, reason="档案载明", now=office.now()
            ).event
    if not judged_last:
        assert outcomes(office) == [SHOWN]
        delivered(office.counter, penalty(name=FIRM))
    assert outcomes(office) == [SHOWN]
    assert office.counter.ask(VERSIONS) == [(1,)]

    with office.database.session() as session:
        review.undo(session, office.keys.checker, event, reason="有误", now=office.now())
    assert office.counter.ask(VERSIONS) == [(0,)]
    assert sorted(outcome for outcome, _ in outcomes(office)) == ["held", "shown"]


def confirmed(office: Casework, record: int) -> list[int]:
    """The events by which two people link a record to the firm."""
    events = []
    for key in (office.keys.maker, office.keys.checker):
        with office.database.session() as session:
            done = review.judge(session, key, record, Answer.SAME, subject=A, reason="档案载明", now=office.now())
            events.append(done.event)
    return events


def in_other_spellings(office: Casework, source: str) -> list[int]:
    """One decision, delivered twice without a code under like names that the firm never bore."""
    told = (("乌兰察布市鑫园商贸有限公司", BODY), ("内蒙古乌兰察布市鑫园商贸有限公司", source))
    return [office.penalised(name=name, code="", source=source) for name, source in told]


@pytest.mark.parametrize("source", [BODY, "集宁区应急管理局"])
@pytest.mark.parametrize("order", [(0, 1), (1, 0)])
def test_one_decision_under_two_like_names_is_shown_once_when_people_have_linked_both(
    office: Casework, source: str, order: tuple[int, int]
) -> None:
    waiting = in_other_spellings(office, source)
    events = [event for place in order for event in confirmed(office, waiting[place])]
    shown = [outcome for outcome, _ in outcomes(office)]
    assert shown.count("shown") == 1
    assert office.counter.ask(VERSIONS) == [(1,)]

    for event in events[-2:]:
        with office.database.session() as session:
            review.undo(session, office.keys.checker, event, reason="有误", now=office.now())
    assert office.counter.ask(VERSIONS) == [(0,)]
    assert sorted(outcome for outcome, _ in outcomes(office)) == ["held", "shown"]


@pytest.mark.parametrize("source", [BODY, "集宁区应急管理局"])
@pytest.mark.parametrize("order", [(0, 1), (1, 0)])
def test_what_must_not_be_shown_does_not_come_back_when_people_link_it_under_another_name(
    office: Casework, source: str, order: tuple[int, int]
) -> None:
    waiting = in_other_spellings(office, source)
    confirmed(office, waiting[order[0]])
    assert SHOWN in outcomes(office)
    revoked(office, waiting[order[0]])
    confirmed(office, waiting[order[1]])

    assert outcomes(office) == [WAITS]


def test_what_was_here_already_under_another_identifier_is_not_left_public(office: Casework) -> None:
    other = office.penalised(code="", organisation=A[8:17])
    record = office.penalised()
    revoked(office, record)

    assert outcomes(office) == [WAITS]
    told = (
        "SELECT v.record_id, v.earlier_id FROM version v JOIN record r ON r.id = v.record_id AND r.source = 'penalties'"
    )
    assert office.counter.ask(told) == [(other, record)]


@pytest.mark.parametrize("order", ["replaced, delivered", "delivered, replaced"])
def test_a_revoked_penalty_does_not_come_back_under_the_code_that_replaced_its_own(
    office: Casework, order: str
) -> None:
    revoked(office, office.penalised())

    for step in order.split(", "):
        if step == "replaced":
            replaced(office)
        else:
            delivered(office.counter, penalty(code=NEW))

    assert outcomes(office) == [WAITS]


def test_another_decision_is_shown_as_ever(office: Casework) -> None:
    revoked(office, office.penalised())

    delivered(
        office.counter, penalty(document="乌市监罚〔2024〕2号"), penalty(code=NEW, document="乌市监罚〔2024〕1号")
    )

    assert outcomes(office) == [("shown", None), ("shown", None)]


def granted(office: Casework, record: int) -> int:
    said: dict[str, Any] = {"record": record, "performance": "缴款凭证1", "commitment": "承诺书1"}
    case = office.open("restoration_applied", said).case
    office.take(case, "restoration_accepted", {})
    office.take(case, "restoration_granted", {"document": "信用修1", "authority": BODY, "reason": "已履行"})
    return case


def test_a_restoration_that_was_delivered_too_stays_when_false_papers_undo_the_one_of_here(office: Casework) -> None:
    record = office.penalised()
    office.today += timedelta(days=400)
    case = granted(office, record)
    restored(office.counter, restoration())

    office.take(case, "restoration_false_reported", {"document": "核查1", "reason": "材料虚假"})
    office.take(case, "restoration_undone", {"document": "撤修1", "reason": "属实"})

    assert [one for one in outcomes(office) if one[0] == "shown"] == []


def test_a_correction_comes_back_when_false_papers_undo_its_restoration(office: Casework) -> None:
    record = office.penalised()
    objection = {"record": record, "ground": "1", "document": "异议申请1", "reason": "金额有误"}
    case = office.open("objection_raised", objection).case
    changes = [{"field": "amount_fen", "old": None, "new": 5000}]
    answer = {"document": "答复1", "reason": "经核查", "changes": changes}
    office.take(case, "objection_corrected", answer)
    office.today += timedelta(days=400)
    case = granted(office, record)

    office.take(case, "restoration_false_reported", {"document": "核查1", "reason": "材料虚假"})
    office.take(case, "restoration_undone", {"document": "撤修1", "reason": "属实"})

    assert outcomes(office) == [("shown", None)]


def test_a_restoration_decided_here_stays_when_a_delivered_one_is_recalled(office: Casework) -> None:
    record = office.penalised()
    office.today += timedelta(days=400)
    mistaken = restored(office.counter, restoration())
    granted(office, record)

    recall(office.database, mistaken, key=office.keys.maker, reason="误报", now=office.now())

    assert [one for one in outcomes(office) if one[0] == "shown"] == []
