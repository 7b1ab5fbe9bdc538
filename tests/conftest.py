"""How all tests run: hypothesis without deadlines (speed is measured by benchmarks, never by a test)."""

from collections.abc import Iterator

import pytest
from hypothesis import settings

from tests.homes import POSTGRESQL, SQLITE, living_in

settings.register_profile("registry", deadline=None)
settings.load_profile("registry")


@pytest.fixture(scope="session", params=[SQLITE, POSTGRESQL])
def home(request: pytest.FixtureRequest) -> Iterator[str]:
    """Where registries are made; whatever asks for it runs in both homes."""
    with living_in(request.param):
        yield request.param
