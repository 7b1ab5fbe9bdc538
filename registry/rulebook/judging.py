"""The one question asked of the rulebook in bulk: what becomes of these records."""

from datetime import date

import polars as pl

from registry.rulebook import lasting, lists, transition
from registry.rulebook.book import Rulebook
from registry.rulebook.catalogues import uncatalogued
from registry.rulebook.picking import settled
from registry.rulebook.resting import unsigned_on
from registry.vocabulary import Because, SourceKind


def judged(source: SourceKind, records: pl.LazyFrame, book: Rulebook, *, on: date, production: bool) -> pl.LazyFrame:
    """What the law makes of `records`, one row each; subjects are registrations, and a
    restoration is nothing to show: no row at all.

    Args:
        source: the kind of source all the records are of.
        records: `record_id`, `classes`, `procedure`, `amount_fen`, `has_ground`, `has_document`, `decided_on`,
            `starts_on`, `ends_on`, `noticed_on`, `served_on`, `status`, `first_shown_on`.
        book: the law.
        on: the day of publication; `first_shown_on` is that of the first publication, null if there was none.
        production: whether what rests on an unverified value that nobody signed is held instead of shown.

    Returns:
        `record_id`, `outcome`, `because` (null if shown), `basis` (null while no part of a version applies),
        `shown_from`, `shown_until` (exclusive; null without an end).
    """
    unsigned = unsigned_on(book, on) if production else frozenset[str]()
    match source:
        case SourceKind.SUBJECTS | SourceKind.RESTORATIONS:
            return settled(records, pl.lit(Because.NO_RULE), {}, unsigned).filter(pl.lit(value=False))
        case _ if (barred := uncatalogued(book.catalogue, source, on)) is not None:
            because, basis = barred
            return settled(records, pl.lit(basis or because), {basis: because} if basis else {}, unsigned)
        case SourceKind.PENALTIES:
            return transition.judged(records, book.penalties, book.transition, on=on, unsigned=unsigned)
        case SourceKind.LIST_ENTRIES:
            # a delivered ground is prose: which item of the list's article it is, no layout says
            unnumbered = records.with_columns(pl.lit(None, pl.String).alias("ground_item"))
            return lists.judged(unnumbered, book.lists, on=on, unsigned=unsigned)
        case SourceKind.PERMITS | SourceKind.HONOURS | SourceKind.COMMITMENTS:
            rule = getattr(book, source.value)
            return lasting.judged(records, rule, source.value, on=on, unsigned=unsigned)
