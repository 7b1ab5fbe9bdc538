"""Whatever people do with cases of listing, in whatever order and on whatever days: what is public is what the ledger
says was noticed, left to answer for the whole period, decided by a second person, and served.

The expectation is worked out here from the bare events of the ledger, without the code that decides.
"""

import json
from contextlib import ExitStack
from datetime import date, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from registry.actions import audit
from registry.cases import STEPS
from registry.store import ledger
from registry.vocabulary import Stage
from registry.workdays import workdays_between
from tests.casework import DECISION, NOTICE, PROPOSAL, SERVICE, AtWork, casework_in
from tests.homes import SQLITE
from tests.office_people import Keys

ANSWER_DAYS, LEAST_MONTHS = 5, 6  # of tax_serious, as signed for these tests
DECIDERS = {"复核甲", "两可甲"}
KINDS = sorted(kind for kind in STEPS if kind.startswith("listing_"))
MOST_CASES = 2  # so that some come to their end
DAYS = st.one_of(st.none(), st.integers(-8, 2))
WAIT = st.integers(0, 10)
LONG = st.one_of(WAIT, WAIT, st.just(190))
MAKERS, CHECKERS = st.sampled_from(["maker", "both"]), st.sampled_from(["checker", "both"])
PEOPLE = st.sampled_from(Keys._fields)
LAST = date(2026, 11, 30)  # the holidays of 2027 are not announced: no period is over there
COMES_TO = {Stage.ANSWERING: Stage.TO_DECIDE, Stage.LISTED: Stage.EXPIRED, Stage.REMOVING: Stage.EXPIRED}
TOLD: dict[str, dict[str, Any]] = {
    "listing_proposed": PROPOSAL,
    "listing_notified": NOTICE,
    "listing_answered": {"document": "申辩书"},
    "listing_decided": DECISION,
    "listing_dropped": {"reason": "申辩成立"},
    "listing_served": SERVICE,
    "listing_removal_proposed": {"document": "移出申请", "reason": "已改正"},
    "listing_removal_refused": {"reason": "未改正"},
    "listing_removed": {"document": "移出决定", "reason": "已改正"},
}


class Listings(AtWork, RuleBasedStateMachine):
    """People, days and steps at random; each case has its own instrument number."""

    listed = 0

    @initialize()
    def open_office(self) -> None:
        self.stack = ExitStack()
        folder = Path(self.stack.enter_context(TemporaryDirectory()))
        self.office = self.stack.enter_context(casework_in(folder))
        self.opened = 0
        self.tried(lambda key: self.office.open("listing_proposed", PROPOSAL, key), "both")

    def teardown(self) -> None:
        if hasattr(self, "stack"):
            self.stack.close()

    @precondition(lambda self: self.opened < MOST_CASES)
    @rule(person=PEOPLE, ground=st.sampled_from(["5", "5", "1", "12"]), on=st.sampled_from([None, None, None, -1, 1]))
    def propose(self, person: str, ground: str, on: int | None) -> None:
        said = {**PROPOSAL, "document": f"税稽罚〔2026〕{self.opened}号", "ground": ground} | self.day(on)
        self.tried(lambda key: self.office.open("listing_proposed", said, key), person)

    @precondition(lambda self: self.opened)
    @rule(data=st.data(), waits=st.tuples(WAIT, WAIT, st.one_of(st.none(), LONG)), maker=MAKERS, checker=CHECKERS)
    def go_the_way(self, data: st.DataObject, waits: tuple[int, int, int | None], maker: str, checker: str) -> None:
        """The steps from notice to service, by people who may take them, some days apart; and off the list, soon or
        late."""
        number = data.draw(st.integers(1, self.opened))
        self.step(number, "listing_notified", maker, None)
        self.wait(waits[0])
        self.step(number, "listing_decided", checker, None)
        self.wait(waits[1])
        self.step(number, "listing_served", maker, None)
        if waits[2] is not None:
            self.wait(waits[2])
            self.step(number, "listing_removal_proposed", maker, None)
            self.step(number, "listing_removed", checker, None)

    @precondition(lambda self: self.opened)
    @rule(data=st.data(), days=LONG, maker=MAKERS, checker=CHECKERS)
    def take_off(self, data: st.DataObject, days: int, maker: str, checker: str) -> None:
        """Off the list before the term ends, soon or late, by people who may."""
        number = data.draw(st.integers(1, self.opened))
        self.wait(days)
        self.step(number, "listing_removal_proposed", maker, None)
        self.step(number, "listing_removed", checker, None)

    @precondition(lambda self: self.opened)
    @rule(data=st.data(), person=PEOPLE, on=DAYS)
    def follow(self, data: st.DataObject, person: str, on: int | None) -> None:
        """A step that may follow, by anybody."""
        number = data.draw(st.integers(1, self.opened))
        kinds = [kind.tag() for kind in self.office.state(number).may_follow]
        if kinds:
            self.step(number, data.draw(st.sampled_from(kinds)), person, on)

    @precondition(lambda self: self.opened)
    @rule(data=st.data(), kind=st.sampled_from(KINDS), person=PEOPLE, on=DAYS)
    def stray(self, data: st.DataObject, kind: str, person: str, on: int | None) -> None:
        """Any step at all, by anybody."""
        self.step(data.draw(st.integers(1, self.opened + 1)), kind, person, on)

    @rule(days=LONG)
    def wait(self, days: int) -> None:
        self.office.today = min(LAST, self.office.today + timedelta(days=days))

    @rule()
    def run_the_rules(self) -> None:
        before = self.office.public()
        self.office.publish()
        assert self.office.public() == before

    def step(self, number: int, kind: str, person: str, on: int | None) -> None:
        own = {"document": f"列〔2026〕{number}号"} if kind in ("listing_decided", "listing_served") else {}
        said = {**TOLD[kind], **own, **self.day(on)}
        self.tried(lambda key: self.office.take(number, kind, said, key), person)

    @invariant()
    def what_is_public_is_what_the_ledger_bears_out(self) -> None:
        if not self.opened:
            return
        told = [lawful(steps) for steps in self.events().values()]
        type(self).listed += len([*filter(None, told)])
        assert sorted(self.office.public()) == sorted(
            document for document, until in filter(None, told) if self.office.today < until
        )

    @invariant()
    def a_state_is_what_its_events_say_today_and_later(self) -> None:
        if not self.opened:
            return
        with self.office.database.session() as session:
            audit.verify(session)
        for number in range(1, self.opened + 1):
            now, later = (
                self.office.state(number, self.office.today + timedelta(days=days)).stage for days in (0, 1500)
            )
            assert later == COMES_TO.get(now, now)

    def events(self) -> dict[str, list[tuple[str, str, date, dict[str, Any]]]]:
        """Of each case: kind, person, the day recorded (China; these tests act in the morning), what was told."""
        people = dict(self.office.counter.ask("SELECT id, name FROM person"))
        found: dict[str, list[tuple[str, str, date, dict[str, Any]]]] = {}
        with self.office.database.session() as session:
            for event in ledger.events(session):
                if event.about.startswith("case:"):
                    told = json.loads(event.payload) | {"document": event.document}
                    found.setdefault(event.about, []).append(
                        (event.kind, people[event.person_id or 0], event.at.date(), told)
                    )
        return found


def lawful(steps: list[tuple[str, str, date, dict[str, Any]]]) -> tuple[str, date] | None:
    """The instrument that a case put its subject on the list by, and until when; None if it did not, or no longer."""
    by_kind = {kind: (person, day, told) for kind, person, day, told in steps}
    if "listing_served" not in by_kind:
        return None
    decider, decided_on, decision = by_kind["listing_decided"]
    decided_at = [kind for kind, *_ in steps].index("listing_decided")
    noticed_on = max(
        date.fromisoformat(told["on"]) for kind, _, _, told in steps[:decided_at] if kind == "listing_notified"
    )
    assert steps[0][0] == "listing_proposed"
    assert noticed_on >= steps[0][2]
    assert workdays_between(noticed_on, decided_on - timedelta(days=1)) >= ANSWER_DAYS
    assert decider in DECIDERS
    assert decider not in {person for _, person, _, _ in steps[:decided_at]}
    assert by_kind["listing_served"][2]["restoration_notice"] != decision["document"]
    assert "管理员甲" not in {person for _, person, _, _ in steps}
    if "listing_removed" in by_kind:
        proposed_on = date.fromisoformat(by_kind["listing_removal_proposed"][2]["on"])
        least = (decided_on.year, decided_on.month + LEAST_MONTHS, min(decided_on.day, 30))
        assert (proposed_on.year, proposed_on.month, proposed_on.day) >= least
        return None
    return decision["document"], date(decided_on.year + 3, decided_on.month, decided_on.day)


def test_no_case_decided_here_is_public_without_notice_the_whole_period_and_a_second_person(
    home: str,
) -> None:
    examples = settings().max_examples // (10 if home == SQLITE else 33)  # more by the profile `soak`
    run_state_machine_as_test(
        Listings,
        settings=settings(
            max_examples=examples, stateful_step_count=40, deadline=None, suppress_health_check=[*HealthCheck]
        ),
    )
