"""Restorations 信用修复结果 decided elsewhere (谁认定、谁修复): restored, removed from a list, or the decision revoked.

A row names what it restores: a penalty by the number of its decision, a list entry by list and day of listing (and the
number, where that was delivered). It acts on whatever record has that natural key, before or after it arrives.
"""

import polars as pl

from loaders import checks, cleaning
from loaders.checks import Check
from loaders.counterparty import PARTY, PARTY_CHECKS, SOURCE_BODY, WARNINGS, cleaned_bodies, cleaned_party
from loaders.source import Layout, Source, day, delivered
from loaders.sources import list_entries
from registry.names import normal_expr
from registry.natural_keys import KEYS, key_of_another
from registry.vocabulary import Category, SourceKind, Withdrawn

RESTORATIONS = Layout(
    name="restorations",
    columns={
        **PARTY,
        "kind": ("修复类型", "修复结果", "修复方式", "办理结果", "处理结果", "审核结果", "状态"),
        "restored": (
            "原决定文号",
            "原处罚决定书文号",
            "被修复决定文号",
            "被修复信息文号",
            "行政处罚决定书文号",
            "处罚决定书文号",
            "原认定文号",
            "列入决定文号",
        ),
        "list": ("名单名称", "移出名单名称", "名单类型", "列入名单名称", "名单"),
        "listed_on": ("列入日期", "认定日期", "列入决定日期"),
        "document": (
            "修复决定文号",
            "修复决定书文号",
            "信用修复决定书文号",
            "信用修复编号",
            "移出决定文号",
            "撤销决定文号",
            "决定文号",
        ),
        "decided_on": ("修复日期", "修复决定日期", "移出日期", "撤销日期", "决定日期", "办结时间", "办结日期"),
        "applied_on": ("申请日期", "申请时间", "受理日期"),
        "authority": (
            "修复机关",
            "修复决定机关",
            "修复单位",
            "移出决定机关",
            "撤销机关",
            "决定机关",
            "业务主管部门",
            "主管部门",
        ),
        "authority_code": ("修复机关统一社会信用代码", "决定机关统一社会信用代码"),
        "ground": ("修复理由", "修复原因", "移出原因", "移出事由", "撤销原因"),
        "review_due": ("审核截止日期",),
        **SOURCE_BODY,
    },
    required=("name", "kind", "decided_on", "authority"),
    key=("document_normal", "subject", "restored", "classes", "listed_on"),
)

_FORMS = {  # in this order: what was not granted, or was taken back, restores nothing
    None: "不予|不同意|不通过|未|不符合|驳回|退回|拒绝|中止|待|审核中|受理中|办理中|取消|恢复公示|继续公示|重新公示"
    "|撤销.{0,4}修复|修复.{0,3}(?:撤销|无效)",
    Withdrawn.REVOKED: "撤销|无效|确认违法",
    Withdrawn.REMOVED: "移出|移除",
    Withdrawn.RESTORED: "修复|终止公示|停止公示|提前",
}


def clean(layout: Layout) -> dict[str, pl.Expr]:  # noqa: ARG001  (there is one layout)
    """The columns of a restoration; `status` is what it is (restored, removed, revoked), `classes` the list's code."""
    return {
        **cleaned_party(),
        **cleaned_bodies(),
        "document": delivered("document"),
        "classes": list_entries.coded(delivered("list")),
        "ground": delivered("ground"),
        "decided_on": day("decided_on"),
        "status": _kind(),
        "restored": delivered("restored"),
        "listed_on": day("listed_on"),
        "applied_on": day("applied_on"),
        "note": delivered("note"),
    }


def _kind() -> pl.Expr:
    told = cleaning.squeezed(delivered("kind"))
    kinds = [pl.when(told.str.contains(form)).then(pl.lit(kind.value if kind else "")) for kind, form in _FORMS.items()]
    found = pl.coalesce(kinds)
    return pl.when(found != "").then(found)


def _targets() -> tuple[pl.Expr, ...]:
    """The keys of what a row restores, for each way in which its own delivery may have identified the subject."""
    named = pl.when(pl.col("category") != Category.NATURAL_PERSON.value)
    listed, number = pl.col("classes").is_not_null(), pl.col("restored")
    number_or_none = (number, pl.lit(None, dtype=pl.String))  # an entry may have been delivered without its number
    keys = []
    for subject in (
        pl.col("subject"),  # the code, else what identifies best
        pl.lit("O:") + pl.col("organisation_code"),
        pl.lit("R:") + pl.col("registration_number"),
        pl.lit("N:") + normal_expr(named.then("name")),
    ):
        told = {"subject": subject, "classes": pl.col("classes"), "decided_on": pl.col("listed_on")}
        told_as = [{**told, "document_normal": document} for document in number_or_none]
        penalty = key_of_another(SourceKind.PENALTIES, KEYS[SourceKind.PENALTIES], told_as[0])
        entries = [key_of_another(SourceKind.LIST_ENTRIES, KEYS[SourceKind.LIST_ENTRIES], each) for each in told_as]
        for which, key in ((~listed, penalty), *((listed, entry) for entry in entries)):
            keys.append(pl.when(which & subject.is_not_null()).then(key))
    return tuple(keys)


SOURCE = Source(
    kind=SourceKind.RESTORATIONS,
    layouts=(RESTORATIONS,),
    clean=clean,
    days=("decided_on", "listed_on", "applied_on"),
    checks=(
        *PARTY_CHECKS,
        *checks.required("kind", "decided_on", "authority"),
        Check(
            "kind_not_granted",
            "kind",
            delivered("kind").is_null() | pl.col("status").is_not_null(),
            "不是已作出的修复、移出或撤销决定 / no restoration, removal or revocation that was decided",
            "修复、移出、撤销之一；未予修复的不报送 / 修复, 移出 or 撤销; what was not granted is not delivered",
        ),
        Check(
            "restored_missing",
            "restored",
            delivered("list").is_not_null() | delivered("restored").is_not_null(),
            "未写明所修复的决定 / does not say what it restores",
            "原决定文号；名单条目填名单名称和列入日期 / number of the decision; of an entry, list and day of listing",
        ),
        Check(
            "listed_on_missing",
            "listed_on",
            delivered("list").is_null() | delivered("listed_on").is_not_null(),
            "名单条目缺少列入日期 / an entry without the day of listing",
            "列入日期 / the day of listing",
        ),
        *checks.days("decided_on", "listed_on", "applied_on"),
        *checks.not_after_received("decided_on", "listed_on"),
        *checks.in_order("listed_on", "decided_on"),
    ),
    warnings=WARNINGS,
    targets=_targets(),
)
