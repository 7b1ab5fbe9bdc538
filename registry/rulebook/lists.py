"""Entries of negative lists 严重失信主体名单 and of the register of abnormal operation: applies `lists/*.toml`.

An entry decided elsewhere is shown only if it says by what instrument, on what ground, after what notice and
when it was served, as its list requires, in lawful order.
"""

from collections.abc import Collection, Iterator, Mapping
from datetime import date
from functools import partial
from typing import Annotated, Literal

import polars as pl
from msgspec import Meta
from msgspec.structs import replace

from registry.rulebook.lasting import day_after_end
from registry.rulebook.law import Cited, Displayed, Measures, Months, Part, Restoration, Rule, Said, values_of
from registry.rulebook.months import months_after
from registry.rulebook.picking import Effect, Period, first_reason, picking_day, settled, verdict_on
from registry.vocabulary import Because

Requirement = Literal["document", "ground", "notice", "service"]
_LACKING: dict[Requirement, tuple[Because, pl.Expr]] = {
    "document": (Because.NO_INSTRUMENT, ~pl.col("has_document").fill_null(value=False)),
    "ground": (Because.NO_GROUND, ~pl.col("has_ground").fill_null(value=False)),
    "notice": (Because.NO_NOTICE, pl.col("noticed_on").is_null()),
    "service": (Because.NO_SERVICE, pl.col("served_on").is_null()),
}


class After(Cited, frozen=True, forbid_unknown_fields=True, kw_only=True, tag_field="ends", tag="after"):
    """The entry ends so many months after the decision, or earlier if its own decision says so."""

    months: Months
    months_uncorrected: Months | None = None
    """Instead, if the wrong is still not put right when the months are over."""
    extended_by: tuple[Months, Months] | None = None
    """By how many months, at least and at most, the recogniser may extend it; its decision then states the end."""


class OnRemoval(Cited, frozen=True, forbid_unknown_fields=True, kw_only=True, tag_field="ends", tag="on_removal"):
    """The entry has no term: it ends when the subject is removed."""


class Unread(Cited, frozen=True, forbid_unknown_fields=True, kw_only=True, tag_field="ends", tag="unread"):
    """No term was read: an entry is held until the office writes one."""


class Removal(Cited, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Removal before the term ends: after how long, and how."""

    min_months: Annotated[int, Meta(ge=0)]
    counted_from: Literal["decision", "shown", "correction"]
    how_to_restore: Said

    def as_restoration(self) -> Restoration:
        return Restoration(
            min_months=self.min_months,
            counted_from=self.counted_from,
            how=self.how_to_restore,
            confidence=self.confidence,
        )


class Grounds(Cited, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """The grounds of listing, by their number in the article; an entry on one of `no_term` stays until removed."""

    items: Annotated[dict[str, Said], Meta(min_length=1)]
    no_term: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if unknown := sorted({*self.no_term} - self.items.keys()):
            raise ValueError(f"no_term names no ground: {', '.join(unknown)}")


class ListVersion(Displayed, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Who recognises, what an entry must show, and how long it lasts."""

    recogniser: Said
    requires: tuple[Requirement, ...]
    term: After | OnRemoval | Unread
    grounds: Grounds | None = None
    removal: Removal | None = None
    measures: Measures | None = None

    @property
    def no_term(self) -> tuple[str, ...]:
        """The numbers of the grounds whose entries have no term."""
        return () if self.grounds is None else self.grounds.no_term

    def parts(self) -> Iterator[Part]:
        grounds = {} if self.grounds is None else {"grounds": {n: said.zh for n, said in self.grounds.items.items()}}
        removal = {} if self.removal is None else {f"removal_{n}": v for n, v in values_of(self.removal).items()}
        term = Part(
            name="term",
            title=Said("列入、期限与移出", "Listing, term and removal"),
            citations=(self.term, self),
            values={
                "recogniser": self.recogniser.zh,
                "requires": self.requires,
                **values_of(self.term),
                **grounds,
                **removal,
            },
            restoration=self.removal.as_restoration() if self.removal else None,
            measures=self.measures,
        )
        yield term
        if self.grounds is not None and self.no_term:
            title = Said("没有期限的列入，直至移出", "Listing without a term, until removed")
            values = {"recogniser": self.recogniser.zh, "requires": self.requires, "grounds": list(self.no_term)}
            yield replace(term, name="no_term", title=title, citations=(self.grounds, self), values=values)

    def verdict(self, name: str) -> pl.Expr:
        """The first thing required that an entry lacks, else the term."""
        out_of_order = (pl.col("noticed_on") > pl.col("decided_on")) | (pl.col("decided_on") > pl.col("served_on"))
        lacking = (_LACKING[requirement] for requirement in self.requires)
        reason = first_reason(*lacking, (Because.NOTICE_OUT_OF_ORDER, out_of_order))
        without_term = pl.when(pl.col("ground_item").is_in(self.no_term)).then(pl.lit(self.basis_of(name, "no_term")))
        return pl.coalesce(reason, without_term, pl.lit(self.basis_of(name, "term")))

    def effects(self, name: str) -> dict[str, Effect]:
        """What each part does to an entry."""
        untermed = {self.basis_of(name, "no_term"): Period(pl.col("decided_on"), day_after_end())}
        return {self.basis_of(name, "term"): self._of_term(), **(untermed if self.no_term else {})}

    def ends_on(self, decided_on: date, ground: str) -> date | None:
        """The first day on which an entry decided on a day, on the ground of this number, is no longer shown; null
        without a term. A property test holds it equal to what `effects` does to a column of entries."""
        if isinstance(self.term, After) and ground not in self.no_term:
            return months_after(decided_on, self.term.months)
        return None

    def _of_term(self) -> Effect:
        """Shown from the decision until the term ends, or until the end that the decision states if that is earlier."""
        decided_on, stated_end = pl.col("decided_on"), day_after_end()
        match self.term:
            case After(months=months):
                return Period(decided_on, pl.min_horizontal(decided_on.dt.offset_by(f"{months}mo"), stated_end))
            case OnRemoval():
                return Period(decided_on, stated_end)
            case Unread():
                return Because.RULE_UNVERIFIED


ListRule = Rule[ListVersion]


def judged(
    records: pl.LazyFrame, lists: Mapping[str, ListRule], *, on: date | None, unsigned: Collection[str]
) -> pl.LazyFrame:
    """What becomes of each entry by the law of its list; columns as `registry.rulebook.judged`.

    Beside the columns told there, `ground_item`: the number of the ground in its article, null if it is not known.
    """
    verdict, effects = pl.lit(Because.UNKNOWN_LIST), dict[str, Effect]()
    for code, rule in lists.items():
        name = f"lists.{code}"
        of_list = verdict_on(rule, picking_day(rule, on), partial(ListVersion.verdict, name=name))
        verdict = pl.when(pl.col("classes") == code).then(of_list).otherwise(verdict)
        effects |= {basis: effect for version in rule.versions for basis, effect in version.effects(name).items()}
    return settled(records, verdict, effects, unsigned)
