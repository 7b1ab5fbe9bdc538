"""A question about an entry of a list: until when it lasts, and from when its removal can be applied for."""

from functools import partial

import polars as pl

from registry.rulebook import lists
from registry.rulebook.book import LISTS, Rulebook
from registry.rulebook.explaining import restorable
from registry.rulebook.lists import ListVersion
from registry.rulebook.picking import said_on
from registry.rulebook.trying.rows import (
    REVIEW,
    cell,
    citation,
    day,
    first_of,
    iso,
    missing,
    no_day,
    told_bases,
    told_reason,
    unknown,
)

_NO_GROUND = "missing: 期限取决于 ground / the term depends on the ground"
_OTHER_GROUND = "unknown: ground 不是该名单的列入情形 / the list has no such ground"


def listing(rows: pl.DataFrame, book: Rulebook) -> pl.DataFrame:
    """`earliest_removal_on` and `ends_on` of an entry listed on `listed_on` on `ground`, a number of the article."""
    read = rows.select(
        "record_id",
        cell("list").alias("classes"),
        cell("ground").alias("ground_item"),
        *(day("listed_on").alias(name) for name in ("decided_on", "noticed_on", "served_on", "first_shown_on")),
        day("corrected_on").alias("corrected_on"),
        pl.lit("valid").alias("status"),
        pl.lit(None, pl.Date).alias("ends_on"),
        pl.lit(None, pl.String).alias("domain"),
        *(pl.lit(value=True).alias(name) for name in ("has_document", "has_ground")),
        first_of(
            missing("list"),
            unknown("list", book.lists),
            missing("listed_on"),
            no_day("listed_on"),
            no_day("corrected_on"),
        ).alias("broken"),
    ).with_columns(_of_ground(book).alias("ungrounded"), _version(book).alias("version"))
    settled = lists.judged(read.lazy(), book.lists, on=None, unsigned=()).collect()
    known = read.join(settled, on="record_id", how="left", maintain_order="left")
    clock = restorable(book.bases.values())
    removal = pl.when(clock.is_not_null()).then(pl.max_horizontal(clock, "decided_on", "corrected_on"))
    return known.with_columns(
        pl.coalesce("broken", "ungrounded", told_reason("because")).alias("because"),
        removal.alias("removal"),
        _end(book).alias("end"),
        pl.coalesce("basis", "version").alias("key"),
    ).select(
        "record_id",
        _unless_review(iso("removal")).alias("earliest_removal_on"),
        _unless_review(iso("end")).alias("ends_on"),
        *citation(pl.col("key"), told_bases(book.bases.values())),
        "because",
    )


def _of_ground(book: Rulebook) -> pl.Expr:
    """Why the ground leaves the term open, by the version of the list on the day of listing; null if it does not."""

    def said(version: ListVersion) -> pl.Expr:
        if version.grounds is None:
            return pl.lit(None, pl.String)
        other = (~pl.col("ground_item").is_in(list(version.grounds.items))).fill_null(value=False)
        unsaid = pl.col("ground_item").is_null() & pl.lit(value=bool(version.no_term))
        return first_of((unsaid, _NO_GROUND), (other, _OTHER_GROUND))

    nothing = pl.lit(None, pl.String)
    return pl.coalesce(
        *(
            pl.when(pl.col("classes") == code).then(said_on(rule, pl.col("decided_on"), said, nothing))
            for code, rule in book.lists.items()
        )
    )


def _version(book: Rulebook) -> pl.Expr:
    """The key of the version of the list on the day of listing: what an undecided row is measured by."""
    nothing = pl.lit(None, pl.String)
    return pl.coalesce(
        *(
            pl.when(pl.col("classes") == code).then(said_on(rule, pl.col("decided_on"), partial(_key, code), nothing))
            for code, rule in book.lists.items()
        )
    )


def _key(code: str, version: ListVersion) -> pl.Expr:
    return pl.lit(f"{LISTS}.{code}/{version.since}")


def _end(book: Rulebook) -> pl.Expr:
    """The end of the term; the longer one where a list has it and the wrong was not put right in time."""
    end, late = pl.col("shown_until"), pl.col("corrected_on") > pl.col("shown_until")
    for key, basis in book.bases.items():
        if months := basis.values.get("months_uncorrected"):
            longer = pl.col("decided_on").dt.offset_by(f"{months}mo")
            end = pl.when((pl.col("basis") == key) & late).then(longer).otherwise(end)
    return end


def _unless_review(answer: pl.Expr) -> pl.Expr:
    return pl.when(pl.col("because").is_null()).then(answer).otherwise(pl.lit(REVIEW))
