"""Good rows from faulty ones: one pass of named expressions over a batch; nothing is raised for a row.

The same function serves a laptop and a cluster: it keeps nothing from one batch to the next.
"""

from dataclasses import dataclass
from datetime import date

import polars as pl

from loaders import cleaning
from loaders.checks import Check, failed, good
from loaders.counterparty import prepared
from loaders.headers import Mapped
from loaders.source import Source, delivered
from registry.actions.accept import RECORD_COLUMNS
from registry.digests import digest, keyed_digest
from registry.identifiers import REMOVED, document_number, without_identity_numbers
from registry.names import normal_expr
from registry.office import Office
from registry.vocabulary import Category

_COUNTED_BY = {"local_code", "department_code", "county_code"}
_NOT_CONTENT = frozenset({"legal_representative", "source_body_name", "source_body_code", "note", *_COUNTED_BY})
# what our own expressions made or proved holds no identity number
_PROVEN = frozenset(
    {"category", "uscc", "organisation_code", "procedure", "body_code", "source_body_code", *_COUNTED_BY}
)
_SPELLED = {"document": document_number(pl.col("document")), "name": normal_expr(pl.col("name"))}
_KEY_PARTS = {"subject": pl.col("subject"), "document_normal": _SPELLED["document"]}
_MADE = ("source", "key", "content_digest", "fields")


@dataclass(frozen=True)
class Arrival:
    """What is known of a delivery before a row is read."""

    source: Source
    mapped: Mapped
    received_on: date
    office: Office
    department: str | None
    secret: str
    debris: bool  # whether a spreadsheet left its marks in the text
    delimiter: str
    quoted: bool  # whether a cell may hold line ends, and so, by a lone quote, the rows after it

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
    judged = (
        batch.lazy()
        .with_columns(_beyond(arrival).alias("extra"))
        .filter(_filled(arrival))
        .with_columns(_without_personal(arrival))
        .with_columns(_texts(arrival))
        .with_columns(
            pl.lit(arrival.received_on).alias("received_on"),
            *[pl.lit(f in arrival.mapped.positions).alias(f"has.{f}") for f in arrival.source.fields],
        )
        .with_columns(**_read(arrival.source))
        .pipe(_prepared, arrival.source)
        .with_columns(**arrival.source.clean(arrival.mapped.layout))
        .pipe(_counted_for, arrival)
        .with_columns(
            pl.all_horizontal(good(check) for check in arrival.checks).alias("good"),
            *[good(warning).alias(f"warning.{warning.name}") for warning in arrival.source.warnings],
        )
        .collect()
    )
    rejected = judged.filter(~pl.col("good")).with_columns(failed(arrival.checks).alias("failed"))
    rejected = rejected.select("line", "failed", "category", "department_code", "county_code", "decided_on", *cells)
    kept = judged.select("line", "text.name", "good", *_columns(arrival), pl.col("^warning\\..*$"))
    accepted = kept if rejected.is_empty() else kept.filter("good")
    return Sorted(
        accepted=_records(accepted, arrival),
        rejected=rejected.with_columns(without_identity_numbers(pl.col(cells))),
        blank=batch.height - judged.height,
        warned={w.name: int((~accepted[f"warning.{w.name}"]).sum()) for w in arrival.source.warnings},
    )


def _headless(arrival: Arrival) -> list[str]:
    return [f"c{i}" for i, header in enumerate(arrival.mapped.headers) if not header.strip()]


def _beyond(arrival: Arrival) -> pl.Expr:
    """What stands where no header is: cells to the right, columns without a header, rows inside of a cell."""
    beyond = [pl.when(pl.col(c).str.contains(r"\S")).then(c) for c in ("extra", *_headless(arrival))]
    if arrival.quoted and arrival.delimiter:
        ends = max(len(arrival.mapped.headers) - 1, 1)
        for i in range(len(arrival.mapped.headers)):
            lines = pl.when(pl.col(f"c{i}").str.contains("\n", literal=True)).then(f"c{i}")  # few
            beyond.append(pl.when(lines.str.count_matches(arrival.delimiter, literal=True) >= ends).then(lines))
    return pl.coalesce(beyond)


def _filled(arrival: Arrival) -> pl.Expr:
    """Whether anything was delivered in a row; our own columns of a feedback file do not count."""
    cells = [f"c{i}" for i in range(len(arrival.mapped.headers)) if i not in arrival.mapped.ignored]
    return pl.any_horizontal(pl.col(cells).is_not_null() & (pl.col(cells) != ""), pl.col("extra").is_not_null())


def _columns(arrival: Arrival) -> list[str]:
    """The cleaned columns of the delivery's layout, and what every row is counted by."""
    return ["category", *arrival.source.clean(arrival.mapped.layout), "department_code", "county_code"]


def _without_personal(arrival: Arrival) -> list[pl.Expr]:
    """Personal columns go before anything else sees them."""
    mapped = arrival.mapped
    dropped = [
        pl.when(pl.col(f"c{i}").is_not_null()).then(pl.lit(REMOVED)).alias(f"c{i}") for i in sorted(mapped.personal)
    ]
    kept = [pl.col(f"c{i}") for i in range(len(mapped.headers)) if i not in mapped.personal]
    for mend, wanted in ((cleaning.without_debris, arrival.debris), (cleaning.unguarded, mapped.returned)):
        if wanted:
            kept = [mend(cell) for cell in kept]
    return [*dropped, *kept]


def _texts(arrival: Arrival) -> list[pl.Expr]:
    """One text column for each field of the source, from its columns in the layout's order; null where it has none."""
    mapped, made = arrival.mapped, []
    for name in arrival.source.fields:
        cells = [cleaning.text(pl.col(f"c{i}")) for i in mapped.positions.get(name, ())]
        if not cells:
            text = pl.lit(None, dtype=pl.String)
        elif name in mapped.layout.joined:
            text = pl.concat_str(cells, separator=";", ignore_nulls=True)
            text = pl.when(text != "").then(text)
        else:
            text = pl.coalesce(cells)
        made.append(text.alias(f"text.{name}"))
    return made


def _read(source: Source) -> dict[str, pl.Expr]:
    """Days, amounts and years, read once for the checks and the columns alike."""
    read: dict[str, pl.Expr] = {}
    for name in source.days:
        read[f"day.{name}"] = cleaning.day(delivered(name))
    for name, unit in source.amounts.items():
        read[f"fen.{name}"] = cleaning.fen(delivered(name), unit=unit)
    for name in source.years:
        read[f"year.{name}"] = cleaning.distinctly(delivered(name), cleaning.year, pl.Int32())
    return read


def _prepared(rows: pl.LazyFrame, source: Source) -> pl.LazyFrame:
    defaults = {f"default.{name}": cleaning.is_default(pl.col(f"day.{name}"), delivered(name)) for name in source.days}
    for step in (defaults, *prepared()):
        rows = rows.with_columns(**step)
    return rows


def _counted_for(rows: pl.LazyFrame, arrival: Arrival) -> pl.LazyFrame:
    """The department and the county a row counts for, as two more columns."""
    office = arrival.office
    if arrival.department:
        department = pl.lit(arrival.department)
    else:
        department = pl.lit(None, dtype=pl.String)
        for body in ("source_body", "body"):
            for part, named in (("code", office.department_coded), ("name", office.department_named)):
                told = f"{body}_{part}"
                rows = rows.with_columns(department.alias("department_code"))
                missing = pl.col("department_code").is_null()
                found = cleaning.distinctly(pl.when(missing).then(told), named, pl.String())
                department = pl.coalesce("department_code", found)
        department = department.fill_null("")
    county = office.county_for(pl.col("department_code"), pl.col("local_code"), pl.col("body_code"))
    return rows.with_columns(department.alias("department_code")).with_columns(county.alias("county_code"))


def _records(accepted: pl.DataFrame, arrival: Arrival) -> pl.DataFrame:
    """The accepted rows in the columns of a record; what is no column of it becomes `fields`, a JSON object.

    Identity numbers in any text go; of a row about a natural person only the decision itself stays.
    """
    columns = _columns(arrival)
    delivered_here = [name for name in columns if accepted[name].null_count() < accepted.height]
    texts = [name for name in delivered_here if accepted[name].dtype == pl.String and name not in _PROVEN]
    held = [name for name in delivered_here if name not in RECORD_COLUMNS and name != "local_code"]
    person = pl.col("category") == Category.NATURAL_PERSON.value
    uncoded = pl.col("uscc").is_null()  # few, and none at all of nulls is worked out below
    identity = pl.coalesce(
        "uscc",
        pl.lit("O:") + pl.when(uncoded).then("organisation_code"),
        pl.lit("R:") + pl.when(uncoded).then("registration_number"),
        pl.lit("N:") + normal_expr(pl.when(uncoded & ~person).then("name")),
        keyed_digest(pl.when(person).then(pl.col("text.name")), arrival.secret),
    )
    key = {part: _KEY_PARTS.get(part, _written(part)) for part in arrival.mapped.layout.key}
    content = {name: _written(name) for name in delivered_here if name not in _NOT_CONTENT}
    fields = pl.struct(held).struct.json_encode() if held else pl.lit("{}")
    return (
        accepted.lazy()
        .with_columns(without_identity_numbers(pl.col(name)) for name in texts)
        .with_columns(identity.alias("subject"))
        .with_columns(
            digest({"source": pl.lit(arrival.source.kind.value), **key}).alias("key"),
            digest({**content, "subject": pl.col("subject")}).alias("content_digest"),
            pl.lit(arrival.source.kind.value).alias("source"),
            pl.when(person).then(pl.lit("{}")).otherwise(fields).alias("fields"),
        )
        .with_columns(
            pl.when(~person).then(pl.col(name)).alias(name) for name in ("title", "ground") if name in columns
        )
        .with_columns(pl.lit(None, dtype=pl.String).alias(c) for c in RECORD_COLUMNS if c not in (*columns, *_MADE))
        .select("line", *RECORD_COLUMNS)
        .collect()
    )


def _written(name: str) -> pl.Expr:
    """A value of the content with its column's name, so that a column nobody delivered changes no digest.

    Another spelling of a document number or a name makes no other version.
    """
    value = _SPELLED.get(name, pl.col(name).to_physical().cast(pl.String))
    return pl.when(value.is_not_null()).then(pl.concat_str(pl.lit(name + "="), value))
