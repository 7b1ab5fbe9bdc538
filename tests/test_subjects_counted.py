"""The subjects that the return counts: who is honoured, restored or listed as serious, each once."""

from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from registry.documents.figures import TOTAL, Return
from registry.store import ledger
from registry.store.subject_tables import Subject
from registry.store.tables import Link
from registry.store.withdrawal_tables import Withdrawal
from tests.small_city import NOW, City, city_in, row, rows


@pytest.fixture
def city(home: str, tmp_path: Path) -> Iterator[City]:
    with city_in(tmp_path) as opened:
        yield opened


def _subjects(made: Return) -> dict[str, object]:
    return {name: row(made, "subjects", TOTAL)[name] for name in ("honoured", "restored", "serious")}


def test_a_subject_with_several_honours_is_one_honoured_subject(city: City) -> None:
    for record in city.deliver("honours", date(2026, 10, 5), rows(3)):
        city.link(record)

    assert _subjects(city.october()) == {"honoured": 1, "restored": 0, "serious": 0}


def test_abnormal_operation_is_not_serious_and_every_other_list_is(city: City) -> None:
    (abnormal,) = city.deliver("list-entries", date(2026, 10, 5), rows(1), list_code="abnormal_operation")
    city.link(abnormal)
    before = _subjects(city.october())
    for code in ("tax_serious", "wage_arrears"):
        (entry,) = city.deliver("list-entries", date(2026, 10, 6), rows(1), list_code=code)
        city.link(entry)

    assert before["serious"] == 0
    assert _subjects(city.october())["serious"] == 1


def test_a_subject_is_not_counted_on_a_link_in_review_a_recalled_file_or_another_months(city: City) -> None:
    (doubtful,) = city.deliver("honours", date(2026, 10, 5), rows(1))
    assert doubtful.id
    city.session.add(Link(record_id=doubtful.id, subject_id=1, how="code", state="review", recorded_at=NOW))
    for day, recalled in ((date(2026, 10, 6), True), (date(2026, 9, 30), False), (date(2026, 11, 1), False)):
        (record,) = city.deliver("honours", day, rows(1), recalled=recalled)
        city.link(record)

    assert _subjects(city.october())["honoured"] == 0


def test_subjects_are_told_by_their_own_county(city: City) -> None:
    subject = city.session.get_one(Subject, 1)
    subject.county_code = "150902"
    (honour,) = city.deliver("honours", date(2026, 10, 5), rows(1))
    city.link(honour)
    made = city.october()

    assert [row(made, "subjects", code)["honoured"] for code in ("150900", "150902", "")] == [0, 1, 0]


def _withdrawn(city: City, *causes: dict[str, object]) -> None:
    """A linked penalty for each cause, withdrawn."""
    records = city.deliver("penalties", date(2026, 9, 1), rows(len(causes)))
    for record, cause in zip(records, causes, strict=True):
        city.link(record)
        told = {"record_id": record.id, "reason": "restored", "recorded_at": NOW, **cause}
        city.session.add(Withdrawal.model_validate(told))


def test_a_subject_is_restored_when_the_restoration_was_received_and_once(city: City) -> None:
    within, late = (city.deliver("restorations", day, rows(2)) for day in (date(2026, 10, 31), date(2026, 11, 1)))
    _withdrawn(city, {"by_record_id": late[0].id})
    before = _subjects(city.october())
    _withdrawn(city, {"by_record_id": within[0].id}, {"by_record_id": within[1].id, "reason": "removed"})

    assert before["restored"] == 0
    assert _subjects(city.october())["restored"] == 1


def test_what_was_revoked_recalled_or_undone_restores_nobody(city: City) -> None:
    (within,) = city.deliver("restorations", date(2026, 10, 5), rows(1))
    (recalled,) = city.deliver("restorations", date(2026, 10, 5), rows(1), recalled=True)
    _withdrawn(
        city,
        {"by_record_id": within.id, "reason": "revoked"},
        {"by_record_id": recalled.id},
        {"by_record_id": within.id, "lifted_at": NOW},
    )

    assert _subjects(city.october())["restored"] == 0


@pytest.mark.parametrize(
    ("decided_at", "restored"),
    [
        (datetime(2026, 9, 30, 15, 59, tzinfo=UTC), 0),
        (datetime(2026, 9, 30, 16, tzinfo=UTC), 1),
        (datetime(2026, 10, 31, 15, 59, tzinfo=UTC), 1),
        (datetime(2026, 10, 31, 16, tzinfo=UTC), 0),
    ],
)
def test_a_restoration_decided_here_counts_in_the_month_of_its_day_in_china(
    city: City, decided_at: datetime, restored: int
) -> None:
    event = ledger.append(city.session, "restored", "record:1", by=None, now=decided_at)
    _withdrawn(city, {"event_id": event.id, "recorded_at": decided_at})

    assert _subjects(city.october())["restored"] == restored
