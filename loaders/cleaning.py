"""One expression per field: text as delivered → a typed value; what cannot be read becomes null.

A null where text was delivered is a fault that `loaders.checks` reports; nothing is guessed or mended here.
"""

import polars as pl

from registry.identifiers import compact
from registry.vocabulary import Category, PenaltyKind

_MISSING = r"^(?:[-—–－_/\\*\s]+|无|空|(?i:null|none|nan|n/a|#n/a))$"
_GUARD = r"^'([=+\-@])"
OPEN_ENDED_YEAR = 2099  # 2099-12-31 and 2099-01-31 are written for "no end"
EARLIEST_SERIAL, LATEST_SERIAL = 18264, 73050  # 1950-01-01 and 2100-01-01 as spreadsheet days
_SPREADSHEET_EPOCH = pl.date(1899, 12, 30)
_SUSPICIOUS = ("1899-12-30", "1899-12-31", "1900-01-00", "1900-01-01", "1970-01-01")

TEXT_FORM_OF_DAYS = (
    "2024-03-05、2024/3/5、2024.3.5、20240305、2024年3月5日 / 2024-03-05, 2024/3/5, 2024.3.5, 20240305 or 2024年3月5日"
)


def text(raw: pl.Expr) -> pl.Expr:
    """Trimmed text; spreadsheet debris and the guard of our own feedback files removed; "— —" and the like null."""
    plain = (
        raw.str.replace_all("_x000D_", "", literal=True)
        .str.strip_chars()
        .str.replace(_GUARD, "$1")
        .str.strip_chars("\u200b\ufeff\u00a0\u3000\t ")
    )
    return pl.when((plain == "") | plain.str.contains(_MISSING)).then(None).otherwise(plain)


def squeezed(value: pl.Expr) -> pl.Expr:
    """Half width and without any blank: for numbers and days, where a blank never has a meaning."""
    return value.str.normalize("NFKC").str.replace_all(r"\s+", "")


def code(value: pl.Expr) -> pl.Expr:
    """An identifier in compact form."""
    return compact(value)


def day(value: pl.Expr) -> pl.Expr:
    """A day in one of the stated forms, or a spreadsheet serial; null if ambiguous, impossible or suspicious."""
    quick = value.str.to_date("%Y-%m-%d", strict=False)
    rest = squeezed(pl.when(quick.is_null()).then(value))
    parts = rest.str.extract_groups(
        r"^(\d{4})(?:[-/.年])(\d{1,2})(?:[-/.月])(\d{1,2})日?(?:T?\d{1,2}:\d{2}(?::\d{2}(?:\.\d+)?)?(?:Z|\+08:?00)?)?$"
    )
    written = pl.concat_str(
        parts.struct[0], parts.struct[1].str.zfill(2), parts.struct[2].str.zfill(2), separator="-"
    ).str.to_date("%Y-%m-%d", strict=False)
    plain = pl.when(rest.str.contains(r"^(19|20)\d{6}$")).then(rest).str.to_date("%Y%m%d", strict=False)
    serial = pl.when(rest.str.contains(r"^\d{5}(\.\d+)?$")).then(rest).cast(pl.Float64, strict=False)
    counted = (
        pl.when(serial.is_between(EARLIEST_SERIAL, LATEST_SERIAL))
        .then(_SPREADSHEET_EPOCH + pl.duration(days=serial.cast(pl.Int64)))
        .cast(pl.Date)
    )
    found = pl.coalesce(quick, written, plain, counted)
    return pl.when(found.dt.year() >= 1900).then(found)


def last_day(value: pl.Expr) -> pl.Expr:
    """The last day of a period; the sentinels of 2099 (and later) mean no end and become null."""
    found = day(value)
    return pl.when(found.dt.year() < OPEN_ENDED_YEAR).then(found)


def is_suspicious(value: pl.Expr) -> pl.Expr:
    """Whether a delivered day is one that programs write for "unknown": 1900-01-01, 1970-01-01 and kin."""
    found = day(value).dt.to_string("%Y-%m-%d")
    return (found.is_in(_SUSPICIOUS) | squeezed(value).is_in(_SUSPICIOUS)).fill_null(value=False)


def fen(value: pl.Expr, *, unit: str) -> pl.Expr:
    """An amount in integer fen (分), exactly; `unit` (万元 or 元) holds where the cell names none.

    Thousands separators do not count. Unreadable: a sign, a part below one fen, and a currency sign without
    a unit in a column of 万元, where it may mean 元.
    """
    plain = squeezed(value).str.replace_all(",", "")
    plain = plain.str.replace(r"^(?:[¥￥]|人民币)(.*元|.*万)", "$1") if unit == "万元" else plain.str.replace(r"^[¥￥]", "")
    parts = plain.str.extract_groups(r"^(\d{1,12})(?:\.(\d{1,12}))?(亿元|万元|元|万|分)?(?:人民币|整)?$")
    named = parts.struct[2].replace_strict(
        {"亿元": 10, "万元": 6, "万": 6, "元": 2, "分": 0}, default=None, return_dtype=pl.Int8
    )
    places = pl.when(parts.struct[0].is_not_null()).then(named.fill_null(_PLACES[unit]))
    fraction = parts.struct[1].fill_null("").str.strip_chars_end("0")
    amount = pl.concat_str(parts.struct[0], fraction.str.pad_end(10, "0").str.slice(0, places)).cast(
        pl.Int64, strict=False
    )
    return pl.when(fraction.str.len_bytes() <= places).then(amount)


_PLACES = {"万元": 6, "元": 2}

_KINDS: dict[PenaltyKind, str] = {
    PenaltyKind.SUSPEND_OR_REVOKE: r"暂扣(?:或者?|、|/|和)吊销(?:许可证|执照|证照|许可证件)?",
    PenaltyKind.WARNING: r"警告",
    PenaltyKind.CRITICISM: r"通报批评",
    PenaltyKind.FINE: r"罚款|罚金",
    PenaltyKind.CONFISCATE_GAINS: r"没收(?:违法所得|非法所得)",
    PenaltyKind.CONFISCATE_GOODS: r"没收非法财物|没收.*非法财物|没收财物",
    PenaltyKind.SUSPEND_LICENCE: r"暂扣",
    PenaltyKind.REVOKE_LICENCE: r"吊销",
    PenaltyKind.DOWNGRADE: r"降低资质",
    PenaltyKind.RESTRICT_BUSINESS: r"限制(?:开展)?生产经营",
    PenaltyKind.SUSPEND_BUSINESS: r"停产停业|停业整顿|停产整顿",
    PenaltyKind.CLOSE: r"责令关闭",
    PenaltyKind.RESTRICT_OCCUPATION: r"限制从业",
    PenaltyKind.DETENTION: r"拘留",
}
_MERGED = _KINDS[PenaltyKind.SUSPEND_OR_REVOKE]
_ALL_KINDS = "|".join(_KINDS.values())


def penalty_kinds(value: pl.Expr) -> pl.Expr:
    """The kinds of penalty named, as sorted codes joined by ";" (`PenaltyKind`); null if nothing is delivered.

    Both editions are read (2018: merged values; 行政处罚法 2021 Art. 9: the kinds of today); what no kind
    explains becomes `other`.
    """
    plain = squeezed(value)
    unmerged = plain.str.replace_all(_MERGED, "")
    named = [
        pl.when((plain if kind is PenaltyKind.SUSPEND_OR_REVOKE else unmerged).str.contains(form)).then(pl.lit(kind.value))
        for kind, form in sorted(_KINDS.items())
    ]
    left = plain.str.replace_all(_ALL_KINDS, "").str.replace_all(
        r"许可证件|许可证|执照|证照|等级|违法所得|非法财物|行政|责令|活动|[、；;，,。/|\s()]|和|及|并处|或者?", ""
    )
    other = pl.when(left != "").then(pl.lit(PenaltyKind.OTHER.value))
    return pl.when(plain.is_not_null()).then(pl.concat_str([*named, other], separator=";", ignore_nulls=True))


def category(declared: pl.Expr, uscc: pl.Expr, name: pl.Expr, *, has_identifier: pl.Expr) -> pl.Expr:
    """The kind of counterparty: what is declared, except that a 92 code is always an individual business.

    Where nothing is declared and nothing identifies, a name as short as a person's is treated as a
    person's: not kept and not published.
    """
    short = (name.str.len_chars() <= 4) & ~has_identifier
    return (
        pl.when(declared.str.contains("自然人|个人"))
        .then(pl.lit(Category.NATURAL_PERSON.value))
        .when(declared.str.contains("个体") | uscc.str.starts_with("92") | uscc.str.contains("^0{17}X$"))
        .then(pl.lit(Category.INDIVIDUAL_BUSINESS.value))
        .when(declared.is_null() & short)
        .then(pl.lit(Category.NATURAL_PERSON.value))
        .otherwise(pl.lit(Category.ORGANISATION.value))
    )


def year(value: pl.Expr) -> pl.Expr:
    """A calendar year, also as `2017.0` or 2017年度; null if it is none between 1980 and 2100."""
    found = squeezed(value).str.extract(r"^(\d{4})(?:\.0+)?(?:年度?)?$").cast(pl.Int32, strict=False)
    return pl.when(found.is_between(1980, 2100)).then(found)


def status(value: pl.Expr) -> pl.Expr:
    """The delivered state (当前状态) of a decision in words: valid, revoked, disputed, void; else as delivered."""
    plain = squeezed(value)
    return (
        pl.when(plain.is_null())
        .then(None)
        .when(plain.str.contains("无效|失效|注销"))
        .then(pl.lit("void"))
        .when(plain.str.contains("撤销|撤回|吊销"))
        .then(pl.lit("revoked"))
        .when(plain.str.contains("异议"))
        .then(pl.lit("disputed"))
        .when(plain.str.contains("有效|正常|存续"))
        .then(pl.lit("valid"))
        .otherwise(plain)
    )


STATUS_2015 = {"0": "valid", "1": "revoked", "2": "disputed", "3": "other"}
STATUS_2018 = {"1": "valid", "2": "void"}


def numbered_status(value: pl.Expr, numbers: dict[str, str]) -> pl.Expr:
    """`status` with the bare numbers of one edition read; what neither explains is `other`.

    2015: 0 normal, 1 revoked, 2 disputed, 3 other. 2018: 1 valid, 2 void: the same number, another meaning.
    """
    words = ("valid", "void", "revoked", "disputed", "other")
    known = {**numbers, **{word: word for word in words}}
    word = status(value).str.replace(r"\.0$", "")
    return pl.when(word.is_not_null()).then(word.replace_strict(known, default="other", return_dtype=pl.String))
