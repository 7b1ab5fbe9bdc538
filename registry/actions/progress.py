"""How far long work has come: told batch by batch, to whoever waits for it."""

from collections.abc import Callable
from typing import NamedTuple


class Advance(NamedTuple):
    """Rows that are done with now, and what part of the whole work they are (from 0 to 1)."""

    rows: int
    share: float


Progress = Callable[[Advance], None]


def untold(_: Advance) -> None:
    """Nobody waits for it."""
