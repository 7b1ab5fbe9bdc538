"""Sorting rows of list entries, honours, commitments, registrations and restorations."""

import json
from datetime import date

import pytest

from registry.vocabulary import SourceKind
from tests.judged_rows import accepted, failed
from tests.receiving import code

THREE_DAYS = ("2026-01-05", "2026-02-05", "2026-02-10")
LISTED = ("企业名称", "统一社会信用代码", "名单名称", "列入事由", "认定文号", "列入日期", "认定单位")


def of_list(name: str) -> tuple[str, ...]:
    return ("甲公司", code(), name, "虚假登记", "1号", "2026-02-05", "某局")


def test_a_list_entry_names_its_list_ground_instrument_and_days() -> None:
    days = ("告知日期", "认定日期", "送达日期")
    headers = ("企业名称", "统一社会信用代码", "名单名称", "列入事由", "认定文号", *days, "认定单位")
    cells = ("甲公司", code(), "市场监管严重违法失信名单", "虚假登记", "1号", *THREE_DAYS, "某局")
    row = accepted(headers, *cells, kind=SourceKind.LIST_ENTRIES)

    assert (row["classes"], row["ground"], row["document"]) == ("market_serious", "虚假登记", "1号")
    assert tuple(str(row[f"{day}_on"]) for day in ("noticed", "decided", "served")) == THREE_DAYS


def test_a_taxpayer_of_grade_a_bears_the_name_of_its_year() -> None:
    headers = ("统一社会信用代码", "企业名称", "纳税人名称", "纳税人识别号", "评价年度", "数据来源")
    row = accepted(headers, code(), "新公司", "旧公司", code(), "2024.0", "税务局", kind=SourceKind.HONOURS)

    assert (row["name"], row["classes"], row["starts_on"]) == ("旧公司", "tax_credit_a", date(2024, 1, 1))
    assert json.loads(row["fields"])["current_name"] == "新公司"


@pytest.mark.parametrize(
    ("grade", "faults"),
    [("A", []), ("Ａ级", []), ("— —", []), *[(grade, ["grade_not_a"]) for grade in ("B", "M级", "D", "AB", "非A级")]],
)
def test_of_taxpayers_those_of_grade_a_alone_are_honoured(grade: str, faults: list[str]) -> None:
    headers = ("统一社会信用代码", "纳税人名称", "评价年度", "信用等级")

    assert failed(headers, code(), "某某公司", "2025", grade, kind=SourceKind.HONOURS) == faults


@pytest.mark.parametrize(("title", "faults"), [("高级认证企业", []), ("失信企业", ["title_not_an_honour"])])
def test_what_tells_against_a_subject_is_no_honour(title: str, faults: list[str]) -> None:
    headers = ("企业名称", "统一社会信用代码", "信用等级", "认证日期")

    assert failed(headers, "某某公司", code(), title, "2026-03-05", kind=SourceKind.HONOURS) == faults


@pytest.mark.parametrize("end", ["2099-12-31", "长期", " 长 期 有 效", "永久", "2099/1/31"])
def test_a_period_without_an_end_is_written_in_several_ways(end: str) -> None:
    headers = ("荣誉名称", "企业名称", "统一社会信用代码", "认定日期", "有效期至")

    assert (
        accepted(headers, "诚信典型", "甲公司", code(), "2026-03-05", end, kind=SourceKind.HONOURS)["ends_on"] is None
    )


@pytest.mark.parametrize(
    ("year", "faults"), [("2026", []), ("2027", ["year_after_received"]), ("26", ["year_unreadable"])]
)
def test_a_year_of_honour_has_begun_on_the_day_received(year: str, faults: list[str]) -> None:
    headers = ("统一社会信用代码", "纳税人名称", "评价年度")

    assert failed(headers, code(), "某某公司", year, kind=SourceKind.HONOURS) == faults


def test_a_commitment_of_the_short_table_is_keyed_by_code_matter_day_and_body() -> None:
    headers = ("统一社会信用代码", "企业名称", "承诺类型", "承诺事由", "做出承诺日期", "承诺受理单位", "承诺履约状态")
    cells = (code(), "甲公司", "主动型", "诚信经营", "2026-03-05", "某局", "全部履行")
    key = accepted(headers, *cells, kind=SourceKind.COMMITMENTS)["key"]

    for place, other in ((0, code(2)), (3, "按时履约"), (4, "2026-03-06"), (5, "他局")):
        changed = tuple(other if i == place else cell for i, cell in enumerate(cells))
        assert accepted(headers, *changed, kind=SourceKind.COMMITMENTS)["key"] != key
    assert accepted(headers, *cells[:-1], "部分履行", kind=SourceKind.COMMITMENTS)["key"] == key


@pytest.mark.parametrize(
    ("district", "registrar", "county"),
    [
        ("集宁区", "乌兰察布市市场监督管理局", "150902"),
        ("察右前旗", "乌兰察布市市场监督管理局", "150926"),
        ("集宁区", "丰镇市市场监督管理局", "150981"),
        ("某县", "乌兰察布市市场监督管理局", "150900"),
        ("", "", "150900"),
    ],
)
def test_a_registration_counts_for_its_district_if_no_county_registered_it(
    district: str, registrar: str, county: str
) -> None:
    headers = ("统一社会信用代码", "企业名称", "所属区县", "登记机关")
    row = accepted(headers, code(), "集宁某某商贸有限公司", district, registrar, kind=SourceKind.SUBJECTS)

    assert row["county_code"] == county


@pytest.mark.parametrize(
    ("name", "listed"),
    [
        ("安全生产严重失信主体名单", "work_safety"),
        ("安全生产", "work_safety"),
        ("统计领域严重失信企业", "statistics"),
        ("拖欠农民工工资失信联合惩戒对象名单", "wage_arrears"),
        ("政府采购严重违法失信行为记录名单", "procurement"),
        ("海关失信企业", "customs"),
        ("经营异常名录", "abnormal_operation"),
        *[
            (name, name)
            for name in (
                "安全生产标准化达标企业名单", "统计诚信企业", "海关高级认证企业", "无拖欠农民工工资示范企业",
                "未列入经营异常名录企业", "无重大税收违法企业", "政府采购诚信供应商",
            )
        ],
    ],
)  # fmt: skip
def test_a_list_is_known_by_what_tells_against_those_on_it(name: str, listed: str) -> None:
    assert accepted(LISTED, *of_list(name), kind=SourceKind.LIST_ENTRIES)["classes"] == listed


@pytest.mark.parametrize("name", ["移出经营异常名录", "经营异常名录（已移出）", "失信被执行人修复名单"])
def test_who_has_left_a_list_is_not_put_on_it(name: str) -> None:
    assert failed(LISTED, *of_list(name), kind=SourceKind.LIST_ENTRIES) == ["list_left"]


@pytest.mark.parametrize("result", ["撤销修复决定", "信用修复被撤销", "恢复公示"])
def test_a_restoration_that_was_taken_back_restores_nothing(result: str) -> None:
    headers = ("企业名称", "统一社会信用代码", "修复结果", "原决定文号", "修复日期", "修复机关")
    row = ("甲公司", code(), result, "1号", "2026-03-05", "某局")

    assert failed(headers, *row, kind=SourceKind.RESTORATIONS) == ["kind_not_granted"]


@pytest.mark.parametrize(
    ("disclosure", "status"),
    [
        *[(words, "open") for words in ("可向社会公开", "公开", "主动公开")],
        *[(words, "closed") for words in ("不可向社会公开", "不公开", "特定范围内公开", "依申请公开", "暂不公开", "")],
    ],
)
def test_a_commitment_is_open_if_its_source_says_so(disclosure: str, status: str) -> None:
    headers = ("承诺人名称", "承诺人代码", "承诺编码", "承诺事由", "承诺作出日期", "公开类型")
    row = ("甲公司", code(), "1", "诚信经营", "2026-03-05", disclosure)

    assert accepted(headers, *row, kind=SourceKind.COMMITMENTS)["status"] == status
    assert accepted(headers[:-1], *row[:-1], kind=SourceKind.COMMITMENTS)["status"] is None
