"""依据与救济: the law behind an item on display, how to object to it and how to have it restored.

An answer tells each basis once, under its key; every item on that basis names the key. What the rulebook says is
worked out once for each basis, and for each basis with its two days: thousands, not millions.
"""

from datetime import date

import msgspec

from registry.rulebook import Rulebook, explain
from registry.rulebook import restorable_from as _restorable_from
from registry.rulebook.law import Said
from registry.vocabulary import Confidence


class Basis(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """Why items are shown for as long as they are: the rule, the day since which its version applies, the article;
    and what their subject can do, `how_to_restore` null where nothing can be restored."""

    rule: str
    version: date
    part: str
    title: Said
    instrument: str
    number: str
    article: str
    confidence: Confidence
    how_to_object: Said | None
    how_to_restore: Said | None


_MOST_KNOWN = 50_000
_BASES: dict[tuple[str, str], Basis] = {}
_DAYS: dict[tuple[str, str, date | None, date], date | None] = {}


def basis_of(book: Rulebook, basis: str) -> Basis:
    """The law behind a basis, e.g. `penalties/2026-04-01/serious`.

    Raises:
        RuleNotWritten: the rulebook has no such basis.
    """
    known = _BASES.get((book.digest, basis))
    if known is None:
        law = explain(book, basis)
        known = _BASES[book.digest, basis] = Basis(
            rule=law.rule,
            version=law.since,
            part=law.part,
            title=law.part_title,
            instrument=law.instrument,
            number=law.number,
            article=law.article,
            confidence=law.confidence,
            how_to_object=law.how_to_object,
            how_to_restore=law.how_to_restore,
        )
    return known


def restorable_from(book: Rulebook, basis: str, decided_on: date | None, shown_from: date) -> date | None:
    """The earliest day restoration can be applied for; null where there is none or no such day is known."""
    key = (book.digest, basis, decided_on, shown_from)
    if key not in _DAYS:
        if len(_DAYS) >= _MOST_KNOWN:
            _DAYS.clear()
        _DAYS[key] = _restorable_from(book, basis, decided_on, shown_from)
    return _DAYS[key]
