"""The register of the whole city as delivered: one file for each county, with rows that are wrong or there twice."""

from collections.abc import Iterator
from datetime import date

import polars as pl

from tests.city import subjects
from tests.city.draws import Draws
from tests.city.parties import LOCAL_CODES, wrong_check
from tests.city.streams import shares

RECEIVED = date(2024, 1, 28)
ESTABLISHED, RENAMED = (date(1998, 1, 1), date(2019, 12, 31)), (date(2021, 1, 1), date(2023, 12, 31))
HEADERS = subjects.HEADERS | {"source_body": "数据来源单位", "local_code": "地方编码"}
FATES = {"bad_code": 30, "future": 10, "duplicate": 60}
REJECTED = {"bad_code": "uscc_check_character", "future": "decided_on_after_received"}
BODY = "乌兰察布市市场监督管理局"
FILES = len(LOCAL_CODES)


def register(count: int, seed: int) -> pl.DataFrame:
    """The subjects of the city, in the order in which other rows point at them."""
    return subjects.subjects(count, seed, established=ESTABLISHED, renamed_on=RENAMED)


def files(known: pl.DataFrame, draws: Draws) -> Iterator[pl.DataFrame]:
    """The register, county by county: columns of HEADERS as text, fate and copy."""
    rows = known.with_columns(fate=pl.lit("plain")).with_row_index("row").cast({"row": pl.UInt64})
    again = []
    for fate, count in shares(known.height, **FATES).items():
        which = pl.select(row=pl.int_range(count, dtype=pl.UInt64)).select(draws.below(fate, known.height))
        again.append(rows[which.to_series().cast(pl.UInt32)].with_columns(fate=pl.lit(fate)))
    whole = pl.concat([rows, *again]).with_columns(
        uscc=pl.when(pl.col("fate") == "bad_code").then(wrong_check(pl.col("uscc"))).otherwise("uscc"),
        approved_on=pl.when(pl.col("fate") == "future")
        .then(pl.lit(RECEIVED) + pl.duration(days=30))
        .otherwise("approved_on"),
        source_body=pl.lit(BODY),
        local_code=pl.col("county").replace_strict(LOCAL_CODES, return_dtype=pl.String),
        copy=pl.col("fate") == "duplicate",
    )
    for code in LOCAL_CODES.values():
        yield whole.filter(pl.col("local_code") == code).select(pl.col(list(HEADERS)).cast(pl.String), "fate", "copy")
