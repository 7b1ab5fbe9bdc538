"""The normal form of names: one meaning, in bulk and for one name."""

import polars as pl
import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from opencc import OpenCC

from registry.names import Part, Region, normal_expr, normal_form, parse
from registry.names.script import KEPT, SIMPLIFIED, TRADITIONAL

SPELLED = "集宁（）()［］·•＆&aＡａ　 \u200bß①—“《國國開臺製昇国"
letters = st.one_of(st.characters(codec="utf-8"), st.sampled_from(SPELLED))
names = st.text(letters, max_size=20)


@given(st.lists(names))
@example(["ƛ", "ɤ", "甲\ua7da", "ǆ", "ﬁ", "𠮷"])
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
    to_simplified, to_traditional, to_taiwan = (
        dict(zip(han, OpenCC(config).convert("\n".join(han)).split("\n"), strict=True))
        for config in ("t2s", "s2t", "t2tw")
    )
    simplified = [c for c in han if to_simplified[c] == c != to_traditional[c] and not _in_big5(c)]
    only = set(simplified)
    traditional = [
        c
        for c in han
        if to_taiwan[c] != to_simplified[c] != c not in KEPT
        and (to_simplified[c] in only or to_traditional.get(to_simplified[c]) == c)
    ]

    assert ("".join(traditional), "".join(simplified)) == (TRADITIONAL, SIMPLIFIED)


def _in_big5(character: str) -> bool:
    return bool(character.encode("big5", errors="ignore"))


@pytest.mark.parametrize(
    ("name", "regions", "brand", "trade", "form"),
    [
        (
            "内蒙古自治区乌兰察布市集宁区鑫源商贸有限责任公司",
            "内蒙古自治区 乌兰察布市 集宁区",
            "鑫源",
            "商贸",
            "有限责任公司",
        ),
        ("内蒙鑫源商贸有限公司", "内蒙", "鑫源", "商贸", "有限公司"),
        ("乌盟丰镇县鑫源商贸有限公司", "乌盟 丰镇县", "鑫源", "商贸", "有限公司"),
        ("察右前旗鑫源种植农民专业合作社", "察右前旗", "鑫源", "种植", "农民专业合作社"),
        ("察哈尔经济技术开发区鑫源科技有限公司", "察哈尔经济技术开发区", "鑫源", "科技", "有限公司"),
        ("鑫源(乌兰察布)新材料股份有限公司", "乌兰察布", "鑫源", "新材料", "股份有限公司"),
        ("北京银行股份有限公司", "", "北京", "银行", "股份有限公司"),
        ("集宁区鑫源商贸限公司", "集宁区", "鑫源", "商贸", "限公司"),
        ("集宁区鑫源国有公司", "集宁区", "鑫源国有", "", "公司"),
        ("集宁区鑫源商行", "集宁区", "鑫源", "", "商行"),
        ("集宁区鑫源五金经营部", "集宁区", "鑫源", "五金", "经营部"),
        ("集宁区老张五金店", "集宁区", "老张", "五金", "店"),
        ("集宁区李记面馆（个体工商户）", "集宁区", "李记", "面馆", "个体工商户"),
        ("内蒙古众鑫会计师事务所（特殊普通合伙）", "内蒙古", "众鑫", "会计师事务所", "特殊普通合伙"),
        ("北京市盈科（呼和浩特）律师事务所", "北京市 呼和浩特", "盈科", "律师", "事务所"),
        ("内蒙古大学", "内蒙古", "", "", "大学"),
        ("集宁区人民医院", "集宁区", "人民", "", "医院"),
        ("集宁区财政局", "集宁区", "财政", "", "局"),
        ("丰镇市隆盛庄镇人民政府", "丰镇市", "隆盛庄镇", "", "人民政府"),
        ("集宁区新体路街道办事处", "集宁区", "新体路", "", "街道办事处"),
        ("公司宝(北京)科技有限公司", "北京", "公司宝", "科技", "有限公司"),
        ("中国农业银行", "中国", "农业", "银行", ""),
        ("永辉超市股份有限公司", "", "永辉", "超市", "股份有限公司"),
        ("新疆天富合伙企业(有限合伙)", "新疆", "天富", "", "合伙企业"),
        ("锡林郭勒盟多伦县鑫源铝业集团有限公司", "锡林郭勒盟 多伦县", "鑫源", "铝业集团", "有限公司"),
    ],
)
def test_the_parts_of_a_name(name: str, regions: str, brand: str, trade: str, form: str) -> None:
    parts = parse(name)

    assert " ".join(region.text for region in parts.regions) == regions
    assert (parts.brand.text, parts.trade.text, parts.form.text) == (brand, trade, form)


@pytest.mark.parametrize(
    ("name", "links"),
    [
        ("内蒙古鑫源商贸有限公司第一分公司", [("", "第一", "分公司")]),
        ("中国农业发展银行乌兰察布市分行营业部", [("乌兰察布市", "", "分行"), ("", "", "营业部")]),
        ("交通银行股份有限公司呼和浩特分行新城支行", [("呼和浩特", "", "分行"), ("新城", "", "支行")]),
        ("中国工商银行长春市驻第一汽车集团公司支行", [("长春市", "驻第一汽车集团公司", "支行")]),
        ("鑫源证券集宁区营业部", [("集宁区", "", "营业部")]),
        ("鑫源商贸有限公司(集宁)第二加油站", [("", "第二", "加油站")]),
    ],
)
def test_the_links_of_a_branch_chain(name: str, links: list[tuple[str, str, str]]) -> None:
    chain = [(" ".join(r.text for r in link.regions), link.own.text, link.kind.text) for link in parse(name).branches]

    assert chain == links


PIECES = (
    "内蒙古 乌兰察布市 集宁 集宁区 鑫源 商贸 有限公司 分公司 支行 第一 东 (集团) (北京) ( ) 中国 银行 建行 开发区 ABC"
)


@given(st.one_of(names, st.lists(st.sampled_from(PIECES.split()), max_size=9).map("".join)))
def test_every_part_stands_where_its_span_says(name: str) -> None:
    parts = parse(name)
    shown: list[Part | Region] = [*parts.regions, parts.brand, parts.trade, parts.form, *parts.bracketed]
    shown += [*parts.ordinals, *parts.directions]
    for link in parts.branches:
        shown += [*link.regions, link.own, link.kind]

    assert parts.name == normal_form(name)
    assert all(parts.name[part.start : part.end] == part.text for part in shown)
    assert all(len(essence.text) == len(essence.labels) for essence in (parts.essence, parts.branch_essence))


def test_a_number_or_a_direction_in_the_name_of_a_place_is_none() -> None:
    parts = parse("四子王旗东方第二粮库有限公司")

    assert ([part.text for part in parts.ordinals], [part.text for part in parts.directions]) == (["第二"], ["东"])
    assert parse("东胜区鑫源商贸有限公司").directions == ()
