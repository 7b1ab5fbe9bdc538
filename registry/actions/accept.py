"""Accepting a delivery: whole or not at all, every row accounted for.

Batches are staged while they are judged; one transaction then makes the delivery, its records, rejections and
tallies. The same bytes again change nothing and get the first receipt; a recalled delivery says so.
"""

import json
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from datetime import date, datetime
from typing import Any

import polars as pl

from registry.actions.register import names_delivered, register
from registry.digests import digest
from registry.errors import DatabaseNotReady
from registry.names import normal_expr
from registry.rulebook import Rulebook, late
from registry.store import deliveries
from registry.store.bulk import Staging, attached, staging
from registry.store.database import Database
from registry.store.tables import Delivery
from registry.vocabulary import SourceKind

RECORD_COLUMNS = (
    "source",
    "category",
    "name",
    "uscc",
    "organisation_code",
    "registration_number",
    "legal_representative",
    "document",
    "title",
    "classes",
    "procedure",
    "amount_fen",
    "ground",
    "body_name",
    "body_code",
    "source_body_name",
    "source_body_code",
    "decided_on",
    "starts_on",
    "ends_on",
    "noticed_on",
    "served_on",
    "status",
    "department_code",
    "county_code",
    "fields",
    "key",
    "content",
)
_BODIES = ("body", "source_body")
_STORED = tuple(c for c in RECORD_COLUMNS if not c.startswith(_BODIES)) + tuple(f"{b}_id" for b in _BODIES)
_DATED = (SourceKind.PENALTIES.value, SourceKind.PERMITS.value)


@dataclass(frozen=True)
class Announced:
    """What is known of a delivery before its rows are read."""

    source: SourceKind
    layout: str
    file_name: str
    sha256: str
    sheet: str
    encoding: str
    delimiter: str
    department: str | None
    received_on: date


@dataclass(frozen=True)
class Counts:
    """read = accepted + duplicate + rejected, always."""

    read: int
    accepted: int
    duplicate: int
    rejected: int


@dataclass(frozen=True)
class Receipt:
    """What the department gets back for a delivery."""

    delivery: int | None
    source: str
    layout: str
    file: str
    sheet: str
    sha256: str
    encoding: str
    delimiter: str
    department: str | None
    received_on: str
    counts: Counts
    blank: int
    rejected_by_check: dict[str, int]
    warnings: dict[str, int]
    feedback: list[str]
    duration_ms: int
    repeated: bool = False
    recalled: str | None = None
    dry_run: bool = False

    def as_json(self) -> dict[str, Any]:
        """For programs: the same words, `counts` as an object."""
        return asdict(self)


@dataclass
class Intake:
    """Where the batches of one delivery go; nothing is visible before `accept` ends."""

    announced: Announced
    staged: Staging
    book: Rulebook
    read: int = 0
    accepted: int = 0
    rejected: int = 0
    blank: int = 0
    by_check: dict[str, int] = field(default_factory=dict)
    warnings: dict[str, int] = field(default_factory=dict)

    def add(self, accepted: pl.DataFrame, rejected: pl.DataFrame, *, blank: int, warned: dict[str, int]) -> None:
        """Stage one sorted batch: `accepted` in RECORD_COLUMNS and line; `rejected` with line, failed, category,
        department_code, county_code, decided_on and the cells `c0`…"""
        self.read += accepted.height + rejected.height
        self.accepted += accepted.height
        self.rejected += rejected.height
        self.blank += blank
        for name, count in warned.items():
            self.warnings[name] = self.warnings.get(name, 0) + count
        for name, count in rejected["failed"].str.split(";").explode().value_counts().iter_rows():
            self.by_check[name] = self.by_check.get(name, 0) + count
        accepted = self._timed(accepted)
        rejected = self._timed(rejected)
        bodies, stored = _with_body_ids(accepted)
        self.staged.append("body", bodies)
        self.staged.append("record", stored)
        if self.announced.source is SourceKind.SUBJECTS:
            self.staged.append("name", names_delivered(accepted))
        self.staged.append("rejection", _rejections(rejected))
        self.staged.append("tally", _tallied(accepted, "accepted"))
        self.staged.append("tally", _tallied(rejected, "rejected"))

    def _timed(self, rows: pl.DataFrame) -> pl.DataFrame:
        received = pl.lit(self.announced.received_on)
        if self.announced.source not in _DATED:
            return rows.with_columns(pl.lit("undated").alias("timeliness"))
        return rows.with_columns(
            pl.when(pl.col("decided_on").is_null() | (pl.col("decided_on") > received))
            .then(pl.lit("undated"))
            .when(late(self.book, pl.col("decided_on"), received))
            .then(pl.lit("late"))
            .otherwise(pl.lit("timely"))
            .alias("timeliness")
        )


def first_receipt(database: Database, announced: Announced) -> Receipt | None:
    """The receipt of these same bytes, if they were delivered before."""
    with database.session() as session:
        delivery = deliveries.delivered_before(session, announced.sha256, announced.sheet, announced.source)
        if delivery is None:
            return None
        taken_back = deliveries.recalled(session, delivery.id or 0)
        return _receipt(
            announced,
            delivery.id,
            Counts(delivery.read, delivery.accepted, delivery.duplicate, delivery.rejected),
            blank=delivery.blank,
            by_check=deliveries.rejections_by_check(session, delivery.id or 0),
            warnings=deliveries.warnings_of(delivery),
            feedback=json.loads(delivery.feedback or "[]"),
            duration_ms=delivery.duration_ms,
            repeated=True,
            recalled=taken_back.reason if taken_back else None,
        )


def secret_of(database: Database) -> str:
    """The registry's own key for digests of personal values, made when it was created."""
    with database.session() as session:
        secret = deliveries.setting(session, "digest_key")
    if secret is None:
        raise DatabaseNotReady(
            "数据库没有摘要密钥。请先运行 chengxin init。", "the database has no digest key. Run `chengxin init` first."
        )
    return secret


@contextmanager
def intake(database: Database, book: Rulebook, announced: Announced) -> Iterator[Intake]:
    """A place to stage one delivery; the staging file is gone afterwards, whatever happens."""
    with staging(database.folder) as staged:
        yield Intake(announced, staged, book)


def accept(database: Database, arrived: Intake, *, feedback: list[str], started: float, now: datetime) -> Receipt:
    """Make the staged delivery part of the registry, in one transaction.

    `started` is the monotonic clock at its beginning (for the duration told), `now` the instant it is recorded.
    """
    arrived.staged.finish()
    announced = arrived.announced
    with database.session() as session, attached(session, arrived.staged.path):
        deliveries.begin(session)
        delivery = Delivery(
            source=announced.source.value,
            layout=announced.layout,
            file_name=announced.file_name,
            sha256=announced.sha256,
            sheet=announced.sheet,
            encoding=announced.encoding,
            delimiter=announced.delimiter,
            department_code=announced.department,
            received_on=announced.received_on,
            read=arrived.read,
            accepted=arrived.accepted,
            duplicate=0,
            rejected=arrived.rejected,
            blank=arrived.blank,
            warnings=json.dumps(_sorted(arrived.warnings), ensure_ascii=False),
            feedback=json.dumps(feedback, ensure_ascii=False),
            recorded_at=now,
        )
        session.add(delivery)
        session.flush()
        new, duplicate = deliveries.pour(session, delivery, _STORED, now)
        assert new + duplicate == arrived.accepted  # noqa: S101  (the conservation of rows)
        delivery.accepted, delivery.duplicate = new, duplicate
        delivery.duration_ms = round((time.monotonic() - started) * 1000)
        if announced.source is SourceKind.SUBJECTS:
            register(session, delivery.id or 0, now)
        session.commit()
    return _receipt(
        announced,
        delivery.id,
        Counts(arrived.read, new, duplicate, arrived.rejected),
        blank=arrived.blank,
        by_check=_sorted(arrived.by_check),
        warnings=_sorted(arrived.warnings),
        feedback=feedback,
        duration_ms=delivery.duration_ms,
    )


def judged_only(arrived: Intake, *, feedback: list[str], started: float) -> Receipt:
    """The receipt of a dry run: nothing is kept, so duplicates are not known and count as accepted."""
    return _receipt(
        arrived.announced,
        None,
        Counts(arrived.read, arrived.accepted, 0, arrived.rejected),
        blank=arrived.blank,
        by_check=_sorted(arrived.by_check),
        warnings=_sorted(arrived.warnings),
        feedback=feedback,
        duration_ms=round((time.monotonic() - started) * 1000),
        dry_run=True,
    )


def _receipt(
    announced: Announced,
    delivery: int | None,
    counts: Counts,
    *,
    blank: int,
    by_check: dict[str, int],
    warnings: dict[str, int],
    feedback: list[str],
    duration_ms: int,
    repeated: bool = False,
    recalled: str | None = None,
    dry_run: bool = False,
) -> Receipt:
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
        counts=counts,
        blank=blank,
        rejected_by_check=by_check,
        warnings=warnings,
        feedback=feedback,
        duration_ms=duration_ms,
        repeated=repeated,
        recalled=recalled,
        dry_run=dry_run,
    )


def _with_body_ids(accepted: pl.DataFrame) -> tuple[pl.DataFrame, pl.DataFrame]:
    """The public bodies named in a batch, and its rows with their ids instead of names and codes.

    A body's id digests its code, or its name in normal form where no code was delivered.
    """
    bodies = []
    for body in _BODIES:
        name, code = pl.col(f"{body}_name"), pl.col(f"{body}_code")
        identity = digest([pl.when(code.is_not_null()).then(code).otherwise(normal_expr(name))])
        known = accepted.select(name.alias("name"), code.alias("code")).unique()
        known = known.filter(pl.any_horizontal(pl.all().is_not_null()))
        known = known.with_columns(digest([pl.coalesce("code", normal_expr(pl.col("name")))]).alias("id"))
        bodies.append(known.select("id", pl.coalesce("name", "code").alias("name"), "code"))
        accepted = accepted.with_columns(
            pl.when(name.is_not_null() | code.is_not_null()).then(identity).alias(f"{body}_id")
        )
    rows = accepted.select("line", "timeliness", *_STORED).with_columns(pl.col(pl.Date).dt.to_string("%Y-%m-%d"))
    return pl.concat(bodies).unique("id", maintain_order=True), rows


def _rejections(rejected: pl.DataFrame) -> pl.DataFrame:
    """Rejected rows as they are kept: of a natural person's row only that it was rejected, and why."""
    cells = [c for c in rejected.columns if c.startswith("c") and c[1:].isdigit()]
    kept = pl.when(pl.col("category") != "natural_person").then(pl.struct(cells).struct.json_encode())
    return rejected.select("line", pl.col("failed").alias("checks"), kept.fill_null("{}").alias("cells"))


def _tallied(rows: pl.DataFrame, outcome: str) -> pl.DataFrame:
    counted = rows.group_by("department_code", "county_code", "category", "timeliness").len("rows")
    return counted.with_columns(pl.lit(outcome).alias("outcome"), pl.col("rows").cast(pl.Int64))


def _sorted(counts: dict[str, int]) -> dict[str, int]:
    return {name: counts[name] for name in sorted(counts) if counts[name]}

