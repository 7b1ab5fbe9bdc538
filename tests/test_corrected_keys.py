"""What an objection has put right is found by how it reads now, and by how it read before."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from registry.actions.recall import recall, undo
from registry.errors import RecallRefused
from registry.natural_keys import KEYS, key_changed
from registry.vocabulary import SourceKind
from tests.casework import Casework, casework_in
from tests.receiving import csv_text
from tests.standing import delivered, penalty
from tests.test_objection import DOCUMENT, corrected, raised
from tests.test_restorations import ENTRY, RESTORATION, entry, of, restoration, restored

RIGHT, BETWEEN = "乌市监罚〔2024〕8号", "乌市监罚〔2024〕7号"


@pytest.fixture
def office(home: str, tmp_path: Path) -> Iterator[Casework]:
    with casework_in(tmp_path, Casework.penalised, sign=()) as opened:
        yield opened


def put_right(office: Casework, *numbers: str) -> None:
    """Two people correct the number of the penalty, once or several times."""
    for time, (was, now) in enumerate(zip((DOCUMENT, *numbers), numbers, strict=False)):
        case = raised(office, ground=str(time + 1), document=f"异议申请2026-{time}")
        corrected(office, case, ("document", was, now))


@pytest.mark.parametrize("named", [DOCUMENT, BETWEEN, RIGHT, "乌市监罚［2024］ 8号"])
def test_a_restoration_finds_a_corrected_penalty_by_every_number_it_ever_had(office: Casework, named: str) -> None:
    put_right(office, BETWEEN, RIGHT)
    assert office.public() == [RIGHT]

    restored(office.counter, restoration(restored=named, on="2026-02-06"))

    assert office.public() == []
    office.publish()
    assert office.public() == []
    assert of(office.counter, SourceKind.RESTORATIONS) == [("unpublishable", "restoration_done")]


@pytest.mark.parametrize("named", [DOCUMENT, RIGHT])
def test_a_restoration_that_waited_for_the_right_number_acts_when_the_number_is_put_right(
    office: Casework, named: str
) -> None:
    case = raised(office)
    restored(office.counter, restoration(restored=named, on="2026-02-06"))
    office.publish()
    assert office.public() == ([DOCUMENT] if named == RIGHT else [])

    corrected(office, case, ("document", DOCUMENT, RIGHT))
    office.publish()

    assert office.public() == []
    assert of(office.counter, SourceKind.RESTORATIONS) == [("unpublishable", "restoration_done")]


def test_another_bodys_restoration_finds_it_and_waits_as_ever(office: Casework) -> None:
    put_right(office, RIGHT)

    restored(office.counter, restoration(restored=RIGHT, body="丰镇市某局", on="2026-02-06"))
    office.publish()

    assert office.public() == [RIGHT]
    assert of(office.counter, SourceKind.RESTORATIONS) == [("held", "restored_by_another")]


def test_a_removal_finds_an_entry_by_the_list_and_the_day_that_were_put_right(office: Casework) -> None:
    office.counter.take(csv_text(ENTRY, entry()), SourceKind.LIST_ENTRIES, name="entries.csv")
    ((record,),) = office.counter.ask("SELECT id FROM record WHERE source = 'list-entries'")
    changes = (
        ("decided_on", "2024-05-20", "2024-06-03"),
        ("document", "乌市监列严字〔2024〕2号", "乌市监列严字〔2024〕20号"),
    )
    corrected(office, raised(office, record=record), *changes)

    removal = restoration(
        restored="乌市监列严字〔2024〕20号", listed=("严重违法失信名单", "2024/6/3"), kind="移出", on="2026-02-06"
    )
    office.counter.take(csv_text(RESTORATION, removal), SourceKind.RESTORATIONS, name="removed.csv")

    told = "SELECT reason, count(*) FROM withdrawal WHERE lifted_at IS NULL GROUP BY 1 ORDER BY 1"
    assert office.counter.ask(told) == [("corrected", 1), ("removed", 1)]


def test_the_decision_delivered_under_its_right_number_takes_the_place_of_the_correction(office: Casework) -> None:
    put_right(office, RIGHT)

    delivered(office.counter, penalty(document=RIGHT))
    office.publish()

    assert office.public() == [RIGHT]
    shown = "SELECT count(*) FROM publication WHERE retired_at IS NULL AND outcome = 'shown'"
    assert office.counter.ask(shown) == [(1,)]


def test_a_correction_goes_and_comes_with_the_delivery_of_what_it_corrects(office: Casework) -> None:
    put_right(office, RIGHT)
    ((delivery,),) = office.counter.ask("SELECT max(id) FROM delivery WHERE source = 'penalties' AND layout <> 'case'")

    recall(office.database, delivery, key=office.keys.maker, reason="误报", now=office.now())
    assert office.public() == []
    office.publish()
    assert office.public() == []

    undo(office.database, delivery, key=office.keys.checker, reason="无误", now=office.now())
    office.publish()
    assert office.public() == [RIGHT]


def test_what_two_people_decided_here_is_not_recalled_by_one(office: Casework) -> None:
    put_right(office, RIGHT)
    ((own,),) = office.counter.ask("SELECT max(id) FROM delivery WHERE layout = 'case'")

    with pytest.raises(RecallRefused, match="case:1"):
        recall(office.database, own, key=office.keys.maker, reason="误报", now=office.now())

    office.publish()
    assert office.public() == [RIGHT]


def test_what_is_corrected_while_its_delivery_is_recalled_comes_back_with_it(office: Casework) -> None:
    case = raised(office)
    ((delivery,),) = office.counter.ask("SELECT max(id) FROM delivery WHERE source = 'penalties'")
    recall(office.database, delivery, key=office.keys.maker, reason="误报", now=office.now())
    corrected(office, case, ("document", DOCUMENT, RIGHT))
    assert office.public() == []

    undo(office.database, delivery, key=office.keys.checker, reason="无误", now=office.now())
    office.publish()

    assert office.public() == [RIGHT]


_NUMBERS = st.sampled_from(["1号", "〔2024〕２号", "[2024]2号", None])


@given(st.tuples(_NUMBERS, st.dates()), st.tuples(_NUMBERS, st.dates()), st.integers(-(2**63), 2**63 - 1))
def test_a_key_that_is_changed_and_changed_back_is_the_one_that_it_was(
    was: tuple[str | None, object], now: tuple[str | None, object], key: int
) -> None:
    before, after = ({"document": document, "decided_on": day} for document, day in (was, now))

    changed = key_changed(SourceKind.LIST_ENTRIES, key, before, after)

    assert key_changed(SourceKind.LIST_ENTRIES, changed, after, before) == key
    assert (changed == key) == (
        was[1] == now[1] and (was[0] == now[0] or {was[0], now[0]} == {"〔2024〕２号", "[2024]2号"})
    )


def test_columns_that_make_no_decision_another_one_change_no_key() -> None:
    assert key_changed(SourceKind.PENALTIES, 7, {"decided_on": None}, {"decided_on": "2026-01-02"}) == 7
    assert SourceKind.HONOURS not in KEYS
    assert key_changed(SourceKind.HONOURS, 7, {"document": "1号"}, {"document": "2号"}) == 7
