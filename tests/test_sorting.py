"""Sorting: what becomes of one row, and of the numbers and names in it."""

import json
from datetime import date
from typing import Any

import polars as pl
import pytest

from loaders.arrival import Arrival
from loaders.headers import mapped
from loaders.sorting import Sorted, sort
from loaders.sources import SOURCES
from registry.office import load_office
from registry.vocabulary import SourceKind
from tests.receiving import PENALTY, PENALTY_HEADERS, RECEIVED_ON, code, penalty

OFFICE = load_office(None)
PLACEHOLDER = "0" * 17 + "X"
THREE_DAYS = ("2026-01-05", "2026-02-05", "2026-02-10")
IDENTITY_NUMBER = "150902189901010748"  # passes the check of a unified code as well


def judged(headers: tuple[str, ...], *rows: tuple[str, ...], kind: SourceKind = SourceKind.PENALTIES) -> Sorted:
    source = SOURCES[kind]
    arrival = Arrival(
        source=source,
        mapped=mapped(headers, source, where="a.csv"),
        received_on=RECEIVED_ON,
        office=OFFICE,
        department=None,
        secret="s",  # noqa: S106
        debris=True,
        delimiter=",",
        quoted=True,
    )
    width = len(headers)
    cells = [[cell or None for cell in (*row, *[""] * width)][: width + 1] for row in rows]
    names = [*(f"c{i}" for i in range(width)), "extra"]
    frame = pl.DataFrame(cells, schema=dict.fromkeys(names, pl.String), orient="row")
    return sort(frame.with_row_index("line", 2), arrival)


def failed(headers: tuple[str, ...], *row: str, kind: SourceKind = SourceKind.PENALTIES) -> list[str]:
    return [name for names in judged(headers, row, kind=kind).rejected["failed"] for name in names.split(";")]


def accepted(headers: tuple[str, ...], *row: str, kind: SourceKind = SourceKind.PENALTIES) -> dict[str, Any]:
    found = judged(headers, row, kind=kind)
    assert found.rejected.is_empty(), found.rejected["failed"].to_list()
    return found.accepted.row(0, named=True)


def of_penalty(**changed: str) -> dict[str, Any]:
    return accepted(PENALTY_HEADERS, *penalty(**changed))


@pytest.mark.parametrize(
    ("changed", "checks"),
    [
        ({"统一社会信用代码": code()[:-1] + "?"}, ["uscc_bad_character"]),
        ({"统一社会信用代码": "150902000012345"}, ["uscc_old_registration_number"]),
        ({"统一社会信用代码": "9.15E+17"}, ["uscc_spreadsheet_number"]),
        ({"统一社会信用代码": IDENTITY_NUMBER}, ["uscc_identity_number"]),
        ({"处罚决定日期": "2026-11-24"}, ["decided_on_after_received"]),
        ({"处罚决定日期": "1900-01-01"}, ["decided_on_suspicious"]),
        ({"处罚决定日期": "1900/1/0"}, ["decided_on_suspicious"]),
        ({"处罚决定日期": "长期"}, ["decided_on_unreadable"]),
        ({"处罚决定日期": "— —", "处罚类别": ""}, ["decided_on_missing", "kinds_missing"]),
        ({"违法事实": ""}, ["facts_missing"]),
    ],
)
def test_a_faulty_row_lists_all_the_checks_it_failed(changed: dict[str, str], checks: list[str]) -> None:
    assert sorted(failed(PENALTY_HEADERS, *penalty(**changed))) == checks


def test_a_decision_of_the_day_received_is_in_time() -> None:
    assert of_penalty(处罚决定日期="2026-11-23")["decided_on"] == RECEIVED_ON


def test_text_under_no_header_is_told_and_never_lost() -> None:
    assert failed(PENALTY_HEADERS, *PENALTY, "多") == ["too_many_cells"]
    assert failed((*PENALTY_HEADERS, ""), *PENALTY, "多") == ["too_many_cells"]


def test_rows_that_a_lone_quote_took_in_are_told() -> None:
    swallowed = "备注\n" + ",".join(PENALTY) + "\n" + ",".join(PENALTY)

    assert failed(PENALTY_HEADERS, *penalty(备注=swallowed)) == ["too_many_cells"]
    assert of_penalty(备注="一、\n二，\n三,")


def test_an_empty_row_is_blank_and_nothing_else() -> None:
    result = judged(PENALTY_HEADERS, PENALTY, ("",) * 8, ("",) * 8 + ("多",))

    assert (result.accepted.height, result.rejected.height, result.blank) == (1, 1, 1)


def test_the_placeholder_of_an_individual_business_identifies_nobody() -> None:
    first, second = (
        of_penalty(统一社会信用代码=PLACEHOLDER, 行政相对人名称=name) for name in ("集宁甲小吃店", "集宁乙小吃店")
    )

    assert first["category"] == "individual_business"
    assert (first["uscc"], first["organisation_code"], first["registration_number"]) == (None, None, None)
    assert first["key"] != second["key"]
    assert first["key"] == of_penalty(统一社会信用代码="— —", 行政相对人名称="集宁甲小吃店")["key"]


@pytest.mark.parametrize("zeros", [PLACEHOLDER, "0" * 9, "0" * 15, "0" * 18, IDENTITY_NUMBER, "150902 18990101 0748"])
@pytest.mark.parametrize("header", ["工商注册号", "组织机构代码", "税务登记号"])
def test_zeros_and_identity_numbers_are_no_identifier_in_any_column(zeros: str, header: str) -> None:
    row = accepted((*PENALTY_HEADERS, header), *penalty(统一社会信用代码=""), zeros)

    assert (row["uscc"], row["organisation_code"], row["registration_number"]) == (None, None, None)


def test_a_valid_code_among_the_tax_numbers_identifies() -> None:
    row = accepted((*PENALTY_HEADERS, "税务登记号"), *penalty(统一社会信用代码=""), code(7))

    assert (row["uscc"], row["organisation_code"]) == (code(7), code(7)[8:17])


@pytest.mark.parametrize("name", ["王某", "阿拉坦某某尔", "买某·艾某某"])
def test_a_name_without_any_code_that_may_be_a_persons_is_not_kept(name: str) -> None:
    row = of_penalty(统一社会信用代码="", 行政相对人名称=name)

    assert (row["category"], row["name"], row["title"], row["fields"]) == ("natural_person", None, None, "{}")


@pytest.mark.parametrize("wrong", [IDENTITY_NUMBER, IDENTITY_NUMBER[:-1] + "1", "150902870605123", "1509028"])
def test_of_a_person_without_a_word_who_it_is_a_faulty_code_keeps_no_name_either(wrong: str) -> None:
    (row,) = judged(PENALTY_HEADERS, penalty(统一社会信用代码=wrong, 行政相对人名称="王某")).rejected.to_dicts()

    assert (row["category"], row["failed"].startswith("uscc_")) == ("natural_person", True)


def test_a_telephone_number_goes_from_a_rejected_row_as_from_an_accepted_one() -> None:
    facts = "电话13800138000（手机+8613800138000）"
    (row,) = judged(PENALTY_HEADERS, penalty(处罚决定日期="明天", 违法事实=facts)).rejected.to_dicts()

    assert row["c6"] == "电话已删除（手机已删除）"


@pytest.mark.parametrize("name", ["集宁某某小吃店", "集宁某某商贸有限公司", "某某第一中学", "某某嘎查村民委员会"])
def test_a_name_that_says_what_it_is_stays(name: str) -> None:
    assert of_penalty(统一社会信用代码="", 行政相对人名称=name)["name"] == name


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        ("集宁 某某 商贸 有限 公司", "集宁某某商贸有限公司"),
        ("集宁某某\n商贸有限公司", "集宁某某商贸有限公司"),
        ("集 宁 某 某　商贸（集团） 有限公司", "集宁某某商贸（集团）有限公司"),
        ("某某 ABC  Trading\nCo. Ltd.", "某某 ABC Trading Co. Ltd."),
    ],
)
def test_blanks_and_line_ends_in_a_name_are_no_part_of_it(written: str, kept: str) -> None:
    first, again = of_penalty(行政相对人名称=written), of_penalty(行政相对人名称=kept)

    assert first["name"] == kept
    assert (first["key"], first["content_digest"]) == (again["key"], again["content_digest"])


def test_a_92_code_is_an_individual_business_whatever_is_declared() -> None:
    assert of_penalty(统一社会信用代码=code(front="92150900"))["category"] == "individual_business"


def test_the_same_decision_has_one_key_however_its_number_is_written() -> None:
    assert of_penalty()["key"] == of_penalty(行政处罚决定书文号="乌市监罚（２０２６） 1号")["key"]


def test_a_changed_decision_keeps_its_key_and_changes_its_content() -> None:
    before, after = of_penalty(), of_penalty(处罚类别="罚款")

    assert before["key"] == after["key"]
    assert before["content_digest"] != after["content_digest"]


def test_the_note_and_the_source_body_make_no_other_version() -> None:
    assert of_penalty()["content_digest"] == of_penalty(备注="补报")["content_digest"]


def test_both_kinds_of_the_old_edition_are_one_field() -> None:
    headers = ("行政相对人名称", "统一社会信用代码", "决定书文号", "处罚类别1", "处罚类别2", "处罚决定日期", "处罚机关")
    row = accepted(headers, "甲公司", code(), "1号", "罚款", "没收非法财物", "2016-03-05", "某局")

    assert row["classes"] == "confiscate_goods;fine"


def test_an_unknown_area_is_a_warning_and_no_rejection() -> None:
    result = judged(PENALTY_HEADERS, penalty(统一社会信用代码=code(front="91999999")))

    assert (result.accepted.height, result.warned["uscc_area_unknown"]) == (1, 1)


def test_an_invalid_code_of_a_body_is_a_warning_and_names_nobody() -> None:
    result = judged((*PENALTY_HEADERS, "处罚机关统一社会信用代码"), (*PENALTY, "1.1150902E+17"))

    assert result.accepted["body_code"].to_list() == [None]
    assert result.warned["authority_code_invalid"] == 1


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


LISTED = ("企业名称", "统一社会信用代码", "名单名称", "列入事由", "认定文号", "列入日期", "认定单位")


def of_list(name: str) -> tuple[str, ...]:
    return ("甲公司", code(), name, "虚假登记", "1号", "2026-02-05", "某局")


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


def test_the_number_of_a_state_means_what_it_does_in_its_edition() -> None:
    revoked = accepted((*PENALTY_HEADERS, "当前状态"), *PENALTY, "1")
    permit = (
        "行政相对人名称",
        "统一社会信用代码",
        "行政许可决定文书号",
        "许可内容",
        "许可决定日期",
        "许可机关",
        "当前状态",
    )
    cells = ("甲公司", code(), "1号", "食品经营", "2026-03-05", "某局", "1")

    assert revoked["status"] == "revoked"  # the standard of 2018 gives a penalty none
    assert accepted(permit, *cells, kind=SourceKind.PERMITS)["status"] == "valid"
    assert accepted((*permit, "信息使用范围"), *cells, "0", kind=SourceKind.PERMITS)["status"] == "revoked"


@pytest.mark.parametrize(
    ("declared", "category"),
    [
        ("自然人", "natural_person"),
        ("个人", "natural_person"),
        ("自然人（企业员工）", "natural_person"),
        *[
            (words, "organisation")
            for words in (
                "个人独资企业",
                "自然人独资",
                "有限责任公司（自然人投资或控股）",
                "法人及非法人组织",
                "非自然人",
            )
        ],
        ("个体工商户", "individual_business"),
        ("个体（个人经营）", "individual_business"),
    ],
)
def test_what_a_firm_is_made_of_does_not_make_it_a_person(declared: str, category: str) -> None:
    assert accepted((*PENALTY_HEADERS, "行政相对人类别"), *PENALTY, declared)["category"] == category


def test_a_word_that_declares_nothing_leaves_a_persons_name_unkept() -> None:
    row = accepted((*PENALTY_HEADERS, "行政相对人类别"), *penalty(统一社会信用代码="", 行政相对人名称="王某"), "2")

    assert (row["category"], row["name"]) == ("natural_person", None)


@pytest.mark.parametrize("header", ["组织机构代码", "工商注册号", "纳税人识别号"])
def test_a_unified_code_is_known_in_the_column_of_an_older_one(header: str) -> None:
    row = accepted((*PENALTY_HEADERS, header), *penalty(统一社会信用代码=""), code(7))

    assert (row["uscc"], row["organisation_code"], row["registration_number"]) == (code(7), code(7)[8:17], None)
    assert row["key"] == of_penalty(统一社会信用代码=code(7))["key"]


def test_a_registration_whose_founding_day_cannot_be_read_is_given_back() -> None:
    assert failed(("统一社会信用代码", "企业名称", "成立日期"), code(), "甲公司", "不详", kind=SourceKind.SUBJECTS) == [
        "established_on_unreadable"
    ]
