"""Good rows from faulty ones: one pass of named expressions over a batch; nothing is raised for a row.

The same function serves a laptop and a cluster: it keeps nothing from one batch to the next.
"""

from dataclasses import dataclass
from datetime import date

import polars as pl

from loaders import cleaning
from loaders.checks import Check, failed, good
from loaders.headers import Mapped
from loaders.source import Source
from registry.actions.accept import RECORD_COLUMNS
from registry.digests import digest, keyed_digest
from registry.identifiers import REMOVED, document_number, without_identity_numbers
from registry.names import normal_expr
from registry.office import Office
from registry.vocabulary import Category

_NOT_CONTENT = frozenset(
    {"legal_representative", "source_body_name", "source_body_code", "local_code", "department_code", "county_code", "note"}
)
_FREE_TEXT = ("title", "ground", "facts", "content", "licence", "note", "liability", "unperformed", "former_names")
_ABOUT_A_PERSON = ("title", "ground", "fields", "registration_number")


@dataclass(frozen=True)
class Arrival:
    """What is known of a delivery before a row is read."""

    source: Source
    mapped: Mapped
    received_on: date
    office: Office
    department: str | None
    secret: str

    @property
    def checks(self) -> tuple[Check, ...]:
        return self.source.checks


@dataclass(frozen=True)
class Sorted:
    """A batch, sorted. `accepted` has the columns of a record; `rejected` has line, failed (names joined by ";"),
    department_code, county_code, category and the cells as delivered, personal columns removed."""

    accepted: pl.DataFrame
    rejected: pl.DataFrame
    blank: int
    warned: dict[str, int]


def sort(batch: pl.DataFrame, arrival: Arrival) -> Sorted:
    """Judge every row of a batch: accepted + rejected + blank = the batch's rows."""
    cells = [column for column in batch.columns if column.startswith("c")]
    filled = batch.lazy().filter(pl.any_horizontal(pl.col(cells).is_not_null() & (pl.col(cells) != "")))
    judged = (
        filled.with_columns(_without_personal(arrival.mapped))
        .with_columns(_texts(arrival))
        .with_columns(
            pl.lit(arrival.received_on).alias("received_on"),
            *[pl.lit(f in arrival.mapped.positions).alias(f"has.{f}") for f in arrival.source.fields],
        )
        .with_columns(**_cleaned(arrival))
        .with_columns(
            pl.all_horizontal(good(check) for check in arrival.checks).alias("good"),
            *[good(warning).alias(f"warning.{warning.name}") for warning in arrival.source.warnings],
        )
        .collect()
    )
    accepted = judged.filter("good")
    rejected = judged.filter(~pl.col("good")).with_columns(failed(arrival.checks).alias("failed"))
    return Sorted(
        accepted=_records(accepted, arrival),
        rejected=rejected.select("line", "failed", "category", "department_code", "county_code", "decided_on", *cells),
        blank=batch.height - judged.height,
        warned={w.name: int((~accepted[f"warning.{w.name}"]).sum()) for w in arrival.source.warnings},
    )


def _without_personal(mapped: Mapped) -> list[pl.Expr]:
    """Personal columns go before anything else sees them; identity numbers in other cells go too."""
    dropped = [
        pl.when(pl.col(f"c{i}").is_not_null()).then(pl.lit(REMOVED)).alias(f"c{i}") for i in sorted(mapped.personal)
    ]
    kept = [f"c{i}" for i in range(len(mapped.headers)) if i not in mapped.personal]
    return [*dropped, without_identity_numbers(pl.col(kept)).name.keep()]


def _texts(arrival: Arrival) -> list[pl.Expr]:
    """One text column for each field of the source, from its columns in the layout's order; null where none is delivered."""
    mapped, made = arrival.mapped, []
    for name in arrival.source.fields:
        delivered = [cleaning.text(pl.col(f"c{i}")) for i in mapped.positions.get(name, ())]
        if not delivered:
            text = pl.lit(None, dtype=pl.String)
        elif name in mapped.layout.joined:
            text = pl.concat_str(delivered, separator=";", ignore_nulls=True)
            text = pl.when(text != "").then(text)
        else:
            text = pl.coalesce(delivered)
        made.append(text.alias(f"text.{name}"))
    return made


def _cleaned(arrival: Arrival) -> dict[str, pl.Expr]:
    cleaned = arrival.source.clean(arrival.mapped.layout)
    department = arrival.office.department_of(cleaned["source_body_name"], cleaned["source_body_code"])
    deciding = arrival.office.department_of(cleaned["body_name"], cleaned["body_code"])
    counted_for = pl.lit(arrival.department) if arrival.department else pl.coalesce(department, deciding, pl.lit(""))
    return {
        **cleaned,
        "department_code": counted_for,
        "county_code": arrival.office.county_for(counted_for, cleaned["local_code"], cleaned["body_code"]),
    }


def _records(accepted: pl.DataFrame, arrival: Arrival) -> pl.DataFrame:
    """The accepted rows in the columns of a record; what is no column of it becomes `fields`, a JSON object."""
    cleaned = list(arrival.source.clean(arrival.mapped.layout))
    extra = [name for name in cleaned if name not in RECORD_COLUMNS]
    held = [name for name in extra if accepted[name].null_count() < accepted.height]
    fields = pl.struct(held).struct.json_encode() if held else pl.lit("{}")
    person = pl.col("category") == Category.NATURAL_PERSON.value
    identity = pl.coalesce(
        "uscc",
        pl.lit("O:") + pl.col("organisation_code"),
        pl.lit("R:") + pl.col("registration_number"),
        pl.when(~person).then(pl.lit("N:") + normal_expr(pl.col("name"))),
        keyed_digest(pl.when(person).then(pl.col("text.name")), arrival.secret),
    )
    normal = {"subject": identity, "document_normal": document_number(pl.col("document"))}
    key = [normal.get(part, pl.col(part)) for part in arrival.mapped.layout.key]
    content = [pl.col(name) for name in cleaned if name not in _NOT_CONTENT]
    made = {"source", "key", "content", "fields"}
    missing = [pl.lit(None, dtype=pl.String).alias(c) for c in RECORD_COLUMNS if c not in accepted.columns and c not in made]
    return (
        accepted.lazy()
        .with_columns(
            digest([pl.lit(arrival.source.kind.value), *key]).alias("key"),
            digest([*content, identity]).alias("content"),
            fields.alias("fields"),
            pl.lit(arrival.source.kind.value).alias("source"),
            *missing,
        )
        .with_columns(pl.when(~person).then(pl.col(name)).alias(name) for name in ("title", "ground"))
        .with_columns(pl.when(person).then(pl.lit("{}")).otherwise(pl.col("fields")).alias("fields"))
        .select("line", *RECORD_COLUMNS)
        .collect()
    )
