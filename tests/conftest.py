"""How all tests run: hypothesis without deadlines (speed is measured by benchmarks, never by a test)."""

import tempfile
from collections.abc import Iterator

import pytest
from hypothesis import settings

from tests.homes import POSTGRESQL, SQLITE, fast_folder, living_in

settings.register_profile("registry", deadline=None)
settings.register_profile("soak", deadline=None, max_examples=2000)
settings.load_profile("registry")
tempfile.tempdir = fast_folder()


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """What asks for no home comes first, in SQLite; then one home after the other: a server is started once."""
    homes = (None, SQLITE, POSTGRESQL)
    items.sort(key=lambda item: homes.index(_home_of(item)))


def _home_of(item: pytest.Item) -> str | None:
    return item.callspec.params.get("home") if hasattr(item, "callspec") else None


@pytest.fixture(scope="session", params=[SQLITE, POSTGRESQL])
def home(request: pytest.FixtureRequest) -> Iterator[str]:
    """Where registries are made; whatever asks for it runs in both homes."""
    with living_in(request.param):
        yield request.param
