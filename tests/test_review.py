"""Review: who may answer what, what an answer does to what is public, and that undoing it gives back what was."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from registry.actions import audit
from registry.actions.link import link
from registry.actions.review import Judged, judge, undo
from registry.errors import Contradicted, FourEyes, JudgementRefused, KeyRefused, NotPermitted, TwoCodes
from registry.vocabulary import Answer, SourceKind
from tests.office_people import Keys
from tests.receiving import NOW, Counter, code, csv_text, office_in
from tests.standing import FIRM, A, delivered, now, penalty, registered, settled, standing

B, OTHER = code(7), "乌兰察布市鑫源物资有限公司"
WRONG = "乌兰察布市鑫沅商贸有限公司"
HONOUR = ("纳税人名称", "统一社会信用代码", "评价年度", "主管税务机关")


@pytest.fixture
def office(home: str, tmp_path: Path) -> Iterator[tuple[Counter, Keys]]:
    with office_in(tmp_path, _two_firms) as opened:
        yield opened


def _two_firms(counter: Counter) -> None:
    registered(counter, (A, FIRM, "150900000012345", "", "", "", ""), (B, OTHER, "", "", "", "", ""))


@pytest.fixture
def counter(office: tuple[Counter, Keys]) -> Counter:
    return office[0]


@pytest.fixture
def keys(office: tuple[Counter, Keys]) -> Keys:
    return office[1]


def answered(counter: Counter, key: str | None, record: int, answer: Answer, **about: Any) -> Judged:
    with counter.desk.database.session() as session:
        return judge(session, key, record, answer, reason="核对过登记档案", now=now(), **about)


def undone(counter: Counter, key: str | None, event: int) -> int:
    with counter.desk.database.session() as session:
        return undo(session, key, event, reason="误判", now=now())


def records(counter: Counter) -> list[int]:
    return [number for (number,) in counter.ask("SELECT id FROM record WHERE source <> 'subjects' ORDER BY id")]


def links(counter: Counter) -> list[tuple[Any, ...]]:
    """What links stand and which records wait: all that a judgement may change."""
    held = counter.ask(
        "SELECT record_id, subject_id, how, state, because FROM {links} l WHERE retired_at IS NULL ORDER BY 1"
    )
    return [*held, *counter.ask("SELECT record_id FROM unlinked ORDER BY 1")]


def test_a_negative_link_takes_a_maker_and_another_person_as_checker(counter: Counter, keys: Keys) -> None:
    delivered(counter, penalty(code="", number="150900000012345"))
    settled(counter)
    (record,) = records(counter)
    assert standing(counter)[0][1:] == ("held", "link_unconfirmed")

    first = answered(counter, keys.maker, record, Answer.SAME)
    settled(counter)
    assert (first.role, first.confirmed, first.waiting) == ("maker", 0, 1)
    assert standing(counter)[0][1:] == ("held", "checker_awaited")

    second = answered(counter, keys.checker, record, Answer.SAME)
    settled(counter)
    assert (second.role, second.confirmed, second.waiting) == ("checker", 1, 0)
    assert standing(counter)[0][1:] == ("shown", None)


def test_a_name_that_disagrees_is_shown_once_two_people_have_confirmed_it(counter: Counter, keys: Keys) -> None:
    delivered(counter, penalty(name=WRONG))
    settled(counter)
    (record,) = records(counter)
    assert standing(counter)[0][1:] == ("held", "name_disagrees")

    answered(counter, keys.both, record, Answer.SAME)
    with pytest.raises(FourEyes):
        answered(counter, keys.both, record, Answer.SAME)
    settled(counter)
    assert standing(counter)[0][1:] == ("held", "checker_awaited")
    answered(counter, keys.checker, record, Answer.SAME)
    settled(counter)

    assert standing(counter)[0][1:] == ("shown", None)


def test_two_makers_are_no_maker_and_checker(counter: Counter, keys: Keys) -> None:
    delivered(counter, penalty(name=WRONG))
    (record,) = records(counter)

    answered(counter, keys.maker, record, Answer.SAME)
    done = answered(counter, keys.other_maker, record, Answer.SAME)
    settled(counter)

    assert (done.role, done.confirmed) == ("maker", 0)
    assert standing(counter)[0][1:] == ("held", "checker_awaited")


def test_a_checker_does_not_come_first(counter: Counter, keys: Keys) -> None:
    delivered(counter, penalty(name=WRONG))

    with pytest.raises(FourEyes):
        answered(counter, keys.checker, records(counter)[0], Answer.SAME)


def test_only_makers_and_checkers_judge(counter: Counter, keys: Keys) -> None:
    delivered(counter, penalty(name=WRONG))
    (record,) = records(counter)

    for key, refusal in ((None, KeyRefused), (keys.auditor, NotPermitted), (keys.administrator, NotPermitted)):
        with pytest.raises(refusal):
            answered(counter, key, record, Answer.SAME)
    with counter.desk.database.session() as session, pytest.raises(JudgementRefused):
        judge(session, keys.maker, record, Answer.SAME, reason=" ", now=NOW)
    assert counter.ask("SELECT count(*) FROM judgement") == [(0,)]


def test_a_record_that_does_not_wait_is_not_judged(counter: Counter, keys: Keys) -> None:
    delivered(counter, penalty())

    for record in (records(counter)[0], 999):
        with pytest.raises(JudgementRefused):
            answered(counter, keys.maker, record, Answer.DIFFERENT)


def test_one_answer_covers_all_that_waits_under_the_same_name_and_code(counter: Counter, keys: Keys) -> None:
    delivered(counter, *[penalty(name=WRONG, document=f"乌市监罚〔2024〕{n}号") for n in range(3)])
    delivered(counter, penalty(name=OTHER, document="乌市监罚〔2024〕9号"))
    first = records(counter)[0]

    assert answered(counter, keys.maker, first, Answer.SAME).records == 3
    assert answered(counter, keys.checker, first, Answer.SAME).confirmed == 3
    settled(counter)

    assert [row[1] for row in standing(counter)] == ["shown"] * 3 + ["held"]


def test_what_came_after_the_maker_is_not_confirmed_by_the_checker(counter: Counter, keys: Keys) -> None:
    delivered(counter, penalty(name=WRONG))
    answered(counter, keys.maker, records(counter)[0], Answer.SAME)
    delivered(counter, penalty(name=WRONG, document="乌市监罚〔2024〕2号"))

    assert answered(counter, keys.checker, records(counter)[0], Answer.SAME).records == 1
    settled(counter)

    assert [row[1] for row in standing(counter)] == ["shown", "held"]


def test_an_honour_takes_one_person(counter: Counter, keys: Keys) -> None:
    counter.take(
        csv_text(HONOUR, (WRONG, A, "2025", "税务局")),
        SourceKind.HONOURS, name="honours.csv",
    )  # fmt: skip
    (record,) = records(counter)
    assert links(counter)[0][2:] == ("code", "review", "name_disagrees")

    assert answered(counter, keys.maker, record, Answer.SAME).confirmed == 1
    assert links(counter)[0][2:] == ("maker", "confirmed", None)


def test_different_is_remembered_and_no_run_of_linking_links_them_again(counter: Counter, keys: Keys) -> None:
    delivered(counter, penalty(name=WRONG))
    done = answered(counter, keys.maker, records(counter)[0], Answer.DIFFERENT)
    settled(counter)
    assert standing(counter)[0][1:] == ("held", "unlinked")

    link(counter.desk.database, now=now())
    delivered(counter, penalty(name=WRONG, document="乌市监罚〔2024〕2号"))
    settled(counter)
    assert [row[1:] for row in standing(counter)] == [("held", "unlinked")] * 2
    assert counter.ask("SELECT count(*) FROM {links} l WHERE retired_at IS NULL") == [(0,)]

    undone(counter, keys.maker, done.event)
    settled(counter)
    assert [row[1:] for row in standing(counter)] == [("held", "name_disagrees")] * 2


def test_undoing_gives_back_exactly_what_was(counter: Counter, keys: Keys) -> None:
    delivered(counter, penalty(name=WRONG), penalty(code="", document="乌市监罚〔2024〕2号"))
    settled(counter)
    coded, codeless = records(counter)
    before, shown = links(counter), standing(counter)
    events = [
        answered(counter, keys.maker, coded, Answer.SAME).event,
        answered(counter, keys.checker, coded, Answer.SAME).event,
        answered(counter, keys.maker, codeless, Answer.SAME, subject=A).event,
        answered(counter, keys.checker, codeless, Answer.SAME, subject=A).event,
    ]
    settled(counter)
    assert [row[1] for row in standing(counter)] == ["shown", "shown"]

    for event in (events[0], events[3], events[2], events[1]):
        undone(counter, keys.checker, event)
        settled(counter)

    assert links(counter) == before
    assert standing(counter) == shown


def test_one_half_undone_takes_the_publication_away(counter: Counter, keys: Keys) -> None:
    delivered(counter, penalty(code=""))
    (record,) = records(counter)
    maker = answered(counter, keys.maker, record, Answer.SAME, subject=A).event
    answered(counter, keys.checker, record, Answer.SAME, subject=A)
    settled(counter)

    undone(counter, keys.maker, maker)
    settled(counter)

    assert standing(counter)[0][1:] == ("held", "link_unconfirmed")


def test_an_answer_is_undone_by_who_gave_it_or_by_a_checker_and_once(counter: Counter, keys: Keys) -> None:
    delivered(counter, penalty(name=WRONG))
    event = answered(counter, keys.maker, records(counter)[0], Answer.SAME).event

    with pytest.raises(NotPermitted):
        undone(counter, keys.other_maker, event)
    undone(counter, keys.checker, event)
    with pytest.raises(JudgementRefused):
        undone(counter, keys.checker, event)


def test_a_record_with_a_code_is_never_another_codes(counter: Counter, keys: Keys) -> None:
    delivered(counter, penalty(name=OTHER))

    with pytest.raises(TwoCodes):
        answered(counter, keys.maker, records(counter)[0], Answer.SAME, subject=B)


def test_a_record_without_a_code_does_not_lead_from_one_code_to_another(counter: Counter, keys: Keys) -> None:
    names = ("鑫源商贸公司", "集宁鑫源商贸公司")
    delivered(counter, *[penalty(name=name, code="", document=f"乌市监罚〔2024〕{name}号") for name in names])
    left, right = records(counter)
    answered(counter, keys.maker, left, Answer.SAME, other=right)
    answered(counter, keys.maker, left, Answer.SAME, subject=A)

    with pytest.raises(TwoCodes):
        answered(counter, keys.maker, right, Answer.SAME, subject=B)
    with pytest.raises(TwoCodes):
        answered(counter, keys.other_maker, left, Answer.SAME, subject=B)


def test_what_one_held_to_be_different_another_cannot_put_together_before_it_is_undone(
    counter: Counter, keys: Keys
) -> None:
    delivered(counter, penalty(code=""))
    (record,) = records(counter)
    event = answered(counter, keys.maker, record, Answer.DIFFERENT, subject=A).event

    with pytest.raises(Contradicted):
        answered(counter, keys.checker, record, Answer.SAME, subject=A)
    undone(counter, keys.checker, event)
    answered(counter, keys.other_maker, record, Answer.SAME, subject=A)


def test_a_checker_who_disagrees_stops_the_link(counter: Counter, keys: Keys) -> None:
    delivered(counter, penalty(code=""))
    (record,) = records(counter)
    answered(counter, keys.maker, record, Answer.SAME, subject=A)
    assert links(counter) == [(record, 1, "maker", "review", "checker_awaited")]

    answered(counter, keys.checker, record, Answer.DIFFERENT, subject=A)

    assert links(counter) == [(record,)]


def test_what_was_confirmed_by_people_stays_when_the_register_comes_again(counter: Counter, keys: Keys) -> None:
    delivered(counter, penalty(name=WRONG))
    (record,) = records(counter)
    answered(counter, keys.maker, record, Answer.SAME)
    answered(counter, keys.checker, record, Answer.SAME)

    registered(counter, (A, FIRM, "150900000012345", "", "2026-01-01", "", ""))
    settled(counter)

    assert standing(counter)[0][1:] == ("shown", None)


def test_a_proposal_stands_when_the_register_comes_again_with_nothing_that_settles_it(
    counter: Counter, keys: Keys
) -> None:
    delivered(counter, penalty(name=WRONG), penalty(code="", document="乌市监罚〔2024〕2号"))
    coded, codeless = records(counter)
    answered(counter, keys.maker, coded, Answer.SAME)
    answered(counter, keys.maker, codeless, Answer.SAME, subject=A)
    before = links(counter)

    registered(counter, (A, FIRM, "150900000012345", "", "2026-01-01", "", ""))
    settled(counter)

    assert links(counter) == before
    assert [row[1:] for row in standing(counter)] == [("held", "checker_awaited")] * 2


def test_a_proposal_gives_way_to_an_identifier_that_settles_the_matter(counter: Counter, keys: Keys) -> None:
    delivered(counter, penalty(name=WRONG))
    event = answered(counter, keys.maker, records(counter)[0], Answer.SAME).event

    registered(counter, (A, WRONG, "", "", "2026-01-01", FIRM, "2026-01-01"))
    settled(counter)
    assert links(counter)[0][2:] == ("code", "confirmed", None)

    undone(counter, keys.maker, event)
    settled(counter)
    assert links(counter)[0][2:] == ("code", "confirmed", None)
    assert standing(counter)[0][1:] == ("shown", None)


def test_every_answer_is_in_the_ledger(counter: Counter, keys: Keys) -> None:
    delivered(counter, penalty(name=WRONG))
    (record,) = records(counter)
    event = answered(counter, keys.maker, record, Answer.UNSURE).event
    undone(counter, keys.maker, event)

    told = counter.ask("SELECT kind, about, person_id, reason FROM event WHERE kind LIKE 'judge%' ORDER BY id")
    assert told == [
        ("judged", f"record:{record}", 2, "核对过登记档案"),
        ("judgement_undone", f"event:{event}", 2, "误判"),
    ]
    with counter.desk.database.session() as session:
        assert audit.verify(session).events == 8
