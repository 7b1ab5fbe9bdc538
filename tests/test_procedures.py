"""The clocks of restoring, objecting, giving notice and withdrawing, as cases a lawyer can read."""

import re
import tomllib
from pathlib import Path
from typing import Any

import pytest

from registry.errors import RuleBroken, RuleNotWritten
from registry.rulebook import due_by, load
from registry.rulebook.procedures import Clock
from registry.workdays import Deadline
from tests.test_rulebook_reading import overlay

BOOK = load()
CASES = tomllib.loads((Path(__file__).parent / "cases" / "clocks.toml").read_text("utf-8"))["cases"]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["name"])
def test_the_clock_runs_as_written(case: dict[str, Any]) -> None:
    if "refused" in case:
        with pytest.raises(RuleNotWritten, match=case["refused"]):
            due_by(BOOK, case["procedure"], case["clock"], case["started_on"])
    else:
        assert due_by(BOOK, case["procedure"], case["clock"], case["started_on"]) == Deadline(**case["expect"])


def test_every_clock_has_a_case() -> None:
    tried = {
        (case["procedure"], BOOK.procedures[case["procedure"]].on(case["started_on"]).since, case["clock"])
        for case in CASES
        if "refused" not in case or case["refused"] == case["clock"]
    }

    for name, rule in BOOK.procedures.items():
        for version in rule.versions:
            assert {(name, version.since, clock) for clock in version.clocks} <= tried


def test_restoring_takes_two_papers_and_no_fee() -> None:
    for version in BOOK.procedures["restoration"].versions:
        assert len(version.terms["papers"].items) == 2
    assert "费" not in re.sub("不得|不收取任何费用|免费", "", str(BOOK.procedures["restoration"]))


def test_every_list_that_takes_notice_has_a_clock_for_the_answer() -> None:
    noticed = {code for code, rule in BOOK.lists.items() if "notice" in rule.versions[-1].requires}

    answers = BOOK.procedures["notice"].versions[-1].clocks
    assert noticed - answers.keys() == {"judgment_debtor"}  # the risk notice stands in the enforcement notice itself
    assert all(isinstance(clock, Clock) for clock in answers.values())


def test_an_office_writes_the_number_that_nobody_has_read(tmp_path: Path) -> None:
    own = overlay(tmp_path, "procedures/notice.toml", 'counts = "unread"', 'counts = "working_days"\ndays = 5')
    case = next(case for case in CASES if case["clock"] == "market_serious")

    due = due_by(load(own), "notice", "market_serious", case["started_on"])

    assert str(due.on) == "2026-11-27"


def test_a_clock_without_its_number_is_refused(tmp_path: Path) -> None:
    own = overlay(tmp_path, "procedures/withdrawal.toml", "days = 3\n", "")

    with pytest.raises(RuleBroken, match=r"procedures/withdrawal\.toml, line \d+, .* missing required field `days`"):
        load(own)
