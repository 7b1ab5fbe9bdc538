"""Headers: every known one is understood however it is typed, and no other one passes."""

import csv
from collections.abc import Callable
from pathlib import Path

import pytest

from loaders.headers import Mapped, is_personal, mapped, normal_header
from loaders.source import Layout
from loaders.sources import SOURCES
from registry.errors import FileRefused
from registry.vocabulary import SourceKind

with (Path(__file__).parent / "cases" / "headers.csv").open(encoding="utf-8", newline="") as _stream:
    KNOWN = [(row["source"], row["layout"], row["header"], row["read_as"]) for row in csv.DictReader(_stream)]
SPELLINGS: dict[str, Callable[[str], str]] = {
    "as written": lambda header: header,
    "full-width brackets": lambda header: header.replace("(", "（").replace(")", "）"),
    "half-width brackets": lambda header: header.replace("（", "(").replace("）", ")"),
    "square brackets": lambda header: header.replace("(", "［").replace(")", "］"),
    "a hyphen before the number": lambda header: header.replace("代码_", "代码-"),
    "blanks inside": " ".join,
    "a line break inside": lambda header: header[:2] + "\r\n" + header[2:],
    "spreadsheet debris": lambda header: header[:2] + "_x000D_\n" + header[2:] + "\u200b",
    "a star for required": lambda header: "*" + header,
    "full width": lambda header: "".join(chr(ord(c) + 0xFEE0) if "!" <= c <= "~" else c for c in header),
}
PENALTIES = ("行政相对人名称", "行政处罚决定书文号", "处罚类别", "处罚决定日期", "处罚机关")


def layout_of(source: str, name: str) -> Layout:
    return next(layout for layout in SOURCES[SourceKind(source)].layouts if layout.name == name)


def fitted(*headers: str, kind: SourceKind = SourceKind.PENALTIES) -> Mapped:
    return mapped(headers, SOURCES[kind], where="a.csv")


def said(*headers: str, kind: SourceKind = SourceKind.PENALTIES) -> str:
    with pytest.raises(FileRefused) as refusal:
        fitted(*headers, kind=kind)
    return refusal.value.zh + refusal.value.en


@pytest.mark.parametrize("spelling", SPELLINGS)
def test_every_header_of_the_standards_and_of_real_lists_is_understood(spelling: str) -> None:
    wrong = []
    for source, name, header, read_as in KNOWN:
        typed = SPELLINGS[spelling](header)
        columns = layout_of(source, name).columns
        found = {normal_header(alias): field for field, aliases in columns.items() for alias in aliases}
        seen = "dropped" if is_personal(typed) else found.get(normal_header(typed))
        if seen != read_as:
            wrong.append((source, typed, read_as, seen))

    assert not wrong


@pytest.mark.parametrize(
    "header",
    [
        "行政相对人代码_5(居民身份证号)", "身份证号", "身份 证号", "身份\u200b证号", "公民身份号码",
        "法定代表人证件号码", "证件号码", "证件类型", "护照号码", "CF_XDR_SFZ", "XK_FR_SFZH",
        "cf_xdr_zjhm", "联系电话", "手机号", "经办人",
    ],
)  # fmt: skip
def test_a_column_of_personal_values_is_dropped_whatever_it_is_called(header: str) -> None:
    fit = fitted(*PENALTIES, header)

    assert fit.personal == {len(PENALTIES)}
    assert len(PENALTIES) not in [place for places in fit.positions.values() for place in places]


def test_the_text_in_brackets_decides_and_not_the_number() -> None:
    old = fitted(*PENALTIES, "行政相对人代码_2(组织机构代码)", "行政相对人代码_3(工商登记码)")
    new = fitted(*PENALTIES, "行政相对人代码_2(工商注册号)", "行政相对人代码_3(组织机构代码)")

    assert (old.positions["organisation_code"], old.positions["registration_number"]) == ((5,), (6,))
    assert (new.positions["organisation_code"], new.positions["registration_number"]) == ((6,), (5,))


def test_columns_are_found_wherever_they_stand() -> None:
    fit = fitted(*reversed(PENALTIES))

    assert fit.positions["name"] == (4,)


def test_two_columns_of_one_meaning_are_taken_in_the_order_of_the_layout() -> None:
    fit = fitted(*PENALTIES, "处罚类别2", "处罚类别1")

    assert fit.layout.name == "penalties-2015"
    assert fit.positions["kinds"] == (6, 5, 2)


def test_the_short_tables_of_commitments_and_the_tax_table_are_known() -> None:
    whom = ("统一社会信用代码", "企业名称")
    short = (*whom, "承诺类型", "承诺事由", "做出承诺日期", "承诺受理单位", "承诺履约状态")
    shorter = (*whom, "信用承诺事项", "做出信用承诺时间")
    tax = (*whom, "纳税人名称", "纳税人识别号", "评价年度", "数据来源")

    assert fitted(*short, kind=SourceKind.COMMITMENTS).layout.name == "commitments-short"
    assert fitted(*shorter, kind=SourceKind.COMMITMENTS).layout.name == "commitments-short"
    credit = fitted(*tax, kind=SourceKind.HONOURS)
    assert credit.layout.name == "tax-credit-a"
    assert credit.layout.key == ("subject", "year")
    assert credit.positions["name"] == (2,)


@pytest.mark.parametrize("header", ["名称", "代码_2"])
def test_an_ambiguous_header_is_explained_in_one_language_at_a_time(header: str) -> None:
    with pytest.raises(FileRefused) as refusal:
        fitted(header, *PENALTIES)

    assert f"表头“{header}”有歧义" in refusal.value.zh
    assert "ambiguous" not in refusal.value.zh
    assert f"the header “{header}” is ambiguous: " in refusal.value.en
    assert "请" not in refusal.value.en


@pytest.mark.parametrize("header", ["代码", "行政相对人代码_2", "代码-3", "行政相对人代码"])
def test_a_numbered_code_without_its_brackets_is_ambiguous(header: str) -> None:
    assert "有歧义" in said(*PENALTIES, header)


def test_a_list_that_is_not_named_is_none_of_abnormal_operation() -> None:
    court = ("被执行人名称", "组织机构代码", "执行法院", "案号", "发布时间", "失信行为具体情形")
    black = ("企业名称", "统一社会信用代码", "认定单位", "认定文号", "主要失信事实", "确认严重失信日期")
    abnormal = ("企业名称", "统一社会信用代码", "列入原因类型", "列入日期", "列入决定机关")

    for headers in (court, black):
        assert "缺少必需的列“名单名称”" in said(*headers, kind=SourceKind.LIST_ENTRIES)
    assert fitted(*abnormal, kind=SourceKind.LIST_ENTRIES).layout.name == "abnormal-operation"


def test_an_unknown_header_is_refused_with_the_nearest_known_one() -> None:
    assert "“处罚决定时期”（是否为“处罚决定日期”？）" in said(*PENALTIES[:3], "处罚决定时期", "处罚机关")


def test_a_missing_required_header_is_named() -> None:
    assert "缺少必需的列“处罚机关”" in said(*PENALTIES[:4])


@pytest.mark.parametrize("again", ["处罚机关", " 处罚机关 ", "处罚\n机关"])
def test_the_same_header_twice_is_refused(again: str) -> None:
    assert "出现两次" in said(*PENALTIES, again)


def test_a_title_above_the_header_is_told() -> None:
    assert "删去表头之上的标题行" in said("2026年行政处罚公示表", "", "", "", "")


def test_a_table_that_reads_as_one_column_is_told_what_parts_columns() -> None:
    told = said("|".join((*PENALTIES, "法定代表人身份证号")))

    assert "须用逗号、制表符或分号分隔" in told
    assert "commas, tabs or semicolons" in told


def test_a_refusal_stays_short_and_repeats_no_identity_number() -> None:
    told = said(*[f"张三{i} 15090218990101006X {'长' * 500}" for i in range(200)])

    assert "15090218990101006X" not in told
    assert len(told) < 2_000
