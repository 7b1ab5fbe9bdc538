"""What the benchmark of names reckons with."""

import polars as pl

from tests.bench.name_speed import best_f1

CLUSTER = pl.Series([7, 7, 8, 9, 9])


def test_the_best_f1_is_that_of_the_best_threshold() -> None:
    pairs = pl.DataFrame({"left": [0, 3, 1], "right": [1, 4, 2], "score": [0.9, 0.8, 0.5]})

    assert best_f1(pairs, CLUSTER) == (1.0, 0.8)
    assert best_f1(pairs, CLUSTER, thresholds=[0.5]) == (0.8, 0.5)


def test_no_pairs_are_worth_nothing() -> None:
    empty = pl.DataFrame(schema={"left": pl.Int64, "right": pl.Int64, "score": pl.Float64})

    assert best_f1(empty, CLUSTER)[0] == 0
