"""The register of subjects, kept from what the registration authority delivers.

A rename is a normal event: every name stays with the days between which it was borne.
"""

import polars as pl

from registry.names import normal_expr
from registry.names.latin import has_han, latin_words_expr

_BETWEEN_NAMES = r"[;；、,，|\n]"
_BETWEEN_ALIASES = r"[;；|\n]"  # a comma is part of one: Co., Ltd.


def names_delivered(registrations: pl.DataFrame) -> pl.DataFrame:
    """The names a batch of registrations tells of: line, uscc, name, normal, since, until (null = borne today).

    The current name is borne since the rename, else since the founding (or since it took the place of another on file,
    `registry.store.subjects`); former names end at the rename, else at
    the day the registration was approved.
    """
    told = registrations.filter(pl.col("uscc").is_not_null()).select(
        "line",
        "uscc",
        "name",
        "decided_on",
        pl.col("fields").str.json_path_match("$.former_names").alias("former"),
        pl.col("fields").str.json_path_match("$.renamed_on").str.to_date("%Y-%m-%d", strict=False).alias("renamed_on"),
        pl.col("starts_on").alias("founded_on"),
    )
    current = told.select(
        "line",
        "uscc",
        "name",
        pl.coalesce("renamed_on", pl.when(pl.col("former").is_null()).then("founded_on")).alias("since"),
        pl.lit(None, dtype=pl.Date).alias("until"),
    )
    former = told.filter(pl.col("former").is_not_null()).select(
        "line",
        "uscc",
        pl.col("former").str.replace_all(_BETWEEN_NAMES, ";").str.split(";").alias("name"),
        pl.lit(None, dtype=pl.Date).alias("since"),
        pl.coalesce("renamed_on", "decided_on").alias("until"),
    )
    former = former.explode("name").with_columns(pl.col("name").str.strip_chars()).filter(pl.col("name") != "")
    return pl.concat([current, former]).with_columns(normal_expr(pl.col("name")).alias("normal"))


def aliases_delivered(registrations: pl.DataFrame) -> pl.DataFrame:
    """The names in Latin script (外文名称) that a batch of registrations tells of, one row a word: line, uscc, alias,
    word.

    They help to find a subject and are no names of it: nothing is linked by them.
    """
    told = pl.col("fields").str.json_path_match("$.foreign_name").str.replace_all(_BETWEEN_ALIASES, ";").str.split(";")
    return (
        registrations.filter(pl.col("uscc").is_not_null())
        .select("line", "uscc", told.alias("alias"))
        .explode("alias")
        .with_columns(pl.col("alias").str.strip_chars())
        .filter(~has_han(pl.col("alias")))
        .with_columns(latin_words_expr(pl.col("alias")).alias("word"))
        .explode("word")
        .drop_nulls("word")
        .unique(maintain_order=True)
    )
