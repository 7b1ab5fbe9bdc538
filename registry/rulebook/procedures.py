"""办理程序: the steps of restoring, objecting, giving notice and withdrawing, and their clocks; `procedures/*.toml`.

A clock leaves out the day on which it starts. One whose number nobody has read cannot run: the case waits for the
office to write and sign it.
"""

from collections.abc import Iterator
from datetime import date, timedelta
from typing import TYPE_CHECKING, Annotated

import msgspec
from msgspec import Meta

from registry.errors import RuleNotWritten
from registry.rulebook.law import Cited, Months, Part, Rule, Said, Text, Version, values_of
from registry.workdays import Deadline, add_workdays

if TYPE_CHECKING:
    from registry.rulebook.book import Rulebook

Number = Annotated[int, Meta(ge=0)]


class Clock(Cited, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A step that must be done, or waited for, within a time that runs from an event."""

    title: Said
    runs_from: Text


class WorkingDays(Clock, frozen=True, forbid_unknown_fields=True, kw_only=True, tag_field="counts", tag="working_days"):
    """So many working days."""

    days: Number


class CalendarDays(
    Clock, frozen=True, forbid_unknown_fields=True, kw_only=True, tag_field="counts", tag="calendar_days"
):
    """So many days of the calendar."""

    days: Number


class UnreadClock(Clock, frozen=True, forbid_unknown_fields=True, kw_only=True, tag_field="counts", tag="unread"):
    """No number was read: the case cannot go on until the office writes one."""


class Terms(Cited, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Sentences of the law that belong together: conditions, papers, bars, grounds, consequences; a consequence may
    bar its subject from what the procedure is about, for so many months."""

    title: Said
    items: Annotated[tuple[Said, ...], Meta(min_length=1)]
    bars_months: Months | None = None


class ProcedureVersion(Version, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What a procedure asks for and how fast it must be."""

    terms: dict[str, Terms] = msgspec.field(default_factory=dict)
    clocks: dict[str, WorkingDays | CalendarDays | UnreadClock]

    def __post_init__(self) -> None:
        if twice := sorted(self.terms.keys() & self.clocks.keys()):
            raise ValueError(f"both a clock and terms: {', '.join(twice)}")

    def parts(self) -> Iterator[Part]:
        for name, terms in self.terms.items():
            values = {**values_of(terms), "items": [said.zh for said in terms.items]}
            yield Part(name=name, title=terms.title, citations=(terms, self), values=values)
        for name, clock in self.clocks.items():
            yield Part(name=name, title=clock.title, citations=(clock, self), values=values_of(clock))


ProcedureRule = Rule[ProcedureVersion]


def due_by(book: "Rulebook", procedure: str, clock: str, started_on: date) -> Deadline:
    """The last day of a clock of a procedure that starts on a day, by the version of that day.

    Raises:
        RuleNotWritten: there is no such procedure or clock on that day, or no number for it.
    """
    rule = book.procedures.get(procedure)
    match rule and rule.on(started_on).clocks.get(clock):
        case WorkingDays(days=days):
            return add_workdays(started_on, days, book.calendar)
        case CalendarDays(days=days):
            return Deadline(started_on + timedelta(days=days), provisional=False)
    raise RuleNotWritten(
        f"{procedure} 中 {clock} 的期限没有已核实的数字，办理须等待本机构签认。",
        f"{procedure} has no number for {clock}: the case waits until the office signs one.",
        clock=clock,
    )
