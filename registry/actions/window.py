"""The service window (窗口): what a door that answers the public works with."""

from datetime import date
from typing import NamedTuple

from sqlmodel import Session

from registry.rulebook import Rulebook
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
