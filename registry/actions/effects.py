"""What the steps of a case bring about: the shapes that each procedure's own file fills."""

from collections.abc import Callable
from datetime import date, datetime
from typing import NamedTuple

from sqlmodel import Session

from registry.cases import Case, Law, Step
from registry.store.ledger import Event


class Did(NamedTuple):
    """A step just taken: the case with it, its event, the law, the day and the moment.

    `about` is the record that the case is about, or the newest one that corrects it; null if it is about none.
    """

    case: Case
    event: Event
    law: Law
    today: date
    now: datetime
    about: int | None = None

    @property
    def record(self) -> int:
        """The record that the case is about, of one that is about a record."""
        assert self.about is not None  # noqa: S101
        return self.about


About = Callable[[Session, Step], tuple[int, int | None]]
"""What a case is about, from its first step: the subject, and the record if it is about one."""

Effect = Callable[[Session, Did], int | None]
"""What a step brings about, in its own transaction; gives back the record that it made, if any."""
