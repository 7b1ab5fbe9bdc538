"""The columns that every source kind shares: whom the row is about, and which public body says so."""

import polars as pl

from loaders import checks, cleaning
from loaders.checks import Check
from loaders.source import delivered
from registry.divisions import known as known_area
from registry.identifiers import PLACEHOLDER, area_of, is_organisation_code, is_uscc, organisation_code_of
from registry.vocabulary import Category

CODES: dict[str, tuple[str, ...]] = {
    "uscc": (
        "统一社会信用代码",
        "行政相对人统一社会信用代码",
        "社会信用代码",
        "统一社会信用码",
        "信用代码",
        "统一代码",
        "社会信用代码（纳税人识别号）",
        "统一社会信用码（纳税人识别号）",
        "统一社会信用代码（纳税人识别号）",
        "行政相对人代码（统一社会信用代码或纳税人识别号）",
        "统一社会信用代码或纳税人识别号",
        "统一社会信用代码.纳税人识别号",
        "统一社会信用代码/工商注册号",
        "统一社会信用代码/组织机构代码",
        "信用代码或识别号",
        "XK_XDR_SHXYM",
        "CF_XDR_SHXYM",
        "uscc",
    ),
    "registration_number": (
        "工商注册号",
        "工商登记码",
        "工商登记号",
        "注册号",
        "企业注册号",
        "XK_XDR_GSZC",
        "CF_XDR_GSZC",
        "XK_XDR_GSDJ",
        "CF_XDR_GSDJ",
    ),
    "organisation_code": (
        "组织机构代码",
        "组织机构代码证号",
        "XK_XDR_ZZJG",
        "CF_XDR_ZZJG",
        "XK_XDR_ZDM",
        "CF_XDR_ZDM",
    ),
    "tax_number": ("税务登记号", "纳税人识别号", "识别号", "XK_XDR_SWDJ", "CF_XDR_SWDJ"),
    "institution_number": ("事业单位证书号", "XK_XDR_SYDW", "CF_XDR_SYDW"),
    "association_number": ("社会组织登记证号", "XK_XDR_SHZZ", "CF_XDR_SHZZ"),
}

PARTY: dict[str, tuple[str, ...]] = {
    "name": (
        "行政相对人名称",
        "企业名称",
        "单位名称",
        "主体名称",
        "信用主体名称",
        "市场主体名称",
        "经营主体名称",
        "企业或单位名称",
        "企业（单位）名称",
        "公司名称",
        "机构名称",
        "法人名称",
        "当事人名称",
        "当事人",
        "业户名称",
        "被处罚单位",
        "被处罚当事人",
        "企业名称或自然人姓名",
        "XK_XDR_MC",
        "XK_XDR",
        "CF_XDR_MC",
    ),
    "category": ("行政相对人类别", "相对人类别", "主体类别", "主体类型", "XK_XDR_LB", "CF_XDR_LB"),
    **CODES,
    "legal_representative": (
        "法定代表人",
        "法定代表人姓名",
        "法定代表人名称",
        "法定代表人（负责人）",
        "法定代表人/负责人",
        "法定代表人或负责人",
        "法人代表",
        "负责人",
        "XK_FRDB",
        "XK_FR",
        "CF_FRDB",
        "CF_FR",
    ),
}

SOURCE_BODY: dict[str, tuple[str, ...]] = {
    "source_body": ("数据来源单位", "数据来源", "来源单位", "提供部门", "交换单位全称", "XK_LYDW", "CF_SJLY", "来源"),
    "source_body_code": ("数据来源单位统一社会信用代码", "来源单位统一社会信用代码", "XK_LYDWDM", "CF_SJLYDM"),
    "local_code": ("地方编码", "行政区划代码", "行政区划", "所属区县代码", "DFBM"),
    "updated_at": ("数据更新时间戳", "数据更新时间", "最新更新日期", "更新时间", "SJC"),
    "note": ("备注", "BZ"),
    "serial": ("序号", "编号"),
}


def cleaned_party() -> dict[str, pl.Expr]:
    """Name, category and identifiers as columns of a record; about a natural person nothing that identifies stays.

    A valid unified code is kept; the organisation code is the delivered one or that inside the unified code. The
    legal representative's name (restricted) is kept only where no unified code identifies.
    """
    code = cleaning.code(delivered("uscc"))
    valid = is_uscc(code)
    tax = cleaning.code(delivered("tax_number"))
    uscc = pl.when(valid).then(code).when(code.is_null() & is_uscc(tax)).then(tax)
    number = cleaning.code(delivered("registration_number"))
    organisation = cleaning.code(delivered("organisation_code"))
    organisation = pl.when(is_organisation_code(organisation)).then(organisation)
    identified = uscc.is_not_null() | organisation.is_not_null() | number.is_not_null() | (code == PLACEHOLDER)
    category = cleaning.category(
        delivered("category"),
        pl.coalesce(uscc, code),
        delivered("name"),
        has_identifier=identified.fill_null(value=False),
    )
    person = category == Category.NATURAL_PERSON.value
    return {
        "category": category,
        "name": pl.when(~person).then(delivered("name")),
        "uscc": pl.when(~person).then(uscc),
        "organisation_code": pl.when(~person).then(pl.coalesce(organisation_code_of(uscc), organisation)),
        "registration_number": pl.when(~person).then(number),
        "legal_representative": pl.when(~person & uscc.is_null()).then(delivered("legal_representative")),
    }


def cleaned_bodies(authority: str = "authority") -> dict[str, pl.Expr]:
    """The deciding body and the source body, each by name and code."""
    return {
        "body_name": delivered(authority),
        "body_code": cleaning.code(delivered(f"{authority}_code")),
        "source_body_name": delivered("source_body"),
        "source_body_code": cleaning.code(delivered("source_body_code")),
        "local_code": cleaning.squeezed(delivered("local_code")).str.extract(r"^(\d{6})"),
    }


PARTY_CHECKS: tuple[Check, ...] = (checks.WIDTH, *checks.required("name"), *checks.code())

AREA_KNOWN = Check(
    "uscc_area_unknown",
    "uscc",
    known_area(area_of(cleaning.code(delivered("uscc")))) | ~is_uscc(cleaning.code(delivered("uscc"))),
    "代码中的行政区划不在区划表内 / the area in the code is in no division table",
    "仅提示，不退回 / a warning only",
)
