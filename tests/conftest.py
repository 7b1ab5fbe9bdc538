"""How all tests run: hypothesis without deadlines (speed is measured by benchmarks, never by a test)."""

from collections.abc import Iterator

import pytest
from hypothesis import settings

from tests.homes import POSTGRESQL, SQLITE, living_in

settings.register_profile("registry", deadline=None, max_examples=50)
settings.load_profile("registry")


# Doors say the same wherever the registry is kept, and properties search as well in one home as in two: `make test`
# asks both in SQLite, `make soak` in PostgreSQL too.
DOORS = frozenset(
    f"test_{door}" for door in (
        "api", "case_doors", "changes", "commands", "door", "hiding", "metrics", "people", "reconcile", "restoring",
        "review_doors", "search", "serving", "subject_events", "web", "why",
    )
)  # fmt: skip


def pytest_addoption(parser: pytest.Parser) -> None:
    """What `make soak` adds."""
    parser.addoption("--every-home", action="store_true", help="ask doors and properties in PostgreSQL too")


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """What asks for no home comes first, in SQLite; then one home after the other: a server is started once."""
    homes = (None, SQLITE, POSTGRESQL)
    items.sort(key=lambda item: homes.index(_home_of(item)))
    if not config.getoption("--every-home"):
        items[:] = [item for item in items if _home_of(item) != POSTGRESQL or not _can_wait(item)]


def _can_wait(item: pytest.Item) -> bool:
    return item.path.stem in DOORS or bool(getattr(getattr(item, "obj", None), "is_hypothesis_test", False))


def _home_of(item: pytest.Item) -> str | None:
    return item.callspec.params.get("home") if hasattr(item, "callspec") else None


@pytest.fixture(scope="session", params=[SQLITE, POSTGRESQL])
def home(request: pytest.FixtureRequest) -> Iterator[str]:
    """Where registries are made; whatever asks for it runs in both homes."""
    with living_in(request.param):
        yield request.param
