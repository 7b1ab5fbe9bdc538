"""What takes the place of what: a decision delivered again, its versions, recalls, and the period that goes on."""

from datetime import date

import pytest

from registry.actions.recall import recall
from registry.errors import KeyRefused, NotPermitted, UnknownDelivery
from tests.office_people import let_in
from tests.receiving import Counter, code, csv_text
from tests.standing import (
    FIRM,
    FORMER,
    PENALTY,
    A,
    delivered,
    now,
    penalty,
    registered,
    settled,
    standing,
)


def test_the_same_decision_from_another_file_is_a_duplicate_with_both_provenances(counter: Counter) -> None:
    first = delivered(counter, penalty())
    receipt = counter.take(csv_text(PENALTY, penalty(document="乌市监罚［2024］１号 ")), name="again.csv")

    assert (receipt.counts.accepted, receipt.counts.duplicate) == (0, 1)
    assert counter.ask("SELECT delivery_id FROM record") == [(first,)]
    assert counter.ask("SELECT p.delivery_id, p.line FROM provenance p") == [(receipt.delivery, 2)]


def test_a_changed_decision_of_the_same_source_body_supersedes(counter: Counter) -> None:
    registered(counter, (A, FIRM, "", "", "", "", ""))
    delivered(counter, penalty(content="停业十日"))
    settled(counter)
    delivered(counter, penalty(content="停业五日"))
    settled(counter)

    current = counter.ask(
        """SELECT r.content, p.outcome FROM publication p JOIN record r ON r.id = p.record_id
        WHERE p.retired_at IS NULL"""
    )
    assert current == [("停业五日", "shown")]
    assert counter.ask("SELECT retired_because FROM publication WHERE retired_at IS NOT NULL") == [("superseded",)]


def test_another_source_body_cannot_change_a_decision_its_version_waits(counter: Counter) -> None:
    registered(counter, (A, FIRM, "", "", "", "", ""))
    delivered(counter, penalty())
    delivered(counter, penalty(content="停业一年", source="丰镇市某局"))

    settled(counter)

    assert [row[1:] for row in standing(counter)] == [("shown", None), ("held", "conflicting_version")]


def test_a_recall_takes_back_what_only_that_delivery_brought_and_the_version_before_returns(counter: Counter) -> None:
    registered(counter, (A, FIRM, "", "", "", "", ""))
    delivered(counter, penalty(content="停业十日"))
    settled(counter)
    mistaken = delivered(counter, penalty(content="停业一年"))
    settled(counter)

    taken = recall(counter.desk.database, mistaken, reason="错报", now=now())
    settled(counter)

    assert (taken.withdrawn, taken.retired) == (1, 1)
    shown = counter.ask(
        """SELECT r.content FROM publication p JOIN record r ON r.id = p.record_id
        WHERE p.retired_at IS NULL AND p.outcome = 'shown'"""
    )
    assert shown == [("停业十日",)]
    assert recall(counter.desk.database, mistaken, reason="错报", now=now()).already


def test_a_recalled_decision_stays_hidden_when_it_comes_again_and_a_new_version_of_it_waits(counter: Counter) -> None:
    registered(counter, (A, FIRM, "", "", "", "", ""))
    mistaken = delivered(counter, penalty())
    settled(counter)
    recall(counter.desk.database, mistaken, reason="错报", now=now())

    again = counter.take(csv_text(PENALTY, penalty(), penalty(document="乌市监罚〔2024〕9号")), name="again.csv")
    delivered(counter, penalty(content="停业一年"))
    settled(counter)

    assert again.counts.duplicate == 1
    assert [(row[0], row[1], row[2]) for row in standing(counter)] == [
        ("乌市监罚〔2024〕9号", "shown", None),
        ("乌市监罚〔2024〕1号", "held", "withdrawn_before"),
    ]


def test_a_record_that_another_delivery_brought_too_survives_the_recall(counter: Counter) -> None:
    registered(counter, (A, FIRM, "", "", "", "", ""))
    first = delivered(counter, penalty())
    counter.take(csv_text(PENALTY, penalty(), penalty(document="乌市监罚〔2024〕2号")), name="other.csv")
    settled(counter)

    taken = recall(counter.desk.database, first, reason="错报", now=now())
    settled(counter)

    assert taken.withdrawn == 0
    assert len(standing(counter)) == 2


def test_recalling_a_register_file_leaves_its_subjects_provisional_and_their_penalties_held(counter: Counter) -> None:
    registered(counter, (A, FIRM, "", "", "", "", ""))
    delivered(counter, penalty())
    settled(counter)

    recall(counter.desk.database, 1, reason="错报", now=now())
    settled(counter)

    assert standing(counter)[0][1:] == ("held", "provisional_subject")


@pytest.mark.parametrize("order", [(0, 1), (1, 0)])
def test_a_subject_that_two_recalled_deliveries_registered_keeps_nothing_of_them(
    counter: Counter, order: tuple[int, int]
) -> None:
    row, other = (
        (A, FIRM, "150900000012345", "2015-01-02", "2020-01-01", "", ""),
        (code(31), FORMER, "", "", "", "", ""),
    )
    registered(counter, row)
    registered(counter, row, other)
    delivered(counter, penalty())
    settled(counter)
    deliveries = [number for (number,) in counter.ask("SELECT id FROM delivery WHERE source = 'subjects' ORDER BY id")]
    asked = f"SELECT provisional, approved_on, registration_number FROM subject WHERE uscc = '{A}'"  # noqa: S608

    recall(counter.desk.database, deliveries[order[0]], reason="错报", now=now())
    settled(counter)
    assert [(bool(one[0]), *one[1:]) for one in counter.ask(asked)] == [(False, "2020-01-01", "150900000012345")]
    assert standing(counter)[0][1:] == ("shown", None)

    recall(counter.desk.database, deliveries[order[1]], reason="错报", now=now())
    settled(counter)
    assert [(bool(one[0]), *one[1:]) for one in counter.ask(asked)] == [(True, None, None)]
    assert standing(counter)[0][1:] == ("held", "provisional_subject")


def test_where_people_decide_a_maker_recalls_and_the_ledger_says_so_once(counter: Counter) -> None:
    registered(counter, (A, FIRM, "", "", "", "", ""))
    mistaken = delivered(counter, penalty())
    settled(counter)
    keys = let_in(counter.desk.database, now())
    for key, refusal in ((None, KeyRefused), (keys.checker, NotPermitted)):
        with pytest.raises(refusal):
            recall(counter.desk.database, mistaken, key=key, reason="错报", now=now())
    assert len(standing(counter)) == 1

    recall(counter.desk.database, mistaken, key=keys.maker, reason="错报", now=now())
    recall(counter.desk.database, mistaken, key=keys.maker, reason="错报", now=now())

    told = counter.ask(
        """SELECT e.kind, e.about, e.reason, r.document FROM withdrawal w JOIN event e ON e.id = w.event_id
        JOIN record r ON r.id = w.record_id"""
    )
    assert told == [("delivery_recalled", f"delivery:{mistaken}", "错报", "乌市监罚〔2024〕1号")]
    assert counter.ask("SELECT count(*) FROM event WHERE kind = 'delivery_recalled'") == [(1,)]


def test_a_recall_of_no_delivery_is_refused(counter: Counter) -> None:
    with pytest.raises(UnknownDelivery):
        recall(counter.desk.database, 99, reason="", now=now())


def test_publishing_again_changes_nothing(counter: Counter) -> None:
    registered(counter, (A, FIRM, "", "", "", "", ""))
    delivered(counter, penalty(), penalty(document="2号", code=""), penalty(document="3号", kinds="警告"))
    first = settled(counter)
    rows = counter.ask("SELECT * FROM publication ORDER BY record_id, recorded_at")

    second = settled(counter, on=date(2027, 3, 1))

    assert (first.judged, second.judged) == (3, 0)
    assert counter.ask("SELECT * FROM publication ORDER BY record_id, recorded_at") == rows


def test_a_period_that_starts_with_publication_keeps_its_first_day(counter: Counter) -> None:
    registered(counter, (A, FIRM, "", "", "", "", ""))
    delivered(counter, penalty(on="2026-05-06"))

    settled(counter, on=date(2026, 6, 1))
    registered(counter, (A, FORMER, "", "", "2026-08-01", FIRM, "2026-08-01"))
    settled(counter, on=date(2026, 9, 1))

    assert counter.ask("SELECT shown_from, shown_until FROM publication WHERE retired_at IS NULL") == [
        ("2026-06-01", "2029-06-01")
    ]


@pytest.mark.parametrize("together", [True, False])
def test_a_version_that_takes_the_place_of_another_goes_on_with_its_period(counter: Counter, *, together: bool) -> None:
    registered(counter, (A, FIRM, "", "", "", "", ""))
    delivered(counter, penalty(on="2026-05-06"))
    settled(counter, on=date(2026, 6, 1))
    delivered(counter, penalty(on="2026-05-06", content="停业五日"))
    if not together:
        settled(counter, on=date(2026, 9, 1))
    delivered(counter, penalty(on="2026-05-06", content="停业三日"))
    settled(counter, on=date(2026, 10, 1))

    shown = "SELECT shown_from, shown_until FROM publication WHERE retired_at IS NULL"
    assert counter.ask(shown) == [("2026-06-01", "2029-06-01")]
    counter.ask("UPDATE setting SET value = '' WHERE key = 'judged_with' RETURNING value")
    settled(counter, on=date(2026, 11, 1))
    assert counter.ask(shown) == [("2026-06-01", "2029-06-01")]


def test_a_version_that_is_held_at_first_goes_on_with_the_period_when_it_is_shown(counter: Counter) -> None:
    registered(counter, (A, FIRM, "", "", "", "", ""))
    delivered(counter, penalty(on="2026-05-06"))
    settled(counter, on=date(2026, 6, 1))
    registered(counter, (A, FORMER, "", "", "2026-08-01", "", ""))
    delivered(counter, penalty(on="2026-05-06", name="乌兰察布市鑫源物资有限公司", content="停业五日"))
    settled(counter, on=date(2026, 9, 1))
    assert standing(counter)[-1][1:] == ("held", "name_disagrees")

    registered(counter, (A, "乌兰察布市鑫源物资有限公司", "", "", "2026-09-02", "", ""))
    settled(counter, on=date(2026, 10, 1))

    assert counter.ask("SELECT shown_from, shown_until FROM publication WHERE retired_at IS NULL") == [
        ("2026-06-01", "2029-06-01")
    ]


def test_no_period_begins_before_the_decision_though_an_earlier_version_named_another_day(counter: Counter) -> None:
    registered(counter, (A, FIRM, "", "", "", "", ""))
    delivered(counter, penalty(on="2025-05-06"))
    settled(counter, on=date(2026, 6, 1))
    delivered(counter, penalty(on="2026-05-06"))
    settled(counter, on=date(2026, 9, 1))

    assert counter.ask("SELECT shown_from, shown_until FROM publication WHERE retired_at IS NULL") == [
        ("2026-05-06", "2029-05-06")
    ]
