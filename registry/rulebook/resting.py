"""What showing a record rests on: the part of the rule that decides, and the category of the catalogue that takes it.

Everything else that a publication meets can only take away from it, which needs no signature: a red list bars an
honour, a policy between regimes ends a display sooner, a kind of subject is withheld.
"""

from datetime import date

from registry.rulebook.book import LISTS, Rulebook
from registry.rulebook.catalogues import taken_by
from registry.vocabulary import SourceKind

_KINDS = {kind.value: kind for kind in SourceKind}
"""The kinds of source, by the name of the rule that decides on them; list entries have a rule for each list."""


def rests_on(book: Rulebook, basis: str, on: date) -> tuple[str, ...]:
    """The bases that showing something on `basis` rests on, when it is published on the day `on`: itself, and that of
    the category, where there is one."""
    shelf, _, name = book.bases[basis].rule.rpartition(".")
    source = SourceKind.LIST_ENTRIES if shelf == LISTS else None if shelf else _KINDS.get(name)
    category = source and taken_by(book.catalogue, source, on, name)
    return (basis, category) if category else (basis,)


def unsigned_behind(book: Rulebook, basis: str, on: date) -> list[str]:
    """Of what that rests on, what leans on a value that nobody has verified, nor two people signed: while there is any,
    nothing is shown on `basis` outside a demo."""
    return [key for key in rests_on(book, basis, on) if key in book.unsigned]


def unsigned_on(book: Rulebook, on: date) -> frozenset[str]:
    """The bases on which nothing may be shown outside a demo, when it is published on the day `on`."""
    unsigned = book.unsigned
    return frozenset(key for key in book.bases if not unsigned.isdisjoint(rests_on(book, key, on)))
