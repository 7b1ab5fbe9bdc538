"""The catalogue, the measures, the masking and the red lists: what the law lists by name."""

import tomllib
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from registry.errors import RuleBroken
from registry.rulebook import load
from registry.rulebook.catalogues import barred_by, masked
from registry.rulebook.resting import rests_on
from registry.vocabulary import SourceKind
from tests.test_rulebook_reading import overlay

BOOK = load()
TODAY = date(2026, 11, 24)
RED_LISTS = tomllib.loads((Path(__file__).parent / "cases" / "red_lists.toml").read_text("utf-8"))["cases"]


def test_every_kind_of_source_stands_in_the_catalogue() -> None:
    for version in BOOK.catalogue.versions:
        named = {source for category in version.items.values() for source in category.sources}
        assert named == set(SourceKind)


def test_the_lists_of_serious_default_and_the_register_of_abnormal_operation_are_two_categories() -> None:
    for version in BOOK.catalogue.versions:
        for code in BOOK.lists:
            taking = [*version.taking(SourceKind.LIST_ENTRIES, code)]
            assert taking == ["abnormal" if code == "abnormal_operation" else "serious"]
        assert {code for category in version.items.values() for code in category.lists} <= BOOK.lists.keys()


def test_of_categories_that_take_the_same_the_surest_counts(tmp_path: Path) -> None:
    both = load(overlay(tmp_path, "catalogue.toml", 'sources = ["honours"]', 'sources = ["honours", "permits"]'))
    on = date(2022, 6, 1)

    assert rests_on(both, "permits/2018-07-25/standard", on)[1:] == ("catalogue/2022-01-01/administration",)
    assert rests_on(both, "honours/2022-09-07/standard", on)[1:] == ("catalogue/2022-01-01/honours",)


def test_only_what_lets_something_be_shown_rests_on_the_catalogue_and_never_before_its_first_edition() -> None:
    assert rests_on(BOOK, "persons/2021-11-01/person", TODAY) == ("persons/2021-11-01/person",)
    assert rests_on(BOOK, "permits/2018-07-25/standard", date(2021, 12, 31)) == ("permits/2018-07-25/standard",)


def test_a_catalogue_that_leaves_lists_without_a_category_is_refused(tmp_path: Path) -> None:
    serious = 'en = "lists of serious default" }\nsources = ['
    folder = overlay(tmp_path, "catalogue.toml", f'{serious}"list-entries", ', serious)

    with pytest.raises(RuleBroken, match="no category takes the entries of the lists that none names"):
        load(folder)


@pytest.mark.parametrize(
    ("on", "categories"),
    [
        (date(2022, 12, 31), 11),
        (date(2023, 1, 1), 12),
        (date(2024, 12, 31), 12),
        (date(2025, 1, 1), 13),
    ],
)
def test_the_catalogue_grows_by_an_edition(on: date, categories: int) -> None:
    assert len(BOOK.catalogue.on(on).items) == categories


def test_every_measure_says_who_may_take_it() -> None:
    takers = {measure.by for measure in BOOK.measures.on(TODAY).items.values()}

    assert takers == {"public_rights", "public_management", "others"}


def test_a_persons_identity_is_never_shown() -> None:
    for name in ("identity_number", "birth_date", "address", "phone"):
        assert masked("150902190001010000", BOOK.masking.on(TODAY).items[name]) == "*" * 18


def test_a_certificate_number_keeps_its_ends() -> None:
    how = BOOK.masking.on(TODAY).items["certificate_number"]

    assert masked("A20260017", how) == "A*******7"
    assert masked("A7", how) == "**"


@given(st.text(min_size=0, max_size=30), st.sampled_from([*BOOK.masking.versions[-1].items]))
def test_masking_keeps_the_length_and_never_shows_all(value: str, field: str) -> None:
    how = BOOK.masking.on(TODAY).items[field]

    told = masked(value, how)

    assert len(told) == len(value)
    shown = len(value) > how.first + how.last
    assert told[: how.first] == (value[: how.first] if shown else "*" * len(told[: how.first]))
    assert set(told[how.first : len(told) - how.last]) <= {"*"}


def test_a_serious_list_bars_the_standing_honours_and_no_yearly_one() -> None:
    assert "judgment_debtor" in barred_by(BOOK.red_lists, "aeo", TODAY)
    assert "abnormal_operation" not in barred_by(BOOK.red_lists, "aeo", TODAY)
    assert barred_by(BOOK.red_lists, "tax_credit_a", TODAY) == frozenset()
    assert barred_by(BOOK.red_lists, "yearly_honour", TODAY) == frozenset()
    assert barred_by(BOOK.red_lists, "aeo", date(2016, 5, 31)) == frozenset()


def test_a_red_list_is_barred_by_lists_that_there_are() -> None:
    for version in BOOK.red_lists.versions:
        for red in version.items.values():
            assert set(red.barred_by) <= BOOK.lists.keys()
            assert red.history == (not red.barred_by)


@pytest.mark.parametrize("case", RED_LISTS, ids=lambda case: case["name"])
def test_a_red_list_is_what_it_is_on_the_day(case: dict[str, Any]) -> None:
    assert (case["listed"] in barred_by(BOOK.red_lists, case["honour"], case["on"])) is case["barred"]
    if "number" in case:
        item = BOOK.red_lists.on(case["on"]).items[case["honour"]]
        told = (item.title.zh, item.basis.name, item.basis.number)
        assert case["title"] == told[0]
        assert case["number"] in told[1:]
