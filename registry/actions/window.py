"""The service window (窗口): what a door that answers the public works with; and the desk of the office's people."""

from collections.abc import Callable
from datetime import date, datetime
from typing import NamedTuple

from sqlmodel import Session

from registry.rulebook import Rulebook
from registry.store.database import Database
from registry.store.reading import is_demo


class Window(NamedTuple):
    """The registry opened for reading, the law it applies, and the day on which it is asked."""

    session: Session
    book: Rulebook
    today: date

    @property
    def demo(self) -> bool:
        """Whether the registry is a demo, which every answer and every page says."""
        return is_demo(self.session)


class Desk(NamedTuple):
    """The registry opened for people of the office, who act with keys, and the clock."""

    database: Database
    now: Callable[[], datetime]
