"""Piles: what waits for people, counted by subject, cluster of names or name; an upper bound of what is asked together.

They are counted in indexes alone, so that the queue reads no more records than it shows.
"""

from collections.abc import Collection
from typing import NamedTuple

from sqlmodel import Session

from registry.store.reading import rows

# no more of what is neither borne by a subject nor delivered by several than people will ever look for like subjects of
_PILES = """
SELECT 'subject', subject_id, count(*) FROM link WHERE state = 'review' AND retired_at IS NULL GROUP BY subject_id
UNION ALL SELECT 'cluster', w.cluster, count(*) FROM waiting_name w CROSS JOIN unlinked u ON u.name_id = w.id
WHERE w.askable GROUP BY w.cluster
UNION ALL SELECT * FROM (
  SELECT 'name', name_id, count(*) FROM unlinked
  WHERE name_id > 0 AND name_id NOT IN (SELECT id FROM waiting_name WHERE askable)
  GROUP BY name_id ORDER BY 3 DESC, 2 LIMIT :most) alone
"""
_OF_PILE = {
    "subject": """SELECT record_id FROM link WHERE state = 'review' AND retired_at IS NULL
      AND subject_id IN (SELECT value FROM json_each(:ids))""",
    "cluster": """SELECT u.record_id FROM waiting_name w CROSS JOIN unlinked u ON u.name_id = w.id
      WHERE w.cluster IN (SELECT value FROM json_each(:ids))""",
    "name": "SELECT record_id FROM unlinked WHERE name_id IN (SELECT value FROM json_each(:ids))",
}
_UNREAD = """
SELECT r.id, c.name FROM unlinked u CROSS JOIN record r ON r.id = u.record_id
CROSS JOIN counterparty c ON c.id = r.counterparty_id
WHERE u.name_id IS NULL AND c.category = 'organisation' AND c.name IS NOT NULL
"""
_UNDER = """SELECT u.record_id FROM waiting_name w CROSS JOIN unlinked u ON u.name_id = w.id
  WHERE w.normal IN (SELECT value FROM json_each(:normals))"""


class Pile(NamedTuple):
    """At most `waiting` records that wait together: of a `subject`, of a `cluster` of names or of a `name`, by its
    id."""

    kind: str
    id: int
    waiting: int


def every(session: Session, *, alone: int) -> list[Pile]:
    """All that waits and whose name was put in, in no order; of the names that nothing but a like subject's name could
    answer only the `alone` most waited on."""
    return [Pile(kind, number, waiting) for kind, number, waiting in rows(session, _PILES, {"most": alone})]


def unread(session: Session) -> list[tuple[int, str]]:
    """Waiting records, and their names, that came since names were put in."""
    return [(record, name) for record, name in rows(session, _UNREAD, {})]


def clusters(session: Session, normals: Collection[str]) -> dict[str, int]:
    """Of names (in normal form) that were put in, the cluster of each."""
    sql = "SELECT normal, cluster FROM waiting_name WHERE normal IN (SELECT value FROM json_each(:normals))"
    return dict(rows(session, sql, {"normals": [*normals]}))


def records(session: Session, kind: str, ids: list[int]) -> list[int]:
    """The records of piles of one kind, by the ids of their subjects, clusters or names."""
    return [record for (record,) in rows(session, _OF_PILE[kind], {"ids": ids})]


def under(session: Session, normals: list[str]) -> list[int]:
    """The records that wait under names (in normal form) that were put in."""
    return [record for (record,) in rows(session, _UNDER, {"normals": normals})]
