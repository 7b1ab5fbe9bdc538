"""What the rulebook says of any record, and that its two speeds say the same."""

from datetime import date
from typing import Any

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from registry.errors import RuleNotWritten
from registry.rulebook import Basis, Rulebook, explain, judged, load
from registry.rulebook.explaining import restorable, restorable_from
from registry.rulebook.months import months_after
from registry.rulebook.picking import said_on
from registry.rulebook.trying import answered
from registry.vocabulary import Because, Confidence, Outcome, PenaltyKind, SourceKind
from tests.signed_law import signed_law
from tests.test_rulebook_cases import frame

BOOK = load()
TODAY = date(2026, 11, 23)
DAYS = st.dates(date(2018, 1, 1), date(2030, 12, 31))
EVERY_VERSION = tuple(dict.fromkeys(f"{basis.rule}/{basis.since}" for basis in BOOK.bases.values()))
EDITIONS = tuple(version for version in EVERY_VERSION if version.startswith("catalogue/"))
UNSURE = Confidence.UNVERIFIED
CATEGORIES = {"permits": "administration", "penalties": "administration", "lists.abnormal_operation": "abnormal"}

RECORDS = st.fixed_dictionaries(
    {
        "classes": st.one_of(
            st.none(),
            st.lists(st.sampled_from([*PenaltyKind, "no_such_kind"]), unique=True).map(
                lambda kinds: ";".join(sorted(kinds))
            ),
            st.sampled_from([*BOOK.lists, "no_such_list"]),
        ),
        "procedure": st.sampled_from([None, "summary", "ordinary"]),
        "amount_fen": st.one_of(st.none(), st.integers(0, 10**12)),
        "has_ground": st.booleans(),
        "has_document": st.booleans(),
        **{
            day: st.one_of(st.none(), DAYS)
            for day in ("decided_on", "starts_on", "ends_on", "noticed_on", "served_on", "first_shown_on")
        },
        "status": st.sampled_from([None, "valid", "void", "revoked", "disputed", "other", "open", "closed"]),
    }
)


@settings(deadline=None)
@given(
    st.lists(RECORDS, min_size=1, max_size=30),
    st.sampled_from(SourceKind),
    DAYS,
    st.booleans(),
    st.sampled_from([BOOK, signed_law(*EDITIONS), signed_law(*EVERY_VERSION)]),
)
def test_every_record_has_one_outcome_with_its_reason_or_its_period(
    records: list[dict[str, object]], source: SourceKind, on: date, production: bool, book: Rulebook
) -> None:
    rows = judged(source, frame(*records), book, on=on, production=production).collect().to_dicts()

    assert [row["record_id"] for row in rows] == (
        [] if source in ("subjects", "restorations") else list(range(len(records)))
    )
    for row in rows:
        assert (row["outcome"] == Outcome.SHOWN) == (row["because"] is None)
        assert (row["outcome"] == Outcome.SHOWN) == (row["shown_from"] is not None)
        assert row["shown_until"] is None or row["outcome"] == Outcome.SHOWN
        assert row["basis"] is None or explain(BOOK, row["basis"]).basis == row["basis"]
        if row["outcome"] != Outcome.HELD:
            assert row["basis"] is not None
        if production and row["outcome"] == Outcome.SHOWN:
            assert not unsure(book, row["basis"], on)
        if row["because"] == Because.RULE_UNVERIFIED:
            assert unsure(book, row["basis"], on) or row["basis"].startswith("lists.customs/")  # no term was read


def unsure(book: Rulebook, basis: str, on: date) -> list[Basis]:
    """Of the rule and of the category of the catalogue that showing something rests on, what nobody answers for."""
    rule = explain(book, basis).rule
    name = CATEGORIES.get(rule, "serious" if rule.startswith("lists.") else rule)
    category = f"catalogue/{book.catalogue.on(on).since}/{name}"
    return [
        one for one in (explain(book, basis), explain(book, category)) if one.confidence == UNSURE and not one.signed
    ]


@settings(max_examples=settings().max_examples // 3, deadline=None)
@given(st.lists(RECORDS, min_size=2, max_size=20), st.sampled_from(SourceKind))
def test_a_batch_says_what_its_rows_say_alone(records: list[dict[str, object]], source: SourceKind) -> None:
    whole = judged(source, frame(*records), BOOK, on=TODAY, production=True).collect().drop("record_id")
    alone = [
        judged(source, frame(record), BOOK, on=TODAY, production=True).collect().drop("record_id") for record in records
    ]

    assert whole.equals(pl.concat(alone))


@given(st.dates(date(2000, 1, 1), date(2035, 12, 31)), st.sampled_from([BOOK.penalties, *BOOK.lists.values()]))
def test_one_day_and_a_column_of_days_pick_the_same_version(day: date, rule: object) -> None:
    expression = said_on(rule, pl.col("day"), lambda version: pl.lit(version.since), before=pl.lit(None, pl.Date))  # type: ignore[arg-type]

    [picked] = pl.DataFrame({"day": [day]}).select(expression).to_series().to_list()

    if picked is None:
        with pytest.raises(RuleNotWritten):
            rule.on(day)  # type: ignore[attr-defined]
    else:
        assert rule.on(day).since == picked  # type: ignore[attr-defined]


@given(st.dates(date(1990, 1, 1), date(2060, 12, 31)), st.integers(0, 120))
def test_months_of_one_day_and_of_a_column_are_the_same(day: date, months: int) -> None:
    column = pl.DataFrame({"day": [day]}).select(pl.col("day").dt.offset_by(f"{months}mo"))

    assert months_after(day, months) == column.item()


def test_no_kind_of_penalty_has_a_name_within_another() -> None:
    assert [(a, b) for a in PenaltyKind for b in PenaltyKind if a is not b and a in b] == []


@settings(deadline=None)
@given(
    st.lists(
        st.fixed_dictionaries(
            {
                "basis": st.sampled_from(list(BOOK.bases)),
                "decided_on": st.one_of(st.none(), DAYS),
                "shown_from": st.one_of(st.none(), DAYS),
                "corrected_on": st.one_of(st.none(), DAYS),
                "domain": st.sampled_from([None, "food", "drug", "fire"]),
            }
        ),
        min_size=1,
    )
)
def test_the_earliest_restoration_of_one_item_and_of_a_column_are_the_same(items: list[dict[str, Any]]) -> None:
    days = dict.fromkeys(("decided_on", "shown_from", "corrected_on"), pl.Date)
    frame_of = pl.DataFrame(items, schema={"basis": pl.String, **days, "domain": pl.String})

    column = frame_of.select(restorable(BOOK.bases.values())).to_series().to_list()

    assert column == [restorable_from(BOOK, **item) for item in items]


@settings(max_examples=settings().max_examples // 3, deadline=None)
@given(
    st.lists(st.sampled_from(list(PenaltyKind)), unique=True),
    st.sampled_from(["summary", "ordinary"]),
    st.dates(date(2019, 1, 1), date(2029, 12, 31)),
    st.dates(date(2026, 4, 1), date(2029, 12, 31)),
)
def test_a_penalty_tried_on_a_table_is_shown_as_publishing_shows_it(
    kinds: list[PenaltyKind], procedure: str, decided_on: date, shown_on: date
) -> None:
    record = {"classes": ";".join(sorted(kinds)), "procedure": procedure, "decided_on": decided_on}
    row = {"question": "display", "penalty_kinds": ";".join(kind.zh for kind in kinds), "procedure": procedure}
    days = {"decided_on": str(decided_on), "published_on": str(shown_on), "on": str(shown_on)}

    [published] = judged(SourceKind.PENALTIES, frame(record), BOOK, on=shown_on, production=False).collect().to_dicts()
    [told] = answered(pl.DataFrame([row | days]), BOOK).to_dicts()

    said = {Outcome.SHOWN: "yes", Outcome.HELD: "review", Outcome.UNPUBLISHABLE: "no"}[published["outcome"]]
    assert told["published"] == said
    assert told["shown_until"] == (published["shown_until"] and str(published["shown_until"]))
    if published["basis"]:
        assert told["basis"].endswith(f"[{published['basis']}]")


@settings(max_examples=settings().max_examples // 3, deadline=None)
@given(st.sampled_from(list(BOOK.lists)), st.dates(date(2014, 1, 1), date(2029, 12, 31)))
def test_an_entry_tried_on_a_table_lasts_as_long_as_publishing_shows_it(code: str, listed_on: date) -> None:
    row = {"question": "list", "list": code, "listed_on": str(listed_on), "ground": ""}
    if code == "judgment_debtor":  # where the ground decides, a delivered entry is shown as on one with a term
        row["ground"] = "2"
    days = dict.fromkeys(("noticed_on", "decided_on", "served_on"), listed_on)
    record = {"classes": code, "has_ground": True, "has_document": True, **days}

    shown = judged(SourceKind.LIST_ENTRIES, frame(record), BOOK, on=TODAY, production=False).collect()
    [told] = answered(pl.DataFrame([row]), BOOK).to_dicts()

    if shown["outcome"].item() == Outcome.SHOWN:
        assert told["ends_on"] == (shown["shown_until"].item() and str(shown["shown_until"].item()))
    else:
        assert told["ends_on"] == "review"
