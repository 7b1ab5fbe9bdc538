"""Accepted rows as records: identity numbers and telephones go from every text, what is no column into `fields`."""

import polars as pl

from loaders.arrival import Arrival
from loaders.distinct import Batch
from registry.actions.batches import RECORD_COLUMNS
from registry.digests import digest_of, keyed_digest, part
from registry.identifiers import without_personal_numbers
from registry.names import normal_expr
from registry.natural_keys import column_of, natural_key, spelled
from registry.vocabulary import Category

_COUNTED_BY = {"local_code", "department_code", "county_code"}
_NOT_CONTENT = frozenset({"legal_representative", "source_body_name", "source_body_code", "note", *_COUNTED_BY})
# what our own expressions made or proved holds no identity number
_PROVEN = frozenset(
    {"category", "name", "uscc", "organisation_code", "procedure", "body_code", "source_body_code", *_COUNTED_BY}
)
_NUMBERED = frozenset({"document", "document_normal", "registration_number", "licence_number", "commendation"})
# not kept of a natural person's row
_PRIVATE = ("title", "ground", "content", "facts", "licence", "licence_number", "performance", "display_until")
_IDENTIFIERS = ("uscc", "organisation_code", "registration_number")
_MADE = ("source", "key", "content_digest", "fields")


def records(rows: Batch, arrival: Arrival) -> pl.DataFrame:
    """The accepted rows of a judged batch, in the columns of a record, with `line`, and with `targets`, the keys of
    the decisions that each row speaks of, where its source does.

    Of a row about a natural person only the decision itself stays.
    """
    delivered = [name for name in arrival.columns if rows.has(name)]
    texts = [name for name in delivered if rows.kind(name) == pl.String and name not in _PROVEN]
    rows.make(**{name: without_personal_numbers(pl.col(name), numbered=name in _NUMBERED) for name in texts})
    rows.put(_identity(rows.frame(("category", "name", "text.name", *_IDENTIFIERS)), arrival.secret))
    told = [name for name in (*delivered, "subject") if name not in _NOT_CONTENT]
    read = dict.fromkeys(column_of(name) for name in (*arrival.mapped.layout.key, *told))
    rows.make(**{f"spelled.{name}": spelled(name, pl.col(name)) for name in read})
    key = {f"key.{name}": _part(name) for name in arrival.mapped.layout.key}
    content = {f"content.{name}": _part(name) for name in told}
    members = {
        f"member.{name}": _member(name) for name in delivered if name not in RECORD_COLUMNS and name != "local_code"
    }
    rows.make(**key, **content, **members)
    person = pl.col("category") == Category.NATURAL_PERSON.value
    joined = pl.concat_str([*members], separator=",", ignore_nulls=True) if members else pl.lit("")
    fields = pl.lit("{") + joined + pl.lit("}")
    source = arrival.source.kind.value
    targets = {"targets": pl.concat_list(arrival.source.targets)} if arrival.source.targets else {}
    return (
        rows.frame(("line", "subject", *arrival.columns, *key, *content, *members))
        .select(
            "line",
            *(pl.lit(None, dtype=pl.String).alias(c) for c in RECORD_COLUMNS if c not in (*arrival.columns, *_MADE)),
            *(pl.col(c) for c in RECORD_COLUMNS if c in arrival.columns and c not in _PRIVATE),
            *(pl.when(~person).then(pl.col(c)).alias(c) for c in _PRIVATE if c in arrival.columns),
            pl.lit(source).alias("source"),
            natural_key(arrival.source.kind, map(pl.col, key)).alias("key"),
            digest_of([*map(pl.col, content)]).alias("content_digest"),
            pl.when(person).then(pl.lit("{}")).otherwise(fields).alias("fields"),
            **targets,
        )
        .select("line", *RECORD_COLUMNS, *targets)
    )


def _part(name: str) -> pl.Expr:
    """What a column adds to a digest, once it is spelled as it counts."""
    return part(name, pl.col(f"spelled.{column_of(name)}"))


def _member(name: str) -> pl.Expr:
    """A column as a member of a JSON object, without the braces; null where it is."""
    member = pl.struct(name).struct.json_encode().str.slice(1).str.head(-1)
    return pl.when(pl.col(name).is_not_null()).then(member)


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
