"""Linking a record to its subject by identifier: unified code, then the organisation code, then the old number.

A name never convicts: a name that the subject never bore sends the record to review, whatever the identifier;
and a negative record linked by anything but the unified code waits for a maker and a checker.
"""

from dataclasses import dataclass
from datetime import datetime

import polars as pl

from registry.names import normal_expr
from registry.store import links
from registry.store.bulk import attached, staging
from registry.store.database import Database
from registry.vocabulary import Because, Category, How, LinkState, SourceKind

NEGATIVE = (SourceKind.PENALTIES.value, SourceKind.LIST_ENTRIES.value)


@dataclass(frozen=True)
class Linked:
    """What a run of linking did (`made` links, new or judged again) and how the records stand now."""

    made: int
    provisional: int
    confirmed: int
    review: int
    unlinked: int


def link(database: Database, *, now: datetime) -> Linked:
    """Link every record that has no judged link; a record without a usable identifier waits."""
    with database.session() as session, staging(database.folder) as staged:
        subjects = links.subjects(session, database.folder)
        names = links.names(session, database.folder)
        told = pl.DataFrame(schema={"uscc": pl.String, "normal": pl.String})
        for batch in links.unjudged(session, database.folder):
            found = linked(batch, subjects, names)
            unknown = provisional(batch.join(found, on="record_id", how="anti"), told)
            told = pl.concat([told, unknown.names.select(told.columns)])
            staged.append("provisional", unknown.subjects)
            staged.append("provisional_name", unknown.names)
            staged.append("link", _changed(batch, pl.concat([found, unknown.links], how="diagonal")))
        staged.finish()
        with attached(session, staged.path):
            made = links.put(session, now)
            session.commit()
    with database.session() as session:
        return Linked(made=made, provisional=told["uscc"].n_unique(), **links.waiting(session))


def linked(records: pl.DataFrame, subjects: pl.DataFrame, names: pl.DataFrame) -> pl.DataFrame:
    """The links that identifiers make: record_id, subject_id, how, state, because. One row a record at most.

    `records` has the columns of `links.UNJUDGED`, `subjects` subject_id and the three identifiers, `names`
    subject_id and the normal form of each name borne. An identifier that several subjects share links nobody.
    """
    organisation, number = _borne_once(subjects, "organisation_code"), _borne_once(subjects, "registration_number")
    known = (
        records.lazy()
        .join(subjects.lazy().select("uscc", by_code="subject_id"), on="uscc", how="left")
        .join(organisation.lazy().rename({"subject_id": "by_organisation"}), on="organisation_code", how="left")
        .join(number.lazy().rename({"subject_id": "by_number"}), on="registration_number", how="left")
    )
    judged = known.with_columns(
        pl.coalesce("by_code", "by_organisation", "by_number").alias("subject_id"),
        pl.when(pl.col("by_code").is_not_null())
        .then(pl.lit(How.CODE.value))
        .when(pl.col("by_organisation").is_not_null())
        .then(pl.lit(How.ORGANISATION_CODE.value))
        .when(pl.col("by_number").is_not_null())
        .then(pl.lit(How.REGISTRATION_NUMBER.value))
        .alias("how"),
    ).filter(pl.col("subject_id").is_not_null())
    borne = names.lazy().with_columns(borne=pl.lit(value=True))
    for column in ("name", "told_name"):
        judged = judged.with_columns(normal_expr(pl.col(column)).alias("normal")).join(
            borne.rename({"borne": f"bears_{column}"}), on=["subject_id", "normal"], how="left"
        )
    agrees = (pl.col("bears_name") | pl.col("bears_told_name")).fill_null(value=False)
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
    ).collect()


@dataclass(frozen=True)
class Provisional:
    """Subjects that only a valid code attests, the names told for them, and the links to them."""

    subjects: pl.DataFrame
    names: pl.DataFrame
    links: pl.DataFrame


def provisional(records: pl.DataFrame, told: pl.DataFrame) -> Provisional:
    """Subjects for valid codes that the register does not know; the first name delivered is theirs for now.

    `told` has the names (uscc, normal) of those made already. A record whose name differs goes to review;
    individual businesses are left alone.
    """
    coded = records.filter(
        pl.col("uscc").is_not_null() & (pl.col("category") == Category.ORGANISATION.value)
    ).with_columns(pl.coalesce("told_name", "name").alias("best_name"))
    first = coded.unique("uscc", keep="first", maintain_order=True).join(told, on="uscc", how="anti")
    names = (
        pl.concat([first.select("uscc", pl.col("best_name").alias("name")), first.select("uscc", "name")])
        .with_columns(normal_expr(pl.col("name")).alias("normal"))
        .unique(["uscc", "normal"], maintain_order=True)
    )
    borne = pl.concat([told, names.select(told.columns)]).lazy().with_columns(borne=pl.lit(value=True))
    agrees = pl.col("borne").fill_null(value=False)
    made = (
        coded.lazy()
        .with_columns(normal_expr(pl.col("name")).alias("normal"))
        .join(borne, on=["uscc", "normal"], how="left")
        .select(
            "record_id",
            "uscc",
            pl.lit(How.CODE.value).alias("how"),
            pl.when(agrees)
            .then(pl.lit(LinkState.CONFIRMED.value))
            .otherwise(pl.lit(LinkState.REVIEW.value))
            .alias("state"),
            pl.when(~agrees).then(pl.lit(Because.NAME_DISAGREES.value)).alias("because"),
        )
        .collect()
    )
    return Provisional(first.select("uscc", "organisation_code", "category", pl.col("best_name").alias("name")), names, made)


def _borne_once(subjects: pl.DataFrame, column: str) -> pl.DataFrame:
    return (
        subjects.lazy()
        .filter(pl.col(column).is_not_null() & (pl.len().over(column) == 1))
        .select(column, "subject_id")
        .collect()
    )


def _changed(records: pl.DataFrame, found: pl.DataFrame) -> pl.DataFrame:
    """Links that say something new: a review that still says the same is left alone."""
    before = records.select("record_id", "link_subject", "link_state")
    joined = found.join(before, on="record_id", how="left")
    same = (pl.col("link_subject") == pl.col("subject_id")) & (pl.col("link_state") == pl.col("state"))
    return joined.filter(~same.fill_null(value=False)).select("record_id", "subject_id", "uscc", "how", "state", "because")
