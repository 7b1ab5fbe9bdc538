"""Honours 守信荣誉: taxpayers graded A (纳税信用A级), and honours conferred by a document."""

import polars as pl

from loaders import checks, cleaning
from loaders.counterparty import CODES, PARTY, PARTY_CHECKS, SOURCE_BODY, WARNINGS, cleaned_bodies, cleaned_party
from loaders.source import Layout, Source, day, delivered, last_day, year
from registry.vocabulary import SourceKind

_GRADE_A = "^(?:纳税)?(?:信用)?(?:等级)?[Aa]级?(?:纳税人|企业)?$"
_AGAINST = "失信|黑名单|异常|不良|撤销|取消|移出"  # 信用等级 of the customs has 失信企业 beside 高级认证企业

TAX_CREDIT_A = Layout(
    name="tax-credit-a",
    columns={
        "name": ("纳税人名称",),  # the name at the time, which may be a former name today
        "current_name": ("企业名称", "单位名称", "主体名称"),
        "category": PARTY["category"],
        **{field: aliases for field, aliases in CODES.items() if field != "tax_number"},
        "tax_number": ("纳税人识别号", "识别号"),
        "year": ("评价年度", "评定年度", "所属年度", "年度"),
        "grade": ("信用等级", "纳税信用级别", "评价结果"),
        "decided_on": ("评定日期", "认定日期"),
        "authority": ("主管税务机关", "评价机关", "认定机关"),
        "authority_code": ("主管税务机关统一社会信用代码",),
        **SOURCE_BODY,
    },
    required=("uscc", "name", "year"),
    key=("subject", "year"),
)

CONFERRED = Layout(
    name="honours",
    columns={
        **PARTY,
        "title": ("荣誉名称", "称号名称", "守信激励名称", "红名单名称", "荣誉称号", "信用等级"),
        "commendation": ("表彰文件号", "文件依据"),
        "document": ("认定文号", "决定文号", "文号"),
        "authority": ("认定机关全称", "认定机关", "认定部门", "认定单位", "授予机关", "表彰机关"),
        "authority_code": ("认定机关统一社会信用代码", "认定单位统一社会信用代码"),
        "decided_on": ("认定日期", "授予日期", "表彰日期", "认证日期"),
        "customs": ("海关编码", "首次注册日期"),
        "ends_on": ("公示截止期", "公示截止日期", "有效期至", "有效期限", "有效期"),
        "year": ("评价年度", "年度"),
        **SOURCE_BODY,
    },
    required=("title", "name", "decided_on"),
    key=("title", "document_normal", "subject", "decided_on"),
)


def clean(layout: Layout) -> dict[str, pl.Expr]:
    """The columns of an honour; a yearly one starts on 1 January of its year."""
    of_year = year("year")
    tax = layout is TAX_CREDIT_A
    title = pl.lit("纳税信用A级纳税人") if tax else delivered("title")
    return {
        **cleaned_party(),
        **cleaned_bodies(),
        "document": delivered("document"),
        "title": title,
        "classes": pl.when(title.str.contains("纳税信用A级"))
        .then(pl.lit("tax_credit_a"))
        .when(title.str.contains("AEO|海关.*认证|高级认证"))
        .then(pl.lit("aeo"))
        .when(of_year.is_not_null())
        .then(pl.lit("yearly_honour"))
        .otherwise(pl.lit("honour")),
        "decided_on": day("decided_on"),
        "starts_on": pl.concat_str(of_year.cast(pl.String), pl.lit("-01-01")).str.to_date("%Y-%m-%d", strict=False),
        "ends_on": last_day("ends_on"),
        "year": of_year,
        "current_name": delivered("current_name"),
        "commendation": delivered("commendation"),
        "note": delivered("note"),
    }


SOURCE = Source(
    kind=SourceKind.HONOURS,
    layouts=(TAX_CREDIT_A, CONFERRED),
    clean=clean,
    days=("decided_on", "ends_on"),
    years=("year",),
    checks=(
        *PARTY_CHECKS,
        *checks.required_if_delivered("title", "year"),
        *checks.days("decided_on", "ends_on"),
        *checks.not_after_received("decided_on"),
        *checks.in_order("decided_on", "ends_on"),
        *checks.years("year"),
        checks.Check(
            "grade_not_a",
            "grade",
            delivered("grade").is_null() | cleaning.squeezed(delivered("grade")).str.contains(_GRADE_A),
            "不是A级 / another grade than A",
            "本表只收纳税信用A级 / this table takes taxpayers of grade A alone",
        ),
        checks.Check(
            "title_not_an_honour",
            "title",
            delivered("title").is_null() | ~delivered("title").str.contains(_AGAINST),
            "不是守信荣誉 / no honour",
            "守信荣誉；失信信息按“名单条目”报送 / an honour; what tells against a subject goes with list-entries",
        ),
    ),
    warnings=WARNINGS,
)
