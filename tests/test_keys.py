"""A decision is recognised wherever its key lies: among those that gather, or among those that are settled."""

from collections.abc import Iterator
from pathlib import Path

import polars as pl
import pytest

from registry.store import keys
from registry.store.bulk import bulk
from tests.receiving import Counter, counter_in, penalties, penalty


@pytest.fixture
def counter(home: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Counter]:
    monkeypatch.setattr(keys, "GATHERED", 5)
    with counter_in(tmp_path) as opened:
        yield opened


def decided(*numbers: int, content: str = "超限运输") -> str:
    return penalties(*[penalty(行政处罚决定书文号=f"{number}号", 违法事实=content) for number in numbers])


def held(counter: Counter) -> list[int]:
    """How many keys are settled, and how many gather."""
    return [int(counter.ask(f"SELECT count(*) FROM {table}")[0][0]) for table in keys.TABLES]  # noqa: S608


def test_keys_gather_and_are_settled_together(counter: Counter) -> None:
    counter.take(decided(1, 2, 3))
    assert held(counter) == [0, 3]

    counter.take(decided(4))
    assert held(counter) == [0, 4]

    counter.take(decided(5, 6))
    assert held(counter) == [6, 0]

    counter.take(decided(7))
    counter.take(decided(*range(10, 15)))  # as many as gather: at once
    assert held(counter) == [11, 1]


def test_what_is_there_already_is_recognised_in_both(counter: Counter) -> None:
    for some in ((1, 2, 3), (4, 5), (6, 7)):
        counter.take(decided(*some))
    assert held(counter) == [5, 2]

    again = counter.take(decided(2, 6, 8))
    changed = counter.take(decided(1, 7, content="另有事实"))

    assert (again.counts.accepted, again.counts.duplicate) == (1, 2)
    assert (changed.counts.accepted, changed.counts.duplicate) == (2, 0)
    told = counter.ask(
        "SELECT n.document, o.document, v.relation FROM version v JOIN record n ON n.id = v.record_id "
        "JOIN record o ON o.id = v.earlier_id ORDER BY 1"
    )
    assert told == [(f"{number}号", f"{number}号", "supersedes") for number in (1, 7)]
    assert len(counter.ask("SELECT id FROM record")) == 10


@pytest.mark.parametrize("rows", [199_999, 200_000, 200_007])
def test_a_long_list_is_written_whole_and_in_its_order(counter: Counter, rows: int) -> None:
    numbers = pl.int_range(rows, eager=True)
    told = pl.DataFrame({"number": numbers, "square": numbers * numbers, "text": numbers.cast(pl.String)})

    with bulk(counter.desk.database) as work, work.staged("told", told):
        assert work.rows("SELECT number, square, text FROM told ORDER BY number", told.schema).equals(told)
