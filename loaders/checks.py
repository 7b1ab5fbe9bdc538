"""Checks: each a named boolean expression, true for a good row; null is never good.

A rejected row lists all the checks it failed. `field` says which cell is at fault.
"""

from collections.abc import Iterable
from dataclasses import dataclass

import polars as pl

from loaders import cleaning


@dataclass(frozen=True)
class Check:
    """One check: its name in the counts and the feedback, the field it judges, and what it says to people."""

    name: str
    field: str
    good: pl.Expr
    problem: str
    expected: str


CODE_FAULTS = {
    "identity_number": ("填入了公民身份号码", "identity number in the column of the code"),
    "spreadsheet_number": ("代码已被电子表格改成数字，位数丢失", "a spreadsheet turned the code into a number"),
    "old_registration_number": ("填入了15位工商注册号", "an old 15-digit registration number"),
    "organisation_code": ("填入了9位组织机构代码", "an organisation code of nine characters"),
    "letter_for_digit": ("含有字母 I 或 O，疑为数字 1 或 0", "letter I or O, perhaps for digit 1 or 0"),
    "wrong_length": ("不是18位", "not 18 characters"),
    "bad_character": ("含有不允许的字符", "a character that the standard does not allow"),
    "check_character": ("校验位错误", "wrong check character"),
}
_CODE_EXPECTED = {
    "spreadsheet_number": "把该列设为文本格式后重新填写18位代码 / "
    "format the column as text and type the 18 characters again",
    "old_registration_number": "18位统一社会信用代码；注册号填入“工商注册号”列 / "
    "the 18-character code; put this number under 工商注册号",
    "organisation_code": "18位统一社会信用代码；组织机构代码填入其专列 / "
    "the 18-character code; put this one under 组织机构代码",
    "identity_number": "个人证件号码不得报送 / identity numbers must not be delivered",
}
_CODE_ANY = "18位统一社会信用代码（GB 32100-2015）/ an 18-character unified code (GB 32100-2015)"


def code(field: str = "uscc") -> tuple[Check, ...]:
    """One check for each way in which a unified code can be wrong; an empty cell and the placeholder are good."""
    return tuple(
        Check(
            f"{field}_{name}",
            field,
            pl.col("code.fault").ne_missing(name),
            f"{zh} / {en}",
            _CODE_EXPECTED.get(name, _CODE_ANY),
        )
        for name, (zh, en) in CODE_FAULTS.items()
    )


def required(*fields: str) -> tuple[Check, ...]:
    """The cell must not be empty."""
    return tuple(
        Check(f"{f}_missing", f, _text(f).is_not_null(), "未填写 / empty", "必填 / must be filled in") for f in fields
    )


def required_if_delivered(*fields: str) -> tuple[Check, ...]:
    """The cell must not be empty where the file has the column (`has.<field>` is a literal of the delivery)."""
    return tuple(
        Check(
            f"{f}_missing",
            f,
            _text(f).is_not_null() | ~pl.col(f"has.{f}"),
            "未填写 / empty",
            "必填 / must be filled in",
        )
        for f in fields
    )


def days(*fields: str) -> tuple[Check, ...]:
    """A delivered day must be readable, and not one that programs write for "unknown"."""
    made = []
    for f in fields:
        made += [
            Check(
                f"{f}_unreadable",
                f,
                _text(f).is_null() | pl.col(f"day.{f}").is_not_null() | pl.col(f"default.{f}"),
                "日期无法识别或有歧义 / the day cannot be read, or in two ways",
                cleaning.TEXT_FORM_OF_DAYS,
            ),
            Check(
                f"{f}_suspicious",
                f,
                ~pl.col(f"default.{f}"),
                "日期疑为系统默认值 / a day that programs write for unknown",
                "真实日期；非必填而没有的留空 / the real day; where there is none and none is required, leave it empty",
            ),
        ]
    return tuple(made)


def not_after_received(*fields: str) -> tuple[Check, ...]:
    """A decision cannot be later than the day the delivery was received (`received_on`)."""
    return tuple(
        Check(
            f"{f}_after_received",
            f,
            pl.col(f"day.{f}").is_null() | (pl.col(f"day.{f}") <= pl.col("received_on")),
            "日期晚于报送日 / later than the day received",
            "不晚于报送日的日期 / a day not later than the day received",
        )
        for f in fields
    )


def in_order(first: str, last: str) -> tuple[Check, ...]:
    """A period must not end before it starts."""
    start, end = pl.col(f"day.{first}"), cleaning.closed(pl.col(f"day.{last}"))
    return (
        Check(
            f"{last}_before_{first}",
            last,
            (start <= end).fill_null(value=True),
            "止期早于起期 / ends before it starts",
            "不早于起期的日期 / a day not before the start",
        ),
    )


def amounts(*fields: str, unit: str) -> tuple[Check, ...]:
    """A delivered amount must be readable exactly in fen."""
    return tuple(
        Check(
            f"{f}_unreadable",
            f,
            _text(f).is_null() | pl.col(f"fen.{f}").is_not_null(),
            "金额无法识别 / the amount cannot be read",
            f"单位为{unit}的数字，如 0.2；其他单位须写明，如 2000元 / a number in {unit}, or with its unit",
        )
        for f in fields
    )


def years(*fields: str) -> tuple[Check, ...]:
    """A delivered year must be readable, and have begun on the day received."""
    made = []
    for f in fields:
        year = pl.col(f"year.{f}")
        made += [
            Check(
                f"{f}_unreadable",
                f,
                _text(f).is_null() | year.is_not_null(),
                "年度无法识别 / the year cannot be read",
                "四位年份，如 2025 / four digits, as 2025",
            ),
            Check(
                f"{f}_after_received",
                f,
                year.is_null() | (year <= pl.col("received_on").dt.year()),
                "年度晚于报送日 / a year later than the day received",
                "不晚于报送日的年度 / a year not later than the day received",
            ),
        ]
    return tuple(made)


WIDTH = Check(
    "too_many_cells",
    "",
    pl.col("extra").is_null() & pl.col("whole"),
    "有内容不在表头之下，或引号不成对而并入了后面的行 / "
    "text under no header, or a lone quote took in the rows after it",
    "单元格数与表头一致；含分隔符的内容加双引号，引号成对 / "
    "as many cells as headers; quote text that holds the delimiter, and close every quote",
)


def failed(checks: Iterable[Check]) -> pl.Expr:
    """The names of the checks a row failed, joined by ";" (empty for a good row)."""
    return pl.concat_str(
        [pl.when(~good(check)).then(pl.lit(check.name)) for check in checks], separator=";", ignore_nulls=True
    )


def good(check: Check) -> pl.Expr:
    """The check with null as a failure."""
    return check.good.fill_null(value=False)


def _text(field: str) -> pl.Expr:
    return pl.col(f"text.{field}")
