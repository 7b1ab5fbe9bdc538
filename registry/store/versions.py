"""The versions of decisions that count."""

from typing import TYPE_CHECKING

from registry.store.keys import in_both
from registry.store.links import outcomes_of
from registry.store.reading import rows
from registry.vocabulary import Ruling

if TYPE_CHECKING:  # a bulk command starts without it
    from sqlmodel import Session

VERSIONS = f"""(
  SELECT v.record_id, v.earlier_id,
    CASE WHEN n.answer = '{Ruling.REPLACES}' THEN 'supersedes' ELSE v.relation END AS relation
  FROM version v LEFT JOIN version_ruling n
    ON n.record_id = v.record_id AND n.earlier_id = v.earlier_id AND n.undone_by IS NULL
  WHERE n.answer IS NULL OR n.answer <> '{Ruling.NEW}'
)"""
"""The versions that count, as a table: a decision in its own right is none of what it was held apart from, and what was
held to replace another one supersedes it."""

# Of the bodies that delivered one decision the versions of the first stand. Those of another body contradict them,
# unless one of these was held to replace them: then it is the other way round.
_CONTRADICTS = f"""
FROM {VERSIONS} v WHERE v.relation = 'conflicts' AND (
  v.earlier_id < (SELECT coalesce(min(l.earlier_id), v.record_id)
    FROM {VERSIONS} l WHERE l.record_id = v.record_id AND l.relation <> 'conflicts')
  OR v.earlier_id IN (SELECT record_id FROM version_ruling WHERE answer = '{Ruling.REPLACES}' AND undone_by IS NULL))
AND NOT EXISTS (
  SELECT 1 FROM {VERSIONS} l JOIN {VERSIONS} s ON s.record_id = l.earlier_id AND s.relation = 'supersedes'
  WHERE l.record_id = v.record_id AND l.relation <> 'conflicts' AND s.earlier_id = v.earlier_id)"""
CONFLICTING = f"SELECT DISTINCT v.record_id {_CONTRADICTS}"
"""The versions that contradict one of another body that goes before."""
CONFLICTING_ONE = f"EXISTS (SELECT 1 {_CONTRADICTS} AND v.record_id = r.id)"
"""Whether one record `r` is such a version."""

_BEFORE = f"""
FROM {VERSIONS} v CROSS JOIN publication q ON {outcomes_of("v.earlier_id", "q")} AND q.outcome = 'shown'
WHERE v.relation <> 'conflicts' AND v.record_id"""
SHOWN_BEFORE = f"""
SELECT v.record_id, min(q.shown_from) AS first_shown_on {_BEFORE} IN (
  SELECT record_id FROM version WHERE record_id >= (SELECT min(first_id) FROM fresh)
  UNION SELECT record_id FROM unjudged)
GROUP BY v.record_id
"""
"""Of the records that wait for being judged, those in whose place an earlier version was shown, and since when."""
SHOWN_BEFORE_ONE = f"(SELECT min(q.shown_from) {_BEFORE} = r.id)"
"""The same of one record `r`; null if none was."""

_FAMILY = in_both("SELECT k.record_id FROM record r CROSS JOIN {keys} k ON k.key = r.key WHERE r.id = :record")
_LATER = f"SELECT DISTINCT v.record_id FROM {VERSIONS} v WHERE v.earlier_id = :record ORDER BY 1"


_STANDS_FOR = """
SELECT coalesce(max(record_id), :record) FROM version WHERE earlier_id = :record AND relation = 'corrects'
"""


def current(session: "Session", record_id: int) -> int:
    """The record that stands for this one: itself, or the newest one that corrects it."""
    return int(rows(session, _STANDS_FOR, {"record": record_id})[0][0])


def corrected_by(session: "Session", record_id: int) -> list[int]:
    """The records that a record corrects, the oldest first."""
    asked = "SELECT earlier_id FROM version WHERE record_id = :record AND relation = 'corrects' ORDER BY 1"
    return [number for (number,) in rows(session, asked, {"record": record_id})]


def replaced_by(session: "Session", record_id: int) -> list[int]:
    """The earlier versions in whose place a record stands: what it corrects or supersedes, the oldest first."""
    asked = (
        f"SELECT v.earlier_id FROM {VERSIONS} v WHERE v.record_id = :record AND v.relation <> 'conflicts' ORDER BY 1"
    )
    return [number for (number,) in rows(session, asked, {"record": record_id})]


def later_than(session: "Session", record_id: int) -> list[int]:
    """The later versions of a record."""
    return [number for (number,) in rows(session, _LATER, {"record": record_id})]


def family(session: "Session", record_id: int) -> list[int]:
    """All versions of the decision that a record is one of, the oldest first."""
    return sorted(number for (number,) in rows(session, _FAMILY, {"record": record_id}))
