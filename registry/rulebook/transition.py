"""新旧规定的衔接: which regime a penalty keeps that is on display when a later one begins; `transition.toml`."""

from collections.abc import Collection, Iterator
from datetime import date
from functools import partial
from typing import Literal

import polars as pl

from registry.rulebook import penalties
from registry.rulebook.law import Part, Rule, Said, Version, values_of
from registry.rulebook.penalties import PenaltyRule
from registry.rulebook.picking import said_on
from registry.vocabulary import Outcome

NAME = "transition"
_POLICY = "still_shown"


class TransitionVersion(Version, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What becomes of penalties that an earlier regime shows on the day when this version begins."""

    still_shown: Literal["by_decision", "more_favourable"]

    def parts(self) -> Iterator[Part]:
        title = Said("变更前已公示的处罚适用的规定", "The regime of penalties already on display")
        yield Part(name=_POLICY, title=title, citations=(self,), values=values_of(self))


TransitionRule = Rule[TransitionVersion]


def judged(
    records: pl.LazyFrame, rule: PenaltyRule, policy: TransitionRule, *, on: date | None, unsigned: Collection[str]
) -> pl.LazyFrame:
    """What becomes of each penalty by its regime and the policy between regimes; columns as `registry.rulebook.judged`.

    The policy is that of `on`, else of the column `on`. A policy that nobody has signed leaves everything as it is.
    """
    kept = penalties.judged(records, rule, on=on, unsigned=unsigned)
    day = pl.col("on") if on is None else pl.lit(on)
    for version in policy.versions:
        if version.still_shown == "by_decision" or version.basis_of(NAME, _POLICY) in unsigned:
            continue
        begins = pl.lit(version.since)
        in_force = said_on(policy, day, partial(_is_of, version.since), before=pl.lit(value=False))
        moved = records.filter(in_force & (pl.col("decided_on") < begins))
        as_if = penalties.judged(moved, rule, on=on, unsigned=unsigned, decided=begins)
        kept = _earlier(kept, as_if, begins)
    return kept


def _is_of(since: date, version: TransitionVersion) -> pl.Expr:
    return pl.lit(version.since == since)


def _earlier(kept: pl.LazyFrame, as_if: pl.LazyFrame, begins: pl.Expr) -> pl.LazyFrame:
    """Of two outcomes of a record still shown on the day `begins`, the one that shows it less from that day on."""
    still_shown = (pl.col("outcome") == Outcome.SHOWN) & (pl.col("shown_until") > begins)
    unpublished = pl.col("outcome_new") == Outcome.UNPUBLISHABLE
    until = pl.max_horizontal("shown_until_new", begins)
    sooner = (pl.col("outcome_new") == Outcome.SHOWN) & (until < pl.col("shown_until"))
    answers = ("outcome", "because", "basis", "shown_from", "shown_until")
    return (
        kept.join(as_if, on="record_id", how="left", suffix="_new", maintain_order="left")
        .with_columns((still_shown & (unpublished | sooner)).fill_null(value=False).alias("moves"))
        .with_columns(pl.when(pl.col("shown_until_new").is_not_null()).then(until).alias("shown_until_new"))
        .select("record_id", *(pl.when("moves").then(f"{name}_new").otherwise(name).alias(name) for name in answers))
    )
