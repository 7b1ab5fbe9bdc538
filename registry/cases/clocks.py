"""The clocks of a case: periods that somebody else is given, and periods in which the office must act.

A number of days that nobody has verified and signed is not used against anybody: in production a period to answer with
such a number counts as unread. A clock that binds the office runs on it all the same, since it only makes the office
act.
"""

from datetime import date
from typing import NamedTuple

from registry.errors import LawUnsettled, NotYet, RuleNotWritten
from registry.rulebook import Rulebook, due_by
from registry.rulebook.law import Said
from registry.workdays import Deadline


class Law(NamedTuple):
    """The law that a case is under; in production unsigned unverified values are not used against anybody."""

    book: Rulebook
    production: bool

    def unsigned(self, basis: str) -> bool:
        """Whether a basis leans on a value that may not be used against anybody here."""
        return self.production and basis in self.book.unsigned


class Running(NamedTuple):
    """A clock that runs: `due` is its last day, null while the law has no number for it that may be used.

    `waits`: the case waits for its end; else the office must have acted by then.
    """

    procedure: str
    clock: str
    title: Said
    started_on: date
    due: Deadline | None
    waits: bool

    def over(self, on: date) -> bool:
        """Whether its last day has passed; never, while that day is unknown or may still move."""
        return self.due is not None and on > self.due.on and not (self.waits and self.due.provisional)

    def overdue(self, on: date) -> bool:
        """Whether the office should have acted before this day."""
        return not self.waits and self.over(on)


def running(law: Law, procedure: str, clock: str, started_on: date, *, waits: bool = False) -> Running:
    """A clock of a procedure (`rulebook/procedures/`) that starts on a day, by the version of that day.

    Raises:
        RuleNotWritten: the procedure is not written down for that day.
        LawUnsettled: it has no such clock.
    """
    rule = law.book.procedures.get(procedure)
    version = rule.on(started_on) if rule else None
    known = version.clocks.get(clock) if version else None
    if version is None or known is None:
        raise LawUnsettled(
            f"规则库的 {procedure} 中没有期限 {clock}，不能办理。",
            f"the rulebook has no clock {clock} in {procedure}: there can be no such case.",
            clock=clock,
        )
    basis = version.basis_of(f"procedures.{procedure}", clock)
    try:
        due = None if waits and law.unsigned(basis) else due_by(law.book, procedure, clock, started_on)
    except RuleNotWritten:
        due = None
    return Running(procedure, clock, known.title, started_on, due, waits)


def require_over(clock: Running, on: date) -> None:
    """Refuse unless a period that somebody is given is over on the day `on`.

    Raises:
        LawUnsettled: its length, or the holidays in it, are not known or not signed.
        NotYet: it is not over.
    """
    require_known(clock)
    assert clock.due is not None  # noqa: S101  (just required)
    if clock.due.provisional:
        raise LawUnsettled(
            f"“{clock.title.zh}”的期限跨入节假日安排尚未公布的年份，须先写入该年安排。",
            f"the holidays in the period “{clock.title.en}” are not announced: write them down first.",
            clock=clock.clock,
        )
    if not clock.over(on):
        raise NotYet(
            f"“{clock.title.zh}”的期限至 {clock.due.on} 届满，此前不得决定。",
            f"“{clock.title.en}” runs through {clock.due.on}: nothing is decided before it is over.",
            due=clock.due.on,
        )


def require_known(clock: Running) -> None:
    """Refuse if nobody knows, or has signed, how long a period is.

    Raises:
        LawUnsettled: there is no number that may be used.
    """
    if clock.due is None:
        raise LawUnsettled(
            f"“{clock.title.zh}”的天数未经核实签认，办理须等待本机构签认。",
            f"no number of days is signed for “{clock.title.en}”: the case waits until the office signs one.",
            clock=clock.clock,
        )
