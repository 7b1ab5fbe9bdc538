"""Identifiers, judged in bulk: equal to python-stdnum where it judges, and what it does not."""

import re
from datetime import date

import polars as pl
import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from stdnum.cn import ric, uscc

from registry.identifiers import (
    ALPHABET,
    REMOVED,
    compact,
    document_number,
    is_identity_number,
    is_organisation_code,
    is_uscc,
    masked,
    without_personal_numbers,
)

CODE = "91350100M000100Y43"
IDENTITY_NUMBER = "15090218990101006X"
PERSONAL = [IDENTITY_NUMBER, "138 0013 8000", "0474-8320000", "1.50902189901010E+17"]
PIECES = [*PERSONAL, "号", "1", "１３", "电话", "15090220001号"]
SPELLINGS = ["{}", "号{}", "{}。", "（{}）", "a{}", "{},{}", "{} {} {}", "{}、{}、{}、{}"]


def _once(text: str) -> str:
    """Without blanks, and what went several times in a row told once."""
    return re.sub(f"(?:{REMOVED})+", REMOVED, text.replace(" ", ""))


def judged(expression: pl.Expr, *values: str | None) -> list[object]:
    return pl.DataFrame({"value": list(values)}, schema={"value": pl.String}).select(expression).to_series().to_list()


digits = st.text("0123456789", min_size=8, max_size=8)
codes = st.builds(str.__add__, digits, st.text(ALPHABET, min_size=10, max_size=10))
texts = st.text(st.characters(codec="utf-8"), max_size=24)


@given(st.lists(st.one_of(codes, codes.map(lambda code: code[:17] + str(uscc.calc_check_digit(code[:17]))), texts)))
@example([CODE, CODE[:-1] + "4", "", "0" * 18, "0" * 17 + "X"])
def test_a_code_is_judged_as_python_stdnum_judges_it(values: list[str]) -> None:
    # whether the spelling is mended is compact's business, so only compact values are compared
    values = [value for value in values if uscc.compact(value) == value]
    assert judged(is_uscc(pl.col("value")), *values) == [uscc.is_valid(value) for value in values]


fronts = st.builds(
    lambda area, day, number: f"{area}{day:%Y%m%d}{number:03d}",
    st.sampled_from(["150902", "110101", "440305"]), st.dates(date(1900, 1, 1), date(2019, 12, 31)),
    st.integers(0, 999),
)  # fmt: skip


@given(st.lists(fronts, min_size=1))
def test_an_identity_number_is_recognised_by_its_check_character(bodies: list[str]) -> None:
    numbers = [body + ric.calc_check_digit(body + "0") for body in bodies]
    others = [number[:-1] + ("0" if number[-1] != "0" else "1") for number in numbers]

    assert all(judged(is_identity_number(pl.col("value")), *numbers))
    assert not any(judged(is_identity_number(pl.col("value")), *others))


@given(st.lists(texts))
def test_no_text_whatever_stops_the_judging(values: list[str]) -> None:
    value = compact(pl.col("value"))
    for judge in (is_uscc, is_organisation_code, is_identity_number):
        assert len(judged(judge(value), *values)) == len(values)


def test_figures_of_other_scripts_are_no_figures() -> None:
    assert judged(is_identity_number(pl.col("value")), "1509021899010100٤X") == [False]


@pytest.mark.parametrize("spelling", SPELLINGS)
@pytest.mark.parametrize(
    "number",
    [
        IDENTITY_NUMBER,
        IDENTITY_NUMBER.lower(),
        "１５０９０２１８９９０１０１００６Ｘ",
        "150902 18990101 006X",
        "150902-18990101-006X",
    ],
)
def test_an_identity_number_goes_from_any_text_and_nothing_else_does(number: str, spelling: str) -> None:
    (left,) = judged(without_personal_numbers(pl.col("value")), spelling.replace("{}", number))

    expected = spelling.replace("{}", REMOVED)
    assert _once(str(left)) == _once(expected)
    assert masked(spelling.replace("{}", number)) == left


@pytest.mark.parametrize(
    "text", ["2026150902189901010060", CODE, "乌市监罚〔2026〕150902号", "15090218991301006X", "", "无"]
)
def test_other_figures_stay(text: str) -> None:
    assert judged(without_personal_numbers(pl.col("value")), text) == [text]
    assert masked(text) == text


@pytest.mark.parametrize("spelling", ["电话{}", "{}", "{}（本人）", "经办{} {}", "｛{}｝", "{}/{}"])
@pytest.mark.parametrize(
    "phone",
    [
        "13800138000", "138 0013 8000", "138-0013-8000", "１３８００１３８０００",
        "0474-8320000", "（0474）8320000", "(0474) 8320000",
    ],
)  # fmt: skip
def test_a_telephone_number_goes_from_prose(phone: str, spelling: str) -> None:
    (left,) = judged(without_personal_numbers(pl.col("value")), spelling.replace("{}", phone))

    assert left == spelling.replace("{}", REMOVED)


@pytest.mark.parametrize("spelling", ["电话{}", "{}/{}", "（{}）"])
@pytest.mark.parametrize("country", ["+86", "86", "+86 ", "＋８６"])
def test_a_telephone_number_goes_with_the_number_of_its_country(country: str, spelling: str) -> None:
    (left,) = judged(without_personal_numbers(pl.col("value")), spelling.replace("{}", f"{country}13800138000"))

    # the mark between two numbers is taken with the first: of the second, its + may stay
    assert re.sub("[+＋]|86 ", "", str(left)) == spelling.replace("{}", REMOVED)


@pytest.mark.parametrize("text", ["15090220001号", "JY11509020012345", "2026-05-06 10", CODE])
def test_what_is_no_telephone_number_stays(text: str) -> None:
    assert judged(without_personal_numbers(pl.col("value")), text) == [text]


@given(st.lists(st.lists(st.sampled_from(PIECES), max_size=6)))
def test_personal_numbers_go_from_every_text_of_a_column_and_all_else_stays(texts: list[list[str]]) -> None:
    left = judged(without_personal_numbers(pl.col("value")), *map("、".join, texts))

    assert left == ["、".join(REMOVED if piece in PERSONAL else piece for piece in text) for text in texts]


@pytest.mark.parametrize("number", ["13800138000", "138 0013 8000"])
def test_in_a_column_of_numbers_what_is_all_figures_is_no_telephone(number: str) -> None:
    others = [f"电话{number}", IDENTITY_NUMBER]

    assert judged(without_personal_numbers(pl.col("value"), numbered=True), number, *others) == [
        number, f"电话{REMOVED}", REMOVED,
    ]  # fmt: skip


OLD = "150902800101123"


@pytest.mark.parametrize(
    ("text", "left"),
    [
        (f"{IDENTITY_NUMBER}{IDENTITY_NUMBER}", REMOVED),
        (f"当事人{IDENTITY_NUMBER}13800138000，", f"当事人{REMOVED}，"),
        (f"张某（身份证号：{OLD}）", f"张某（身份证号：{REMOVED}）"),
        (f"张某（{OLD}）", f"张某（{REMOVED}）"),
        (f"张某{OLD}，男", f"张某{REMOVED}，男"),
        ("邮箱zhang.san@example.com。", f"邮箱{REMOVED}。"),
        ("电话04748320000", f"电话{REMOVED}"),
        ("（04748320000）", f"（{REMOVED}）"),
        ("0474 8320000", REMOVED),
        ("电话：8320000，2026年", f"电话：{REMOVED}，2026年"),
    ],
)
def test_personal_numbers_without_a_mark_go_from_prose(text: str, left: str) -> None:
    assert judged(without_personal_numbers(pl.col("value")), text) == [left]


@pytest.mark.parametrize("numbered", [False, True])
@pytest.mark.parametrize(
    "text",
    [
        f"注册号{OLD}", f"注册号：{OLD}", f"决定书{OLD}号", f"处罚决定书{OLD}", f"JY{OLD}", CODE, f"〔{OLD}〕",
        "罚款150902800.12元", "乌市监罚〔2026〕15090280号", "2026-03-05", "电话投诉12345", "第04748320000号",
        "甲公司@", "50.5万元", "911509000000001902",
    ],
)  # fmt: skip
def test_numbers_of_documents_codes_and_amounts_stay(text: str, numbered: bool) -> None:
    assert judged(without_personal_numbers(pl.col("value"), numbered=numbered), text) == [text]


def test_a_number_of_fifteen_figures_stays_in_a_column_of_numbers() -> None:
    assert judged(without_personal_numbers(pl.col("value"), numbered=True), OLD) == [OLD]
    assert judged(without_personal_numbers(pl.col("value"), numbered=True), f"乌交罚{OLD}") == [f"乌交罚{OLD}"]


@given(st.from_regex("[0-9]{1,17}", fullmatch=True))
def test_figures_too_few_for_an_identity_number_stay_in_a_column_of_numbers(number: str) -> None:
    left = judged(without_personal_numbers(pl.col("value"), numbered=True), number, IDENTITY_NUMBER)

    assert left == [number, REMOVED]


def test_null_stays_null() -> None:
    assert judged(without_personal_numbers(pl.col("value")), None) == [None]
    assert judged(is_uscc(pl.col("value")), None) == [False]


def test_a_number_that_a_spreadsheet_made_of_an_identity_number_goes_as_well() -> None:
    assert masked("号码1.50902189901010E+17") == f"号码{REMOVED}"


@pytest.mark.parametrize(
    "written",
    ["甲〔2026〕1号", "甲［2026］1号", "甲（2026）1号", "甲(2026)1号", "甲【2026】 1 号", "甲[２０２６]１号"],
)
def test_brackets_width_and_blanks_make_no_other_document_number(written: str) -> None:
    assert judged(document_number(pl.col("value")), written) == ["甲〔2026〕1号"]
