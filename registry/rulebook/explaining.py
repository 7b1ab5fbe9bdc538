"""What a basis means for a reader: the article behind a publication, and when it can be restored."""

from collections.abc import Iterable
from datetime import date

import polars as pl

from registry.errors import RuleNotWritten
from registry.rulebook.bases import Basis
from registry.rulebook.book import Rulebook
from registry.rulebook.months import months_after


def explain(book: Rulebook, basis: str) -> Basis:
    """The law behind `basis`, e.g. `penalties/2026-04-01/serious` or `lists.tax_serious/2022-02-01/term`.

    Raises:
        RuleNotWritten: the rulebook has no such part.
    """
    if basis not in book.bases:
        raise RuleNotWritten(f"规则库中没有依据 {basis}。", f"the rulebook has no basis {basis}.", basis=basis)
    return book.bases[basis]


def restorable_from(
    book: Rulebook,
    basis: str,
    decided_on: date | None,
    shown_from: date | None,
    *,
    domain: str | None = None,
    corrected_on: date | None = None,
) -> date | None:
    """The earliest day on which restoration can be applied for, by the clock alone.

    Null where no such day is known: nothing to restore, or the months run from a correction whose day is not given.
    `domain` is a field with a least period of its own, e.g. `food`.

    Raises:
        RuleNotWritten: the rulebook has no such basis.
    """
    restoration = explain(book, basis).restoration
    if restoration is None:
        return None
    months = restoration.min_months_in.get(domain or "", restoration.min_months)
    start = {"decision": decided_on, "shown": shown_from, "correction": corrected_on}[restoration.counted_from]
    return start and months_after(start, months)


def restorable(bases: Iterable[Basis]) -> pl.Expr:
    """`restorable_from` for a column of items on any of `bases`.

    Reads `basis`, `decided_on`, `shown_from`, `domain` and `corrected_on`; a property test holds the two equal.
    """
    said = pl.lit(None, pl.Date)
    for basis in bases:
        if (law := basis.restoration) is None:
            continue
        start = pl.col(
            {"decision": "decided_on", "shown": "shown_from", "correction": "corrected_on"}[law.counted_from]
        )
        day = start.dt.offset_by(f"{law.min_months}mo")
        for domain, months in law.min_months_in.items():
            day = pl.when(pl.col("domain") == domain).then(start.dt.offset_by(f"{months}mo")).otherwise(day)
        said = pl.when(pl.col("basis") == basis.basis).then(day).otherwise(said)
    return said
