"""异议: somebody says that an item is wrong, or must not be shown. One step raises it, and marks the item at once.

Another person answers: upheld, and then the item is corrected or withdrawn, or rejected, always with reasons. The same
objection once more, without anything new, is answered by the registry itself, by reference to the earlier answer.
"""

from typing import Annotated, ClassVar

import msgspec
from msgspec import Meta

from registry.cases.case import Case
from registry.cases.clocks import Law, Running, running
from registry.cases.proceeding import Proceeding
from registry.cases.step import Decision, Step, Text
from registry.errors import CaseRefused
from registry.vocabulary import Procedure, Role, Stage

OBJECTION = "objection"


class Change(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A field of a record as it reads and as it should: days in ISO form, money in fen; null is nothing."""

    field: Text
    old: str | int | None
    new: str | int | None


class Raised(Step, frozen=True, forbid_unknown_fields=True, kw_only=True, tag="objection_raised"):
    """The subject objects to a record, on one of the grounds of the law (by number): what is wrong in `reason`, where
    its request is kept in `document`; `new_evidence`, if it objected before. `on` is the day it was received."""

    zh: ClassVar[str] = "提出异议"

    record: int
    ground: Text
    document: Text
    reason: Text
    new_evidence: Text | None = None


class SourceAsked(Step, frozen=True, forbid_unknown_fields=True, kw_only=True, tag="objection_source_asked"):
    """The source body is asked to examine it, by the letter `document`."""

    zh: ClassVar[str] = "转来源单位核查"

    document: Text
    body: Text


class Corrected(Decision, frozen=True, forbid_unknown_fields=True, kw_only=True, tag="objection_corrected"):
    """Upheld: these fields of the record are put right, as the answer `document` says."""

    zh: ClassVar[str] = "异议成立，更正"

    document: Text
    changes: Annotated[tuple[Change, ...], Meta(min_length=1)]


class Withdrawn(Decision, frozen=True, forbid_unknown_fields=True, kw_only=True, tag="objection_withdrawn"):
    """Upheld: the record is shown no more, as the answer `document` says."""

    zh: ClassVar[str] = "异议成立，终止公示"

    document: Text


class Rejected(Decision, frozen=True, forbid_unknown_fields=True, kw_only=True, tag="objection_rejected"):
    """Not upheld, with the reasons that the answer `document` gives."""

    zh: ClassVar[str] = "异议不成立"

    document: Text


class Referred(Step, frozen=True, forbid_unknown_fields=True, kw_only=True, tag="objection_referred"):
    """The same objection was answered in another case, and nothing is new: that answer, `document`, stands."""

    zh: ClassVar[str] = "按前次答复"
    by: ClassVar[Role | None] = None

    earlier: int
    document: Text


class Objection(Proceeding):
    """Objection."""

    kind = Procedure.OBJECTION
    first = Raised
    stages: ClassVar = {
        Raised: Stage.EXAMINING,
        SourceAsked: Stage.WITH_SOURCE,
        Corrected: Stage.UPHELD,
        Withdrawn: Stage.UPHELD,
        Rejected: Stage.REJECTED,
        Referred: Stage.REFERRED,
    }
    follows: ClassVar = {
        Raised: (SourceAsked, Corrected, Withdrawn, Rejected, Referred),
        SourceAsked: (SourceAsked, Corrected, Withdrawn, Rejected),
        Corrected: (),
        Withdrawn: (),
        Rejected: (),
        Referred: (),
    }

    def clocks(self, case: Case, law: Law) -> tuple[Running, ...]:
        received_on = case.the(Raised).day
        match case.newest:
            case Raised():
                return (running(law, OBJECTION, "own", received_on),)
            case SourceAsked():
                return (running(law, OBJECTION, "with_source", received_on),)
        return ()

    def require_fit(self, case: Case | None, step: Step, law: Law) -> None:
        if case is None and isinstance(step, Raised):
            grounds = law.book.procedures[OBJECTION].on(step.day).terms["grounds"].items
            known = {str(number): said for number, said in enumerate(grounds, start=1)}
            if step.ground not in known:
                told = "；".join(f"{number} {said.zh}" for number, said in known.items())
                raise CaseRefused(
                    f"{step.ground} 不是可以提出异议的情形。可选：{told}。",
                    f"{step.ground} is no ground of objection: 1 to {len(known)}.",
                    ground=step.ground,
                )


def answered_by(raised: Raised, earlier: Case) -> Rejected | None:
    """The answer that a raised objection has already had in an earlier case about the same record; null if it says
    something else, on another ground or on the same, if something is new, or if that case was not rejected."""
    before = earlier.the(Raised)
    says = [(one.ground, "".join(one.reason.split())) for one in (before, raised)]
    same = says[0] == says[1] and raised.new_evidence is None
    return earlier.last(Rejected) if same else None
