"""The unified codes that one subject bears and bore: a decision under one of them is found under the others.

A natural key is a sum of what its columns add, so the same key under another code takes no more than its difference.
"""

from typing import TYPE_CHECKING

import polars as pl

from registry.digests import part, under_another
from registry.store.bulk import Bulk
from registry.store.links import of_subjects
from registry.store.reading import rows

if TYPE_CHECKING:  # a bulk command starts without it
    from sqlmodel import Session

_LED = """
SELECT subject_id, target_id FROM subject_redirect WHERE current
UNION SELECT target_id, target_id FROM subject_redirect WHERE current
"""
_PAIRS = f"""
SELECT a.uscc AS code, b.uscc AS other FROM ({_LED}) x JOIN ({_LED}) y ON y.target_id = x.target_id
JOIN subject a ON a.id = x.subject_id JOIN subject b ON b.id = y.subject_id WHERE a.id <> b.id
"""
_COLUMNS = {"code": pl.String, "other": pl.String}

# a subject, those that lead to it or to where it leads, and where it leads
_TOGETHER = """
SELECT :subject AS id UNION SELECT target_id FROM subject_redirect WHERE subject_id = :subject AND current
UNION SELECT d.subject_id FROM subject_redirect d WHERE d.current AND d.target_id IN (
  SELECT :subject UNION SELECT target_id FROM subject_redirect WHERE subject_id = :subject AND current)
"""
_IDENTITIES = f"""
SELECT s.uscc FROM subject s WHERE s.id IN ({_TOGETHER})
UNION SELECT 'O:' || coalesce(s.organisation_code, substr(s.uscc, 9, 9)) FROM subject s WHERE s.id IN ({_TOGETHER})
UNION SELECT 'R:' || s.registration_number FROM subject s
  WHERE s.registration_number IS NOT NULL AND s.id IN ({_TOGETHER})
UNION SELECT 'N:' || n.normal FROM subject_name n WHERE n.subject_id IN ({_TOGETHER}) ORDER BY 1
"""
_WITHDRAWN = f"""
SELECT DISTINCT p.record_id FROM publication p JOIN withdrawal w ON w.record_id = p.record_id
WHERE p.subject_id IN ({_TOGETHER}) AND w.lifted_at IS NULL AND w.event_id IS NOT NULL AND w.reason <> 'recalled'
ORDER BY 1
"""

OF_SEVERAL = f"SELECT s.uscc FROM subject s JOIN ({_LED}) z ON z.subject_id = s.id"
"""The codes of subjects that have several."""

_OF_SEVERAL_SINCE = f"""
SELECT r.key, r.id AS record_id, c.uscc FROM record r CROSS JOIN counterparty c ON c.id = r.counterparty_id
WHERE r.id >= ?1 AND c.uscc IN ({OF_SEVERAL}) AND r.source <> 'subjects'
"""
_RECORDS_OF_SEVERAL = f"""
SELECT o.key, o.id AS record_id, c.uscc FROM ({of_subjects(_TOGETHER)}) t JOIN record o ON o.id = t.record_id
JOIN counterparty c ON c.id = o.counterparty_id WHERE c.uscc IS NOT NULL
"""


def identities(session: "Session", subject_id: int) -> list[str]:
    """However a delivery may identify a subject, as natural keys have it: by a code that it bears or bore, and with its
    kind before it by organisation code (`O:`), registration number (`R:`) or name (`N:`)."""
    return [told for (told,) in rows(session, _IDENTITIES, {"subject": subject_id})]


def withdrawn(session: "Session", subject_id: int) -> list[int]:
    """The records of a subject, under whatever code, that people have decided must not be shown."""
    return [record_id for (record_id,) in rows(session, _WITHDRAWN, {"subject": subject_id})]


def pairs(work: Bulk) -> pl.DataFrame:
    """Every two codes of one subject: code, other."""
    return work.rows(_PAIRS, _COLUMNS)


def under_others_of(work: Bulk, records: pl.DataFrame) -> pl.DataFrame:
    """The keys of records (key, record_id) under each other code of their subject, where it has several."""
    told = {"key": pl.Int64, "record_id": pl.Int64, "uscc": pl.String}
    codes = pairs(work)
    if codes.is_empty() or records.is_empty():
        return pl.DataFrame(schema={"key": pl.Int64, "record_id": pl.Int64})
    found = work.rows(_OF_SEVERAL_SINCE, told, int(records.select(pl.col("record_id").min()).item()))
    return under_others(found.join(records, on=["key", "record_id"], how="semi"), codes).select("key", "record_id")


def pairs_in(session: "Session") -> pl.DataFrame:
    """The same within a session."""
    return pl.DataFrame(rows(session, _PAIRS, {}), schema=_COLUMNS, orient="row")


def versions_across(session: "Session", subject_id: int) -> list[tuple[int, int]]:
    """Records that are one decision under two codes of this subject, the later one first."""
    told = rows(session, _RECORDS_OF_SEVERAL, {"subject": subject_id})
    here = pl.DataFrame(told, schema={"key": pl.Int64, "record_id": pl.Int64, "uscc": pl.String}, orient="row")
    met = under_others(here, pairs_in(session)).join(here, on="key", suffix="_other")
    ordered = met.select(
        pl.max_horizontal("record_id", "record_id_other").alias("later"),
        pl.min_horizontal("record_id", "record_id_other").alias("earlier"),
    )
    return ordered.unique().sort(pl.all()).rows()


def under_others(keyed: pl.DataFrame, pairs: pl.DataFrame) -> pl.DataFrame:
    """Rows with a `key` and the `uscc` in it, under each other code of that subject."""
    found = keyed.join(pairs, left_on="uscc", right_on="code")
    was, now = (part("subject", pl.col(code)) for code in ("uscc", "other"))
    return found.with_columns(under_another(pl.col("key"), was, now).alias("key"))
