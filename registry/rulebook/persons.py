"""Whose information is not published: natural persons 自然人 and individual businesses 个体工商户.

Applies `persons.toml`. The gate of `registry.actions.publish` holds their records before any rule is asked.
"""

from collections.abc import Collection, Iterator
from datetime import date

import polars as pl

from registry.rulebook.law import Cited, Part, Rule, Said, Version
from registry.vocabulary import Category

NAME = "persons"


class Whose(Cited, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Whether the information about such subjects is published at all."""

    title: Said
    published: bool


class PersonsVersion(Version, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What is said of each kind of subject that is, or may be, a person."""

    person: Whose
    individual_business: Whose

    def parts(self) -> Iterator[Part]:
        for name, whose in (("person", self.person), ("individual_business", self.individual_business)):
            yield Part(name=name, title=whose.title, citations=(whose, self), values={"published": whose.published})

    def withheld(self) -> pl.Expr:
        """The basis on which a subject of kind `subject_kind` is not published; null if it may be."""
        kinds = {"person": self.person, "individual_business": self.individual_business}
        said = pl.lit(None, pl.String)
        for name, whose in kinds.items():
            if not whose.published:
                said = pl.when(pl.col("subject_kind") == name).then(pl.lit(self.basis_of(NAME, name))).otherwise(said)
        return said


PersonsRule = Rule[PersonsVersion]
KINDS = {Category.NATURAL_PERSON: "person", Category.INDIVIDUAL_BUSINESS: "individual_business"}


def withheld(rule: PersonsRule, on: date, unsigned: Collection[str]) -> dict[Category, str | None]:
    """The kinds of subject whose information is not published on a day, each with the basis.

    What says that it may be published counts only if it is verified or signed; before the first version nothing does.
    """
    if on < rule.versions[0].since:
        return dict.fromkeys(KINDS)
    version = rule.on(on)
    bases = {category: (getattr(version, kind), version.basis_of(NAME, kind)) for category, kind in KINDS.items()}
    return {category: basis for category, (said, basis) in bases.items() if not said.published or basis in unsigned}
