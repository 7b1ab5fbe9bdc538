"""Sorting: what becomes of one row, and of the numbers and names in it."""

import pytest

from registry.vocabulary import SourceKind
from tests.judged_rows import accepted, failed, judged, of_penalty
from tests.receiving import PENALTY, PENALTY_HEADERS, RECEIVED_ON, code, penalty

PLACEHOLDER = "0" * 17 + "X"
IDENTITY_NUMBER = "150902189901010748"  # passes the check of a unified code as well


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
