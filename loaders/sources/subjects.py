"""Registered subjects 企业登记: who exists, under which code, with which name now and before."""

import polars as pl

from loaders import checks
from loaders.counterparty import PARTY, PARTY_CHECKS, SOURCE_BODY, WARNINGS, cleaned_bodies, cleaned_party
from loaders.source import Layout, Source, amount, day, delivered, last_day
from registry.vocabulary import SourceKind, Until

REGISTER = Layout(
    name="subjects",
    columns={
        **PARTY,
        "former_names": ("曾用名", "曾用名称", "原名称", "历史名称", "企业曾用名"),
        "foreign_name": ("外文名称", "英文名称", "企业英文名称", "企业外文名称", "拼音名称"),
        "renamed_on": ("更名日期", "名称变更日期", "变更日期"),
        "kind": ("企业类型", "市场主体类型", "类型", "企业（机构）类型", "机构类型", "单位类型", "组织类型"),
        "established_on": ("成立日期", "设立日期", "注册日期", "成立时间", "登记日期"),
        "decided_on": ("核准日期", "登记核准日期", "发照日期", "变更核准日期", "核准时间"),
        "capital": ("注册资本（万元）", "注册资本", "注册资金（万元）", "注册资金"),
        "status": ("登记状态", "经营状态", "企业状态", "状态", "存续状态", "主体状态"),
        "authority": ("登记机关", "发照机关", "登记机关名称"),
        "authority_code": ("登记机关统一社会信用代码",),
        "address": ("住所", "地址", "注册地址", "经营场所", "住所（经营场所）", "企业地址", "登记住所"),
        "district": ("所属区县", "区县", "所在区县", "所属旗县市区", "旗县市区", "所属地区"),
        "trade": ("行业", "所属行业", "行业门类", "行业代码"),
        "scope": ("经营范围",),
        "starts_on": ("营业期限自", "经营期限自"),
        "ends_on": ("营业期限至", "经营期限至"),
        "deregistered_on": ("注销日期",),
        **SOURCE_BODY,
    },
    required=("uscc", "name"),
    key=("subject",),
)


def clean(layout: Layout) -> dict[str, pl.Expr]:  # noqa: ARG001
    """The columns of a registration; former names stay one text, separated as delivered."""
    return {
        **cleaned_party(),
        # kept for every registered subject: it is the register's own fact (restricted)
        "legal_representative": delivered("legal_representative"),
        **cleaned_bodies(),
        "classes": delivered("kind"),
        "decided_on": day("decided_on"),
        "starts_on": day("established_on"),
        "ends_on": last_day("deregistered_on"),
        "status": delivered("status"),
        "former_names": delivered("former_names"),
        "foreign_name": delivered("foreign_name"),
        "renamed_on": day("renamed_on"),
        "address": delivered("address"),
        "district": delivered("district"),
        "capital_fen": amount("capital"),
        "trade": delivered("trade"),
        "note": delivered("note"),
    }


SOURCE = Source(
    kind=SourceKind.SUBJECTS,
    layouts=(REGISTER,),
    clean=clean,
    days=("decided_on", "renamed_on", "deregistered_on", "established_on"),
    amounts={"capital": "万元"},
    checks=(
        *PARTY_CHECKS,
        *checks.required("uscc"),
        *checks.days("decided_on", "renamed_on", "established_on", "deregistered_on"),
        *checks.not_after_received("decided_on", "renamed_on"),
    ),
    warnings=(*WARNINGS, *checks.amounts("capital", unit="万元")),
    retention={"legal_representative": Until.DEREGISTERED},
)
