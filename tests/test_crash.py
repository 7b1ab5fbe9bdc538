"""Some kills of `tests.crash`, at moments of chance; `make soak` does hundreds."""

from collections.abc import Iterator
from random import Random

import pytest

from tests.crash.days import SMALL
from tests.crash.kills import Undisturbed
from tests.crash.places import place_at
from tests.crash.states import faults
from tests.homes import SQLITE

KILLS = 5


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Undisturbed]:
    with place_at(SQLITE, tmp_path_factory.mktemp("crash")) as place:
        yield Undisturbed.lived(place, "small")


def test_every_step_changes_something(undisturbed: Undisturbed) -> None:
    ends = list(zip(undisturbed.states, undisturbed.files, strict=True))

    assert [step.name for step, before, after in zip(SMALL, ends, ends[1:], strict=False) if before == after] == []
    assert faults(undisturbed.place) == []


def test_whatever_is_killed_is_whole_or_not_there_and_ends_well_when_done_again(undisturbed: Undisturbed) -> None:
    random = Random(5)
    steps = random.sample(range(len(SMALL)), KILLS)
    kills = [undisturbed.kill(number, random) for number in steps]

    assert [kill for kill in kills if kill.faults] == []
    assert undisturbed.go_on(steps[-1]) == []
