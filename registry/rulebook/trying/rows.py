"""What the questions share: reading a cell, why a row cannot be decided, and what a basis is for a reader."""

from collections.abc import Iterable

import polars as pl

from registry.rulebook.bases import Basis
from registry.vocabulary import Because, Confidence

REVIEW = "review"
_ISO = r"^(?:19|20|21)\d\d-\d\d-\d\d$"
Bases = dict[str, tuple[str, Confidence]]
"""What a key stands for: its citation as a reader wants it, and how surely it was read."""


def cell(name: str) -> pl.Expr:
    """The text of a cell; null if it is empty."""
    text = pl.col(name).str.strip_chars()
    return pl.when(text != "").then(text)


def day(name: str) -> pl.Expr:
    """An ISO date of the years 1900 to 2199; null if it is empty or none."""
    text = cell(name)
    return pl.when(text.str.contains(_ISO)).then(text).str.to_date("%Y-%m-%d", strict=False)


def because(reason: Because) -> str:
    """A reason of the law, as a row tells it."""
    return f"{reason}: {reason.zh} / {reason.en}"


def missing(name: str) -> tuple[pl.Expr, str]:
    """The cell is empty, and the question needs it."""
    return cell(name).is_null(), f"missing: 缺少 {name} / {name} is missing"


def no_day(name: str) -> tuple[pl.Expr, str]:
    """The cell holds something that is no date."""
    return cell(name).is_not_null() & day(name).is_null(), f"unreadable: {name} 不是 YYYY-MM-DD / {name} is no ISO date"


def unknown(name: str, known: Iterable[str]) -> tuple[pl.Expr, str]:
    """The cell holds a code that is none of `known`."""
    codes = sorted(known)
    told = f"unknown: {name} 不在 {', '.join(codes)} 之中 / {name} is none of them"
    return (~cell(name).is_in(codes)).fill_null(value=False), told


def first_of(*reasons: tuple[pl.Expr, str]) -> pl.Expr:
    """The first reason that holds, as a row tells it; null if none does."""
    return pl.coalesce(*(pl.when(holds).then(pl.lit(told)) for holds, told in reasons), pl.lit(None, pl.String))


def told_reason(column: str) -> pl.Expr:
    """The codes of `Because` in a column, as a row tells them."""
    return pl.col(column).replace_strict({str(one): because(one) for one in Because}, return_dtype=pl.String)


def told_bases(bases: Iterable[Basis]) -> Bases:
    """Every part by its key; a version, where no part applies, by `rule/since`."""
    told: Bases = {}
    for basis in bases:
        sure = [basis.confidence, *([basis.restoration.confidence] if basis.restoration else [])]
        cited = [f"《{one.instrument}》（{one.number}）{one.article}" for one in basis.citations]
        least = max(sure, key=list(Confidence).index)
        told[basis.basis] = ("；".join(dict.fromkeys(cited)) + f" [{basis.basis}]", least)
        version = f"{basis.rule}/{basis.since}"
        told.setdefault(version, (f"{cited[-1]} [{version}]", basis.citations[-1].confidence))
    return told


def citation(key: pl.Expr, bases: Bases) -> tuple[pl.Expr, pl.Expr]:
    """The answers `basis` and `confidence` of a key; null where there is none."""
    texts, sure = {k: text for k, (text, _) in bases.items()}, {k: str(c) for k, (_, c) in bases.items()}
    return (
        key.replace_strict(texts, default=None, return_dtype=pl.String).alias("basis"),
        key.replace_strict(sure, default=None, return_dtype=pl.String).alias("confidence"),
    )


def iso(name: str) -> pl.Expr:
    """A column of days as text."""
    return pl.col(name).dt.to_string("%Y-%m-%d")
