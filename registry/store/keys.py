"""The keys by which a decision is recognised (`registry.digests`), and the record of each of its versions.

They lie sorted, so that the keys of a delivery, which are anything but neighbours, touch every page of a large table.
So new ones are gathered in a small table, and go into the large one many at a time. Whoever looks for a key looks in
both. See docs/decisions/0018-keys-gathered.md.
"""

import polars as pl

from registry.store.bulk import Bulk, insert

TABLES = ("record_key", "gathered_key")
GATHERED = 500_000  # keys that are gathered before they go into the large table
_COLUMNS = ("key", "content", "record_id")
_KEYS = {"key": pl.Int64, "content": pl.Int64, "record_id": pl.Int64}
_SETTLE = f"INSERT INTO record_key ({', '.join(_COLUMNS)}) SELECT {', '.join(_COLUMNS)} FROM gathered_key ORDER BY 1, 2"


def in_both(select: str) -> str:
    """A SELECT over `{keys}`, asked of both tables."""
    return " UNION ALL ".join(select.format(keys=table) for table in TABLES)


_KNOWN = in_both("SELECT key, content, record_id FROM {keys}")
_MET = in_both("SELECT k.key, k.content, k.record_id FROM arrived a CROSS JOIN {keys} k ON k.key = a.key")
_SOME = "SELECT count(*) FROM (SELECT 1 FROM {table} LIMIT ?1) known"


def known(work: Bulk, first: pl.DataFrame) -> pl.DataFrame:
    """What the registry holds under the keys of `first`: key, content, record_id."""
    few = first.height + 1
    if sum(work.one(_SOME.format(table=table), few) for table in TABLES) <= first.height:
        return work.rows(_KNOWN, _KEYS).join(first, on="key", how="semi")
    with work.staged("arrived", first.select("key").unique(maintain_order=True)):
        return work.rows(_MET, _KEYS)


def put(work: Bulk, new: pl.DataFrame) -> None:
    """Keep keys that are not here yet (key, content, record_id), sorted."""
    if new.height >= GATHERED:
        work.write(insert("record_key", _COLUMNS), new.select(_COLUMNS))
        return
    work.write(insert("gathered_key", _COLUMNS), new.select(_COLUMNS))
    if work.one(_SOME.format(table="gathered_key"), GATHERED) == GATHERED:
        work.run(_SETTLE)
        work.run("DELETE FROM gathered_key")
