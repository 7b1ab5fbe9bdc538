"""Rows as public sites show them, with invented companies: every fact once, however often and blankly it is told."""

from collections.abc import Sequence

import pytest

from registry.actions.receipts import Receipt
from registry.vocabulary import SourceKind
from tests.receiving import Counter, code, csv_text

GRADED = ("统一社会信用代码", "企业名称", "纳税人名称", "纳税人识别号", "评价年度", "数据来源")
PROMISED = (
    "统一社会信用代码", "企业名称", "承诺类型", "承诺事由", "做出承诺日期", "承诺受理单位", "承诺履约状态",
)  # fmt: skip
BRIEF = ("统一社会信用代码", "企业名称", "信用承诺事项", "做出信用承诺时间")
RENAMED, NOW_CALLED, ONCE_CALLED = code(5), "集宁鑫隆国潮实业集团股份有限公司", "集宁民商(集团)股份有限公司"
GRADES = [
    (code(number), name, name, code(number), year, "国家税务总局")
    for number, name, year in (
        (1, "集宁中央商场(集团)股份有限公司", "2017.0"),
        (2, "丰镇友谊(集团)股份有限公司", "2017.0"),
        (3, "察右前旗华百商业集团股份有限公司", "2016.0"),
    )
] + [(RENAMED, NOW_CALLED, ONCE_CALLED, RENAMED, "2017.0", "国家税务总局")]
PROMISES = [
    (code(1), "集宁华自科技股份有限公司", "主动型", matter, day, f"集宁区{body}({body}监督管理局)", "— —")
    for matter, day, body in (
        ("公共资源交易事前信用承诺书", "2020-11-30", "政务服务局"),
        ("环境行政许可的信用承诺", "2020-11-12", "生态环境局"),
        ("材料真实性声明", "2018-03-01", "工业和信息化局"),
    )
]
BRIEFLY = [
    (code(1), "集宁良节能系统股份有限公司", "物联网发展专项资金", "2017-02-23"),
    (code(1), "集宁良节能系统股份有限公司", "物联网发展专项资金", "2018-06-15"),
    (code(2), "丰镇凯隆高科技股份有限公司", "承诺遵守劳动保障法律、法规及政策,规范用工", "2018-11-01"),
]


def told_twice(
    counter: Counter, headers: tuple[str, ...], facts: Sequence[tuple[str, ...]], kind: SourceKind
) -> Receipt:
    return counter.take(csv_text(headers, *(fact for fact in facts for _ in range(2))), kind, name="public.csv")


@pytest.mark.parametrize(
    ("headers", "facts", "kind", "layout"),
    [
        (GRADED, GRADES, SourceKind.HONOURS, "tax-credit-a"),
        (PROMISED, PROMISES, SourceKind.COMMITMENTS, "commitments-short"),
        (BRIEF, BRIEFLY, SourceKind.COMMITMENTS, "commitments-short"),
    ],
)
def test_each_fact_is_taken_once_and_no_row_is_rejected(
    counter: Counter, headers: tuple[str, ...], facts: Sequence[tuple[str, ...]], kind: SourceKind, layout: str
) -> None:
    receipt = told_twice(counter, headers, facts, kind)

    assert receipt.layout == layout
    assert (receipt.counts.read, receipt.counts.accepted) == (2 * len(facts), len(facts))
    assert (receipt.counts.duplicate, receipt.counts.rejected) == (len(facts), 0)


def test_years_that_a_spreadsheet_wrote_as_numbers_are_years(counter: Counter) -> None:
    told_twice(counter, GRADED, GRADES, SourceKind.HONOURS)

    assert counter.ask("SELECT starts_on, count(*) FROM record GROUP BY 1 ORDER BY 1") == [
        ("2016-01-01", 1),
        ("2017-01-01", 3),
    ]


def test_a_blank_of_two_dashes_is_nothing(counter: Counter) -> None:
    told_twice(counter, PROMISED, PROMISES, SourceKind.COMMITMENTS)

    assert counter.ask("SELECT count(*) FROM record WHERE performance IS NOT NULL") == [(0,)]


@pytest.mark.parametrize("registered", [True, False])
def test_who_bore_another_name_then_is_linked_by_its_code(counter: Counter, *, registered: bool) -> None:
    if registered:
        headers = ("统一社会信用代码", "企业名称", "曾用名", "更名日期")
        row = (RENAMED, NOW_CALLED, ONCE_CALLED, "2021-01-02")
        counter.take(csv_text(headers, row), SourceKind.SUBJECTS, name="register.csv")
    told_twice(counter, GRADED, GRADES, SourceKind.HONOURS)

    asked = f"""SELECT s.name, r.name, l.how, l.state FROM {{records}} r JOIN {{links}} l ON l.record_id = r.id
    JOIN subject s ON s.id = l.subject_id WHERE r.uscc = '{RENAMED}' AND r.source = 'honours'"""  # noqa: S608
    assert counter.ask(asked) == [(NOW_CALLED, ONCE_CALLED, "code", "confirmed")]
