"""Whatever people do with restorations, objections, revocations and bankruptcy plans about the same penalties, in
whatever order and on whatever days: what is public is what the ledger bears out, and no step is out of order.

The expectation is worked out here from the bare events of the ledger, without the code that decides.
"""

import json
from contextlib import ExitStack
from datetime import date, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, NamedTuple

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    rule,
    run_state_machine_as_test,
)

from registry.actions import audit, change_feed
from registry.cases import STEPS
from registry.store import ledger
from registry.vocabulary import Stage
from registry.workdays import workdays_between
from tests.case_steps import COMES_TO, DECISIONS, ENDS, OPENING, SAYS, WAYS
from tests.casework import AtWork, Casework, casework_in
from tests.homes import SQLITE
from tests.office_people import Keys
from tests.standing import delivered, penalty
from tests.test_restorations import BODY

OLD, YOUNG = "乌市监罚〔2024〕1号", "乌市监罚〔2026〕7号"
DECIDED = {OLD: date(2024, 5, 6), YOUNG: date(2026, 2, 20)}
ELIGIBLE = {(OLD, None): date(2024, 8, 6), (OLD, "food"): date(2025, 5, 6)}
ELIGIBLE |= {(YOUNG, None): date(2026, 5, 20), (YOUNG, "food"): date(2027, 2, 20)}
DECIDERS, MAKERS = {"复核甲", "两可甲"}, {"经办甲", "经办乙", "两可甲"}
REFORM = date(2026, 4, 1)  # until then the law had no clocks for the steps of a restoration
WORKDAYS = {"accept": 3, "own": 3, "with_source": 7, "withdraw": 3}  # of clocks that run from the day of the step
LAST = date(2026, 11, 20)  # clocks that run into 2027 move
CORRECTED = "改"

PEOPLE = st.sampled_from(Keys._fields)
LINES = st.sampled_from([OLD, OLD, YOUNG])
DAYS = st.one_of(st.none(), st.integers(-8, 2))
WAIT = st.integers(0, 60)


class Event(NamedTuple):
    """A step as the ledger tells it; `day` is that on which it was recorded (China; these tests act in the morning)."""

    number: int
    kind: str
    person: str | None
    day: date
    told: dict[str, Any]

    @property
    def on(self) -> date:
        return date.fromisoformat(self.told["on"])


def shown(office: Casework) -> None:
    """Two penalties of one company, both shown."""
    rows(office)
    office.publish()


def rows(office: Casework) -> None:
    delivered(office.counter, *(penalty(document=line, on=str(day)) for line, day in DECIDED.items()))


class Cases(AtWork, RuleBasedStateMachine):
    """People, days and steps at random, about two penalties of one company."""

    @initialize()
    def open_office(self) -> None:
        self.stack = ExitStack()
        folder = Path(self.stack.enter_context(TemporaryDirectory()))
        self.office = self.stack.enter_context(casework_in(folder, shown, sign=()))
        self.opened = 0
        self.lines: dict[str, int] = dict(
            self.office.counter.ask("SELECT document, id FROM record WHERE source = 'penalties'")
        )

    def teardown(self) -> None:
        if hasattr(self, "stack"):
            self.stack.close()

    @rule(way=st.sampled_from(WAYS), line=LINES, data=st.data(), days=WAIT)
    def go_the_way(self, way: tuple[str, ...], line: str, data: st.DataObject, days: int) -> None:
        """The steps of a procedure to their end, by people who may take them, in a case that is ready for them."""
        number = self.opened + 1
        for kind in way:
            person = "checker" if kind in DECISIONS else "maker"
            if kind in OPENING:
                self.open(kind, line, person, None)
            else:
                if kind == way[0]:
                    number = data.draw(st.sampled_from(self.ready_for(kind) or [number]))
                self.step(number, kind, person, None, data)
        self.wait(days)

    @rule(data=st.data(), line=LINES, person=PEOPLE, on=DAYS)
    def try_anything(self, data: st.DataObject, line: str, person: str, on: int | None) -> None:
        """Any step at all, or more often one that may follow, in any case, by anybody."""
        number = data.draw(st.integers(1, self.opened + 1))
        may_follow = [kind.tag() for kind in self.office.state(number).may_follow] if number <= self.opened else OPENING
        kind = data.draw(st.sampled_from([*may_follow, *may_follow, *may_follow, *SAYS]))
        if kind in OPENING:
            self.open(kind, line, person, on)
        else:
            self.step(number, kind, person, on, data)

    @rule()
    def deliver_again_and_run_the_rules(self) -> None:
        """Nothing comes back with a file; what may be shown is, and who follows the feed has just that."""
        rows(self.office)
        self.office.publish()
        assert sorted(self.office.public()) == sorted(self.lawful())
        with self.office.database.session() as session:
            changes = change_feed.changes(session, None, limit=1000, on=self.office.today, book=self.office.book).items
        kept: set[str] = set()
        for one in changes:
            kept = kept - {one.id} if one.kind == "withdrawn" or one.replaced_by else kept | {one.id}
        shown = "SELECT record_id FROM publication WHERE retired_at IS NULL AND outcome = 'shown'"
        assert kept == {str(number) for (number,) in self.office.counter.ask(shown)}

    def open(self, kind: str, line: str, person: str, on: int | None) -> None:
        said = {**SAYS[kind], **self.day(on)}
        if kind != "shielding_proposed":
            said["record"] = self.lines[line]
        if kind == "restoration_applied" and person == "both":
            said["domain"] = "food"
        self.tried(lambda key: self.office.open(kind, said, key), person)

    def ready_for(self, kind: str) -> list[int]:
        steps = {number: self.office.state(number).may_follow for number in range(1, self.opened + 1)}
        return [number for number, may_follow in steps.items() if STEPS[kind] in may_follow]

    def wait(self, days: int) -> None:
        self.office.today = min(LAST, self.office.today + timedelta(days=days))

    def step(self, number: int, kind: str, person: str, on: int | None, data: st.DataObject) -> None:
        said = {**SAYS[kind], **self.day(on)}
        if kind == "objection_corrected":
            reads = self.reads(self.line_of(number)) if 1 <= number <= self.opened else OLD
            new = f"{reads.split(CORRECTED)[0]}{CORRECTED}{number}"
            said["changes"] = [{"field": "document", "old": reads, "new": new}]
        if kind == "shielding_end_proposed":
            said["outcome"] = data.draw(st.sampled_from(["failed", "performed"]))
        self.tried(lambda key: self.office.take(number, kind, said, key), person)

    @invariant()
    def nothing_is_public_that_the_ledger_does_not_bear_out(self) -> None:
        """At once, without running anything."""
        if hasattr(self, "office"):
            assert {*self.office.public()} <= {*self.lawful()}

    @invariant()
    def a_state_is_what_its_events_say_today_and_later(self) -> None:
        if not hasattr(self, "office"):
            return
        with self.office.database.session() as session:
            audit.verify(session)
        for number, steps in self.events().items():
            newest, state = steps[-1], self.office.state(number)
            assert state.stage == COMES_TO.get(newest.kind, _after(steps))
            assert state.stage == self.office.state(number, self.office.today + timedelta(days=1500)).stage
            assert state.closed == (newest.kind in ENDS)
            for clock in state.clocks:
                if clock.clock in WORKDAYS:
                    whole = workdays_between(clock.started_on, self.office.today - timedelta(days=1))
                    assert clock.overdue(self.office.today) == (whole >= WORKDAYS[clock.clock])

    @invariant()
    def no_step_was_out_of_order(self) -> None:
        if not hasattr(self, "office"):
            return
        for number, steps in self.events().items():
            makers: set[str | None] = set()
            for place, (before, step) in enumerate(zip([None, *steps], steps, strict=False)):
                assert step.kind in OPENING if place == 0 else step.kind not in OPENING
                assert before is None or (before.kind not in ENDS and before.on <= step.on)
                assert step.on <= step.day
                if step.kind in DECISIONS:
                    assert step.person in DECIDERS - makers
                    assert step.on == step.day
                elif step.person:
                    assert step.person in MAKERS
                    makers.add(step.person)
                if step.kind in ("restoration_accepted", "restoration_granted"):
                    assert step.day >= ELIGIBLE[self.line_of(number), steps[0].told.get("domain")]
                if step.kind == "restoration_granted":
                    assert before is not None
                    assert before.kind in ("restoration_accepted", "restoration_extended")
                    assert step.told["authority"] == BODY

    def lawful(self) -> list[str]:
        """The documents that may be shown: each line as it was last corrected, if nothing stands against that."""
        return [self.reads(line) for line in DECIDED if not self.gone(line)]

    def gone(self, line: str) -> bool:
        for number, steps in self.events().items():
            kinds = {step.kind for step in steps}
            if self.line_of(number) == line and (
                kinds & {"revocation_confirmed", "objection_withdrawn"}
                or ("restoration_granted" in kinds and "restoration_undone" not in kinds)
            ):
                return True
            if "shielded" in kinds and DECIDED[line] <= steps[0].on:
                ended = [step.told["outcome"] for step in steps if step.kind == "shielding_end_proposed"][-1:]
                if steps[-1].kind != "shielding_ended" or ended != ["failed"]:
                    return True
        return False

    def reads(self, line: str) -> str:
        corrections = [
            step
            for number, steps in self.events().items()
            for step in steps
            if step.kind == "objection_corrected" and self.line_of(number) == line
        ]
        if not corrections:
            return line
        return str(max(corrections, key=lambda step: step.number).told["changes"][0]["new"])

    def line_of(self, number: int) -> str:
        told = self.events()[number][0].told
        return next((line for line, number in self.lines.items() if number == told.get("record")), "")

    def events(self) -> dict[int, list[Event]]:
        people = dict(self.office.counter.ask("SELECT id, name FROM person"))
        found: dict[int, list[Event]] = {}
        with self.office.database.session() as session:
            for event in ledger.events(session):
                if event.about.startswith("case:"):
                    step = Event(
                        event.id, event.kind, people.get(event.person_id), event.at.date(), json.loads(event.payload)
                    )
                    found.setdefault(int(event.about[5:]), []).append(step)
        return found


def _after(steps: list[Event]) -> Stage:
    """Where the newest step alone does not tell: after a grant, and after the end of a plan."""
    kinds = {step.kind for step in steps}
    if steps[-1].kind == "shielding_ended":
        outcome = [step.told["outcome"] for step in steps if step.kind == "shielding_end_proposed"][-1]
        return Stage.FAILED if outcome == "failed" else Stage.PERFORMED
    both = {"restoration_sharing_ended", "restoration_measures_lifted"} <= kinds
    return Stage.RESTORED if both else Stage.RESTORING


def test_what_is_public_is_what_the_ledger_bears_out_and_no_step_is_out_of_order(home: str) -> None:
    examples = settings().max_examples // (12 if home == SQLITE else 33)  # more by the profile `soak`
    run_state_machine_as_test(
        Cases,
        settings=settings(
            max_examples=examples, stateful_step_count=15, deadline=None, suppress_health_check=[*HealthCheck]
        ),
    )
