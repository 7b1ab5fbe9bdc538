"""Candidates: the few names that share something rare with another one, out of many."""

from collections import Counter

import numpy as np
import polars as pl
from hypothesis import given
from hypothesis import strategies as st

from registry.matching.candidates import MOST, bigrams, candidate_pairs
from registry.names import normal_expr
from tests.city.names import as_written, registered

TEXTS = st.lists(st.text("甲乙丙丁戊(A1", max_size=6), max_size=12)


def pairs(queries: list[str], names: list[str], **more: int) -> list[tuple[int, int]]:
    found = candidate_pairs(pl.Series(queries, dtype=pl.String), pl.Series(names, dtype=pl.String), **more)
    return [pair for frame in found for pair in frame.rows()]


@given(TEXTS)
def test_bigrams_are_those_of_each_name_and_reach_over_none(names: list[str]) -> None:
    made = bigrams(pl.Series(names, dtype=pl.String))
    plain = [name[place : place + 2] for name in names for place in range(len(name) - 1)]

    assert list(np.diff(made.start)) == [max(len(name) - 1, 0) for name in names]
    assert len(made.bucket) == len(plain)
    assert len(set(zip(plain, made.bucket.tolist(), strict=True))) == len(set(plain))


@given(TEXTS, TEXTS)
def test_a_name_that_is_there_is_always_a_candidate_and_every_pair_comes_once(
    queries: list[str], names: list[str]
) -> None:
    found = pairs(queries, names)
    there = {(i, names.index(query)) for i, query in enumerate(queries) if query and query in names}

    assert there <= set(found)
    assert len(found) == len(set(found))
    assert all(count <= MOST for count in Counter(query for query, _ in found).values())


def test_the_likest_stands_first() -> None:
    names = ["集宁区鑫源商贸有限公司", "集宁区鑫海建材有限公司", "丰镇市云岭建材有限公司"]

    assert pairs(["集宁区鑫海建才有限公司"], names)[0] == (0, 1)
    assert pairs(["集宁区鑫海建才有限公司"], names, most=1) == [(0, 1)]


def test_nothing_is_asked_of_nothing() -> None:
    assert pairs([], ["集宁区鑫源商贸有限公司"]) == []
    assert pairs(["集宁区鑫源商贸有限公司"], []) == []
    assert pairs(["乙", ""], ["甲", ""]) == []


def test_names_written_otherwise_are_found_among_ten_thousand() -> None:
    names = registered(10_000)
    written = as_written(names.sample(2000, seed=1)).with_columns(normal_expr(pl.col("name")))
    found = pl.concat(candidate_pairs(written["name"], names.select(normal_expr(pl.col("name"))).to_series()))
    right = found.with_columns(written["id"].gather(found["query"])).filter(pl.col("id") == pl.col("name"))

    assert right.height >= 0.99 * written.height


def test_the_made_up_names_are_all_different_and_the_same_for_the_same_seed() -> None:
    names = registered(3000, seed=5)

    assert names["name"].n_unique() == names.height == 3000
    assert names.equals(registered(3000, seed=5))
    assert not names.equals(registered(3000, seed=6))
    assert as_written(names)["way"].n_unique() == 8
