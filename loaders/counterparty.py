"""The columns that every source kind shares: whom the row is about, and which public body says so."""

import polars as pl

from loaders import checks, cleaning
from loaders.checks import Check
from loaders.source import delivered
from registry.divisions import known as known_area
from registry.identifiers import (
    NUMBER_OR_MAIL,
    PLACEHOLDER,
    REMOVED,
    area_of,
    code_fault,
    compact,
    is_identity_number,
    is_organisation_code,
    is_uscc,
    organisation_code_of,
    without_personal_numbers,
)
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
        "姓名",
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
    "updated_at": ("数据更新时间戳", "时间戳", "数据更新时间", "最新更新日期", "更新时间", "SJC"),
    "note": ("备注", "BZ"),
    "serial": ("序号", "编号"),
}


_ORGANISATIONS = (
    "[司店厂社部行院校会所站场馆局铺厅园队处办室屋庄吧矿坊城楼堂团府库栈号居轩阁户]"
    "|中心|企业|超市|市场|银行|委员|基地|合伙|集团|网|公寓|学"
)


_ELSEWHERE = ("code.tax", "code.organisation", "code.number")  # where a unified code stands if not in its own column


def prepared() -> tuple[dict[str, pl.Expr], ...]:
    """What later steps ask of a row's codes more than once, in the order in which each can be told."""
    code = pl.col("code")
    return (
        {
            "code": compact(delivered("uscc")),
            "code.tax": compact(delivered("tax_number")),
            "code.organisation": compact(delivered("organisation_code")),
            "declared": _declared(delivered("category")),
            "code.number": _identifying(compact(delivered("registration_number"))),
        },
        {
            "code.valid": _is_code(code),
            **{f"{other}_valid": _is_code(pl.when(code.is_null()).then(pl.col(other))) for other in _ELSEWHERE},
        },
        {
            "code.fault": cleaning.distinctly(
                pl.when(~pl.col("code.valid")).then(code),  # few
                lambda wrong: code_fault(wrong, pl.lit(value=False)),
                pl.String(),
            ),
            "uscc": _sound(),
            "organisation": pl.when(is_organisation_code(pl.col("code.organisation"))).then(
                _identifying(pl.col("code.organisation"))
            ),
        },
        {"category": _category(), "own_code": organisation_code_of(pl.col("uscc"))},
    )


def _sound() -> pl.Expr:
    """The unified code, wherever the row has it."""
    found: pl.Expr = pl.lit(None, dtype=pl.String)
    for other in reversed(_ELSEWHERE):
        found = pl.when(f"{other}_valid").then(other).otherwise(found)
    return pl.when("code.valid").then("code").otherwise(found)


def _is_code(code: pl.Expr) -> pl.Expr:
    """Whether a compact code is a unified code and nothing else: one identity number in 31 passes its check, too."""
    other = cleaning.distinctly(pl.when(~code.str.starts_with("9")).then(code), _is_other, pl.Boolean())
    return is_uscc(code) & ~other.fill_null(value=False)


def _is_other(code: pl.Expr) -> pl.Expr:
    return is_identity_number(code) | code.str.starts_with("0")


def _identifying(code: pl.Expr) -> pl.Expr:
    """A code that tells one subject from another: neither zeros nor what is left of an identity number."""
    return pl.when(~code.str.contains(rf"^0+X?$|{REMOVED}|^[1-8][0-9]{{16}}[0-9X]$|E\+?17$")).then(code)


def cleaned_party() -> dict[str, pl.Expr]:
    """Name and identifiers as columns of a record; about a natural person nothing that identifies stays.

    A valid unified code is kept; the organisation code is that inside it, else the delivered one. The
    legal representative's name (restricted) is kept only where no unified code identifies.
    """
    person = pl.col("category") == Category.NATURAL_PERSON.value
    return {
        "name": pl.when(~person).then(_in_one_line(delivered("name"))),
        "uscc": pl.when(~person).then("uscc"),
        "organisation_code": pl.when(~person).then(pl.coalesce("own_code", "organisation")),
        "registration_number": pl.when(~person & ~pl.col("code.number_valid")).then("code.number"),
        "legal_representative": pl.when(~person & pl.col("uscc").is_null()).then(delivered("legal_representative")),
    }


def _in_one_line(name: pl.Expr) -> pl.Expr:
    """A name without blanks and line ends between Chinese characters, other words apart by one blank; and without
    numbers of persons. One look finds the few that have blanks or long numbers."""
    few = pl.when(name.str.contains(rf"\s|{NUMBER_OR_MAIL}")).then(name)
    apart: pl.Expr = few
    for _ in range(2):  # a match takes the character after the blank with it
        apart = apart.str.replace_all(r"([\p{Han}）)])\s+([\p{Han}（(])", "$1$2")
    return pl.coalesce(without_personal_numbers(apart.str.replace_all(r"\s+", " ")), name)


def _category() -> pl.Expr:
    """The kind of counterparty: what is declared, except that a 92 code is always an individual business.

    Where nothing is declared and no sound code identifies, a name as short as a person's is treated as a person's, and
    a longer one (阿拉坦巴特尔) too unless it says that it is an organisation's: not kept and not published.
    """
    declared = pl.col("declared")
    code = pl.coalesce("uscc", "code")
    identifiers = ("uscc", "organisation", "code.number")  # a faulty code may be what was made of an identity number
    nameless = pl.all_horizontal(pl.col(column).is_null() for column in identifiers)
    bare = pl.when(nameless & declared.is_null()).then(delivered("name"))  # few
    person = cleaning.distinctly(bare, _reads_as_person, pl.Boolean())
    return (
        pl.when(declared == Category.NATURAL_PERSON.value)
        .then(declared)
        .when((declared == Category.INDIVIDUAL_BUSINESS.value) | code.str.starts_with("92") | (code == PLACEHOLDER))
        .then(pl.lit(Category.INDIVIDUAL_BUSINESS.value))
        .when(person)
        .then(pl.lit(Category.NATURAL_PERSON.value))
        .otherwise(pl.lit(Category.ORGANISATION.value))
    )


def _reads_as_person(name: pl.Expr) -> pl.Expr:
    bare = cleaning.squeezed(name)
    return (bare.str.len_chars() <= 4) | ((bare.str.len_chars() <= 12) & ~bare.str.contains(_ORGANISATIONS))


def _declared(words: pl.Expr) -> pl.Expr:
    """What the words declare; words that say nothing of it, such as a number, declare nothing.

    有限责任公司（自然人独资）and 个人独资企业 are organisations.
    """
    organised = words.str.contains("公司|企业|独资|合伙|法人|非自然人|组织|合作社|机构|机关|单位|团体")
    alone = words.str.contains("^(?:自然人|个人|公民)(?:$|[^独投控合出])")
    return (
        pl.when(words.str.contains("个体"))
        .then(pl.lit(Category.INDIVIDUAL_BUSINESS.value))
        .when(alone | (words.str.contains("自然人|个人|公民") & ~organised))
        .then(pl.lit(Category.NATURAL_PERSON.value))
        .when(organised)
        .then(pl.lit(Category.ORGANISATION.value))
    )


def cleaned_bodies(authority: str = "authority") -> dict[str, pl.Expr]:
    """The deciding body and the source body, each by name and valid code."""
    return {
        "body_name": delivered(authority),
        "body_code": _body_code(f"{authority}_code"),
        "source_body_name": delivered("source_body"),
        "source_body_code": _body_code("source_body_code"),
        "local_code": cleaning.squeezed(delivered("local_code")).str.extract(r"^([0-9]{6})(?:[0-9]{6})?(?:\.0)?$"),
    }


def _body_code(field: str) -> pl.Expr:
    """A code that is no unified code names no body: what a spreadsheet rounded is one number for many bodies."""
    code = compact(delivered(field))
    return pl.when(is_uscc(code) & ~_is_other(code)).then(code)


PARTY_CHECKS: tuple[Check, ...] = (checks.WIDTH, *checks.required("name"), *checks.code())

WARNINGS: tuple[Check, ...] = (
    Check(
        "uscc_area_unknown",
        "uscc",
        known_area(area_of(pl.col("code"))) | ~pl.col("code.valid"),
        "代码中的行政区划不在区划表内 / the area in the code is in no division table",
        "仅提示，不退回 / a warning only",
    ),
    *(
        Check(
            f"{body}_code_invalid",
            f"{body}_code",
            delivered(f"{body}_code").is_null() | pl.col(f"{column}_code").is_not_null(),
            "机关代码不是有效的统一社会信用代码，仅按名称识别 / no valid code of a body: only its name counts",
            "仅提示，不退回 / a warning only",
        )
        for body, column in (("authority", "body"), ("source_body", "source_body"))
    ),
)
