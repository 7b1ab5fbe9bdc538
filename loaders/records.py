"""Accepted rows as records: identity numbers go from every text, and what is no column of a record into `fields`."""

import polars as pl

from loaders.arrival import Arrival
from loaders.distinct import Batch
from registry.actions.accept import RECORD_COLUMNS
from registry.digests import digest_of, keyed_digest, part
from registry.identifiers import document_number, without_identity_numbers
from registry.names import normal_expr
from registry.vocabulary import Category

_COUNTED_BY = {"local_code", "department_code", "county_code"}
_NOT_CONTENT = frozenset({"legal_representative", "source_body_name", "source_body_code", "note", *_COUNTED_BY})
# what our own expressions made or proved holds no identity number
_PROVEN = frozenset(
    {"category", "uscc", "organisation_code", "procedure", "body_code", "source_body_code", *_COUNTED_BY}
)
# another spelling makes no other version
_SPELLED = {
    "document": document_number(pl.col("document")),
    "document_normal": document_number(pl.col("document")),
    "name": normal_expr(pl.col("name")),
}
_PRIVATE = ("title", "ground")  # not kept of a natural person's row
_IDENTIFIERS = ("uscc", "organisation_code", "registration_number")
_MADE = ("source", "key", "content_digest", "fields")


def records(rows: Batch, arrival: Arrival) -> pl.DataFrame:
    """The accepted rows of a judged batch, in the columns of a record, with `line`.

    Of a row about a natural person only the decision itself stays.
    """
    delivered = [name for name in arrival.columns if rows.has(name)]
    texts = [name for name in delivered if rows.kind(name) == pl.String and name not in _PROVEN]
    rows.make(**{name: without_identity_numbers(pl.col(name)) for name in texts})
    rows.put(_identity(rows.frame(("category", "name", "text.name", *_IDENTIFIERS)), arrival.secret))
    key = {f"key.{name}": _part(name) for name in arrival.mapped.layout.key}
    content = {f"content.{name}": _part(name) for name in (*delivered, "subject") if name not in _NOT_CONTENT}
    rows.make(**key, **content)
    held = [name for name in delivered if name not in RECORD_COLUMNS and name != "local_code"]
    person = pl.col("category") == Category.NATURAL_PERSON.value
    fields = pl.struct(held).struct.json_encode() if held else pl.lit("{}")
    source = arrival.source.kind.value
    return (
        rows.frame(("line", *arrival.columns, *key, *content))
        .select(
            "line",
            *(pl.lit(None, dtype=pl.String).alias(c) for c in RECORD_COLUMNS if c not in (*arrival.columns, *_MADE)),
            *(pl.col(c) for c in RECORD_COLUMNS if c in arrival.columns and c not in _PRIVATE),
            *(pl.when(~person).then(pl.col(c)).alias(c) for c in _PRIVATE if c in arrival.columns),
            pl.lit(source).alias("source"),
            digest_of([part("source", pl.lit(source)), *map(pl.col, key)]).alias("key"),
            digest_of([*map(pl.col, content)]).alias("content_digest"),
            pl.when(person).then(pl.lit("{}")).otherwise(fields).alias("fields"),
        )
        .select("line", *RECORD_COLUMNS)
    )


def _identity(rows: pl.DataFrame, secret: str) -> pl.Series:
    """Whatever identifies the subject of a row best, as `subject`; a person's name only as a keyed digest."""
    person = pl.col("category") == Category.NATURAL_PERSON.value
    uncoded = rows["uscc"].is_null().arg_true()
    subject = pl.coalesce(
        pl.lit("O:") + pl.col("organisation_code"),
        pl.lit("R:") + pl.col("registration_number"),
        pl.lit("N:") + normal_expr(pl.when(~person).then("name")),
        keyed_digest(pl.when(person).then(pl.col("text.name")), secret),
    )
    found = rows[uncoded].select(subject).to_series()
    return rows["uscc"].scatter(uncoded, found).alias("subject")


def _part(name: str) -> pl.Expr:
    """What a column adds to a digest: a day is a day however it was written."""
    return part(name, _SPELLED.get(name, pl.col(name).to_physical().cast(pl.String)))
