"""Administrative permits 行政许可: the 双公示 standard of 2018 and the headers of 2015."""

import polars as pl

from loaders import checks, cleaning
from loaders.counterparty import PARTY, PARTY_CHECKS, SOURCE_BODY, WARNINGS, cleaned_bodies, cleaned_party
from loaders.source import Layout, Source, day, delivered, last_day
from registry.natural_keys import KEYS
from registry.vocabulary import SourceKind

_DECISION: dict[str, tuple[str, ...]] = {
    "document": (
        "行政许可决定文书号",
        "行政许可决定书文号",
        "许可决定书文号",
        "许可决定文书号",
        "决定书文号",
        "决定文书号",
        "许可文号",
        "文号",
        "XK_WSH",
    ),
    "content": ("许可内容", "XK_NR"),
    "decided_on": ("许可决定日期", "行政许可决定日期", "XK_JDRQ"),
    "authority": ("许可机关", "许可机关名称", "XK_XKJG", "XK_XZJG"),
    "authority_code": ("许可机关统一社会信用代码", "XK_XKJGDM"),
    "status": ("当前状态", "XK_ZT"),
    "review": ("审核类型",),
    "scope": ("信息使用范围", "使用范围"),
    "display_until": ("公示截止期", "公示截止日期", "公示期限"),
    **SOURCE_BODY,
}

EDITION_2018 = Layout(
    name="permits-2018",
    columns={
        **PARTY,
        **_DECISION,
        "title": ("行政许可决定文书名称", "许可决定文书名称", "XK_XKWS"),
        "kind": ("许可类别", "XK_XKLB"),
        "licence": ("许可证书名称", "XK_XKZS"),
        "licence_number": ("许可编号", "许可证编号", "XK_XKBH"),
        "starts_on": ("有效期自", "许可有效期自", "XK_YXQZ"),
        "ends_on": ("有效期至", "许可有效期至", "许可截止期", "XK_YXQZI"),
    },
    required=("name", "document", "decided_on", "authority"),
    key=KEYS[SourceKind.PERMITS],
)

EDITION_2015 = Layout(
    name="permits-2015",
    columns={
        **PARTY,
        **_DECISION,
        "title": ("项目名称", "XK_XMMC"),
        "licence_number": ("行政许可编码",),
        "kind": ("审批类别", "XK_SPLB"),
        "ends_on": ("许可截止期", "许可截止日期", "XK_JZQ"),
    },
    required=("name", "document", "decided_on", "authority"),
    key=KEYS[SourceKind.PERMITS],
)


def clean(layout: Layout) -> dict[str, pl.Expr]:
    """The columns of a permit. Its state as a number means what the edition says; 信息使用范围 is of 2015 alone."""
    old, new = (cleaning.numbered_status(delivered("status"), n) for n in (cleaning.STATUS_2015, cleaning.STATUS_2018))
    status = old if layout is EDITION_2015 else pl.when(pl.col("has.scope")).then(old).otherwise(new)
    return {
        **cleaned_party(),
        **cleaned_bodies(),
        "document": delivered("document"),
        "title": delivered("title"),
        "classes": delivered("kind"),
        "decided_on": day("decided_on"),
        "starts_on": day("starts_on"),
        "ends_on": last_day("ends_on"),
        "status": cleaning.scoped_status(status, delivered("scope")),
        "content": delivered("content"),
        "licence": delivered("licence"),
        "licence_number": delivered("licence_number"),
        "note": delivered("note"),
    }


SOURCE = Source(
    kind=SourceKind.PERMITS,
    layouts=(EDITION_2018, EDITION_2015),
    clean=clean,
    days=("decided_on", "starts_on", "ends_on"),
    checks=(
        *PARTY_CHECKS,
        *checks.required("document", "decided_on", "authority"),
        *checks.required_if_delivered("content"),
        *checks.days("decided_on", "starts_on", "ends_on"),
        *checks.not_after_received("decided_on"),
        *checks.in_order("starts_on", "ends_on"),
    ),
    warnings=WARNINGS,
)
