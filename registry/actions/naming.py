"""Linking a record without a unified code by its name: only where nothing speaks against it and a second fact for it.

The normal form is equal; exactly one subject of the register bore that name on the day of the decision; it belongs to
the same jurisdiction; no identifier disagrees; and the legal representative, the old number, the address, or the
register of the very body that delivers agrees. A negative record is linked in review even so: a name never convicts.
"""

import polars as pl

from registry.names import normal_expr
from registry.vocabulary import Because, How, LinkState, SourceKind

NEGATIVE = (SourceKind.PENALTIES.value, SourceKind.LIST_ENTRIES.value)


def bearing(records: pl.DataFrame, names: pl.DataFrame) -> pl.DataFrame:
    """Subjects that bear or bore the names of records: record_id, subject_id, normal.

    `records` has the columns of `links.WAITING`, `names` those of `subjects.NAMES`.
    """
    asked = records.filter(pl.col("name").is_not_null() & pl.col("decided_on").is_not_null())
    normal = normal_expr(pl.col("name")).alias("normal")
    return asked.select("record_id", normal).join(names, on="normal").select("record_id", "subject_id", "normal")


def named(records: pl.DataFrame, bearers: pl.DataFrame, borne: pl.DataFrame, facts: pl.DataFrame) -> pl.DataFrame:
    """The links that names make: record_id, subject_id, how, state, because. One row a record at most.

    `bearers` is what `bearing` gives; `borne` has the columns of `subjects.BORNE`, `facts` those of `subjects.FACTS`.
    A name without days there is one that a subject known by its code alone bears.
    """
    only = (
        bearers.lazy()
        .join(records.lazy(), on="record_id")
        .join(borne.lazy(), on=["subject_id", "normal"], how="left")
        .filter(
            (pl.col("since").is_null() | (pl.col("since") <= pl.col("decided_on")))
            & (pl.col("until").is_null() | (pl.col("until") > pl.col("decided_on")))
        )
        .filter(pl.len().over("record_id") == 1)
        .join(facts.lazy(), on="subject_id", suffix=".register")
    )
    negative = pl.col("source").is_in(NEGATIVE)
    return (
        only.filter(_same_jurisdiction() & ~_disagrees() & _second_fact())
        .select(
            "record_id",
            "subject_id",
            pl.lit(How.NAME.value).alias("how"),
            pl.when(negative)
            .then(pl.lit(LinkState.REVIEW.value))
            .otherwise(pl.lit(LinkState.CONFIRMED.value))
            .alias("state"),
            pl.when(negative).then(pl.lit(Because.LINK_UNCONFIRMED.value)).alias("because"),
        )
        .collect()
    )


def _same_jurisdiction() -> pl.Expr:
    """The same county, or one of the two is not told or is the city as a whole."""
    ours, theirs = pl.col("county_code"), pl.col("county_code.register")
    return (ours == theirs).fill_null(value=True) | ours.str.ends_with("00") | theirs.str.ends_with("00")


def _disagrees() -> pl.Expr:
    """An identifier that both have and that differs."""
    return pl.any_horizontal(
        (pl.col(name) != pl.col(f"{name}.register")).fill_null(value=False)
        for name in ("organisation_code", "registration_number")
    )


def _second_fact() -> pl.Expr:
    pairs = (
        ("registration_number", "registration_number.register"),
        ("legal_representative", "legal_representative.register"),
        ("address", "address.register"),
        ("delivered_by", "registrar"),
    )
    return pl.any_horizontal(
        (normal_expr(pl.col(ours)) == normal_expr(pl.col(theirs))).fill_null(value=False) for ours, theirs in pairs
    )
