"""Penalties in the market regulators' own publicity system 国家企业信用信息公示系统: applies `penalties_gsxt.toml`.

A channel of its own with its own periods; nothing here touches what Credit China (信用中国) shows.
"""

from collections.abc import Iterator
from typing import Annotated

import polars as pl
from msgspec import Meta

from registry.rulebook.law import Cited, Displayed, Months, Part, Restoration, Rule, Said, values_of
from registry.rulebook.penalties import (
    AtMax,
    Domain,
    Kinds,
    StartsOn,
    Unpublished,
    by_procedure,
    each_kind_once,
    with_any_kind,
    with_only_kinds,
)
from registry.rulebook.picking import Effect, Period, picking_day, settled, verdict_on
from registry.vocabulary import Because, PenaltyKind

NAME = "penalties_gsxt"


class Term(Cited, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Penalties of these kinds are shown for `max_months`, or as long as a restriction lasts that is longer."""

    title: Said
    kinds: Kinds
    max_months: Months


class Early(Cited, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """After how many months an early end of display can be applied for."""

    min_months: Months
    min_months_in: dict[Domain, Months]
    how_to_restore: Said


class LowFine(Cited, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """The signed threshold of the province: a fine below it is low 较低数额."""

    below_fen: Annotated[int, Meta(ge=0)]


class MarketVersion(Displayed, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What is shown in the market regulators' system, how long, and what may end early."""

    starts_on: StartsOn
    at_max: AtMax
    unpublished: Unpublished
    brief: Term
    standard: Term
    never_early: Term
    early: Early
    low_fine: LowFine | None = None

    def __post_init__(self) -> None:
        each_kind_once(
            self.unpublished.kinds, self.brief.kinds, self.standard.kinds, self.never_early.kinds, (PenaltyKind.FINE,)
        )

    def parts(self) -> Iterator[Part]:
        fine = () if self.low_fine is None else (self.low_fine,)
        yield self._part("unpublished", self.unpublished)
        yield self._part("brief", self.brief, *fine)
        yield self._part("standard", self.standard, self.early, *fine)
        yield self._part("never_early", self.never_early)

    def _part(self, name: str, law: Unpublished | Term, *also: Cited) -> Part:
        restoration = Restoration(
            min_months=self.early.min_months,
            counted_from="shown",
            how=self.early.how_to_restore,
            confidence=self.early.confidence,
            min_months_in={str(domain): months for domain, months in self.early.min_months_in.items()},
        )
        runs = {} if law is self.unpublished else {"starts_on": self.starts_on, "at_max": self.at_max}
        return Part(
            name=name,
            title=law.title,
            citations=(law, self, *also),
            values={**values_of(law), **(values_of(self.early) if law is self.standard else {}), **runs},
            restoration=restoration if law is self.standard else None,
        )

    def verdict(self) -> pl.Expr:
        """Never early if any kind is; else the general period, unless all that was imposed is slight."""
        unpublished, brief = self.unpublished.kinds, self.brief.kinds
        slight = with_only_kinds((*unpublished, *brief, PenaltyKind.FINE))
        fined = with_any_kind((PenaltyKind.FINE,))
        low, known = pl.lit(value=False), pl.lit(value=False)
        if self.low_fine is not None:
            known = pl.col("amount_fen").is_not_null()
            low = (pl.col("amount_fen") < self.low_fine.below_fen).fill_null(value=False)
        named = (*unpublished, *brief, *self.standard.kinds, *self.never_early.kinds, PenaltyKind.FINE)
        return (
            pl.when(by_procedure(self.unpublished.procedures) | with_only_kinds(unpublished))
            .then(self._is("unpublished"))
            .when(~with_only_kinds(named))
            .then(pl.lit(Because.KIND_NEEDS_REVIEW))
            .when(with_any_kind(self.never_early.kinds))
            .then(self._is("never_early"))
            .when(slight & fined & ~known)
            .then(pl.lit(Because.AMOUNT_UNDECIDED))
            .when(slight & (~fined | low))
            .then(self._is("brief"))
            .otherwise(self._is("standard"))
        )

    def effects(self) -> dict[str, Effect]:
        return {
            self.basis_of(NAME, "unpublished"): Because.NOT_SHOWN_BY_RULE,
            self.basis_of(NAME, "brief"): self._shown(self.brief),
            self.basis_of(NAME, "standard"): self._shown(self.standard),
            self.basis_of(NAME, "never_early"): self._shown(self.never_early),
        }

    def _is(self, part: str) -> pl.Expr:
        return pl.lit(self.basis_of(NAME, part))

    def _shown(self, term: Term) -> Period:
        start = pl.col("decided_on" if self.starts_on == "decision" else "first_shown_on")
        end = start.dt.offset_by(f"{term.max_months}mo")
        return Period(start, pl.when(start.is_not_null()).then(pl.max_horizontal(end, "restricted_until")))


MarketRule = Rule[MarketVersion]


def judged(records: pl.LazyFrame, rule: MarketRule) -> pl.LazyFrame:
    """What becomes of each penalty in the market regulators' channel; columns as `registry.rulebook.judged`.

    Beside the columns told there, `restricted_until`: the first day after a restriction that the decision imposes.
    """
    verdict = verdict_on(rule, picking_day(rule, None), MarketVersion.verdict)
    effects = {basis: effect for version in rule.versions for basis, effect in version.effects().items()}
    return settled(records, verdict, effects, unsigned=())
