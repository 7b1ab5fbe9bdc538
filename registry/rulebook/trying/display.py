"""A question about the display of a penalty: its tier, whether it is published, how long, and what ends it early."""

from functools import partial
from typing import get_args

import polars as pl

from registry.rulebook import penalties, penalties_gsxt, transition
from registry.rulebook.book import Rulebook
from registry.rulebook.explaining import restorable
from registry.rulebook.law import Version
from registry.rulebook.penalties import Domain
from registry.rulebook.picking import said_on
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
    told_reason,
    unknown,
)
from registry.vocabulary import Because, Outcome, PenaltyKind

CREDIT_CHINA, GSXT = "credit_china", "gsxt"
TIERS = ("minor", "general", "serious")
KINDS = {kind.zh: str(kind) for kind in PenaltyKind} | {
    "吊销营业执照": str(PenaltyKind.REVOKE_LICENCE),
    "吊销许可证": str(PenaltyKind.REVOKE_LICENCE),
    "吊销执照": str(PenaltyKind.REVOKE_LICENCE),
    "暂扣许可证": str(PenaltyKind.SUSPEND_LICENCE),
    "暂扣执照": str(PenaltyKind.SUSPEND_LICENCE),
    # no kinds of their own: whether a fine is low, large or huge is for the amount and the signed threshold
    "较低数额罚款": str(PenaltyKind.FINE),
    "较大数额罚款": str(PenaltyKind.FINE),
    "巨额罚款": str(PenaltyKind.FINE),
    "暂扣或者吊销许可证": str(PenaltyKind.SUSPEND_OR_REVOKE),
    "暂扣或者吊销执照": str(PenaltyKind.SUSPEND_OR_REVOKE),
    "其他行政处罚": str(PenaltyKind.OTHER),
}
"""The words of 行政处罚法 (1996 and 2021) for the kinds of penalty; any other word is `unnamed`, as in a delivery."""
_AS_THE_LAW_SAYS = "法律、行政法规规定的"
_ASKED = pl.coalesce("on", "first_shown_on", "decided_on")
_DUTIES_OPEN = (
    "duties_open: 最长公示期届满而义务未履行完毕，待审 / the longest period is over and the duties are not done"
)
_UNPUBLISHED_YET = "missing: 公示期自 published_on 起算 / the period runs from published_on"


def display(rows: pl.DataFrame, book: Rulebook) -> pl.DataFrame:
    """`tier`, `published`, `earliest_repair_on` and `shown_until` of a penalty in one channel."""
    read = _read(rows).with_columns(pl.coalesce("broken", _before_persons(book)).alias("broken"))
    in_channel = {
        CREDIT_CHINA: partial(transition.judged, rule=book.penalties, policy=book.transition, on=None, unsigned=()),
        GSXT: partial(penalties_gsxt.judged, rule=book.penalties_gsxt),
    }
    settled = pl.concat(
        judged(read.lazy().filter(pl.col("channel") == channel)) for channel, judged in in_channel.items()
    ).collect()
    known = read.join(settled, on="record_id", how="left", maintain_order="left").with_columns(
        _withheld(book).alias("withheld"), _version(book).alias("version")
    )
    told = _answered(known, book)
    return told.select(
        "record_id",
        "tier",
        "published",
        *(
            pl.when((pl.col("outcome") == Outcome.SHOWN) & pl.col("withheld").is_null() & pl.col("broken").is_null())
            .then(iso(name))
            .alias(name)
            for name in ("earliest_repair_on", "shown_until")
        ),
        *citation(pl.coalesce("withheld", "basis", "version"), told_bases(book.bases.values())),
        pl.when(pl.col("published") == REVIEW).then("because").alias("because"),
    )


def _read(rows: pl.DataFrame) -> pl.DataFrame:
    """The cells as the rules take them, and in `broken` why a row cannot be asked about."""
    kinds = (
        pl.col("penalty_kinds")
        .str.replace_all(_AS_THE_LAW_SAYS, "", literal=True)
        .str.replace_all("[；、]", ";")
        .str.split(";")
        .list.eval(pl.element().str.strip_chars())
        .list.eval(pl.element().filter(pl.element() != "").replace_strict(KINDS, default=str(PenaltyKind.UNNAMED)))
    )
    amount = cell("amount_yuan").cast(pl.Decimal(20, 2), strict=False) * 100
    return rows.select(
        "record_id",
        kinds.list.unique().list.sort().list.join(";").alias("classes"),
        cell("procedure").alias("procedure"),
        cell("domain").alias("domain"),
        amount.cast(pl.Int64, strict=False).alias("amount_fen"),
        cell("subject_kind").alias("subject_kind"),
        day("on").alias("on"),
        day("decided_on").alias("decided_on"),
        day("published_on").alias("first_shown_on"),
        day("duties_done_on").alias("duties_done_on"),
        day("restricted_until").alias("restricted_until"),
        cell("channel").fill_null(CREDIT_CHINA).alias("channel"),
        pl.lit("valid").alias("status"),
        pl.lit(None, pl.Date).alias("corrected_on"),
        first_of(
            unknown("subject_kind", ("organisation", "individual_business", "person")),
            unknown("channel", (CREDIT_CHINA, GSXT)),
            unknown("procedure", ("summary", "ordinary")),
            unknown("domain", get_args(Domain)),
            missing("decided_on"),
            *(no_day(name) for name in ("on", "decided_on", "published_on", "duties_done_on", "restricted_until")),
        ).alias("broken"),
    )


def _answered(known: pl.DataFrame, book: Rulebook) -> pl.DataFrame:
    bases = book.bases.values()
    tiers = {one.basis: one.part for one in bases if one.rule == penalties.NAME and one.part in TIERS}
    if_done = [one.basis for one in bases if one.values.get("at_max") == "stops_if_done"]
    done, end = pl.col("duties_done_on"), pl.col("shown_until")
    at_max = (pl.col("on") >= end).fill_null(value=False)
    duties_open = (done > end).fill_null(value=False) | (done.is_null() & at_max & pl.col("basis").is_in(if_done))
    clock = restorable(bases)
    shown, unpublishable = pl.col("outcome") == Outcome.SHOWN, pl.col("outcome") == Outcome.UNPUBLISHABLE
    unstarted = (pl.col("because") == Because.NO_RULE) & pl.col("first_shown_on").is_null()
    return known.with_columns(
        pl.col("basis").replace_strict(tiers, default=None, return_dtype=pl.String).alias("tier"),
        pl.when(clock.is_not_null())
        .then(pl.max_horizontal(clock, "duties_done_on", "restricted_until"))
        .alias("earliest_repair_on"),
        pl.when(pl.col("withheld").is_not_null())
        .then(pl.lit("no"))
        .when(pl.col("broken").is_not_null())
        .then(pl.lit(REVIEW))
        .when(unpublishable)
        .then(pl.lit("no"))
        .when(shown & ~duties_open)
        .then(pl.lit("yes"))
        .otherwise(pl.lit(REVIEW))
        .alias("published"),
        pl.coalesce(
            "broken",
            pl.when(unstarted).then(pl.lit(_UNPUBLISHED_YET)),
            told_reason("because"),
            pl.when(duties_open).then(pl.lit(_DUTIES_OPEN)),
        ).alias("because"),
    )


def _withheld(book: Rulebook) -> pl.Expr:
    """The basis on which the subject's kind keeps the penalty from display, by the law of the day asked about."""
    return said_on(book.persons, _ASKED, lambda version: version.withheld(), before=pl.lit(None, pl.String))


def _before_persons(book: Rulebook) -> pl.Expr:
    """Why nothing is said of a person on a day before the first rule on persons; null of organisations."""
    person = pl.col("subject_kind") != "organisation"
    return first_of((person & (book.persons.versions[0].since > _ASKED), because(Because.BEFORE_FIRST_VERSION)))


def _version(book: Rulebook) -> pl.Expr:
    """The key of the version on the day of the decision: what an undecided row is measured by."""

    def named(rule: str, version: Version) -> pl.Expr:
        return pl.lit(f"{rule}/{version.since}")

    nothing = pl.lit(None, pl.String)
    credit_china = said_on(book.penalties, pl.col("decided_on"), partial(named, penalties.NAME), nothing)
    gsxt = said_on(book.penalties_gsxt, pl.col("decided_on"), partial(named, penalties_gsxt.NAME), nothing)
    return pl.when(pl.col("channel") == GSXT).then(gsxt).otherwise(credit_china)
