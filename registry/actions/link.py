"""Linking a record to its subject by identifier: by its unified code and nothing else if it has one, for another code
is another subject's; else by the organisation code, then the old number; and without any by name, under the conditions
of `registry.actions.naming`.

A name never convicts: a name that the subject never bore sends the record to review, whatever the identifier;
and a negative record linked by anything but the unified code waits for a maker and a checker. Records are linked
as they are accepted; what finds no subject waits in the queue of this action.
"""

from dataclasses import dataclass
from datetime import datetime

import polars as pl

from registry.actions.naming import NEGATIVE, bearing, named
from registry.actions.progress import Advance, Progress, untold
from registry.names import normal_expr
from registry.store import deliveries, links, subjects
from registry.store.bulk import Bulk, bulk, snapshot
from registry.store.clock import begun
from registry.store.database import Database
from registry.vocabulary import Because, Category, How, LinkState

_LARGER = 2  # how many times the first batch the register may be


@dataclass(frozen=True)
class Linked:
    """What a run of linking did: links made, and provisional subjects."""

    made: int
    provisional: int


@dataclass(frozen=True)
class Standing:
    """How all records stand: linked for certain, waiting for people's judgement, without a subject."""

    confirmed: int
    review: int
    unlinked: int


class Linker:
    """The register as linking sees it, growing by the provisional subjects that valid codes attest.

    Where it is not much larger than a batch it is read once, as a whole; else each batch asks for what it may mean.
    """

    def __init__(self, work: Bulk, now: datetime) -> None:
        self.work = work
        self.now = now
        self._whole: bool | None = None  # whether all of the register is in the next two, or only what was made here
        self._subjects = pl.DataFrame(schema=subjects.SUBJECTS)
        self._names = pl.DataFrame(schema=subjects.NAMES)
        self._replaced = subjects.replaced(work)
        self._different = links.different(work)
        self._next = deliveries.next_id(work, "subject")
        self.provisional = 0

    def find(self, records: pl.DataFrame) -> tuple[pl.DataFrame, pl.DataFrame]:
        """The links of a batch (`links.WAITING` columns): as `linked`, the subject that each `leads_to`, and
        whether that is `provisional`; and the records that found none."""
        register, known = self._register(records)
        found = linked(records, register, known)
        rest = records if found.is_empty() else records.join(found, on="record_id", how="anti")
        if not rest.is_empty():
            new, names = provisional(rest, self._next)
            if not new.is_empty():
                self._next += new.height
                self.provisional += new.height
                subjects.put_provisional(self.work, new, names, self.now)
                told = names.select(known.columns)
                new = new.with_columns(provisional=pl.lit(value=True)).select(register.columns)
                found = pl.concat([found, linked(rest, new, told)])
                register, known = pl.concat([register, new]), pl.concat([known, told])
                self._subjects = pl.concat([self._subjects, new])
                self._names = pl.concat([self._names, told])
                rest = rest.join(found, on="record_id", how="anti")
        by_name = self._named(rest.filter(pl.col("uscc").is_null()), register, known)
        rest = rest.join(by_name, on="record_id", how="anti")
        found, barred = self._unbarred(records, pl.concat([found, by_name]))
        standing = register.select("provisional", leads_to="subject_id")
        found = self._led(found.with_columns(leads_to="subject_id"), "leads_to")
        return found.join(standing, on="leads_to", how="left", maintain_order="left"), pl.concat([rest, barred])

    def _register(self, records: pl.DataFrame) -> tuple[pl.DataFrame, pl.DataFrame]:
        """The subjects that the records may mean, and their names (`subjects.SUBJECTS`, `subjects.NAMES`)."""
        if self._whole is None:
            self._whole = self._next <= _LARGER * records.height
            if self._whole:
                self._subjects, self._names = subjects.identifiers(self.work), subjects.names(self.work)
        if self._whole:
            return self._subjects, self._names
        asked = subjects.identifiers_of(self.work, records)
        register = pl.concat([self._subjects, asked]).unique("subject_id", keep="first", maintain_order=True)
        otherwise = records.join(register, on=["uscc", "name"], how="anti")
        looked_at = register.filter(
            pl.col("uscc").is_in(otherwise["uscc"].implode()) | ~pl.col("uscc").is_in(records["uscc"].implode())
        )
        uncoded = records.filter(pl.col("uscc").is_null()).select(normal=normal_expr(pl.col("name")))
        known = subjects.names_of(self.work, looked_at["subject_id"], uncoded["normal"])
        return register, pl.concat([self._names, known]).unique(maintain_order=True)

    def _led(self, found: pl.DataFrame, column: str = "subject_id") -> pl.DataFrame:
        """The links, with the subject that each leads to in a column that tells a subject."""
        if self._replaced.is_empty():
            return found
        led = pl.coalesce("target_id", column).alias(column)
        joined = found.join(self._replaced, left_on=column, right_on="subject_id", how="left", maintain_order="left")
        return joined.with_columns(led).drop("target_id")

    def _named(self, records: pl.DataFrame, register: pl.DataFrame, known: pl.DataFrame) -> pl.DataFrame:
        """The links that names make of records without a code; only the bearers of those names are read."""
        bearers = bearing(records, known).join(self._replaced, on="subject_id", how="anti")
        ids = bearers["subject_id"]
        if ids.is_empty():
            return linked(records.clear(), register, known)
        return named(records, bearers, subjects.borne(self.work, ids), subjects.facts(self.work, ids))

    def _unbarred(self, records: pl.DataFrame, found: pl.DataFrame) -> tuple[pl.DataFrame, pl.DataFrame]:
        """The links without those that people held to be wrong for that name, and the records of the latter."""
        if self._different.is_empty():
            return found, records.clear()
        certain = (pl.col("state") == LinkState.CONFIRMED.value) & (pl.col("how") != How.NAME.value)
        doubtful = found.filter(~certain).select("record_id", "subject_id")
        named = records.select("record_id", normal_expr(pl.col("name")).alias("normal"))
        told, different = self._led(doubtful.join(named, on="record_id")), self._led(self._different)
        barred = told.join(different, on=["normal", "subject_id"], how="semi").select("record_id")
        return found.join(barred, on="record_id", how="anti"), records.join(barred, on="record_id", how="semi")


def link(database: Database, *, now: datetime, progress: Progress = untold) -> Linked:
    """Link what waits in the queue; a record without a usable identifier goes on waiting, or for whom people say."""
    with bulk(database) as work:
        made = 0
        linker = Linker(work, begun(work, now)) if work.one("SELECT EXISTS (SELECT 1 FROM unlinked)") else None
        if linker:
            of = work.one("SELECT count(*) FROM unlinked")
            for batch in links.waiting(work):
                found, _ = linker.find(batch)
                links.put(work, found, linker.now)
                made += found.height
                progress(Advance(batch.height, batch.height / of))
            links.leave_queue(work)
            _gather(work)
        answered = links.people_answered(work)
    if answered:
        _settle_again(database, now)
    return Linked(made=made, provisional=linker.provisional if linker else 0)


def standing(database: Database) -> Standing:
    """How all records stand now."""
    with snapshot(database) as seen:
        return Standing(**links.standing(seen))


def _gather(work: Bulk) -> None:
    """Put the names together under which records go on waiting."""
    from registry.actions.gathering import gather

    gather(work)


def _settle_again(database: Database, now: datetime) -> None:
    """Let what people answered count again."""
    from registry.actions.settling import settle_again
    from registry.store import ledger

    with database.session() as session:
        settle_again(session, ledger.take_turn(session, now))


def linked(records: pl.DataFrame, register: pl.DataFrame, names: pl.DataFrame) -> pl.DataFrame:
    """The links that identifiers make: record_id, subject_id, how, state, because. One row a record at most.

    `records` has the columns of `links.WAITING`; `register` subject_id, the three identifiers and the name of
    today; `names` subject_id and the normal form of each name borne. An identifier that several subjects share
    links nobody.
    """
    by_code = register.select("uscc", "subject_id", name_now="name")
    coded = records.select("record_id", "uscc", "name").join(by_code, on="uscc", how="left", maintain_order="left")
    same = (coded["name"] == coded["name_now"]).fill_null(value=False)
    plain = coded.filter(same).select(
        "record_id",
        "subject_id",
        pl.lit(How.CODE.value).alias("how"),
        pl.lit(LinkState.CONFIRMED.value).alias("state"),
        pl.lit(None, dtype=pl.String).alias("because"),
    )
    if same.all():
        return plain
    rest = records.filter(~same).with_columns(coded.filter(~same)["subject_id"])  # few
    return pl.concat([plain, _examined(rest, register, names)])


def _examined(records: pl.DataFrame, register: pl.DataFrame, names: pl.DataFrame) -> pl.DataFrame:
    """The links of records (joined to `register` by code) whose name is not, letter for letter, that of today."""
    known = records.rename({"subject_id": "by_code"})
    for column, by in (("organisation_code", "by_organisation"), ("registration_number", "by_number")):
        known = known.join(_borne_once(register, column, by, records), on=column, how="left", maintain_order="left")
    uncoded = pl.when(pl.col("uscc").is_null())
    judged = known.with_columns(
        pl.coalesce("by_code", uncoded.then("by_organisation"), uncoded.then("by_number")).alias("subject_id"),
        pl.when(pl.col("by_code").is_not_null())
        .then(pl.lit(How.CODE.value))
        .when(pl.col("by_organisation").is_not_null())
        .then(pl.lit(How.ORGANISATION_CODE.value))
        .otherwise(pl.lit(How.REGISTRATION_NUMBER.value))
        .alias("how"),
    ).filter(pl.col("subject_id").is_not_null())
    here = judged.select("subject_id").unique()
    borne = names.join(here, on="subject_id", how="semi").with_columns(borne=pl.lit(value=True))
    for column in ("name", "told_name"):
        judged = judged.with_columns(normal_expr(pl.col(column)).alias("normal")).join(
            borne.rename({"borne": f"bears.{column}"}), on=["subject_id", "normal"], how="left", maintain_order="left"
        )
    agrees = pl.any_horizontal(pl.col("bears.name", "bears.told_name").fill_null(value=False))
    weak = (pl.col("how") != How.CODE.value) & pl.col("source").is_in(NEGATIVE)
    return judged.select(
        "record_id",
        "subject_id",
        "how",
        pl.when(agrees & ~weak)
        .then(pl.lit(LinkState.CONFIRMED.value))
        .otherwise(pl.lit(LinkState.REVIEW.value))
        .alias("state"),
        pl.when(~agrees)
        .then(pl.lit(Because.NAME_DISAGREES.value))
        .when(weak)
        .then(pl.lit(Because.LINK_UNCONFIRMED.value))
        .alias("because"),
    )


def provisional(records: pl.DataFrame, first_id: int) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Subjects for valid codes that the register does not know, numbered from `first_id`, and their names.

    The name of the first record is theirs for now (with the name it tells as current, if any); individual
    businesses are left alone. Subjects: subject_id, uscc, organisation_code, registration_number, category, name;
    names: subject_id, normal, name.
    """
    first = (
        records.filter(pl.col("uscc").is_not_null() & (pl.col("category") == Category.ORGANISATION.value))
        .unique("uscc", keep="first", maintain_order=True)
        .with_row_index("subject_id", first_id)
        .with_columns(pl.col("subject_id").cast(pl.Int64))
    )
    made = first.with_columns(pl.coalesce("told_name", "name").alias("name"))
    names = pl.concat([made.select("subject_id", "name"), first.select("subject_id", "name")])
    names = names.with_columns(normal_expr(pl.col("name")).alias("normal"))
    columns = ("subject_id", "uscc", "organisation_code", "registration_number", "category", "name")
    return made.select(columns), names.unique(["subject_id", "normal"], maintain_order=True)


def _borne_once(register: pl.DataFrame, column: str, by: str, asked: pl.DataFrame) -> pl.DataFrame:
    """The organisation of each identifier that is asked for and only one subject has. An individual business is found
    by its code alone, which tells that it is one: nothing about it is public."""
    borne = register.join(asked.select(column).drop_nulls().unique(), on=column, how="semi")
    once = borne.group_by(column).agg(pl.len().alias("bearers"), pl.col("category", "subject_id").first())
    kept = (pl.col("bearers") == 1) & (pl.col("category") == Category.ORGANISATION.value)
    return once.filter(kept).select(column, pl.col("subject_id").alias(by))
