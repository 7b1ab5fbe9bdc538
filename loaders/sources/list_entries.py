"""List entries 名单条目: who was put on which list, on what ground, by which instrument, after which notice."""

import polars as pl

from loaders import checks, cleaning
from loaders.counterparty import PARTY, PARTY_CHECKS, SOURCE_BODY, WARNINGS, cleaned_bodies, cleaned_party
from loaders.source import Layout, Source, day, delivered, last_day
from registry.natural_keys import KEYS
from registry.vocabulary import SourceKind

_AGAINST = "失信|违法|黑名单|惩戒|不良"


def _of(field: str) -> str:
    """A list of a field: named by that alone, or with words that tell against those on it."""
    return f"^(?:{field})(?:领域|类)?$|(?:{field}).*(?:{_AGAINST})|(?:{_AGAINST}).*(?:{field})"


LISTS = {
    "abnormal_operation": "经营异常|异常名录|异常经营",
    "judgment_debtor": "失信被执行人",
    "tax_serious": "税收违法|税务违法",
    "wage_arrears": f"拖欠.*工资|欠薪|{_of('农民工工资')}",
    "procurement": _of("政府采购"),
    "work_safety": _of("安全生产"),
    "statistics": _of("统计"),
    "customs": _of("海关"),
    "market_serious": "市场监督?管理?.*严重违法|市场监管|^严重违法失信(?:企业)?名单",
}

# what is no such list though its name has the words of one: who is not on it, or is praised
_NOT_ON = "(?:无|未|非|没有|不存在|零)(?:拖欠|欠薪|列入|违法|不良|失信|异常|经营异常|重大|严重)"
_PRAISED = "守信|诚信(?:企业|单位|典型|示范)|红名单|红榜|高级认证|示范|先进|优秀|表彰|荣誉"
_LEFT = "移出|移除|退出|修复|解除"

_ENTRY: dict[str, tuple[str, ...]] = {
    **PARTY,
    "name": (*PARTY["name"], "纳税人名称", "被执行人名称", "失信主体名称"),
    "ground": (
        "列入事由",
        "列入原因",
        "列入情形",
        "认定事由",
        "认定依据",
        "列入依据",
        "主要失信事实",
        "失信事实",
        "失信行为具体情形",
        "列入原因类型",
        "列入经营异常名录原因类型名称",
        "列入经营异常名录原因",
        "纳入经营异常名录原因",
        "标记经营异常状态原因",
        "列入严重失信主体名单事由",
        "主要违法事实",
        "不良行为具体情形",
        "失信行为",
        "案件性质",
    ),
    "document": (
        "认定文号",
        "列入决定文号",
        "列入决定书文号",
        "列入决定文书号",
        "认定决定文书号",
        "决定书文号",
        "决定文书号",
        "文号",
        "案号",
    ),
    "noticed_on": ("告知日期", "事先告知日期", "告知书送达日期", "列入告知日期", "通知日期"),
    "decided_on": (
        "列入日期",
        "认定日期",
        "列入决定日期",
        "认定决定日期",
        "决定日期",
        "确认严重失信日期",
        "设立日期",
        "记录日期",
        "发布时间",
        "发布日期",
    ),
    "served_on": ("送达日期", "决定送达日期", "决定书送达日期", "列入决定送达日期"),
    "ends_on": ("公示截止期", "公示截止日期", "列入期限至", "截止日期", "有效期至", "处罚截止日期", "移出日期"),
    "content": (
        "行政处理处罚或法院判决决定的主要内容",
        "处罚主要内容",
        "决定内容",
        "法律依据及处理处罚",
        "处罚结果",
        "义务",
    ),
    "authority": (
        "认定单位",
        "认定机关",
        "列入决定机关",
        "列入机关",
        "作出决定机关",
        "列入决定机关名称",
        "认定部门",
        "认定机关全称",
        "执行法院",
    ),
    "authority_code": ("认定单位统一社会信用代码", "认定机关统一社会信用代码", "列入决定机关统一社会信用代码"),
    "registered_address": ("注册地址", "企业地址", "登记地点", "省份"),
    # of the lists as their own bodies publish them: known, so that such a file is taken, and not kept
    "law": ("处罚依据",),
    "execution": ("执行依据文号", "立案时间", "做出执行依据单位", "作出执行依据单位"),
    "performance": ("履行情况", "已履行部分", "未履行部分"),
    "case": ("案件上报期", "中介", "批次"),
    "vehicle": ("车牌号", "营运证号", "道路运输证号"),
    **SOURCE_BODY,
}

GENERAL = Layout(
    name="list-entries",
    columns={
        **_ENTRY,
        "list": (
            "名单名称",
            "名单类型",
            "名单类别",
            "列入名单名称",
            "列入名单",
            "名单",
            "严重失信主体名单名称",
            "严重失信主体名单类型",
        ),
    },
    required=("list", "name", "decided_on"),
    key=KEYS[SourceKind.LIST_ENTRIES],
)

ABNORMAL = Layout(
    name="abnormal-operation",
    # without the list's name, no other words than those of this register say which one it is
    columns={
        **_ENTRY,
        "ground": (
            "列入原因类型",
            "列入经营异常名录原因类型名称",
            "列入经营异常名录原因",
            "纳入经营异常名录原因",
            "标记经营异常状态原因",
        ),
    },
    required=("name", "decided_on", "ground", "authority"),
    key=KEYS[SourceKind.LIST_ENTRIES],
)


def coded(name: pl.Expr) -> pl.Expr:
    """The code of the list with this name; the name itself where no code is known."""
    name = cleaning.squeezed(name)
    praised = name.str.contains(_PRAISED) & ~name.str.contains(_AGAINST)
    return pl.coalesce(
        pl.when(praised | name.str.contains(_NOT_ON)).then(name),
        *[pl.when(name.str.contains(form)).then(pl.lit(code)) for code, form in LISTS.items()],
        pl.when(name.is_in(list(LISTS))).then(name),
        name,
    )


def clean(layout: Layout) -> dict[str, pl.Expr]:
    """The columns of a list entry; `classes` is the list's code, or its delivered name where no code is known."""
    return {
        **cleaned_party(),
        **cleaned_bodies(),
        "document": delivered("document"),
        "title": delivered("list") if layout is GENERAL else pl.lit("经营异常名录"),
        "classes": coded(delivered("list") if layout is GENERAL else pl.lit("经营异常名录")),
        "ground": delivered("ground"),
        "noticed_on": day("noticed_on"),
        "decided_on": day("decided_on"),
        "served_on": day("served_on"),
        "ends_on": last_day("ends_on"),
        "content": delivered("content"),
        "note": delivered("note"),
    }


SOURCE = Source(
    kind=SourceKind.LIST_ENTRIES,
    layouts=(GENERAL, ABNORMAL),
    clean=clean,
    days=("noticed_on", "decided_on", "served_on", "ends_on"),
    checks=(
        *PARTY_CHECKS,
        *checks.required_if_delivered("list"),
        checks.Check(
            "list_left",
            "list",
            delivered("list").is_null() | ~delivered("list").str.contains(_LEFT),
            "是移出或修复信息，不是列入 / tells of a removal, not of a listing",
            "按“信用修复结果”报送 / deliver it with restorations",
        ),
        *checks.required("decided_on"),
        *checks.days("noticed_on", "decided_on", "served_on", "ends_on"),
        *checks.not_after_received("noticed_on", "decided_on", "served_on"),
        *checks.in_order("decided_on", "ends_on"),
    ),
    warnings=WARNINGS,
)
