"""What a door that answers the public works with."""

from datetime import date
from typing import NamedTuple

from sqlmodel import Session

from registry.rulebook import Rulebook


class Desk(NamedTuple):
    """The registry as it is open for reading, the law it applies, and the day on which it is asked."""

    session: Session
    book: Rulebook
    today: date
