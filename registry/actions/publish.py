"""Publishing: what is public is derived from records, links, decisions and the rulebook, and from nothing else.

The gate asks whom a record is about and how surely; the law (`registry.rulebook`) whether and how long it is shown.
Every accepted record ends up shown, held with a reason, or not publishable with the article.
"""

from collections.abc import Collection
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import date, datetime
from typing import NamedTuple, Self

import polars as pl

from registry.actions.naming import NEGATIVE
from registry.actions.progress import Advance, Progress, untold
from registry.rulebook import Rulebook, judged
from registry.rulebook.persons import withheld
from registry.store import deliveries, publishing, unjudged
from registry.store.bases import Bases
from registry.store.bulk import Bulk, bulk, snapshot
from registry.store.clock import begun
from registry.store.database import Database
from registry.vocabulary import Because, Category, How, LinkState, Outcome, Ruling, SourceKind

_JUDGED_WITH = "judged_with"
_MANY = 50_000  # records that are judged for the first time: their outcomes are loaded, if nobody else is there
_READERS = 2  # of all records, when all are judged again: to read them takes longer than to judge them
_BY_LAW = {"basis": pl.String, "shown_from": pl.Date, "shown_until": pl.Date}


@dataclass(frozen=True)
class Outcomes:
    """How many records are shown; held, and not publishable, by reason."""

    shown: int
    held: dict[str, int]
    unpublishable: dict[str, int]

    @classmethod
    def counted(cls, outcomes: pl.DataFrame) -> Self:
        """Of outcomes with their reasons, counted: outcome, because, n."""
        told: dict[str, dict[str, int]] = {outcome.value: {} for outcome in Outcome}
        for outcome, because, n in outcomes.sort(
            "outcome", "n", "because", descending=[False, True, False]
        ).iter_rows():
            told[outcome][because] = n
        return cls(sum(told[Outcome.SHOWN].values()), told[Outcome.HELD], told[Outcome.UNPUBLISHABLE])


@dataclass(frozen=True)
class Published:
    """What a run of publishing did: how many records it judged, and to which outcomes."""

    judged: int
    outcomes: Outcomes


class _Law(NamedTuple):
    """The law that counts here, and whether what was judged before was judged by another."""

    production: bool
    told: str
    is_new: bool

    @classmethod
    def here(cls, seen: Bulk, book: Rulebook) -> Self:
        production = deliveries.setting(seen, "mode") != "demo"
        told = f"{book.digest}/{'production' if production else 'demo'}"
        before = deliveries.setting(seen, _JUDGED_WITH)
        # before the first run cases may have judged what they are about, under the law of their day
        return cls(production, told, before != told and (before is not None or publishing.begun(seen)))


def publish(database: Database, book: Rulebook, *, on: date, now: datetime, progress: Progress = untold) -> Published:
    """Derive the outcome of every record that has none yet, or whose link or law has changed.

    `on` is the day of publication; running it again changes nothing.
    """
    written: list[pl.DataFrame] = []
    with snapshot(database) as seen:
        load = not _Law.here(seen, book).is_new and unjudged.waiting(seen, everything=False) > _MANY
    with bulk(database, load=load) as work, ExitStack() as held:
        now = begun(work, now)
        production, law, everything = _Law.here(work, book)
        bases, of = Bases(work), max(1, unjudged.waiting(work, everything=everything))
        # whoever loads may have the file for itself, where nobody can read beside it
        readers = [held.enter_context(snapshot(database)) for _ in range(_READERS if everything and not load else 0)]
        for batch in unjudged.everything(work, *readers) if everything else unjudged.touched(work):
            new_outcomes = changed(batch, derived(batch, book, on=on, production=production))
            publishing.put(work, new_outcomes, bases, now, instead=True)
            written.append(_counted(new_outcomes))
            progress(Advance(batch.height, batch.height / of))
        for batch in unjudged.fresh(work):
            outcomes = derived(batch, book, on=on, production=production)
            outcomes = outcomes.join(batch.select("record_id", "subject_id", "first_shown_on"), on="record_id")
            publishing.put(work, outcomes.with_columns(_carried()), bases, now, instead=False)
            written.append(_counted(outcomes))
            progress(Advance(batch.height, batch.height / of))
        publishing.finish(work, now)
        if publishing.shields(work):
            from registry.actions.shielding import shield_arrived  # with all that cases need, where there are any

            shield_arrived(work, now)
        deliveries.set_to(work, _JUDGED_WITH, law)
        deliveries.set_to(work, "derived_at", str(round(now.timestamp() * 1000)))
    counted = pl.concat(written or [pl.DataFrame(schema=publishing.COUNTED)])
    told = counted.group_by("outcome", "because").agg(pl.col("n").sum())
    return Published(int(told["n"].sum()), Outcomes.counted(told))


def standing(database: Database) -> Outcomes:
    """How all records stand now."""
    with snapshot(database) as seen:
        return Outcomes.counted(publishing.standing(seen))


def _counted(outcomes: pl.DataFrame) -> pl.DataFrame:
    return outcomes.group_by("outcome", "because").agg(pl.len().cast(pl.Int64).alias("n"))


def derived(records: pl.DataFrame, book: Rulebook, *, on: date, production: bool) -> pl.DataFrame:
    """The outcome of each record: record_id, outcome, because, basis, shown_from, shown_until.

    `records` has the columns of `store.unjudged.UNJUDGED`. A pure function of its arguments.
    """
    persons = withheld(book.persons, on, book.unsigned if production else ())
    gated = records.with_columns(gate(persons).alias("barred"))
    barred = gated.lazy().filter(pl.col("barred").is_not_null())
    let_through = gated.lazy().filter(pl.col("barred").is_null())
    held = barred.select(
        "record_id",
        pl.when(pl.col("barred") == Because.SAME_DECISION.value)
        .then(pl.lit(Outcome.UNPUBLISHABLE.value))
        .otherwise(pl.lit(Outcome.HELD.value))
        .alias("outcome"),
        pl.col("barred").alias("because"),
        pl.col("category").replace_strict(persons, default=None, return_dtype=pl.String).alias("basis"),
        *(pl.lit(None, dtype=kind).alias(column) for column, kind in _BY_LAW.items() if column != "basis"),
    )
    by_law = [  # to put together what the law says of a kind takes longer than to judge a few records
        judged(source, let_through.filter(pl.col("source") == source.value), book, on=on, production=production)
        for source in map(SourceKind, records["source"].unique(maintain_order=True))
        if source not in (SourceKind.SUBJECTS, SourceKind.RESTORATIONS)
    ]
    restored = _restored(let_through.filter(pl.col("source") == SourceKind.RESTORATIONS.value))
    return pl.concat([held, *by_law, restored], how="vertical_relaxed").collect()


def gate(persons: Collection[Category]) -> pl.Expr:
    """Why a record may not be published whatever the law says of its kind; null lets it through to the law.

    `persons` are the kinds of subject whose information is not published at all (`registry.rulebook.persons`).
    """
    negative = pl.col("source").is_in(NEGATIVE)
    person, trader = (
        (pl.col("category") == kind.value) & (kind in persons)
        for kind in (Category.NATURAL_PERSON, Category.INDIVIDUAL_BUSINESS)
    )
    return (
        pl.when(person)
        .then(pl.lit(Because.NATURAL_PERSON.value))
        .when(trader)
        .then(pl.lit(Because.INDIVIDUAL_BUSINESS.value))
        .when(pl.col("source") == SourceKind.RESTORATIONS.value)
        .then(None)
        .when(pl.col("held_back") == Ruling.SAME.value)
        .then(pl.lit(Because.SAME_DECISION.value))
        .when(pl.col("held_back") == Ruling.WAITS.value)
        .then(pl.lit(Because.WITHDRAWN_BEFORE.value))
        .when(pl.col("conflicts"))
        .then(pl.lit(Because.CONFLICTING_VERSION.value))
        .when(pl.col("subject_id").is_null())
        .then(pl.lit(Because.UNLINKED.value))
        .when(pl.col("link_state") != LinkState.CONFIRMED.value)
        .then(pl.coalesce("link_because", pl.lit(Because.LINK_UNCONFIRMED.value)))
        .when(negative & ~pl.col("how").is_in([How.CODE.value, How.MAKER_AND_CHECKER.value]))
        .then(pl.lit(Because.LINK_UNCONFIRMED.value))
        .when(negative & pl.col("provisional"))
        .then(pl.lit(Because.PROVISIONAL_SUBJECT.value))
    )


def _restored(restorations: pl.LazyFrame) -> pl.LazyFrame:
    """Outcomes of restorations decided elsewhere: never shown; done, or waiting for what they restore or for people."""
    done = pl.col("restores") == "done"
    return restorations.select(
        "record_id",
        pl.when(done).then(pl.lit(Outcome.UNPUBLISHABLE.value)).otherwise(pl.lit(Outcome.HELD.value)).alias("outcome"),
        pl.when(done)
        .then(pl.lit(Because.RESTORATION_DONE.value))
        .when(pl.col("restores").is_null())
        .then(pl.lit(Because.NOTHING_TO_RESTORE.value))
        .otherwise(pl.lit(Because.RESTORED_BY_ANOTHER.value))
        .alias("because"),
        *(pl.lit(None, dtype=kind).alias(column) for column, kind in _BY_LAW.items()),
    )


def changed(records: pl.DataFrame, now: pl.DataFrame) -> pl.DataFrame:
    """Outcomes that differ from the current ones; a day of first showing is carried while a record is held."""
    before = [c for c in records.columns if c.startswith("was_")]
    joined = now.join(records.select("record_id", "subject_id", "first_shown_on", *before), on="record_id")
    same = pl.all_horizontal(
        pl.col(new).eq_missing(pl.col(old))
        for new, old in {
            "outcome": "was_outcome",
            "because": "was_because",
            "basis": "was_basis",
            "shown_from": "was_from",
            "shown_until": "was_until",
        }.items()
    ) & (pl.col("subject_id").fill_null(0) == pl.col("was_subject"))
    return joined.filter(~same.fill_null(value=False)).select(
        "record_id",
        "subject_id",
        "outcome",
        "because",
        "basis",
        "shown_from",
        "shown_until",
        _carried(),
        "was_outcome",
        "was_subject",
    )


def _carried() -> pl.Expr:
    """The day of first showing, of what is not shown: what is shown says it itself."""
    return pl.when(pl.col("outcome") != Outcome.SHOWN.value).then(pl.col("first_shown_on")).alias("first_shown_on")
