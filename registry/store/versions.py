"""The versions of decisions that count."""

from typing import TYPE_CHECKING

from registry.store.reading import rows
from registry.vocabulary import Ruling

if TYPE_CHECKING:  # a bulk command starts without it
    from sqlmodel import Session

VERSIONS = f"""(
  SELECT v.record_id, v.earlier_id, v.relation FROM version v WHERE NOT EXISTS (
    SELECT 1 FROM version_ruling n WHERE n.record_id = v.record_id AND n.earlier_id = v.earlier_id
    AND n.answer = '{Ruling.NEW}' AND n.undone_by IS NULL)
)"""
"""The versions that count, as a table: a decision in its own right is none of what it was held apart from."""

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
