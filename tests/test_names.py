"""The normal form of names: one meaning, in bulk and for one name."""

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from registry.names import normal_expr, normal_form

letters = st.one_of(st.characters(codec="utf-8"), st.sampled_from("集宁（）()［］·•＆&aＡａ　 \u200bß①"))
names = st.text(letters, max_size=20)


@given(st.lists(names))
def test_one_name_and_a_column_of_names_have_the_same_normal_form(values: list[str]) -> None:
    column = pl.DataFrame({"name": values}, schema={"name": pl.String}).select(normal_expr(pl.col("name")))

    assert column.to_series().to_list() == [normal_form(value) for value in values]


@pytest.mark.parametrize(
    "written",
    ["甲（集宁）Abc·某某公司", "甲(集宁)ABC•某某公司", "甲［集宁］ａｂｃ・某某 公司", "甲【集宁】abc‧某某\u200b公司"],
)
def test_width_brackets_blanks_case_and_dots_are_spelling(written: str) -> None:
    assert normal_form(written) == "甲(集宁)ABC·某某公司"


def test_every_other_difference_is_a_difference() -> None:
    assert normal_form("集宁某某公司") != normal_form("集宁某某有限公司")
