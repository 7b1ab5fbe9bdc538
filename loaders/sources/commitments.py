"""Credit commitments 信用承诺: the full template, and the two short tables of the public sites."""

import polars as pl

from loaders import checks, cleaning
from loaders.counterparty import PARTY, PARTY_CHECKS, SOURCE_BODY, WARNINGS, cleaned_bodies, cleaned_party
from loaders.source import Layout, Source, day, delivered, last_day
from registry.natural_keys import KEYS
from registry.vocabulary import SourceKind

_COLUMNS: dict[str, tuple[str, ...]] = {
    **PARTY,
    "name": ("承诺人名称", *PARTY["name"]),
    "category": ("承诺人类别", *PARTY["category"]),
    "uscc": ("承诺人代码", *PARTY["uscc"]),
    "document": ("承诺编码", "承诺编号"),
    "kind": ("承诺类型",),
    "title": ("承诺事由", "信用承诺事项", "承诺事项"),
    "content": ("承诺内容",),
    "liability": ("违诺责任",),
    "decided_on": ("承诺作出日期", "做出承诺日期", "作出承诺日期", "做出信用承诺时间", "作出信用承诺时间", "承诺日期"),
    "ends_on": ("承诺有效期", "承诺有效期至"),
    "performance": ("承诺履行状态", "承诺履约状态", "履约状态", "履行状态"),
    "unperformed": ("未履行的承诺内容",),
    "sanction": ("违诺责任追究内容",),
    "performance_on": ("履行状态认定日期",),
    "performance_body": ("认定单位",),
    "performance_body_code": ("认定单位代码",),
    "authority": ("承诺受理单位", "受理单位"),
    "authority_code": ("承诺受理单位代码", "承诺受理单位统一社会信用代码"),
    "disclosure": ("公开类型",),
    **SOURCE_BODY,
}

FULL = Layout(
    name="commitments",
    columns=_COLUMNS,
    required=("name", "title", "decided_on", "document"),
    key=KEYS[SourceKind.COMMITMENTS],
)

SHORT = Layout(
    name="commitments-short",
    columns=_COLUMNS,
    required=("uscc", "name", "title", "decided_on"),
    key=KEYS[SourceKind.COMMITMENTS],
)


def clean(layout: Layout) -> dict[str, pl.Expr]:  # noqa: ARG001  (one cleaning for all layouts)
    """The columns of a commitment."""
    # who has a column for it says of each whether it is open
    told = delivered("disclosure").is_not_null() | pl.col("has.disclosure")
    return {
        **cleaned_party(),
        **cleaned_bodies(),
        "document": delivered("document"),
        "title": delivered("title"),
        "classes": delivered("kind"),
        "decided_on": day("decided_on"),
        "ends_on": last_day("ends_on"),
        "status": pl.when(cleaning.is_open(delivered("disclosure")))
        .then(pl.lit("open"))
        .when(told)
        .then(pl.lit("closed")),
        "content": delivered("content"),
        "liability": delivered("liability"),
        "performance": delivered("performance"),
        "unperformed": delivered("unperformed"),
        "note": delivered("note"),
    }


SOURCE = Source(
    kind=SourceKind.COMMITMENTS,
    layouts=(FULL, SHORT),
    clean=clean,
    days=("decided_on", "ends_on"),
    checks=(
        *PARTY_CHECKS,
        *checks.required("title", "decided_on"),
        *checks.days("decided_on", "ends_on"),
        *checks.not_after_received("decided_on"),
        *checks.in_order("decided_on", "ends_on"),
    ),
    warnings=WARNINGS,
)
