"""A case: its number, what it is about, and the steps taken so far."""

from datetime import date
from typing import NamedTuple, TypeVar

from registry.cases.step import Step
from registry.errors import CaseRefused
from registry.vocabulary import Procedure

S = TypeVar("S", bound=Step)


class Taken(NamedTuple):
    """A step that was taken: its event in the ledger, who took it, and the day on which it was recorded."""

    event: int
    step: Step
    person_id: int | None
    recorded_on: date


class Case(NamedTuple):
    """A case about a subject, or about one record of it; `steps` in order, never empty."""

    number: int
    procedure: Procedure
    subject_id: int
    record_id: int | None
    steps: tuple[Taken, ...]

    @property
    def newest(self) -> Step:
        """The step taken last."""
        return self.steps[-1].step

    def last(self, kind: type[S]) -> S | None:
        """The newest step of a kind."""
        return next((taken.step for taken in reversed(self.steps) if isinstance(taken.step, kind)), None)

    def the(self, kind: type[S]) -> S:
        """The newest step of a kind, which must have been taken."""
        found = self.last(kind)
        assert found is not None  # noqa: S101  (no later step can follow without it)
        return found

    def known_on(self, day: date) -> "Case":
        """The case as it was known at the end of a day.

        Raises:
            CaseRefused: it was opened later.
        """
        steps = tuple(taken for taken in self.steps if taken.recorded_on <= day)
        if not steps:
            raise CaseRefused(
                f"{self.number} 号办理在 {day} 尚未提出。",
                f"case {self.number} was not open on {day}.",
                case=self.number,
            )
        return self if len(steps) == len(self.steps) else self._replace(steps=steps)
