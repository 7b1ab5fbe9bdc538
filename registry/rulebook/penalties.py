"""Display periods of administrative penalties 行政处罚公示期限: applies `penalties.toml`.

The rule of 2019: two tiers, whose kinds were not read. Decree 58: one period for all, from the day of the decision.
Decree 36: three tiers, from the day of publication.
"""

from collections.abc import Collection, Iterator
from datetime import date
from typing import Annotated, Literal

import msgspec
import polars as pl
from msgspec import Meta
from msgspec.structs import replace

from registry.rulebook.law import Cited, Displayed, Months, Part, Restoration, Rule, Said, values_of
from registry.rulebook.picking import Effect, Period, picking_day, settled, verdict_on
from registry.vocabulary import Because, PenaltyKind

NAME = "penalties"
StartsOn = Literal["decision", "publication"]
Domain = Literal["food", "drug", "special_equipment", "work_safety", "fire"]
AtMax = Literal["stops", "stops_if_done"]
"""What the end of the longest period does: it ends the display, or only if every duty is done, else a review."""
Kinds = Annotated[tuple[PenaltyKind, ...], Meta(min_length=1)]


class Unpublished(Cited, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Penalties that are not published: by such a procedure, or of no other than these kinds."""

    title: Said
    procedures: tuple[Literal["summary", "ordinary"], ...]
    kinds: Kinds


class Shown(Cited, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Penalties that are shown for `max_months`; restoration can be applied for after `min_months`."""

    title: Said
    kinds: Kinds | Literal["unread"]
    min_months: Months
    max_months: Months
    min_months_in: dict[Domain, Months] = msgspec.field(default_factory=dict)
    how_to_restore: Said

    def __post_init__(self) -> None:
        if self.min_months > self.max_months:
            raise ValueError("min_months exceeds max_months")

    @property
    def named(self) -> tuple[PenaltyKind, ...]:
        """The kinds that were read; none if none was."""
        return () if self.kinds == "unread" else self.kinds


class Fines(Cited, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """The signed local thresholds of a large (较大数额) and a huge (巨额) fine; a fine below the first is minor."""

    general_from_fen: Annotated[int, Meta(ge=0)]
    serious_from_fen: Annotated[int, Meta(ge=0)]

    def __post_init__(self) -> None:
        if self.general_from_fen > self.serious_from_fen:
            raise ValueError("general_from_fen exceeds serious_from_fen")


class TwoTiers(Displayed, frozen=True, forbid_unknown_fields=True, kw_only=True, tag_field="regime", tag="two_tiers"):
    """A regime of tiers 一般 general and 严重 serious (发改办财金〔2019〕527号)."""

    starts_on: StartsOn
    at_max: AtMax
    general: Shown
    serious: Shown

    def __post_init__(self) -> None:
        each_kind_once(self.general.named, self.serious.named)

    def parts(self) -> Iterator[Part]:
        yield _part("general", self.general, self)
        yield _part("serious", self.serious, self)

    def verdict(self) -> pl.Expr:
        """The more serious tier of the kinds; a kind that neither names goes to review."""
        general, serious = self.general.named, self.serious.named
        return (
            pl.when(~with_only_kinds((*general, *serious)))
            .then(pl.lit(Because.KIND_NEEDS_REVIEW))
            .when(with_any_kind(serious))
            .then(pl.lit(self.basis_of(NAME, "serious")))
            .otherwise(pl.lit(self.basis_of(NAME, "general")))
        )

    def effects(self, on: date | None) -> dict[str, Effect]:
        return {
            self.basis_of(NAME, "general"): _shown(self.general, self.starts_on, on),
            self.basis_of(NAME, "serious"): _shown(self.serious, self.starts_on, on),
        }


class OnePeriod(Displayed, frozen=True, forbid_unknown_fields=True, kw_only=True, tag_field="regime", tag="one_period"):
    """A regime that shows every published penalty equally long (Decree 58)."""

    starts_on: StartsOn
    at_max: AtMax
    unpublished: Unpublished
    standard: Shown

    def __post_init__(self) -> None:
        each_kind_once(self.unpublished.kinds, self.standard.named)

    def parts(self) -> Iterator[Part]:
        yield _part("unpublished", self.unpublished, self)
        yield _part("standard", self.standard, self)

    def verdict(self) -> pl.Expr:
        """One period for all kinds, so that the longest of several is always the same.

        Words that name no kind change nothing beside a kind that is shown; beside none, they may be no penalty at all.
        """
        unpublished, standard = self.unpublished.kinds, self.standard.named
        known = with_only_kinds((*unpublished, *standard, PenaltyKind.UNNAMED))
        return (
            pl.when(by_procedure(self.unpublished.procedures) | with_only_kinds(unpublished))
            .then(self._is("unpublished"))
            .when(~known | ~with_any_kind(standard))
            .then(pl.lit(Because.KIND_NEEDS_REVIEW))
            .otherwise(self._is("standard"))
        )

    def effects(self, on: date | None) -> dict[str, Effect]:
        return {
            self.basis_of(NAME, "unpublished"): Because.NOT_SHOWN_BY_RULE,
            self.basis_of(NAME, "standard"): _shown(self.standard, self.starts_on, on),
        }

    def _is(self, part: Literal["unpublished", "standard"]) -> pl.Expr:
        return pl.lit(self.basis_of(NAME, part))


class ThreeTiers(
    Displayed, frozen=True, forbid_unknown_fields=True, kw_only=True, tag_field="regime", tag="three_tiers"
):
    """A regime of tiers 轻微 minor, 一般 general and 严重 serious (Decree 36)."""

    starts_on: StartsOn
    at_max: AtMax
    minor: Unpublished
    general: Shown
    serious: Shown
    fines: Fines | None = None

    def __post_init__(self) -> None:
        each_kind_once(self.minor.kinds, self.general.named, self.serious.named, (PenaltyKind.FINE,))

    def parts(self) -> Iterator[Part]:
        fines = () if self.fines is None else (self.fines,)
        yield _part("minor", self.minor, self, *fines)
        yield _part("general", self.general, self, *fines)
        yield _part("serious", self.serious, self, *fines)

    def verdict(self) -> pl.Expr:
        """The most serious tier that a kind of the decision or its fine reaches; summary procedure is minor."""
        minor, general, serious = self.minor.kinds, self.general.named, self.serious.named
        fined = with_any_kind((PenaltyKind.FINE,))
        return (
            pl.when(by_procedure(self.minor.procedures))
            .then(self._is("minor"))
            .when(~with_only_kinds((*minor, *general, *serious, PenaltyKind.FINE)))
            .then(pl.lit(Because.KIND_NEEDS_REVIEW))
            .when(with_any_kind(serious) | (fined & self._amount_reaches("serious_from_fen")))
            .then(self._is("serious"))
            .when(fined & ~self._amount_known())
            .then(pl.lit(Because.AMOUNT_UNDECIDED))
            .when(with_any_kind(general) | (fined & self._amount_reaches("general_from_fen")))
            .then(self._is("general"))
            .otherwise(self._is("minor"))
        )

    def effects(self, on: date | None) -> dict[str, Effect]:
        return {
            self.basis_of(NAME, "minor"): Because.NOT_SHOWN_BY_RULE,
            self.basis_of(NAME, "general"): _shown(self.general, self.starts_on, on),
            self.basis_of(NAME, "serious"): _shown(self.serious, self.starts_on, on),
        }

    def _is(self, part: Literal["minor", "general", "serious"]) -> pl.Expr:
        return pl.lit(self.basis_of(NAME, part))

    def _amount_known(self) -> pl.Expr:
        return pl.lit(value=False) if self.fines is None else pl.col("amount_fen").is_not_null()

    def _amount_reaches(self, threshold: Literal["general_from_fen", "serious_from_fen"]) -> pl.Expr:
        if self.fines is None:
            return pl.lit(value=False)
        least: int = getattr(self.fines, threshold)
        return (pl.col("amount_fen") >= least).fill_null(value=False)


PenaltyRule = Rule[TwoTiers | OnePeriod | ThreeTiers]


def judged(
    records: pl.LazyFrame,
    rule: PenaltyRule,
    *,
    on: date | None,
    unsigned: Collection[str],
    decided: pl.Expr | None = None,
) -> pl.LazyFrame:
    """What becomes of each penalty by the regime of its decision day; columns as `registry.rulebook.judged`.

    A penalty that was never shown is shown from `on`; without `on`, what runs from its publication has no period.
    `decided` picks the regime as if the decision had been of another day.
    """
    day = picking_day(rule, on) if decided is None else decided
    verdict = verdict_on(rule, day, lambda version: version.verdict())
    effects = {basis: effect for version in rule.versions for basis, effect in version.effects(on).items()}
    return settled(records, verdict, effects, unsigned)


def _part(name: str, law: Unpublished | Shown, version: TwoTiers | OnePeriod | ThreeTiers, *also: Cited) -> Part:
    part = Part(name=name, title=law.title, citations=(law, version, *also), values=values_of(law))
    if isinstance(law, Unpublished):
        return part
    restoration = Restoration(
        min_months=law.min_months,
        counted_from="shown",
        how=law.how_to_restore,
        confidence=law.confidence,
        min_months_in={str(domain): months for domain, months in law.min_months_in.items()},
    )
    values = {**part.values, "starts_on": version.starts_on, "at_max": version.at_max}
    return replace(part, values=values, restoration=restoration)


def each_kind_once(*groups: tuple[PenaltyKind, ...]) -> None:
    kinds = [kind for group in groups for kind in group]
    if twice := sorted({kind for kind in kinds if kinds.count(kind) > 1}):
        raise ValueError(f"kinds named more than once: {', '.join(twice)}")


def _shown(shown: Shown, starts_on: StartsOn, on: date | None) -> Period:
    first = pl.coalesce("first_shown_on", pl.lit(on, pl.Date))
    # an earlier version may have been shown under a day of the decision that was wrong
    published = pl.when(first.is_not_null()).then(pl.max_horizontal(first, "decided_on"))
    start = pl.col("decided_on") if starts_on == "decision" else published
    return Period(start, start.dt.offset_by(f"{shown.max_months}mo"))


def by_procedure(procedures: tuple[str, ...]) -> pl.Expr:
    return pl.col("procedure").is_in(procedures).fill_null(value=False)


def with_any_kind(kinds: tuple[PenaltyKind, ...]) -> pl.Expr:
    # no kind's name is part of another's (a test keeps it so), and unnamed kinds went to review before
    if not kinds:
        return pl.lit(value=False)
    return pl.col("classes").str.contains_any([kind.value for kind in kinds])


def with_only_kinds(kinds: tuple[PenaltyKind, ...]) -> pl.Expr:
    if not kinds:
        return pl.lit(value=False)
    one = f"(?:{'|'.join(kinds)})"
    return pl.col("classes").str.contains(rf"^{one}(?:;{one})*$").fill_null(value=False)
