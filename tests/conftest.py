"""How all tests run: hypothesis without deadlines (speed is measured by benchmarks, never by a test), and what all of
them would pay for thousands of times no dearer than it must be."""

import gc
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from argon2 import PasswordHasher
from hypothesis import settings

from registry.actions import people
from tests.homes import POSTGRESQL, SQLITE, fast_folder, living_in
from tests.office_people import Keys
from tests.receiving import Begun, Counter, counter_in, office_in

settings.register_profile("registry", deadline=None)
settings.register_profile("soak", deadline=None, max_examples=2000)
settings.load_profile("registry")
tempfile.tempdir = fast_folder()
people.HASHER = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)  # whoever acts in a test shows a key


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """What asks for no home comes first, in SQLite; then one home after the other: a server is started once."""
    homes = (None, SQLITE, POSTGRESQL)
    items.sort(key=lambda item: homes.index(_home_of(item)))


def pytest_collection_finish() -> None:
    """What was imported and collected stays; let nobody look through it again and again for what may go."""
    gc.collect()
    gc.freeze()


def _home_of(item: pytest.Item) -> str | None:
    return item.callspec.params.get("home") if hasattr(item, "callspec") else None


@pytest.fixture(scope="session", params=[SQLITE, POSTGRESQL])
def home(request: pytest.FixtureRequest) -> Iterator[str]:
    """Where registries are made; whatever asks for it runs in both homes."""
    with living_in(request.param):
        yield request.param


@pytest.fixture
def begun() -> tuple[Begun, ...]:
    """What has happened in a fresh registry before a test begins; a module says what."""
    return ()


@pytest.fixture
def office(home: str, tmp_path: Path, begun: tuple[Begun, ...]) -> Iterator[tuple[Counter, Keys]]:
    """A fresh registry in which six people decide, and their keys."""
    with office_in(tmp_path, *begun) as made:
        yield made


@pytest.fixture
def keys(office: tuple[Counter, Keys]) -> Keys:
    return office[1]


@pytest.fixture
def counter(home: str, tmp_path: Path, begun: tuple[Begun, ...], request: pytest.FixtureRequest) -> Iterator[Counter]:
    """The desk of a fresh registry, in which nobody decides yet, but for a test that asks for their keys."""
    if "office" in request.fixturenames:
        yield request.getfixturevalue("office")[0]
        return
    with counter_in(tmp_path, *begun) as made:
        yield made
