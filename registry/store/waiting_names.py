"""Names under which records wait for a subject, and which of them are like each other: written after each linking.

A name stays as long as a record waits under it; ids of names only grow while it does.
"""

from collections.abc import Iterator

import polars as pl

from registry.store import withdrawals
from registry.store.bulk import READ, Bulk, insert
from registry.store.versions import VERSIONS

NAMES = {"id": pl.Int64, "normal": pl.String, "cluster": pl.Int64, "askable": pl.Boolean}
LIKE = {"one_id": pl.Int64, "other_id": pl.Int64, "likeness": pl.Int32}
WAITING = {"name_id": pl.Int64, "body_id": pl.Int64}

_UNREAD = """
SELECT u.record_id, CASE WHEN c.category = 'organisation' THEN c.name END AS name
FROM unlinked u CROSS JOIN record r ON r.id = u.record_id CROSS JOIN counterparty c ON c.id = r.counterparty_id
WHERE u.name_id IS NULL ORDER BY u.record_id LIMIT ?1
"""
_WAITING = f"""
SELECT u.name_id, coalesce(r.source_body_id, r.body_id) AS body_id
FROM unlinked u CROSS JOIN record r ON r.id = u.record_id CROSS JOIN counterparty c ON c.id = r.counterparty_id
WHERE u.name_id > 0 AND c.uscc IS NULL AND r.id NOT IN ({withdrawals.STANDING})
  AND NOT EXISTS (SELECT 1 FROM {VERSIONS} v WHERE v.earlier_id = r.id AND v.relation = 'supersedes')
"""
_BORNE = """
SELECT w.id FROM waiting_name w WHERE EXISTS (
  SELECT 1 FROM subject_name n JOIN subject s ON s.id = n.subject_id
  WHERE n.normal = w.normal AND s.category = 'organisation')
OR w.normal IN (SELECT normal FROM judgement WHERE answer = 'same' AND subject_id IS NOT NULL AND undone_by IS NULL)
"""
_FORGET_LIKE = """
DELETE FROM like_name WHERE one_id NOT IN (SELECT name_id FROM unlinked WHERE name_id IS NOT NULL)
  OR other_id NOT IN (SELECT name_id FROM unlinked WHERE name_id IS NOT NULL)
"""
_FORGET = "DELETE FROM waiting_name WHERE id NOT IN (SELECT name_id FROM unlinked WHERE name_id IS NOT NULL)"
DIFFERENT = """
SELECT normal, other_normal FROM judgement
WHERE answer = 'different' AND undone_by IS NULL AND other_normal <> normal
"""


def all_names(work: Bulk) -> pl.DataFrame:
    """Every name, as NAMES, by id."""
    return work.rows("SELECT id, normal, cluster, askable FROM waiting_name ORDER BY id", NAMES)


def unread(work: Bulk) -> Iterator[pl.DataFrame]:
    """Records whose name nobody has put in yet, in batches: record_id, name (null unless an organisation's). Each batch
    is to be `told` before the next is asked for."""
    while not (batch := work.rows(_UNREAD, {"record_id": pl.Int64, "name": pl.String}, READ)).is_empty():
        yield batch


def put(work: Bulk, names: pl.DataFrame) -> None:
    """Put in names, as NAMES."""
    work.write(insert("waiting_name", tuple(NAMES)), names.select(*NAMES))


def told(work: Bulk, records: pl.DataFrame) -> None:
    """Under which name records wait: record_id, name_id."""
    with work.staged("told_name", records):
        work.run("UPDATE unlinked SET name_id = t.name_id FROM told_name t WHERE unlinked.record_id = t.record_id")


def forget(work: Bulk) -> None:
    """Drop the names under which nothing waits any more."""
    work.run(_FORGET_LIKE)
    work.run(_FORGET)


def put_like(work: Bulk, pairs: pl.DataFrame) -> None:
    """Put in pairs of names, as LIKE."""
    work.write(insert("like_name", tuple(LIKE)), pairs.select(*LIKE))


def like(work: Bulk) -> pl.DataFrame:
    """Every pair of like names, as LIKE."""
    return work.rows("SELECT one_id, other_id, likeness FROM like_name", LIKE)


def different(work: Bulk) -> pl.DataFrame:
    """Pairs of names that people told apart: normal, other_normal."""
    return work.rows(DIFFERENT, {"normal": pl.String, "other_normal": pl.String})


def waiting(work: Bulk) -> pl.DataFrame:
    """What waits without a code: the name and the body that delivered it, as WAITING, one row a record."""
    return work.rows(_WAITING, WAITING)


def borne(work: Bulk) -> pl.Series:
    """The ids of those names that an organisation bears or bore, or that people held to be one's."""
    return work.rows(_BORNE, {"id": pl.Int64})["id"]


def change(work: Bulk, names: pl.DataFrame) -> None:
    """Give names another cluster and another mark: id, cluster, askable."""
    with work.staged("changed_name", names.select("id", "cluster", "askable")):
        work.run(
            """UPDATE waiting_name SET cluster = c.cluster, askable = c.askable
            FROM changed_name c WHERE waiting_name.id = c.id"""
        )
