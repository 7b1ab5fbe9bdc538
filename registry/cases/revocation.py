"""撤回: the decision behind a record was changed, revoked, or held unlawful or void (行政处罚法 第四十八条).

It is withdrawn within the days of `procedures/withdrawal.toml`, with the reason.
"""

from typing import ClassVar, Literal

from registry.cases.case import Case
from registry.cases.clocks import Law, Running, running
from registry.cases.proceeding import Proceeding
from registry.cases.step import Decision, Step, Text
from registry.vocabulary import Procedure, Stage

WITHDRAWAL = "withdrawal"


class Reported(Step, frozen=True, forbid_unknown_fields=True, kw_only=True, tag="revocation_reported"):
    """What became of the decision behind a record, on the day `on`, by which document of which body."""

    zh: ClassVar[str] = "报告原决定被撤销"

    record: int
    what: Literal["changed", "revoked", "unlawful", "void"]
    document: Text
    body: Text


class Confirmed(Decision, frozen=True, forbid_unknown_fields=True, kw_only=True, tag="revocation_confirmed"):
    """It is so: the record is shown no more."""

    zh: ClassVar[str] = "决定撤回"


class Dismissed(Decision, frozen=True, forbid_unknown_fields=True, kw_only=True, tag="revocation_dismissed"):
    """It is not so: the decision stands."""

    zh: ClassVar[str] = "原决定仍有效"


class Revocation(Proceeding):
    """Revocation."""

    kind = Procedure.REVOCATION
    first = Reported
    follows: ClassVar = {Reported: (Confirmed, Dismissed), Confirmed: (), Dismissed: ()}
    stages: ClassVar = {Reported: Stage.REPORTED, Confirmed: Stage.WITHDRAWN, Dismissed: Stage.DISMISSED}

    def clocks(self, case: Case, law: Law) -> tuple[Running, ...]:
        if not isinstance(case.newest, Reported):
            return ()
        # what befell a decision before the law had a clock for it should have been withdrawn once it had one
        first = law.book.procedures[WITHDRAWAL].versions[0].since
        return (running(law, WITHDRAWAL, "withdraw", max(case.newest.day, first)),)
