"""One expression per field: text as delivered → a typed value; what cannot be read becomes null.

A null where text was delivered is a fault that `loaders.checks` reports; nothing is guessed or mended here.
"""

from collections.abc import Callable
from datetime import date

import polars as pl

from registry.vocabulary import PenaltyKind

_NOTHING = (
    "", "-", "--", "---", "—", "——", "— —", "–", "－", "－－", "_", "/", "//", "\\", "*", "无", "空",
    "null", "NULL", "Null", "None", "none", "nan", "NaN", "N/A", "n/a", "#N/A",
)  # fmt: skip
OPEN_ENDED_YEAR = 2099  # 2099-12-31 and 2099-01-31 are written for "no end"
_NO_END = ("长期", "长期有效", "永久", "永久有效", "无固定期限", "无期限")
EARLIEST_SERIAL, LATEST_SERIAL = 18264, 73050  # 1950-01-01 and 2100-01-01 as spreadsheet days
_SPREADSHEET_EPOCH = pl.date(1899, 12, 30)
_DEFAULTS = (date(1899, 12, 30), date(1899, 12, 31), date(1900, 1, 1), date(1970, 1, 1))

TEXT_FORM_OF_DAYS = (
    "2024-03-05、2024/3/5、2024.3.5、20240305、2024年3月5日 / 2024-03-05, 2024/3/5, 2024.3.5, 20240305 or 2024年3月5日"
)


def distinctly(value: pl.Expr, read: Callable[[pl.Expr], pl.Expr], kind: pl.DataType | type[pl.DataType]) -> pl.Expr:
    """`read` applied to each distinct value of a batch once: days, kinds and bodies repeat, names do not."""

    def once(values: pl.Series) -> pl.Series:
        distinct = values.drop_nulls().unique()
        if distinct.is_empty():
            return pl.Series(values.name, [None], dtype=kind).new_from_index(0, values.len())
        if distinct.len() * 2 > values.len():
            return values.to_frame("value").select(read(pl.col("value"))).to_series()
        answers = distinct.to_frame("value").with_columns(read(pl.col("value")).alias("answer"))
        return values.to_frame("value").join(answers, on="value", how="left", maintain_order="left")["answer"]

    return value.map_batches(once, return_dtype=kind)


def text(raw: pl.Expr) -> pl.Expr:
    """Trimmed text; "— —" and the like are null."""
    plain = raw.str.strip_chars()
    return pl.when(~plain.is_in(_NOTHING)).then(plain)


def without_debris(raw: pl.Expr) -> pl.Expr:
    """A cell without what a spreadsheet leaves in text: `_x000D_`, marks of no width."""
    return raw.str.replace_all("_x000D_|[\u200b\u200e\u200f\ufeff]", "")


def squeezed(value: pl.Expr) -> pl.Expr:
    """Half width and without any blank: for numbers and days, where a blank never has a meaning."""
    return value.str.normalize("NFKC").str.replace_all(r"\s+", "")


def stepwise(value: pl.Expr, kind: pl.DataType | type[pl.DataType], *steps: dict[str, pl.Expr]) -> pl.Expr:
    """What steps make of `value`: the last column of the last one. polars works out an expression again wherever
    another one asks for it, and by steps it is worked out once."""

    def made(values: pl.Series) -> pl.Series:
        found = values.to_frame("value")
        for step in steps:
            found = found.with_columns(**step)
        return found[:, -1]

    return value.map_batches(made, return_dtype=kind)


def day(value: pl.Expr) -> pl.Expr:
    """A day in one of the stated forms, or a spreadsheet serial; null if it is ambiguous or impossible."""
    return stepwise(value, pl.Date, *_DAY)


def last_day(value: pl.Expr) -> pl.Expr:
    """The last day of a period as delivered: a day, or a word for "no end", which is read as 2099-12-31."""
    found, rest = pl.col("day"), squeezed(pl.when(pl.col("day").is_null()).then("value"))
    endless = pl.when(rest.is_in(_NO_END)).then(pl.date(OPEN_ENDED_YEAR, 12, 31))
    return stepwise(value, pl.Date, *_DAY, {"last": pl.coalesce(found, endless)})


def _day() -> tuple[dict[str, pl.Expr], ...]:
    value, plain = pl.col("value"), pl.col("plain")
    quick = value.str.to_date("%Y-%m-%d", strict=False)
    parts = plain.str.extract_groups(  # what follows a blank, T or 日 is the time of the day
        r"^([0-9]{4})\s*[-/.年]\s*([0-9]{1,2})\s*[-/.月]\s*([0-9]{1,2})"
        r"(?:\s*日|(?:\s*日\s*|\s+|T)[0-9]{1,2}:[0-9]{2}(?::[0-9]{2}(?:\.[0-9]+)?)?(?:\+08:?00)?)?$"
    )
    year, month, of_month = (pl.col("parts").struct[place] for place in range(3))
    written = pl.concat_str(year, month.str.zfill(2), of_month.str.zfill(2), separator="-")
    figures = pl.when(plain.str.contains(r"^(19|20)[0-9]{6}(\.0)?$")).then(plain.str.slice(0, 8))
    serial = pl.when(plain.str.contains(r"^[0-9]{5}(\.[0-9]+)?$")).then(plain).cast(pl.Float64, strict=False)
    counted = _SPREADSHEET_EPOCH + pl.duration(days=pl.col("serial").cast(pl.Int64))
    in_table = pl.col("serial").is_between(EARLIEST_SERIAL, LATEST_SERIAL)
    return (
        {"quick": quick},
        {"plain": pl.when(pl.col("quick").is_null()).then(value).str.normalize("NFKC").str.strip_chars()},
        {"parts": parts, "figures": figures, "serial": serial},
        {
            "written": written.str.to_date("%Y-%m-%d", strict=False),
            "figured": pl.col("figures").str.to_date("%Y%m%d", strict=False),
            "counted": pl.when(in_table).then(counted).cast(pl.Date),
        },
        {"found": pl.coalesce("quick", "written", "figured", "counted")},
        {"day": pl.when(pl.col("found") >= _DEFAULTS[0]).then("found")},
    )


_DAY = _day()


def closed(found: pl.Expr) -> pl.Expr:
    """The last day of a period; the sentinels of 2099 (and later) mean no end and become null."""
    return pl.when(found.dt.year() < OPEN_ENDED_YEAR).then(found)


def is_default(found: pl.Expr, value: pl.Expr) -> pl.Expr:
    """Whether a day (`found` in the text `value`) is one that programs write for "unknown": 1900-01-01 and kin."""
    unreadable = squeezed(pl.when(found.is_null()).then(value))
    return (found.is_in(_DEFAULTS) | unreadable.is_in(("1900-01-00", "1900/1/0"))).fill_null(value=False)


def fen(value: pl.Expr, *, unit: str) -> pl.Expr:
    """An amount in integer fen (分), exactly; `unit` (万元 or 元) holds where the cell names none.

    Thousands separators in their places do not count. Unreadable: a sign, a part below one fen, and a currency
    sign without a unit in a column of 万元, where it may mean 元.
    """
    number = value.str.contains(r"^[0-9]{1,9}(\.[0-9]{1,6})?$" if unit == "万元" else r"^[0-9]{1,9}(\.[0-9]{1,2})?$")
    quick = pl.when(number).then(value).str.to_decimal(scale=6) * 10 ** _PLACES[unit]
    rest = _written_fen(pl.when(~number).then(value), unit=unit)
    return pl.when(number).then(quick.cast(pl.Int64)).otherwise(rest)


def _written_fen(value: pl.Expr, *, unit: str) -> pl.Expr:
    tight = squeezed(value)
    grouped = tight.str.contains(r"^[^0-9]*[0-9]{1,3}(,[0-9]{3})+(\.|[^0-9,]|$)")  # 0,2 is no 2
    plain = pl.when(grouped).then(tight.str.replace_all(",", "")).otherwise(tight)
    signed = r"^(?:[¥￥]|人民币)(.*元|.*万)" if unit == "万元" else r"^(?:[¥￥]|人民币)(.*)"
    parts = plain.str.replace(signed, "$1").str.extract_groups(
        r"^([0-9]{1,12})(?:\.([0-9]{1,12}))?(亿元|万元|元|万|分)?(?:人民币|整)?$"
    )
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
    PenaltyKind.SUSPEND_OR_REVOKE: r"暂扣(?:或者?|、|/|和)吊销(?:许可证件?|(?:营业)?执照|证照)?",
    PenaltyKind.WARNING: r"警告",
    PenaltyKind.CRITICISM: r"通报批评",
    PenaltyKind.FINE: r"(?:(?:较低|较大)数额|巨额)?(?:罚款|罚金)",
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
    PenaltyKind.OTHER: r"(?:法律、行政法规规定的)?其[他它](?:行政处罚)?",
}
_MERGED = _KINDS[PenaltyKind.SUSPEND_OR_REVOKE]
_ALL_KINDS = "|".join(_KINDS.values())


def penalty_kinds(value: pl.Expr) -> pl.Expr:
    """The kinds of penalty named, as sorted codes joined by ";" (`PenaltyKind`); null if nothing is delivered.

    Both editions are read (2018: merged values; 行政处罚法 2021 Art. 9: the kinds of today); what no kind
    explains becomes `unnamed`.
    """
    plain = squeezed(value)
    unmerged = plain.str.replace_all(_MERGED, "")
    left = plain.str.replace_all(_ALL_KINDS, "").str.replace_all(
        r"许可证件?|(?:营业)?执照|证照|等级|违法所得|非法财物|行政|责令|活动|[、；;，,。/|\s()]|和|及|并处|或者?", ""
    )
    tells = {
        kind: (plain if kind is PenaltyKind.SUSPEND_OR_REVOKE else unmerged).str.contains(form)
        for kind, form in _KINDS.items()
    } | {PenaltyKind.UNNAMED: left != ""}
    named = [pl.when(tells[kind]).then(pl.lit(kind.value)) for kind in sorted(tells)]
    return pl.when(plain.is_not_null()).then(pl.concat_str(named, separator=";", ignore_nulls=True))


def year(value: pl.Expr) -> pl.Expr:
    """A calendar year, also as `2017.0` or 2017年度; null if it is none between 1980 and 2100."""
    found = squeezed(value).str.extract(r"^([0-9]{4})(?:\.0+)?(?:年度?)?$").cast(pl.Int32, strict=False)
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


def scoped_status(status: pl.Expr, scope: pl.Expr) -> pl.Expr:
    """A status that stands, as `closed` where the scope of use (信息使用范围) is not the public.

    2015: 0 public, 1 shared inside the administration, 2 asked for with consent. What is none of these is not public.
    """
    public = squeezed(scope).str.contains(r"^0(?:\.0)?$") | is_open(scope)
    stands = status.is_null() | (status == "valid")
    return pl.when(~public & stands).then(pl.lit("closed")).otherwise(status)


def is_open(words: pl.Expr) -> pl.Expr:
    """Whether words say that something is open to the public, to anybody and unasked; null where there are none.

    依申请公开 is for those who ask, 不可向社会公开 for nobody.
    """
    plain = squeezed(words)
    closed = "不|非|未|无|暂|否|禁|内部|授权|申请|部门|特定|限"
    return plain.str.contains("公示|公开|^开放$") & ~plain.str.contains(closed)
