"""Some of the bad files of `tests.fuzz`, in turn every way of spoiling one; `make soak` hands in ten thousand."""

import time
from collections import Counter as Counted
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.fuzz import texts, workbooks
from tests.fuzz.corpus import bad
from tests.fuzz.trial import SECONDS, tried
from tests.receiving import Counter, counter_in

ROUNDS = 2
WAYS = len(texts.SPOILED) + len(workbooks.SPOILED)


@pytest.fixture(scope="module")
def counter(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Counter]:
    with counter_in(tmp_path_factory.mktemp("fuzz")) as opened:
        yield opened


@pytest.mark.parametrize("turn", range(ROUNDS))
def test_every_bad_file_ends_in_a_clear_refusal_or_with_every_row_accounted_for(
    counter: Counter, turn: int, tmp_path: Path
) -> None:
    wrong, ends = [], Counted[str]()
    for number in range(turn * WAYS, (turn + 1) * WAYS):
        file = bad(number)
        path = tmp_path / file.file_name
        path.write_bytes(file.content)
        started = time.process_time()
        end, fault = tried(counter, file, path)
        ends[end] += 1
        if fault or time.process_time() - started > SECONDS:
            wrong.append(f"{number} ({file.way}): {fault or 'too slow'}")

    assert wrong == []
    assert set(ends) == {"refused", "read"}


def test_the_same_number_is_the_same_file() -> None:
    assert bad(7) == bad(7)
    assert bad(7).content != bad(7, seed=1).content


def test_what_goes_wrong_is_told(counter: Counter, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object, **__: object) -> None:
        raise ZeroDivisionError("of ours")

    monkeypatch.setattr(counter, "take_file", broken)

    assert tried(counter, bad(0), Path("no.csv")) == ("broken", "ZeroDivisionError: of ours")
