"""The service window (窗口): what a door that answers the public works with."""

from datetime import date
from typing import NamedTuple

from sqlmodel import Session

from registry.rulebook import Rulebook


class Window(NamedTuple):
    """The registry opened for reading, the law it applies, and the day on which it is asked."""

    session: Session
    book: Rulebook
    today: date
