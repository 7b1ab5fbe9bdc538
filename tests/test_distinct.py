"""A batch read by distinct values says the same as one read row by row."""

import polars as pl
from hypothesis import given
from hypothesis import strategies as st
from polars.testing import assert_frame_equal

from loaders.distinct import Batch

COLUMNS = ("a", "b", "c")
cells = st.one_of(st.none(), st.sampled_from(["", "一", "12", "x y", "2024/1/2"]), st.text(max_size=3))
tables = st.integers(0, 40).flatmap(
    lambda rows: st.fixed_dictionaries({c: st.lists(cells, min_size=rows, max_size=rows) for c in COLUMNS})
)
STEPS: tuple[dict[str, pl.Expr], ...] = (
    {"a": pl.col("a").str.strip_chars(), "length": pl.col("b").str.len_chars(), "none": pl.lit(None, dtype=pl.Int8)},
    {"both": pl.coalesce("c", "a"), "again": pl.col("length") * 2 + pl.col("here").cast(pl.Int8)},
    {
        "b": pl.col("both").is_null(),
        "again": pl.col("again") + pl.col("length"),
        "one": pl.col("here") | pl.col("here"),
    },
    {"length": pl.when("b").then("again").otherwise(pl.col("line"))},
)
TESTS = ((pl.col("again") > 1).fill_null(value=False), pl.col("a") != "x", pl.col("here"), pl.col("line") < 30)


@given(tables, st.booleans())
def test_steps_tests_and_filters_by_distinct_values_give_what_rows_give(
    table: dict[str, list[str | None]], here: bool
) -> None:
    frame = pl.DataFrame(table, schema=dict.fromkeys(COLUMNS, pl.String)).with_row_index("line")
    same = {"here": pl.lit(here)}
    rows, batch = frame.with_columns(**same), Batch(frame, COLUMNS, same)
    for step in STEPS:
        rows = rows.with_columns(**step)
        batch.make(**step)
    names = ["line", *COLUMNS, "length", "none", "both", "again", "one", "here"]
    held = rows.select(pl.all_horizontal(TESTS).fill_null(value=False)).to_series()

    assert_frame_equal(batch.frame(names), rows.select(names), check_dtypes=False)
    assert batch.all(TESTS).fill_null(value=False).to_list() == held.to_list()
    assert_frame_equal(batch.some(held).select(names), rows.filter(held).select(names), check_dtypes=False)
    batch.where(held, keep=names)
    assert_frame_equal(batch.frame(names), rows.filter(held).select(names), check_dtypes=False)


def test_a_column_of_few_values_is_read_once_for_each() -> None:
    asked: list[int] = []

    def read(values: pl.Series) -> pl.Series:
        asked.append(values.len())
        return values.str.len_chars()

    frame = pl.DataFrame({"a": ["行政处罚", "警告"] * 500, "b": [str(n) for n in range(1000)]})
    batch = Batch(frame, ("a", "b"), {})
    batch.make(
        few=pl.col("a").map_batches(read, return_dtype=pl.UInt32),
        many=pl.col("b").map_batches(read, return_dtype=pl.UInt32),
    )

    assert batch.frame(["few"])["few"].sum() == 3000
    assert sorted(asked) == [2, 1000]
