"""Two questions about days: until when so many working days run, and whether a row arrived in time."""

import polars as pl

from registry.rulebook.book import Rulebook
from registry.rulebook.picking import said_on
from registry.rulebook.timeliness import due
from registry.rulebook.trying.rows import (
    REVIEW,
    because,
    cell,
    citation,
    day,
    first_of,
    iso,
    missing,
    no_day,
    told_bases,
)
from registry.vocabulary import Because
from registry.workdays import deadlines

_OUTSIDE = "outside: 期间超出日历 / the period leaves the calendar"


def working_days(rows: pl.DataFrame, book: Rulebook) -> pl.DataFrame:
    """`due_on` and `calendar` (announced, provisional) for a period of `days` working days from `start_on`."""
    number = cell("days").cast(pl.Int64, strict=False)
    read = rows.with_columns(day("start_on").alias("start"), number.alias("number"))
    ends = deadlines(read["start"], read["number"], book.calendar)
    why = first_of(
        missing("start_on"),
        no_day("start_on"),
        missing("days"),
        (
            (pl.col("number") < 1) | pl.col("number").is_null(),
            "unreadable: days 不是正整数 / days is no whole number above 0",
        ),
        (pl.col("due").is_null(), _OUTSIDE),
    )
    calendar = pl.when(pl.col("provisional")).then(pl.lit("provisional")).otherwise(pl.lit("announced"))
    return (
        pl.concat([read, ends.rename({"on": "due"})], how="horizontal")
        .with_columns(why.alias("because"))
        .select(
            "record_id",
            _unless_review(iso("due")).alias("due_on"),
            _unless_review(calendar).alias("calendar"),
            "because",
        )
    )


def timely(rows: pl.DataFrame, book: Rulebook) -> pl.DataFrame:
    """Whether a row received on `received_on` was in time, and the last day on which it would have been."""
    rule = book.timeliness
    version = said_on(
        rule, pl.col("decided"), lambda one: pl.lit(one.basis_of("timeliness", "standard")), pl.lit(None, pl.String)
    )
    late = pl.when(pl.col("received") > pl.col("due")).then(pl.lit("no")).otherwise(pl.lit("yes"))
    decided = first_of(
        missing("decided_on"),
        no_day("decided_on"),
        (pl.col("decided") < rule.versions[0].since, because(Because.BEFORE_FIRST_VERSION)),
        (pl.col("due").is_null(), _OUTSIDE),
    )
    read = rows.with_columns(day("decided_on").alias("decided"), day("received_on").alias("received"))
    read = read.with_columns(due(book, pl.col("decided")).alias("due"))
    read = read.with_columns(decided.alias("undated"), version.alias("key"))
    why = pl.coalesce("undated", first_of(missing("received_on"), no_day("received_on")))
    return read.with_columns(why.alias("because")).select(
        "record_id",
        _unless_review(late).alias("timely"),
        pl.when(pl.col("undated").is_null()).then(iso("due")).otherwise(pl.lit(REVIEW)).alias("due_on"),
        *citation(pl.col("key"), told_bases(book.bases.values())),
        "because",
    )


def _unless_review(answer: pl.Expr) -> pl.Expr:
    return pl.when(pl.col("because").is_null()).then(answer).otherwise(pl.lit(REVIEW))
