"""The normal form of names: one meaning, in bulk and for one name."""

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from opencc import OpenCC

from registry.names import normal_expr, normal_form
from registry.names.script import KEPT, SIMPLIFIED, TRADITIONAL

SPELLED = "集宁（）()［］·•＆&aＡａ　 \u200bß①—“《國國開臺製昇国"
letters = st.one_of(st.characters(codec="utf-8"), st.sampled_from(SPELLED))
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


@given(st.text(st.one_of(st.characters(min_codepoint=0x4E00, max_codepoint=0x9FFF), st.sampled_from(SPELLED))))
def test_the_normal_form_is_its_own_normal_form(value: str) -> None:
    assert normal_form(normal_form(value)) == normal_form(value)


@pytest.mark.parametrize(
    ("written", "normal"),
    [
        ("內蒙古蒙牛乳業（集團）股份有限公司", "内蒙古蒙牛乳业(集团)股份有限公司"),
        ("臺灣製藥股份有限公司", "台湾制药股份有限公司"),
        ("旭昇亞洲投資有限公司", "旭昇亚洲投资有限公司"),  # 昇 is a character of simplified names too
        ("香港羅樂國際家紡有限公司", "香港罗乐国际家纺有限公司"),
    ],
)
def test_a_name_written_in_traditional_script_throughout_is_the_simplified_name(written: str, normal: str) -> None:
    assert normal_form(written) == normal


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("旭昇亚洲投资有限公司", "旭升亚洲投资有限公司"),
        ("内蒙古蒙能烏兰新能源有限公司", "内蒙古蒙能乌兰新能源有限公司"),
        ("北京峯源科技有限公司", "北京峰源科技有限公司"),
    ],
)
def test_a_lone_variant_character_stays_a_difference(one: str, other: str) -> None:
    assert normal_form(one) != normal_form(other)


def test_the_characters_of_either_script_are_those_that_opencc_and_big5_tell_apart() -> None:
    han = [chr(point) for point in range(0x4E00, 0xA000)]
    to_simplified, to_traditional = (
        dict(zip(han, OpenCC(config).convert("\n".join(han)).split("\n"), strict=True)) for config in ("t2s", "s2t")
    )
    simplified = [c for c in han if to_simplified[c] == c != to_traditional[c] and not _in_big5(c)]
    traditional = [c for c in han if c != to_simplified[c] in set(simplified) and c not in KEPT]

    assert ("".join(traditional), "".join(simplified)) == (TRADITIONAL, SIMPLIFIED)


def _in_big5(character: str) -> bool:
    return bool(character.encode("big5", errors="ignore"))
