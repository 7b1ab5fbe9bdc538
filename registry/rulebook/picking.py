"""Picking the version of a rule for a whole column of days, and settling what comes of it.

A version answers with a verdict for every record: the name of the part that applies, or why none does. What a
part does is then said once, by its basis. `Rule.on` picks for one day; a property test holds the two equal.
"""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import date

import polars as pl

from registry.rulebook.law import Rule, V
from registry.vocabulary import Because, Outcome

STANDING = ("valid", "open", "closed")  # an official status that nothing stands against
UNPUBLISHABLE = (Because.NOT_IN_CATALOGUE, Because.NOT_SHOWN_BY_RULE, Because.NOT_OPEN)


@dataclass(frozen=True)
class Period:
    """Shown from a day until another, exclusive; a null end is no end."""

    shown_from: pl.Expr
    shown_until: pl.Expr


Effect = Period | Because
"""What a part does to a record: it is shown for a period, or is not, and why."""


def picking_day(rule: Rule[V], on: date | None) -> pl.Expr:
    """The day that picks the version of `rule`, published on the day `on`."""
    return pl.col("decided_on") if rule.picked_by == "decision" else pl.lit(on, pl.Date)


def said_on(rule: Rule[V], day: pl.Expr, says: Callable[[V], pl.Expr], before: pl.Expr) -> pl.Expr:
    """What the version in force on `day` says; `before` where the day is null or before the first version."""
    said = before
    for version in rule.versions:
        said = pl.when(day >= version.since).then(says(version)).otherwise(said)
    return said


def verdict_on(rule: Rule[V], day: pl.Expr, says: Callable[[V], pl.Expr]) -> pl.Expr:
    """The verdict of the version in force on `day`; held where the rule has none, or no day picks one."""
    too_early = pl.when(day < rule.versions[0].since).then(pl.lit(Because.BEFORE_FIRST_VERSION))
    return said_on(rule, day, says, before=too_early.otherwise(pl.lit(Because.NO_RULE)))


def first_reason(*reasons: tuple[Because, pl.Expr]) -> pl.Expr:
    """The first reason whose condition holds; null if none does. A null condition does not hold."""
    return pl.coalesce(*(pl.when(holds).then(pl.lit(because)) for because, holds in reasons), pl.lit(None, pl.String))


def settled(
    records: pl.LazyFrame, verdict: pl.Expr, effects: Mapping[str, Effect], unsigned: Collection[str]
) -> pl.LazyFrame:
    """The outcome of every record, from its verdict: a basis among `effects`, or why it is held.

    A record that is void, revoked or disputed is held whatever the rule says, and one that its source does not open to
    the public is not published; held is also one without a first day, and one that would be shown on a basis among
    `unsigned`. Withholding needs no signature: only showing does.
    """
    basis, because = pl.col("basis"), pl.col("because")
    shown_from = _of_part(effects, lambda period: period.shown_from)
    shown_until = _of_part(effects, lambda period: period.shown_until)
    withheld = {key: effect for key, effect in effects.items() if isinstance(effect, Because)}
    reasons = pl.coalesce(
        first_reason((Because.NOT_IN_FORCE, ~pl.col("status").is_in(STANDING))),
        pl.when(basis.is_null()).then("verdict"),
        first_reason(*((effect, basis == key) for key, effect in withheld.items())),
        first_reason(
            (Because.NOT_OPEN, pl.col("status") == "closed"),
            (Because.NO_RULE, pl.col("shown_from").is_null()),
            (Because.RULE_UNVERIFIED, basis.is_in(sorted(unsigned))),
        ),
    )
    outcome = (
        pl.when(because.is_null())
        .then(pl.lit(Outcome.SHOWN))
        .when(because.is_in(UNPUBLISHABLE))
        .then(pl.lit(Outcome.UNPUBLISHABLE))
        .otherwise(pl.lit(Outcome.HELD))
    )
    return (
        records.with_columns(verdict.alias("verdict"))
        .with_columns(pl.when(pl.col("verdict").is_in(list(effects))).then("verdict").alias("basis"))
        .with_columns(shown_from.alias("shown_from"), shown_until.alias("shown_until"))
        .with_columns(reasons.alias("because"))
        .select(
            "record_id",
            outcome.alias("outcome"),
            "because",
            "basis",
            pl.when(because.is_null()).then("shown_from").alias("shown_from"),
            pl.when(because.is_null()).then("shown_until").alias("shown_until"),
        )
    )


def _of_part(effects: Mapping[str, Effect], day: Callable[[Period], pl.Expr]) -> pl.Expr:
    said = pl.lit(None, pl.Date)
    for key, effect in effects.items():
        if isinstance(effect, Period):
            said = pl.when(pl.col("basis") == key).then(day(effect)).otherwise(said)
    return said
