"""A batch of judged rows as it is laid out for the tables: frames from frames, nothing kept from one to the next."""

import polars as pl

from registry.digests import digest
from registry.names import normal_expr
from registry.store import counterparties, links, unjudged
from registry.vocabulary import Category

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
    "content",
    "facts",
    "licence",
    "licence_number",
    "performance",
    "display_until",
    "fields",
    "key",
    "content_digest",
)
_BODIES = ("body", "source_body")
_APART = (*counterparties.TOLD, "content_digest")
STORED = (
    "id",
    "delivery_id",
    "line",
    *(column for column in RECORD_COLUMNS if not column.startswith(_BODIES) and column not in _APART),
    *(f"{body}_id" for body in _BODIES),
    "counterparty_id",
    "subject_id",
)
TIMELINESS = pl.Enum(["timely", "late", "undated"])  # a byte for each of millions of rows


def with_bodies(accepted: pl.DataFrame) -> tuple[pl.DataFrame, pl.DataFrame]:
    """The rows with `body_id` and `source_body_id`, null where no body is named; and those bodies: id, name, code.

    A body's id digests its code, or its name in normal form where no code was delivered.
    """
    told = []
    for body in _BODIES:
        name, code = pl.col(f"{body}_name"), pl.col(f"{body}_code")
        spelled = accepted.select(digest({"name": name, "code": code}).alias("told"), name=name, code=code)
        known = spelled.unique("told", maintain_order=True).with_columns(id=_body_id(pl.col("name"), pl.col("code")))
        ids = spelled.select("told").join(known.select("told", "id"), on="told", how="left", maintain_order="left")[
            "id"
        ]
        accepted = accepted.with_columns(ids.alias(f"{body}_id"))
        told.append(known.select("id", pl.coalesce("name", "code").alias("name"), "code"))
    return accepted, pl.concat(told).drop_nulls("id").unique("id", maintain_order=True)


def _body_id(name: pl.Expr, code: pl.Expr) -> pl.Expr:
    normal = normal_expr(pl.when(code.is_null()).then(name))
    return pl.when(pl.any_horizontal(name.is_not_null(), code.is_not_null())).then(
        digest({"body": pl.coalesce(code, normal)})
    )


def carried(numbered: pl.DataFrame, found: pl.DataFrame | None) -> pl.Series:
    """The subject of each record whose link goes without saying (`subject_id`); null where it does not."""
    if found is None:
        return pl.Series("subject_id", [None] * numbered.height, pl.Int64)
    carried = found.filter(links.CARRIED).select("record_id", "subject_id")
    return numbered.select("id").join(carried, left_on="id", right_on="record_id", how="left", maintain_order="left")[
        "subject_id"
    ]


def fresh(numbered: pl.DataFrame, found: pl.DataFrame) -> pl.DataFrame:
    """Records with their links, in the columns in which they wait for being judged."""
    link = found.drop("subject_id").rename({"leads_to": "subject_id", "state": "link_state", "because": "link_because"})
    return (
        numbered.rename({"id": "record_id"})
        .join(link, on="record_id", how="left", maintain_order="left")
        .with_columns(
            pl.col("ground").is_not_null().alias("has_ground"), pl.col("document").is_not_null().alias("has_document")
        )
        .select("line", *(pl.col(c).cast(kind) for c, kind in unjudged.AS_ARRIVED.items()))
    )


def rejections(rejected: pl.DataFrame, delivery: int) -> pl.DataFrame:
    """Rejected rows as they are kept: of a natural person's row only that it was rejected, and why."""
    cells = [c for c in rejected.columns if c.startswith("c") and c[1:].isdigit()]
    kept = pl.when(pl.col("category") != Category.NATURAL_PERSON.value).then(pl.struct(cells).struct.json_encode())
    return rejected.select(
        pl.lit(delivery).alias("delivery_id"),
        "line",
        pl.col("failed").alias("checks"),
        kept.fill_null("{}").alias("cells"),
    )


def tallied(rows: pl.DataFrame, outcome: str) -> pl.DataFrame:
    counted = rows.group_by("department_code", "county_code", "category", "timeliness").len("rows")
    return counted.with_columns(
        pl.lit(outcome).alias("outcome"), pl.col("timeliness").cast(pl.String), pl.col("rows").cast(pl.Int64)
    )
