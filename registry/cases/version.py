"""版本认定: a version of what was withdrawn, or that another body's version contradicts, waits. What is it?

The same decision is not shown beside the earlier one, nor while that is withdrawn. One in its own right goes to the
law, and neither replaces the earlier one nor is held for it. What replaces the earlier one is shown in its place. One
person proposes and another confirms; two people can take it back.
"""

from datetime import date
from typing import ClassVar, Literal

from registry.cases.case import Case
from registry.cases.clocks import Law
from registry.cases.proceeding import Proceeding
from registry.cases.step import Decision, Step, Text
from registry.vocabulary import Procedure, Ruling, Stage

_STANDS = {
    Ruling.SAME: Stage.SAME_DECISION,
    Ruling.NEW: Stage.OWN_DECISION,
    Ruling.REPLACES: Stage.REPLACES_EARLIER,
}


class RulingProposed(Step, frozen=True, forbid_unknown_fields=True, kw_only=True, tag="version_proposed"):
    """Somebody proposes what a record that waits is, on a document: the `same` decision, a `new` one, or one that
    `replaces` the earlier one."""

    zh: ClassVar[str] = "提出版本认定"
    of_today: ClassVar[bool] = True

    record: int
    answer: Literal["same", "new", "replaces"]
    document: Text
    reason: Text


class RulingConfirmed(Decision, frozen=True, forbid_unknown_fields=True, kw_only=True, tag="version_confirmed"):
    """Another person confirms it."""

    zh: ClassVar[str] = "确认认定"


class RulingDismissed(Decision, frozen=True, forbid_unknown_fields=True, kw_only=True, tag="version_dismissed"):
    """It is not so, or not shown: the record waits on."""

    zh: ClassVar[str] = "不予认定"


class UndoProposed(Step, frozen=True, forbid_unknown_fields=True, kw_only=True, tag="version_undo_proposed"):
    """Somebody proposes to take back what was confirmed, on a document."""

    zh: ClassVar[str] = "提出撤销认定"
    of_today: ClassVar[bool] = True

    document: Text
    reason: Text


class Undone(Decision, frozen=True, forbid_unknown_fields=True, kw_only=True, tag="version_undone"):
    """It is taken back: the record waits again, if what it was held for still stands."""

    zh: ClassVar[str] = "撤销认定"


class UndoRefused(Decision, frozen=True, forbid_unknown_fields=True, kw_only=True, tag="version_undo_refused"):
    """What was confirmed stands."""

    zh: ClassVar[str] = "维持认定"


class VersionCase(Proceeding):
    """What a version is of an earlier one."""

    kind = Procedure.VERSION
    first = RulingProposed
    follows: ClassVar = {
        RulingProposed: (RulingConfirmed, RulingDismissed),
        RulingConfirmed: (UndoProposed,),
        UndoProposed: (Undone, UndoRefused),
        UndoRefused: (UndoProposed,),
        RulingDismissed: (),
        Undone: (),
    }
    stages: ClassVar = {
        RulingProposed: Stage.REPORTED,
        RulingDismissed: Stage.DISMISSED,
        UndoProposed: Stage.UNDOING,
        Undone: Stage.RULING_UNDONE,
    }

    def stage(self, case: Case, law: Law, on: date) -> Stage:
        if isinstance(case.newest, RulingConfirmed | UndoRefused):
            return _STANDS[answer_of(case)]
        return super().stage(case, law, on)


def answer_of(case: Case) -> Ruling:
    """What was proposed of the record."""
    return Ruling(case.the(RulingProposed).answer)
