"""Administrative penalties 行政处罚: the 双公示 standard of 2018 and the headers of 2015."""

import polars as pl

from loaders import checks, cleaning
from loaders.counterparty import PARTY, PARTY_CHECKS, SOURCE_BODY, WARNINGS, cleaned_bodies, cleaned_party
from loaders.source import Layout, Source, amount, day, delivered, last_day
from registry.natural_keys import KEYS
from registry.vocabulary import SourceKind

_DECISION: dict[str, tuple[str, ...]] = {
    "document": (
        "行政处罚决定书文号",
        "行政处罚决定文书号",
        "处罚决定书文号",
        "决定书文号",
        "决定文书号",
        "文号",
        "文,号",
        "文书字轨",
        "字轨",
        "CF_WSH",
    ),
    "basis": ("处罚依据", "行政处罚依据", "行政处罚的种类和依据", "CF_YJ"),
    "decided_on": ("处罚决定日期", "行政处罚决定日期", "作出处罚决定日期", "文书制作日期", "做出处罚的日期", "CF_JDRQ"),
    "display_until": ("公示截止期", "公示截止日期", "公示期限", "公示期限年限1或者3年限（数字）1或者3", "CF_GSJZQ"),
    "authority": (
        "处罚机关",
        "处罚机关名称",
        "作出处罚决定的部门",
        "作出行政处罚决定机关名称",
        "行政执法机关名称",
        "主管税务机关",
        "CF_CFJG",
        "CF_XZJG",
    ),
    "authority_code": ("处罚机关统一社会信用代码", "CF_CFJGDM"),
    "status": ("当前状态", "CF_ZT"),
    "severity": ("失信严重程度",),
    "scope": ("信息使用范围", "使用范围"),
    "procedure": ("处罚程序", "适用程序", "程序类型", "处罚程序类型", "案件程序"),
    **SOURCE_BODY,
}

EDITION_2018 = Layout(
    name="penalties-2018",
    columns={
        **PARTY,
        **_DECISION,
        "title": ("违法行为类型", "CF_WFXW"),
        "facts": ("违法事实", "主要违法事实", "CF_SY"),
        "kinds": ("处罚类别", "处罚种类", "CF_CFLB"),
        "content": ("处罚内容", "CF_NR"),
        "fine": ("罚款金额（万元）", "CF_NR_FK"),
        "confiscated": ("没收违法所得、没收非法财物的金额（万元）", "CF_NR_WFFF"),
        "licence": ("暂扣或吊销证照名称及编号", "CF_NR_ZKDX"),
        "ends_on": ("处罚有效期", "处罚有效期至", "CF_YXQ"),
    },
    required=("name", "document", "kinds", "decided_on", "authority"),
    key=KEYS[SourceKind.PENALTIES],
    joined=("kinds",),
)

EDITION_2015 = Layout(
    name="penalties-2015",
    columns={
        **PARTY,
        "name": (*PARTY["name"], "纳税人名称"),
        **_DECISION,
        "title": ("处罚名称", "案件名称", "违法行为名称", "CF_CFMC"),
        "penalty_code": ("行政处罚编码",),
        "kinds": ("处罚类别1", "处罚类别2", "处罚类别", "CF_CFLB1", "CF_CFLB2"),
        "facts": ("处罚事由", "税收违法手段", "违法事实", "主要违法事实", "CF_SY"),
        "content": ("处罚结果", "处罚结果（应缴罚款金额）", "处罚内容", "应缴罚款金额", "CF_JG"),
        "starts_on": ("处罚生效期", "处罚生效期起"),
        "ends_on": ("处罚截止期", "处罚截止日期", "处罚生效期止", "CF_JZRQ"),
    },
    required=("name", "document", "kinds", "decided_on", "authority"),
    key=KEYS[SourceKind.PENALTIES],
    joined=("kinds",),
)


def clean(layout: Layout) -> dict[str, pl.Expr]:  # noqa: ARG001  (one cleaning for all layouts)
    """The columns of a penalty; amounts are delivered in 万元 and kept in fen.

    The standard of 2018 gives a penalty no state: whoever delivers one as a number has the numbers of 2015, where 1 is
    a decision that was revoked.
    """
    procedure = delivered("procedure")
    return {
        **cleaned_party(),
        **cleaned_bodies(),
        "document": delivered("document"),
        "title": delivered("title"),
        "classes": cleaning.penalty_kinds(delivered("kinds")),
        "procedure": pl.when(procedure.str.contains("简易"))
        .then(pl.lit("summary"))
        .when(procedure.str.contains("普通|一般"))
        .then(pl.lit("ordinary")),
        "amount_fen": amount("fine"),
        "ground": delivered("basis"),
        "decided_on": day("decided_on"),
        "starts_on": day("starts_on"),
        "ends_on": last_day("ends_on"),
        "status": cleaning.scoped_status(
            cleaning.numbered_status(delivered("status"), cleaning.STATUS_2015), delivered("scope")
        ),
        "facts": delivered("facts"),
        "content": delivered("content"),
        "confiscated_fen": amount("confiscated"),
        "licence": delivered("licence"),
        "display_until": delivered("display_until"),
        "note": delivered("note"),
    }


SOURCE = Source(
    kind=SourceKind.PENALTIES,
    layouts=(EDITION_2018, EDITION_2015),
    clean=clean,
    days=("decided_on", "starts_on", "ends_on"),
    amounts={"confiscated": "万元", "fine": "万元"},
    checks=(
        *PARTY_CHECKS,
        *checks.required("document", "kinds", "decided_on", "authority"),
        *checks.required_if_delivered("facts", "basis", "content"),
        *checks.days("decided_on", "starts_on", "ends_on"),
        *checks.not_after_received("decided_on"),
        *checks.amounts("fine", "confiscated", unit="万元"),
    ),
    warnings=(
        *WARNINGS,
        checks.Check(
            "fine_missing",
            "fine",
            delivered("fine").is_not_null() | ~delivered("kinds").str.contains("罚款") | ~pl.col("has.fine"),
            "处罚类别含罚款而未填金额 / a fine without its amount",
            "仅提示，不退回 / a warning only",
        ),
    ),
)
