"""What every procedure says of its cases: which step follows which, how far a case has come, which clocks run."""

from collections.abc import Mapping
from datetime import date
from typing import ClassVar

from registry.cases.case import Case
from registry.cases.clocks import Law, Running
from registry.cases.step import Step
from registry.vocabulary import Procedure, Stage


class Proceeding:
    """One procedure: its first step, the steps that may follow each (one that none follows closes the case), and how
    far a case has come by each, where the day makes no difference."""

    kind: ClassVar[Procedure]
    first: ClassVar[type[Step]]
    follows: ClassVar[Mapping[type[Step], tuple[type[Step], ...]]]
    stages: ClassVar[Mapping[type[Step], Stage]]

    def stage(self, case: Case, law: Law, on: date) -> Stage:  # noqa: ARG002  (where the day makes no difference)
        """How far the case has come on the day `on`."""
        return self.stages[type(case.newest)]

    def clocks(self, case: Case, law: Law) -> tuple[Running, ...]:  # noqa: ARG002  (most have none)
        """The clocks that run after the newest step."""
        return ()

    def require_ripe(self, case: Case, kind: type[Step], law: Law, on: date) -> None:
        """Refuse a step that may follow, but not on this day.

        Raises:
            LawUnsettled, NotYet: what it must wait for is not known, or not over.
        """

    def require_fit(self, case: Case | None, step: Step, law: Law) -> None:
        """Refuse a step that tells what cannot be, given the case (none, if it opens one) and the law.

        Raises:
            CaseRefused, LawUnsettled: it cannot be told like this.
        """
