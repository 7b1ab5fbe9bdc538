"""Deliveries: what was received, and the rows that came of it."""

from datetime import date, datetime
from typing import NamedTuple

import polars as pl

from registry.store import codes, keys
from registry.store.bulk import Bulk, insert

OWN = "case"
"""The layout of what the office delivers itself by deciding a case."""


class Delivered(NamedTuple):
    """A delivery as it was received, with its receipt; `recalled` is why it was taken back, null if it was not."""

    id: int
    source: str
    layout: str
    file_name: str
    sha256: str
    sheet: str
    encoding: str
    delimiter: str
    department_code: str | None
    received_on: date
    read: int
    accepted: int
    duplicate: int
    rejected: int
    blank: int
    warnings: str
    duration_ms: int
    feedback: str | None
    recalled: str | None


_KINDS = {int: pl.Int64, date: pl.Date}
_COLUMNS = {name: _KINDS.get(kind, pl.String) for name, kind in Delivered.__annotations__.items()}
_DELIVERED = f"""
SELECT {", ".join(f"d.{name}" for name in Delivered._fields if name != "recalled")}, x.reason AS recalled
FROM delivery d LEFT JOIN recall x ON x.delivery_id = d.id AND x.lifted_at IS NULL"""
_VERSIONS = """
INSERT INTO version (record_id, earlier_id, relation, recorded_at)
SELECT n.id, o.id, CASE
  WHEN coalesce(n.source_body_id, n.body_id, 0) = coalesce(o.source_body_id, o.body_id, 0) THEN 'supersedes'
  ELSE 'conflicts' END, ?1
FROM pair p CROSS JOIN record n ON n.id = p.record_id CROSS JOIN record o ON o.id = p.earlier_id
"""
_TALLY_OF_DUPLICATES = """
INSERT INTO tally (delivery_id, department_code, county_code, category, timeliness, outcome, rows)
SELECT ?1, r.department_code, r.county_code, c.category, a.timeliness, 'duplicate', count(*)
FROM repeated a JOIN record r ON r.id = a.id JOIN counterparty c ON c.id = r.counterparty_id
GROUP BY r.department_code, r.county_code, c.category, a.timeliness
"""
_TALLY_LESS_DUPLICATES = """
UPDATE tally SET rows = rows - (
  SELECT d.rows FROM tally d WHERE d.delivery_id = ?1 AND d.outcome = 'duplicate'
  AND d.department_code = tally.department_code AND d.county_code = tally.county_code
  AND d.category = tally.category AND d.timeliness = tally.timeliness)
WHERE delivery_id = ?1 AND outcome = 'accepted' AND EXISTS (
  SELECT 1 FROM tally d WHERE d.delivery_id = ?1 AND d.outcome = 'duplicate'
  AND d.department_code = tally.department_code AND d.county_code = tally.county_code
  AND d.category = tally.category AND d.timeliness = tally.timeliness)
"""


def delivered_before(seen: Bulk, sha256: str, sheet: str, source: str) -> Delivered | None:
    """The delivery of these same bytes, if there was one."""
    of_bytes = f"{_DELIVERED} WHERE d.sha256 = ?1 AND d.sheet = ?2 AND d.source = ?3"
    return _delivered(seen, of_bytes, sha256, sheet, source)


def delivered_since(seen: Bulk, sha256: str, source: str, after: int) -> list[Delivered]:
    """The deliveries of any table of these bytes that have a higher number than `after`."""
    since = f"{_DELIVERED} WHERE d.sha256 = ?1 AND d.source = ?2 AND d.id > ?3 ORDER BY d.id"
    return [Delivered(*row) for row in seen.rows(since, _COLUMNS, sha256, source, after).iter_rows()]


def one(seen: Bulk, delivery_id: int) -> Delivered | None:
    """A delivery by its number."""
    return _delivered(seen, f"{_DELIVERED} WHERE d.id = ?1", delivery_id)


def _delivered(seen: Bulk, select: str, *asked: int | str) -> Delivered | None:
    found = seen.rows(select, _COLUMNS, *asked)
    return Delivered(*found.row(0)) if found.height else None


def next_id(work: Bulk, table: str) -> int:
    """The id that the next row of a table will have; nobody else writes while a bulk transaction is open."""
    return work.one(f"SELECT coalesce(max(id), 0) + 1 FROM {table}")


def in_versions(arrived: pl.DataFrame) -> pl.DataFrame:
    """Records (key, content, id) sorted by decision and version; with `first`, whether it is the first of its version,
    and `of`, the id of that one."""
    first = (pl.col("key") != pl.col("key").shift()) | (pl.col("content") != pl.col("content").shift())
    arrived = arrived.sort("key", "content", "id").with_columns(first.fill_null(value=True).alias("first"))
    return arrived.with_columns(pl.when("first").then("id").forward_fill().alias("of"))


def without_repeats(work: Bulk, delivery_id: int, arrived: pl.DataFrame, now: datetime) -> pl.DataFrame:
    """Of the records just written, keep one for each decision and version; the others become provenances.

    `arrived` has key, content, id, line and timeliness of each, and more, `in_versions`. Returns the duplicates.
    Versions of one decision are set in relation, under whatever code of its subject they were delivered.
    """
    if arrived.is_empty():
        return arrived
    here = arrived.filter("first").select("key", "content", pl.col("id").alias("record_id"))
    known = keys.known(work, here)
    before = here.join(known, on=["key", "content"], suffix="_known").select("record_id", "record_id_known")
    repeated = (
        arrived.filter(~pl.col("first") | pl.col("of").is_in(before["record_id"].implode()))
        .join(before, left_on="of", right_on="record_id", how="left")
        .with_columns(pl.coalesce("record_id_known", "of").alias("record_id"))
    )
    new = here.join(before, on="record_id", how="anti", maintain_order="left")
    keys.put(work, new)
    if repeated.height:
        _forget(work, delivery_id, repeated)
    again = (pl.col("key") == pl.col("key").shift()) | (pl.col("key") == pl.col("key").shift(-1))
    several = pl.concat([known, new.filter(again)])
    pairs = _earlier(new, several)
    otherwise = codes.under_others_of(work, new)
    if otherwise.height:
        pairs = pl.concat([pairs, _earlier(otherwise, keys.known(work, otherwise))]).unique(maintain_order=True)
    if pairs.height:
        with work.staged("pair", pairs):
            work.run(_VERSIONS, _ms(now))
    return repeated


def _earlier(new: pl.DataFrame, known: pl.DataFrame) -> pl.DataFrame:
    """New records with those that came before them under the same key: record_id, earlier_id."""
    pairs = new.join(known, on="key", suffix="_earlier").filter(pl.col("record_id_earlier") < pl.col("record_id"))
    return pairs.select("record_id", pl.col("record_id_earlier").alias("earlier_id"))


def repeated_lines(work: Bulk, delivery_id: int) -> pl.DataFrame:
    """The lines of a delivery that only repeated a record (line)."""
    return work.rows("SELECT line FROM provenance WHERE delivery_id = ?1", {"line": pl.UInt32}, delivery_id)


def _forget(work: Bulk, delivery_id: int, repeated: pl.DataFrame) -> None:
    """Make provenances of records that repeat another one (`record_id`), and count them so."""
    provenances = repeated.select(pl.lit(delivery_id).alias("delivery_id"), "line", "record_id")
    work.write(insert("provenance", tuple(provenances.columns)), provenances)
    with work.staged("repeated", repeated.select("id", pl.col("timeliness").cast(pl.String))):
        for statement in (_TALLY_OF_DUPLICATES, _TALLY_LESS_DUPLICATES):
            work.run(statement, delivery_id)
        work.run("DELETE FROM tally WHERE delivery_id = ?1 AND rows = 0", delivery_id)
        for table, column in (
            ("record", "id"), ("link", "record_id"), ("unlinked", "record_id"), ("restoration_target", "record_id"),
        ):  # fmt: skip
            work.run(f"DELETE FROM {table} WHERE {column} IN (SELECT id FROM repeated)")


def put_tallies(work: Bulk, delivery_id: int, tallies: pl.DataFrame) -> None:
    """The rows of a delivery by department, county, category, outcome and timeliness (`rows`)."""
    parts = ("department_code", "county_code", "category", "timeliness", "outcome")
    summed = tallies.group_by(parts).agg(pl.col("rows").sum()).with_columns(pl.lit(delivery_id).alias("delivery_id"))
    columns = ("delivery_id", *parts, "rows")
    work.write(insert("tally", columns), summed.select(columns))


def put_delivery(work: Bulk, delivery: dict[str, int | str | None]) -> None:
    """The row of a delivery, once its counts are known."""
    work.write(insert("delivery", tuple(delivery)), pl.DataFrame([delivery]))


def setting(seen: Bulk, key: str) -> str | None:
    """One setting of this registry."""
    found = seen.rows("SELECT value FROM setting WHERE key = ?1", {"value": pl.String}, key)
    return str(found.item()) if found.height else None


def set_once(work: Bulk, key: str, value: str) -> None:
    """Write a setting unless it is there already."""
    work.write(insert("setting", ("key", "value"), conflict="ON CONFLICT DO NOTHING"), _setting(key, value))


def set_to(work: Bulk, key: str, value: str) -> None:
    """Write a setting."""
    again = "ON CONFLICT (key) DO UPDATE SET value = excluded.value"
    work.write(insert("setting", ("key", "value"), conflict=again), _setting(key, value))


def _setting(key: str, value: str) -> pl.DataFrame:
    return pl.DataFrame({"key": [key], "value": [value]})


def rejections_by_check(seen: Bulk, delivery_id: int) -> dict[str, int]:
    """How many rows of a delivery failed each check."""
    rejected = seen.rows("SELECT checks FROM rejection WHERE delivery_id = ?1", {"checks": pl.String}, delivery_id)
    counted = rejected.select(pl.col("checks").str.split(";").explode().value_counts(sort=False)).unnest("checks")
    return dict(counted.sort("checks").iter_rows())


def _ms(now: datetime) -> int:
    return round(now.timestamp() * 1000)
