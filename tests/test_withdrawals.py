"""Withdrawals: at once, for every version, until they are lifted; and what the feed is told of them."""

from datetime import date

import pytest

from registry.store import ledger, withdrawals
from registry.vocabulary import SourceKind, Withdrawn
from tests.receiving import Begun, Counter, csv_text
from tests.standing import FIRM, PENALTY, REGISTER, A, delivered, now, penalty, registered, settled, standing

SHOWN = [("乌市监罚〔2024〕1号", "shown", None)]


@pytest.fixture
def begun() -> tuple[Begun, ...]:
    return (_registered,)


def _registered(counter: Counter) -> None:
    registered(counter, (A, FIRM, "", "", "", "", ""))


def withdraw(counter: Counter, *record_ids: int, reason: Withdrawn = Withdrawn.REVOKED) -> int:
    with counter.desk.database.session() as session:
        event = ledger.append(session, "withdrawn", "record:1", by=None, now=now())
        return withdrawals.withdraw(session, record_ids, reason, event_id=event.id, now=now())


def lift(counter: Counter, *record_ids: int, reason: Withdrawn) -> int:
    with counter.desk.database.session() as session:
        event = ledger.append(session, "lifted", "record:1", by=None, now=now())
        return withdrawals.lift(session, record_ids, reason, event_id=event.id, now=now())


def shown_record(counter: Counter) -> int:
    delivered(counter, penalty())
    settled(counter)
    assert standing(counter) == SHOWN
    ((number,),) = counter.ask("SELECT record_id FROM publication WHERE retired_at IS NULL")
    return int(number)


def test_a_withdrawal_ends_what_is_public_in_the_same_transaction_and_says_why(counter: Counter) -> None:
    number = shown_record(counter)

    assert withdraw(counter, number) == 1

    assert standing(counter) == []
    assert counter.ask("SELECT retired_because FROM publication") == [("revoked",)]


def test_what_is_withdrawn_stays_away_whatever_is_delivered_linked_or_published_again(counter: Counter) -> None:
    number = shown_record(counter)
    withdraw(counter, number)

    receipt = counter.take(csv_text(PENALTY, penalty(document="乌市监罚［2024］１号 ")), name="again.csv")
    registered(counter, (A, FIRM, "", "2015-01-02", "2025-01-01", "", ""))  # its link is made anew
    counter.ask("INSERT INTO unjudged (record_id) SELECT id FROM record WHERE source = 'penalties' RETURNING 1")
    settled(counter)

    assert receipt.counts.duplicate == 1
    assert standing(counter) == []


def test_an_earlier_version_does_not_come_back_when_the_decision_is_withdrawn(counter: Counter) -> None:
    delivered(counter, penalty(content="停业十日"))
    settled(counter)
    delivered(counter, penalty(content="停业五日"))
    settled(counter)
    ((current,),) = counter.ask("SELECT record_id FROM publication WHERE retired_at IS NULL")

    withdraw(counter, current)
    counter.ask("INSERT INTO unjudged (record_id) SELECT id FROM record WHERE source = 'penalties' RETURNING 1")
    settled(counter)

    assert standing(counter) == []


def test_lifting_the_last_of_several_withdrawals_has_it_judged_again_and_its_period_goes_on(counter: Counter) -> None:
    delivered(counter, penalty(on="2026-05-06"))
    settled(counter, on=date(2026, 6, 1))
    ((number,),) = counter.ask("SELECT record_id FROM publication WHERE retired_at IS NULL")
    withdraw(counter, number, reason=Withdrawn.SHIELDED)
    withdraw(counter, number, reason=Withdrawn.HIDDEN)

    assert lift(counter, number, reason=Withdrawn.HIDDEN) == 1
    settled(counter, on=date(2026, 8, 1))
    assert standing(counter) == []

    assert lift(counter, number, reason=Withdrawn.SHIELDED) == 1
    settled(counter, on=date(2026, 9, 1))
    assert standing(counter) == SHOWN
    assert counter.ask("SELECT shown_from, shown_until FROM publication WHERE retired_at IS NULL") == [
        ("2026-06-01", "2029-06-01")
    ]


def test_lifting_does_not_show_what_is_restored_as_well(counter: Counter) -> None:
    number = shown_record(counter)
    withdraw(counter, number, reason=Withdrawn.HIDDEN)
    withdraw(counter, number, reason=Withdrawn.RESTORED)

    lift(counter, number, reason=Withdrawn.HIDDEN)
    settled(counter)

    assert standing(counter) == []


def test_a_record_withdrawn_before_it_had_a_subject_is_linked_once_that_is_lifted(counter: Counter) -> None:
    delivered(counter, penalty(code="", document="无代码"))
    settled(counter)
    ((number,),) = counter.ask("SELECT record_id FROM unlinked")
    withdraw(counter, number, reason=Withdrawn.HIDDEN)
    settled(counter)
    assert counter.ask("SELECT count(*) FROM unlinked") == [(0,)]

    lift(counter, number, reason=Withdrawn.HIDDEN)
    settled(counter)

    assert standing(counter) == [("无代码", "held", "unlinked")]


def test_every_change_of_what_is_public_is_told_in_order(counter: Counter) -> None:
    number = shown_record(counter)
    delivered(counter, penalty(content="停业五日"))
    settled(counter)
    later = number + 1
    registered(counter, (A, "另一家商贸有限公司", "", "", "2020-01-01", "", ""))
    counter.take(csv_text(REGISTER, (A, FIRM, "", "", "2024-12-01", "", "")), SourceKind.SUBJECTS, name="r.csv")
    settled(counter)
    withdraw(counter, later)

    told = counter.ask("SELECT kind, first_id, last_id, reason, replaced_by FROM public_change ORDER BY id")
    assert told == [
        ("added", number, number, None, None),
        ("added", later, later, None, None),
        ("corrected", number, number, None, later),
        ("withdrawn", later, later, "revoked", None),
    ]


def test_what_was_never_shown_is_told_to_nobody(counter: Counter) -> None:
    delivered(counter, penalty(code=""))
    settled(counter)
    ((number,),) = counter.ask("SELECT record_id FROM publication WHERE retired_at IS NULL")

    withdraw(counter, number)

    assert counter.ask("SELECT count(*) FROM public_change") == [(0,)]
