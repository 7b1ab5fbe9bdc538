"""Between regimes: a penalty on display when Decree 36 begins, under either policy."""

from datetime import date
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from registry.rulebook import Rulebook, judged, load
from registry.rulebook.signatures import signing, with_signatures
from registry.rulebook.trying import answered
from registry.vocabulary import SourceKind
from tests.test_rulebook_cases import frame
from tests.test_rulebook_reading import overlay

BOOK = load()
TODAY = date(2026, 11, 24)


@pytest.fixture
def favourable(tmp_path: Path) -> Rulebook:
    return load(overlay(tmp_path, "transition.toml", 'still_shown = "by_decision"', 'still_shown = "more_favourable"'))


def outcome(book: Rulebook, *, production: bool = False, **record: Any) -> tuple[str, str | None, date | None]:
    shown = judged(SourceKind.PENALTIES, frame(record), book, on=TODAY, production=production)
    [row] = shown.collect().to_dicts()
    return row["outcome"], row["basis"], row["shown_until"]


GENERAL: dict[str, Any] = {
    "classes": "confiscate_gains",
    "decided_on": date(2025, 10, 1),
    "first_shown_on": date(2025, 10, 10),
}
BEFORE = ("shown", "penalties/2023-05-01/standard", date(2028, 10, 1))


def test_as_written_a_penalty_keeps_the_regime_of_its_decision() -> None:
    assert outcome(BOOK, **GENERAL) == BEFORE


def test_the_more_favourable_regime_ends_it_sooner(favourable: Rulebook) -> None:
    assert outcome(favourable, **GENERAL) == ("shown", "penalties/2026-04-01/general", date(2026, 10, 10))


def test_a_policy_that_nobody_has_signed_moves_nothing_outside_a_demo(favourable: Rulebook) -> None:
    where: dict[str, Any] = {
        "rule": "transition",
        "since": date(2026, 4, 1),
        "document": "集信用办〔2026〕5号",
        "on": TODAY,
    }
    first = signing(favourable, (), by=1, **where)
    second = signing(favourable, (first,), by=2, **where)

    assert outcome(favourable, production=True, **GENERAL) == BEFORE
    assert outcome(with_signatures(favourable, [first, second]), production=True, **GENERAL)[2] == date(2026, 10, 10)


def test_what_the_later_regime_shows_as_long_or_cannot_judge_stays(favourable: Rulebook) -> None:
    serious = GENERAL | {"classes": "close", "first_shown_on": date(2026, 3, 1)}
    undecided = GENERAL | {"classes": "fine"}

    assert outcome(favourable, **serious) == BEFORE
    assert outcome(favourable, **undecided) == BEFORE


def test_the_later_regime_ends_nothing_before_it_began(favourable: Rulebook) -> None:
    old = GENERAL | {"decided_on": date(2024, 5, 2), "first_shown_on": date(2024, 5, 9)}

    assert outcome(favourable, **old) == ("shown", "penalties/2026-04-01/general", date(2026, 4, 1))


def test_a_later_decision_is_under_its_own_regime_whatever_the_policy(favourable: Rulebook) -> None:
    later = GENERAL | {"decided_on": date(2026, 4, 1), "first_shown_on": date(2026, 4, 9)}

    assert outcome(favourable, **later) == outcome(BOOK, **later)


@pytest.mark.parametrize(("on", "until"), [("2026-03-31", "2028-10-01"), ("2026-04-01", "2026-10-10")])
def test_a_table_is_tried_under_the_policy_of_the_day_asked_about(favourable: Rulebook, on: str, until: str) -> None:
    row = {"question": "display", "penalty_kinds": "没收违法所得", "on": on}
    days = {"decided_on": "2025-10-01", "published_on": "2025-10-10", "duties_done_on": "2025-12-01"}

    assert answered(pl.DataFrame([row | days]), favourable)["shown_until"].to_list() == [until]
