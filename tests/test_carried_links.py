"""A plain link is carried by its record; once anything becomes of it, it is a link like any other."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from registry.actions.recall import recall
from registry.store.bulk import snapshot
from registry.store.explaining import links as history
from registry.store.links import standing as links_standing
from tests.receiving import Counter, counter_in
from tests.standing import FIRM, TODAY, A, delivered, now, penalty, registered, settled, standing

CARRIED = "SELECT document, subject_id IS NOT NULL FROM record WHERE source = 'penalties' ORDER BY id"
STANDING = "SELECT record_id, subject_id, how, state, because FROM {links} l WHERE retired_at IS NULL ORDER BY 1"
FIRST, SECOND = "乌市监罚〔2024〕1号", "乌市监罚〔2024〕2号"


@pytest.fixture
def counter(home: str, tmp_path: Path) -> Iterator[Counter]:
    with counter_in(tmp_path) as opened:
        yield opened


def written(counter: Counter) -> int:
    return int(counter.ask("SELECT count(*) FROM link")[0][0])


def linked(counter: Counter) -> dict[str, int]:
    with snapshot(counter.desk.database) as seen:
        return links_standing(seen)


def test_a_record_that_arrives_with_the_code_and_the_name_of_a_company_carries_its_link(counter: Counter) -> None:
    registered(counter, (A, FIRM, "", "", "", "", ""))
    delivered(counter, penalty(), penalty(document=SECOND, name="集宁区另一家商贸有限公司"))

    assert counter.ask(CARRIED) == [(FIRST, True), (SECOND, False)]
    assert [row[1:] for row in counter.ask(STANDING)] == [
        (1, "code", "confirmed", None), (1, "code", "review", "name_disagrees"),
    ]  # fmt: skip
    assert written(counter) == 1
    assert linked(counter) == {"confirmed": 1, "review": 1, "unlinked": 0}


def test_a_link_to_whom_the_register_does_not_know_is_written_since_the_register_will_ask_it_again(
    counter: Counter,
) -> None:
    delivered(counter, penalty())
    assert counter.ask(CARRIED) == [(FIRST, False)]

    registered(counter, (A, FIRM, "", "", "", "", ""))
    settled(counter)

    assert written(counter) == 2  # the one that ended, and the one that stands
    assert standing(counter) == [(FIRST, "shown", None)]


def test_what_only_repeats_a_record_carries_nothing(counter: Counter) -> None:
    registered(counter, (A, FIRM, "", "", "", "", ""))
    for times in (2, 3):
        delivered(counter, *[penalty()] * times)

    assert counter.ask("SELECT linked FROM delivery WHERE source = 'penalties' ORDER BY id") == [(1,), (0,)]
    assert linked(counter) == {"confirmed": 1, "review": 0, "unlinked": 0}


def test_a_carried_link_ends_like_any_other_when_the_register_is_taken_back(counter: Counter) -> None:
    registered(counter, (A, FIRM, "", "", "", "", ""))
    delivered(counter, penalty())
    settled(counter)
    assert standing(counter) == [(FIRST, "shown", None)]

    recall(counter.desk.database, 1, reason="报送错误", now=now())
    settled(counter, on=TODAY)

    ((record,),) = counter.ask("SELECT id FROM record WHERE source = 'penalties'")
    with counter.desk.database.session() as session:
        newest, first = history(session, record)
    ((arrived,),) = counter.ask("SELECT recorded_at FROM delivery WHERE source = 'penalties'")
    assert round(first.recorded_at.timestamp() * 1000) == arrived
    assert (first.how, first.state, first.ended_at is not None) == ("code", "confirmed", True)
    assert (newest.how, newest.state, newest.ended_at) == ("code", "confirmed", None)
    assert standing(counter) == [(FIRST, "held", "provisional_subject")]
    assert counter.ask(CARRIED) == [(FIRST, True)]  # what was written of it goes before
    assert linked(counter) == {"confirmed": 1, "review": 0, "unlinked": 0}
