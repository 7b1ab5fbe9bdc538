"""信用修复: the subject applies with two papers, another person decides; then display, sharing and measures end.

Who recognised the wrong decides (谁认定、谁修复). It is free of charge: there is no field for a fee. If the papers were
false, the restoration is undone, with the consequence that the law names (`procedures/restoration.toml`).
"""

from datetime import date
from typing import ClassVar

from registry.cases.case import Case
from registry.cases.clocks import Law, Running, running
from registry.cases.proceeding import Proceeding
from registry.cases.step import Decision, Step, Text
from registry.errors import CaseRefused, RuleNotWritten
from registry.rulebook.months import months_after
from registry.rulebook.procedures import ProcedureVersion
from registry.vocabulary import Procedure, Role, Stage

RESTORATION, _FALSE_MATERIAL = "restoration", "false_material"


class Applied(Step, frozen=True, forbid_unknown_fields=True, kw_only=True, tag="restoration_applied"):
    """The subject applies for a record, with the two papers and no other: where its proof that every duty is done and
    its credit commitment are kept. `on` is the day it was received; `corrected_on` that on which the wrong was put
    right, where the law counts from it; `domain` the field with a least period of its own, as `food`."""

    zh: ClassVar[str] = "申请修复"

    record: int
    performance: Text
    commitment: Text
    corrected_on: date | None = None
    domain: Text | None = None


class Accepted(Step, frozen=True, forbid_unknown_fields=True, kw_only=True, tag="restoration_accepted"):
    """The application is complete, and is examined."""

    zh: ClassVar[str] = "受理"


class NotAccepted(Decision, frozen=True, forbid_unknown_fields=True, kw_only=True, tag="restoration_not_accepted"):
    """The application is not examined, for these reasons, by the decision `document` of a body."""

    zh: ClassVar[str] = "不予受理"

    document: Text
    authority: Text | None = None


class Extended(Step, frozen=True, forbid_unknown_fields=True, kw_only=True, tag="restoration_extended"):
    """It is complex, or has to be verified: it takes longer, once."""

    zh: ClassVar[str] = "延长办理期限"

    reason: Text


class Granted(Decision, frozen=True, forbid_unknown_fields=True, kw_only=True, tag="restoration_granted"):
    """Restored, by the decision `document` of the body that recognised the wrong."""

    zh: ClassVar[str] = "准予修复"

    document: Text
    authority: Text


class Refused(Decision, frozen=True, forbid_unknown_fields=True, kw_only=True, tag="restoration_refused"):
    """Not restored, for these reasons, by the decision `document` of the body that recognised the wrong."""

    zh: ClassVar[str] = "不予修复"

    document: Text
    authority: Text | None = None


class DisplayEnded(Step, frozen=True, forbid_unknown_fields=True, kw_only=True, tag="restoration_display_ended"):
    """The record is shown no more, and the feed of changes says so to everybody who keeps a copy."""

    zh: ClassVar[str] = "终止公示"
    by: ClassVar[Role | None] = None


class SharingEnded(Step, frozen=True, forbid_unknown_fields=True, kw_only=True, tag="restoration_sharing_ended"):
    """Those with whom it was shared share and use it no more, as `document` says."""

    zh: ClassVar[str] = "停止共享和使用"

    document: Text


class MeasuresLifted(Step, frozen=True, forbid_unknown_fields=True, kw_only=True, tag="restoration_measures_lifted"):
    """The measures that were taken because of it are lifted, as `document` says."""

    zh: ClassVar[str] = "解除措施"

    document: Text


class FalseReported(Step, frozen=True, forbid_unknown_fields=True, kw_only=True, tag="restoration_false_reported"):
    """The papers were false, or the commitment was broken on purpose; `document` shows it."""

    zh: ClassVar[str] = "报告虚假材料"

    document: Text
    reason: Text


class FalseConfirmed(Decision, frozen=True, forbid_unknown_fields=True, kw_only=True, tag="restoration_undone"):
    """It is so: the restoration is undone by the decision `document`, with the consequences that the law names."""

    zh: ClassVar[str] = "撤销修复"

    document: Text


class Consequence(Step, frozen=True, forbid_unknown_fields=True, kw_only=True, tag="restoration_consequence"):
    """What the law makes of false papers: its sentences, and where they stand."""

    zh: ClassVar[str] = "虚假材料的后果"
    by: ClassVar[Role | None] = None

    terms: tuple[str, ...]
    basis: Text


class FalseDismissed(Decision, frozen=True, forbid_unknown_fields=True, kw_only=True, tag="restoration_stands"):
    """It is not so: the restoration stands."""

    zh: ClassVar[str] = "修复有效"


_AFTER = (SharingEnded, MeasuresLifted, FalseReported)


class Restoration(Proceeding):
    """Restoration."""

    kind = Procedure.RESTORATION
    first = Applied
    follows: ClassVar = {
        Applied: (Accepted, NotAccepted),
        Accepted: (Extended, Granted, Refused),
        Extended: (Granted, Refused),
        Granted: (DisplayEnded,),
        DisplayEnded: _AFTER,
        SharingEnded: _AFTER,
        MeasuresLifted: _AFTER,
        FalseReported: (FalseConfirmed, FalseDismissed),
        FalseDismissed: _AFTER,
        NotAccepted: (),
        Refused: (),
        FalseConfirmed: (Consequence,),
        Consequence: (),
    }
    stages: ClassVar = {
        Applied: Stage.APPLIED,
        Accepted: Stage.ACCEPTED,
        Extended: Stage.ACCEPTED,
        NotAccepted: Stage.NOT_ACCEPTED,
        Refused: Stage.REFUSED,
        FalseReported: Stage.DOUBTED,
        FalseConfirmed: Stage.UNDONE,
        Consequence: Stage.UNDONE,
    }

    def stage(self, case: Case, law: Law, on: date) -> Stage:
        if case.last(Granted) is None or type(case.newest) in self.stages:
            return super().stage(case, law, on)
        return Stage.RESTORED if case.last(SharingEnded) and case.last(MeasuresLifted) else Stage.RESTORING

    def clocks(self, case: Case, law: Law) -> tuple[Running, ...]:
        applied = case.the(Applied).day
        match case.newest:
            case Applied():
                return _running(law, "accept", applied)
            case Accepted():
                accepted = case.newest.day
                return (
                    *_running(law, "decide", accepted),
                    *_running(law, "answer", applied),
                    *_running(law, "website", accepted),
                )
            case Extended():
                answer = _running(law, "answer", applied)
                return tuple(
                    longer for one in answer if one.due is not None for longer in _running(law, "extend", one.due.on)
                )
        return ()

    def require_fit(self, case: Case | None, step: Step, law: Law) -> None:  # noqa: ARG002  (its days are enough)
        if isinstance(step, Applied):
            version_on(law, step.day)
            if step.corrected_on is not None and step.corrected_on > step.day:
                raise CaseRefused(
                    "改正日期不得晚于申请之日。",
                    "what is not put right yet cannot be applied for: its day comes later.",
                )


def version_on(law: Law, day: date) -> ProcedureVersion:
    """The law of restoring on a day.

    Raises:
        RuleNotWritten: there is none.
    """
    return law.book.procedures[RESTORATION].on(day)


def consequence(case: Case, law: Law, on: date) -> Consequence:
    """What the law in force when it was applied for makes of false papers.

    Raises:
        RuleNotWritten: it does not say.
    """
    version = version_on(law, case.the(Applied).day)
    terms = version.terms.get(_FALSE_MATERIAL)
    if terms is None:
        raise RuleNotWritten(
            "规则库未写明虚假材料的后果。", "the rulebook does not say what follows from false papers."
        )
    return Consequence(on=on, terms=tuple(said.zh for said in terms.items), basis=_false_material(version))


def barred_until(case: Case, law: Law) -> date | None:
    """The first day on which its subject can have anything restored again, every restoration taking a commitment, after
    false papers in this case; null if they were not, or the law that it was applied for under sets no period that may
    be used against anybody."""
    confirmed = case.last(FalseConfirmed)
    if confirmed is None:
        return None
    version = version_on(law, case.the(Applied).day)
    terms = version.terms.get(_FALSE_MATERIAL)
    if terms is None or terms.bars_months is None or law.unsigned(_false_material(version)):
        return None
    return months_after(confirmed.day, terms.bars_months)


def _false_material(version: ProcedureVersion) -> str:
    return version.basis_of(f"procedures.{RESTORATION}", _FALSE_MATERIAL)


def _running(law: Law, clock: str, started_on: date) -> tuple[Running, ...]:
    """A clock, if the version of that day has it: earlier law had others."""
    known = version_on(law, started_on).clocks
    return (running(law, RESTORATION, clock, started_on),) if clock in known else ()
