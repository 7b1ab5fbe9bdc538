"""Accepting a delivery: whole or not at all, every row accounted for.

One transaction makes the delivery, its records, links, rejections and tallies, batch by batch as they are judged.
The same bytes again change nothing and get the first receipt; a recalled delivery says so.
"""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime

import polars as pl

from registry.actions import batches
from registry.actions.link import Linker
from registry.actions.receipts import Announced, Counts, Receipt, delivery_row, receipt_in
from registry.actions.register import aliases_delivered, names_delivered
from registry.errors import DatabaseNotReady
from registry.rulebook import Rulebook, late
from registry.store import (
    aliases,
    counterparties,
    deliveries,
    hidings,
    links,
    record_ids,
    restorations,
    subjects,
    unjudged,
)
from registry.store.bulk import Bulk, bulk, insert, snapshot
from registry.store.clock import begun
from registry.store.database import Database
from registry.vocabulary import Category, SourceKind

_INSERT_RECORD = insert("record", batches.STORED)
_INSERT_BODY = insert("body", ("id", "name", "code"), conflict="ON CONFLICT (id) DO NOTHING")
_INSERT_REJECTION = insert("rejection", ("delivery_id", "line", "checks", "cells"))
_DATED = (SourceKind.PENALTIES.value, SourceKind.PERMITS.value)
_LARGE = 32 << 20


class Intake:
    """Where the batches of one delivery go, within one transaction: nothing of it is visible before it ends.

    Without a registry to write to (`work` is None) it only counts: a dry run. `before` is the receipt of the same bytes
    if another process took them in while this one waited for its turn: then there is nothing to do.
    """

    def __init__(self, announced: Announced, book: Rulebook, work: Bulk | None, now: datetime) -> None:
        self.announced = announced
        self.book = book
        self.now = begun(work, now) if work else now
        self.read = self.accepted = self.rejected = self.blank = 0
        self.by_check: dict[str, int] = {}
        self.warnings: dict[str, int] = {}
        self._work = work
        self._keys: list[pl.DataFrame] = []
        self._names: list[pl.DataFrame] = []
        self._aliases: list[pl.DataFrame] = []
        self._tallies: list[pl.DataFrame] = []
        self.before = receipt_in(work, announced) if work else None
        if work is not None:
            self.delivery = deliveries.next_id(work, "delivery")
            self._counterparties = counterparties.Counterparties(work)
            self._first = self._next = record_ids.next_id(work, self.now)
            self._linker = Linker(work, self.now) if announced.source is not SourceKind.SUBJECTS else None

    def add(self, accepted: pl.DataFrame, rejected: pl.DataFrame, *, blank: int, warned: dict[str, int]) -> None:
        """Take one sorted batch: `accepted` in `batches.RECORD_COLUMNS` and line (and targets); `rejected` with line,
        failed, category, department_code, county_code, decided_on and the cells `c0`…"""
        self.read += accepted.height + rejected.height
        self.accepted += accepted.height
        self.rejected += rejected.height
        self.blank += blank
        for name, count in warned.items():
            self.warnings[name] = self.warnings.get(name, 0) + count
        for name, count in rejected["failed"].str.split(";").explode().value_counts().iter_rows():
            self.by_check[name] = self.by_check.get(name, 0) + count
        if self._work is not None:
            self._write(self._work, self._timed(accepted), self._timed(rejected))

    def _write(self, work: Bulk, accepted: pl.DataFrame, rejected: pl.DataFrame) -> None:
        identified, bodies = batches.with_bodies(accepted)
        numbered = identified.with_columns(
            pl.int_range(self._next, self._next + pl.len()).alias("id"),
            pl.lit(self.delivery).alias("delivery_id"),
        )
        self._next += accepted.height
        work.put(_INSERT_BODY, bodies)
        found = self._linked(numbered, self._linker) if self._linker and accepted.height else None
        carried = batches.carried(numbered, found)
        own = pl.when(pl.col("uscc").is_null()).then("organisation_code")  # else it is characters 9-17 of that
        stored = numbered.with_columns(own, carried).with_columns(counterparties.ID)
        self._counterparties.add(stored)
        work.put(_INSERT_RECORD, stored.select(batches.STORED))
        work.put(_INSERT_REJECTION, batches.rejections(rejected, self.delivery))
        self._keys.append(
            numbered.select(
                "key",
                pl.col("content_digest").alias("content"),
                "id",
                "line",
                "timeliness",
                carried.is_not_null().alias("linked"),
            )
        )
        self._tallies += [batches.tallied(accepted, "accepted"), batches.tallied(rejected, "rejected")]
        if "targets" in accepted.columns:
            restorations.put(work, numbered.select(pl.col("id").alias("record_id"), "targets"))
        if self._linker is None:
            self._names.append(names_delivered(accepted))
            self._aliases.append(aliases_delivered(accepted))
        elif found is not None:
            unjudged.put_fresh(work, self.delivery, batches.fresh(numbered, found))

    def _linked(self, numbered: pl.DataFrame, linker: Linker) -> pl.DataFrame:
        """Link a batch as it arrives, to the register as it is; what finds no subject waits. A natural person is
        nobody's subject."""
        people = pl.col("category") == Category.NATURAL_PERSON.value
        told = address = pl.lit(None, dtype=pl.String)
        if self.announced.source is SourceKind.HONOURS:
            told = pl.col("fields").str.json_path_match("$.current_name")
        if self.announced.source is SourceKind.LIST_ENTRIES:
            address = pl.col("fields").str.json_path_match("$.registered_address")
        delivered_by = pl.coalesce("source_body_name", "body_name")
        asked = numbered.filter(~people).with_columns(
            told_name=told, address=address, delivered_by=delivered_by, record_id="id"
        )
        found, rest = linker.find(asked.select(list(links.WAITING)))
        links.put(linker.work, found.filter(~links.CARRIED), self.now)
        links.put_waiting(linker.work, rest)
        return found

    def _timed(self, rows: pl.DataFrame) -> pl.DataFrame:
        received, timeliness = pl.lit(self.announced.received_on), pl.lit("undated")
        if self.announced.source in _DATED:
            is_late = late(self.book, pl.col("decided_on"), received)
            timeliness = (
                pl.when(pl.col("decided_on").is_null() | (pl.col("decided_on") > received) | is_late.is_null())
                .then(timeliness)
                .when(is_late)
                .then(pl.lit("late"))
                .otherwise(pl.lit("timely"))
            )
        return rows.with_columns(timeliness.cast(batches.TIMELINESS).alias("timeliness"))

    def finish(self, *, feedback: list[str], started: float) -> Receipt:
        """Count the delivery, tell repeats from new decisions, and write its receipt."""
        if self._work is None:
            return self._receipt(None, duplicate=0, feedback=feedback, started=started)
        work = self._work
        self._counterparties.put()
        arrived = pl.DataFrame(schema=dict.fromkeys(("key", "id"), pl.Int64))
        if self._keys:
            arrived = deliveries.in_versions(pl.concat(self._keys))  # while the last rows are being written
        work.drain()
        if self._tallies:
            deliveries.put_tallies(work, self.delivery, pl.concat(self._tallies))
        repeated = deliveries.without_repeats(work, self.delivery, arrived, self.now)
        duplicate, linked = repeated.height, _linked(arrived) - _linked(repeated)
        hidings.cover_delivery(work, self._first, self.now)
        if self.announced.source is SourceKind.RESTORATIONS:
            restorations.act_from(work, self._first, self.now)
        else:
            restorations.act(work, arrived, self.now)
        receipt = self._receipt(self.delivery, duplicate=duplicate, feedback=feedback, started=started)
        numbers = range(self._first, self._next)
        deliveries.put_delivery(work, delivery_row(receipt, numbers, linked, self.now))
        if self._names:
            known = deliveries.repeated_lines(work, self.delivery) if duplicate else None
            names, words = (_without(pl.concat(told), known) for told in (self._names, self._aliases))
            subjects.register(work, self.delivery, names, self.now)
            aliases.put(work, words)
        return receipt

    def _receipt(self, delivery: int | None, *, duplicate: int, feedback: list[str], started: float) -> Receipt:
        announced = self.announced
        return Receipt(
            delivery=delivery,
            source=announced.source.value,
            layout=announced.layout,
            file=announced.file_name,
            sheet=announced.sheet,
            sha256=announced.sha256,
            encoding=announced.encoding,
            delimiter=announced.delimiter,
            department=announced.department,
            received_on=announced.received_on.isoformat(),
            counts=Counts(self.read, self.accepted - duplicate, duplicate, self.rejected),
            blank=self.blank,
            rejected_by_check=_sorted(self.by_check),
            warnings=_sorted(self.warnings),
            feedback=feedback,
            duration_ms=round((time.monotonic() - started) * 1000),
            dry_run=delivery is None,
        )


def secret_of(database: Database) -> str:
    """The registry's own key for digests of personal values, made when it was founded."""
    with snapshot(database) as seen:
        secret = deliveries.setting(seen, "digest_key")
    if secret is None:
        raise DatabaseNotReady(
            "数据库没有摘要密钥。请先运行 chengxin init。", "the database has no digest key. Run `chengxin init` first."
        )
    return secret


@contextmanager
def intake(
    database: Database, book: Rulebook, announced: Announced, *, size: int, dry_run: bool, now: datetime
) -> Iterator[Intake]:
    """A place for one delivery: committed whole when it ends, or not at all. `size` is the file's, in bytes."""
    if dry_run:
        yield Intake(announced, book, None, now)
        return
    with bulk(database, load=size > _LARGE) as work:
        yield Intake(announced, book, work, now)


def _without(told: pl.DataFrame, lines: pl.DataFrame | None) -> pl.DataFrame:
    """What rows tell that are not among these lines: what a registration repeats, it does not tell anew."""
    return told if lines is None else told.join(lines, on="line", how="anti", maintain_order="left")


def _linked(records: pl.DataFrame) -> int:
    """How many of these carry their link themselves."""
    return int(records["linked"].sum()) if records.height else 0


def _sorted(counts: dict[str, int]) -> dict[str, int]:
    return {name: counts[name] for name in sorted(counts) if counts[name]}
