"""Gathering: names under which records of several bodies wait without a code, put together where they are like.

Only names that came since the last time are compared with those that wait; the clusters are then formed of all pairs
and of what people told apart, so they do not depend on what came first. A cluster is a question to people and nothing
more (`registry.actions.codeless`).
"""

from functools import lru_cache

import polars as pl

from registry.matching import told_apart
from registry.matching.bulk import likenesses
from registry.matching.clustering import clustered
from registry.names import normal_expr
from registry.store import waiting_names
from registry.store.bulk import Bulk

SEVERAL = 2  # bodies that deliver a name without a code, for it to be put to people


def gather(work: Bulk) -> None:
    """Bring the names that wait, and their clusters, to what waits now."""
    came = _read(work)
    waiting_names.forget(work)
    names = waiting_names.all_names(work)
    asked = names.with_row_index("row").filter(pl.col("id").is_in(came.implode()))["row"].cast(pl.Int64)
    found = likenesses(names["normal"], asked)
    one, other = (names["id"].gather(found[side]) for side in ("one", "other"))
    likeness = (found["score"] * 1000).cast(pl.Int32)
    waiting_names.put_like(work, pl.DataFrame({"one_id": one, "other_id": other, "likeness": likeness}))
    formed = _formed(names, waiting_names.like(work), waiting_names.different(work))
    now = names.select("id").join(formed, on="id", how="left").with_columns(pl.col("cluster").fill_null(pl.col("id")))
    now = _askable(now, waiting_names.waiting(work), waiting_names.borne(work))
    waiting_names.change(work, now.join(names, on=["id", "cluster", "askable"], how="anti"))


def _read(work: Bulk) -> pl.Series:
    """Put in the names of what came to wait; returns the ids of those that are new."""
    known = waiting_names.all_names(work)
    last = known.height and int(known["id"][-1])
    came = known.clear()
    for batch in waiting_names.unread(work):
        named = batch.select("record_id", normal_expr(pl.col("name")).alias("normal"))
        new = named.select("normal").filter(pl.col("normal") != "").unique(maintain_order=True)
        new = new.join(known, on="normal", how="anti").with_columns(
            id=pl.int_range(pl.len()) + last + came.height + 1, askable=pl.lit(value=False)
        )
        new = new.with_columns(cluster=pl.col("id")).select(known.columns)
        waiting_names.put(work, new)
        known, came = pl.concat([known, new]), pl.concat([came, new])
        told = named.join(known, on="normal", how="left").select("record_id", name_id=pl.col("id").fill_null(0))
        waiting_names.told(work, told)
    return came["id"]


def _formed(names: pl.DataFrame, like: pl.DataFrame, different: pl.DataFrame) -> pl.DataFrame:
    """The names that are in a cluster: id, cluster."""
    normal = names.select("id", "normal")
    pairs = (
        like.join(normal, left_on="one_id", right_on="id")
        .join(normal, left_on="other_id", right_on="id", suffix="_other")
        .sort(
            -pl.col("likeness"),
            pl.min_horizontal("normal", "normal_other"),
            pl.max_horizontal("normal", "normal_other"),
        )
        .select("normal", "normal_other")
        .rows()
    )
    plausible = {frozenset(pair) for pair in pairs}
    apart = {frozenset(pair) for pair in different.rows()}

    @lru_cache(None)
    def may_be_one(one: str, other: str) -> bool:
        pair = frozenset((one, other))
        return pair not in apart and (pair in plausible or not told_apart(one, other))

    clusters = clustered(pairs, may_be_one)
    members = pl.DataFrame(
        {"place": range(len(clusters)), "normal": [[*each] for each in clusters]},
        schema={"place": pl.Int64, "normal": pl.List(pl.String)},
    )
    return members.explode("normal").join(normal, on="normal").select("id", cluster=pl.col("id").min().over("place"))


def _askable(names: pl.DataFrame, waiting: pl.DataFrame, borne: pl.Series) -> pl.DataFrame:
    """Mark the names (id, cluster) whose cluster several bodies delivered or whose cluster has a name that is borne."""
    delivered = waiting.join(names, left_on="name_id", right_on="id")
    several = delivered.group_by("cluster").agg(pl.col("body_id").n_unique() >= SEVERAL).filter("body_id")["cluster"]
    known = names.filter(pl.col("id").is_in(borne.implode()))["cluster"]
    return names.with_columns(askable=pl.col("cluster").is_in(pl.concat([several, known]).implode()))
