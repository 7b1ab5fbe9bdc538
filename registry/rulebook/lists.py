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

from registry.rulebook.lasting import day_after_end
from registry.rulebook.law import Cited, Displayed, Months, Part, Restoration, Rule, Said, Text, values_of
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


class Measures(Cited, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What follows from being on the list, in the words of the law."""

    names: Annotated[tuple[Text, ...], Meta(min_length=1)]


class ListVersion(Displayed, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Who recognises, what an entry must show, and how long it lasts."""

    recogniser: Said
    requires: tuple[Requirement, ...]
    term: After | OnRemoval | Unread
    removal: Removal | None = None
    measures: Measures | None = None

    def parts(self) -> Iterator[Part]:
        yield Part(
            name="term",
            title=Said("列入、期限与移出", "Listing, term and removal"),
            citations=(self.term, self),
            values={"recogniser": self.recogniser.zh, "requires": self.requires, **values_of(self.term)},
            restoration=self.removal.as_restoration() if self.removal else None,
            measures=self.measures.names if self.measures else (),
        )

    def verdict(self, name: str) -> pl.Expr:
        """The first thing required that an entry lacks, else the term."""
        out_of_order = (pl.col("noticed_on") > pl.col("decided_on")) | (pl.col("decided_on") > pl.col("served_on"))
        lacking = (_LACKING[requirement] for requirement in self.requires)
        reason = first_reason(*lacking, (Because.NOTICE_OUT_OF_ORDER, out_of_order))
        return pl.coalesce(reason, pl.lit(self.basis_of(name, "term")))

    def effect(self) -> Effect:
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
    records: pl.LazyFrame, lists: Mapping[str, ListRule], *, on: date, unsigned: Collection[str]
) -> pl.LazyFrame:
    """What becomes of each entry by the law of its list; columns as `registry.rulebook.judged`."""
    verdict, effects = pl.lit(Because.UNKNOWN_LIST), dict[str, Effect]()
    for code, rule in lists.items():
        name = f"lists.{code}"
        of_list = verdict_on(rule, picking_day(rule, on), partial(ListVersion.verdict, name=name))
        verdict = pl.when(pl.col("classes") == code).then(of_list).otherwise(verdict)
        effects |= {version.basis_of(name, "term"): version.effect() for version in rule.versions}
    return settled(records, verdict, effects, unsigned)
