"""清单管理: what may be on a credit record, what may follow from it, how a value is masked, which honours are lists.

Four rules of one shape, a list of named items: `catalogue.toml`, `measures.toml`, `masking.toml`, `red_lists.toml`.
"""

from collections.abc import Iterator
from datetime import date
from typing import Annotated, Generic, TypeVar

from msgspec import Meta

from registry.rulebook.law import Cited, Part, Rule, Said, Text, Version, values_of
from registry.vocabulary import Because, Confidence, SourceKind

CATALOGUE, _OUTSIDE = "catalogue", "outside"
Length = Annotated[int, Meta(ge=0)]


class Item(Cited, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """One item of a list."""

    title: Said


class Category(Item, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A category of the catalogue 公共信用信息基础目录, and the kinds of source that belong to it.

    Of list entries those of `lists`; without any, those of every list that no other category names.
    """

    sources: tuple[SourceKind, ...]
    lists: tuple[Text, ...] = ()


class Measure(Item, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A measure of the list 失信惩戒措施基础清单: who may take it, and against what."""

    by: Text


class Masked(Item, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A field of a person: never shown, or with this many characters at its ends."""

    shown: bool
    first: Length
    last: Length

    def __post_init__(self) -> None:
        if not self.shown and (self.first or self.last):
            raise ValueError("a field that is never shown has no characters that are")


class RedList(Item, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A list of those who keep faith; `history`: a yearly honour, which stays when a later wrong is found."""

    history: bool
    barred_by: tuple[Text, ...]


I = TypeVar("I", bound=Item)  # noqa: E741


class Items(Version, Generic[I], frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A list as it stands since a day."""

    items: Annotated[dict[str, I], Meta(min_length=1)]

    def parts(self) -> Iterator[Part]:
        for name, item in self.items.items():
            yield Part(name=name, title=item.title, citations=(item, self), values=values_of(item))


class Catalogue(Items[Category], frozen=True, forbid_unknown_fields=True, kw_only=True):
    """The catalogue: what is in none of its categories is kept out of every credit record."""

    def __post_init__(self) -> None:
        if any(category.lists for category in self.items.values()) and not self.taking(SourceKind.LIST_ENTRIES, None):
            raise ValueError("no category takes the entries of the lists that none names")

    def parts(self) -> Iterator[Part]:
        yield from super().parts()
        title = Said("目录之外的信息不得记入信用记录", "What is outside the catalogue enters no credit record")
        yield Part(name=_OUTSIDE, title=title, citations=(self,), values={})

    def taking(self, source: SourceKind, list_code: str | None) -> dict[str, Category]:
        """The categories that take records of a kind of source, list entries on this list."""
        named = {code for category in self.items.values() for code in category.lists}
        return {
            name: category
            for name, category in self.items.items()
            if source in category.sources
            and (
                source is not SourceKind.LIST_ENTRIES
                or (list_code in category.lists if list_code in named else not category.lists)
            )
        }


CatalogueRule = Rule[Catalogue]
MeasuresRule = Rule[Items[Measure]]
MaskingRule = Rule[Items[Masked]]
RedListsRule = Rule[Items[RedList]]


def uncatalogued(rule: CatalogueRule, source: SourceKind, on: date) -> tuple[Because, str | None] | None:
    """Why nothing of this kind of source may be published on a day, and the basis, where there is a catalogue; null if
    one of its categories takes it."""
    if on < rule.versions[0].since:
        return Because.BEFORE_FIRST_VERSION, None
    version = rule.on(on)
    if any(source in category.sources for category in version.items.values()):
        return None
    return Because.NOT_IN_CATALOGUE, version.basis_of(CATALOGUE, _OUTSIDE)


def taken_by(rule: CatalogueRule, source: SourceKind, on: date, list_code: str | None = None) -> str | None:
    """The basis of the category that takes records of this kind of source, list entries on this list, on a day: the
    surest, where there are more; null where `uncatalogued` says why nothing may be published."""
    if on < rule.versions[0].since:
        return None
    version = rule.on(on)
    taking = version.taking(source, list_code)
    surest = min(taking, key=lambda name: list(Confidence).index(taking[name].confidence), default=None)
    return surest and version.basis_of(CATALOGUE, surest)


def masked(value: str, how: Masked) -> str:
    """The value with its middle hidden; nothing of it if the field is never shown or no longer than its ends."""
    if not how.shown or len(value) <= how.first + how.last:
        return "*" * len(value)
    middle = len(value) - how.first - how.last
    return value[: how.first] + "*" * middle + value[len(value) - how.last :]


def barred_by(rule: RedListsRule, honour: str | None, on: date) -> frozenset[str]:
    """The lists that keep an honour of this kind from being shown on a day: none if it is yearly, no red list at all,
    or the day lies before the rule (a bar is never guessed)."""
    if on < rule.versions[0].since:
        return frozenset()
    red = rule.on(on).items.get(honour or "")
    return frozenset(red.barred_by) if red else frozenset()
