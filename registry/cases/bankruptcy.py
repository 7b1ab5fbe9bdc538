"""破产重整、和解: with the court's ruling, while the plan is carried out, what stands against a subject is shielded.

When it is performed, it stays shielded and proper restoration may be applied for; when it fails, it is shown again
(国办发〔2025〕22号).
"""

from datetime import date
from typing import ClassVar, Literal

from registry.cases.case import Case
from registry.cases.clocks import Law
from registry.cases.proceeding import Proceeding
from registry.cases.step import Decision, Step, Text
from registry.vocabulary import Procedure, Stage


class ShieldingProposed(Step, frozen=True, forbid_unknown_fields=True, kw_only=True, tag="shielding_proposed"):
    """The court approved the plan of the subject with this code, or recognised its settlement, on the day `on`, by the
    ruling `document`."""

    zh: ClassVar[str] = "提出屏蔽"

    code: Text
    court: Text
    document: Text


class Shielded(Decision, frozen=True, forbid_unknown_fields=True, kw_only=True, tag="shielded"):
    """What was decided against the subject up to the ruling is shielded, and measures are lifted for the time."""

    zh: ClassVar[str] = "决定屏蔽"


class ShieldingRefused(Decision, frozen=True, forbid_unknown_fields=True, kw_only=True, tag="shielding_refused"):
    """There is no such ruling: nothing is shielded."""

    zh: ClassVar[str] = "不予屏蔽"


class EndProposed(Step, frozen=True, forbid_unknown_fields=True, kw_only=True, tag="shielding_end_proposed"):
    """The plan was performed, or failed, on the day `on`, as the document of the court or the manager says."""

    zh: ClassVar[str] = "报告执行结果"

    outcome: Literal["performed", "failed"]
    document: Text


class Ended(Decision, frozen=True, forbid_unknown_fields=True, kw_only=True, tag="shielding_ended"):
    """Another person confirms how it ended."""

    zh: ClassVar[str] = "决定结束屏蔽程序"


class EndRefused(Decision, frozen=True, forbid_unknown_fields=True, kw_only=True, tag="shielding_end_refused"):
    """It has not ended: the shielding goes on."""

    zh: ClassVar[str] = "继续屏蔽"


class Bankruptcy(Proceeding):
    """Bankruptcy reorganisation and settlement."""

    kind = Procedure.BANKRUPTCY
    first = ShieldingProposed
    follows: ClassVar = {
        ShieldingProposed: (Shielded, ShieldingRefused),
        Shielded: (EndProposed,),
        EndProposed: (Ended, EndRefused),
        EndRefused: (EndProposed,),
        Ended: (),
        ShieldingRefused: (),
    }
    stages: ClassVar = {
        ShieldingProposed: Stage.REPORTED,
        Shielded: Stage.SHIELDED,
        EndProposed: Stage.ENDING,
        EndRefused: Stage.SHIELDED,
        ShieldingRefused: Stage.DISMISSED,
    }

    def stage(self, case: Case, law: Law, on: date) -> Stage:
        if isinstance(case.newest, Ended):
            return Stage.FAILED if case.the(EndProposed).outcome == "failed" else Stage.PERFORMED
        return super().stage(case, law, on)


def shields_until(case: Case) -> date | None:
    """The day of the ruling up to which what was decided against the subject is shielded; null while nothing is."""
    ended = isinstance(case.newest, Ended) and case.the(EndProposed).outcome == "failed"
    return None if ended or case.last(Shielded) is None else case.the(ShieldingProposed).day
