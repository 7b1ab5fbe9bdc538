"""Who a subject is, for the public: by code, or by the beginning of a name it bears or bore.

Every statement names the columns it may give away. Individual businesses and natural persons are in no answer;
a subject that the register did not deliver (provisional) is found only while something of it is in force.
"""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any, NamedTuple

import msgspec
from sqlmodel import Session

from registry.store.publications import IN_FORCE, ItemRow, items, items_of
from registry.store.reading import moment, row_soon, rows
from registry.store.subject_events import present

LAST_CHARACTER = "\U0010ffff"


class NameRow(NamedTuple):
    """A name and its days; `until` is exclusive, open if null."""

    name: str
    since: date | None
    until: date | None


class SubjectRow(NamedTuple):
    """What may be told of a subject beside its records; `other_names` are those it bears or bore beside its
    present one, newest first.

    `derived_at` is when what is public was last derived, for whatever subject.
    """

    id: int
    code: str
    name: str
    category: str
    status: str | None
    county_code: str | None
    kind: str | None
    provisional: bool
    derived_at: datetime | None
    other_names: list[NameRow]


WithItems = tuple[SubjectRow, list[ItemRow] | None]
_Flag = bool | int  # PostgreSQL and SQLite
_Columns = tuple[
    int, str, str, str, str | None, str | None, str | None, _Flag, str | None, list[NameRow] | None
]  # fmt: skip
_columns = msgspec.json.Decoder(_Columns).decode


class Hit(NamedTuple):
    """A subject found by a name; `matched` is the name that fitted, `normal` its normal form."""

    subject_id: int
    normal: str
    matched: str
    code: str
    name: str
    status: str | None
    county_code: str | None


_DERIVED_AT = """coalesce((SELECT value FROM setting WHERE key = 'derived_at'),
                (SELECT CAST(recorded_at AS TEXT) FROM delivery WHERE id = (SELECT max(id) FROM delivery)))"""
_SUBJECT = f"""
SELECT CAST(json_array(
  s.id, s.uscc, s.name, s.category, s.status, s.county_code, s.kind, s.provisional, {_DERIVED_AT},
  (SELECT json_group_array(json_array(n.name, n.since, n.until)) FROM subject_name n
   WHERE n.subject_id = s.id AND n.name <> s.name)) AS BLOB) AS subject"""
# its code was not replaced
_STAYS = "NOT EXISTS (SELECT 1 FROM subject_redirect d WHERE d.subject_id = s.id AND d.current)"
_HAVING = f"FROM subject s WHERE s.uscc = :code AND s.category = 'organisation' AND {_STAYS}"
_ALONE = f"{_SUBJECT} {_HAVING}"
WITH_ITEMS = f"{_SUBJECT}, ({items_of('s.id')}) AS items {_HAVING}"

_PUBLIC = f"""s.category = 'organisation' AND {_STAYS}
  AND (NOT s.provisional OR EXISTS (
        SELECT 1 FROM publication p
        WHERE p.subject_id = s.id AND {IN_FORCE} LIMIT 1 OFFSET 0))"""  # so it is asked of each subject, not of all

# A subject stands at the first of its names that fits, so that it is given once however many pages are asked.
BY_NAME = f"""
SELECT n.subject_id, n.normal, n.name, s.uscc, s.name, s.status, s.county_code
FROM subject_name n JOIN subject s ON s.id = n.subject_id
WHERE n.normal >= :low AND n.normal < :high
  AND (n.normal > :after_normal OR n.subject_id > :after_subject)
  AND {_PUBLIC}
  AND NOT EXISTS (
        SELECT 1 FROM subject_name earlier
        WHERE earlier.subject_id = n.subject_id AND earlier.normal >= :prefix AND earlier.normal < n.normal)
ORDER BY n.normal, n.subject_id
LIMIT :limit
"""

# a name of a subject whose code was replaced is one of the subject with the new code
_BEARING = f"""
SELECT s.id, n.normal, n.name, s.uscc, s.name, s.status, s.county_code
FROM json_each(:names) j CROSS JOIN subject_name n ON n.normal = j.value
  CROSS JOIN subject s ON s.id = {present("n.subject_id")}
WHERE {_PUBLIC}
ORDER BY j.key, s.id, n.subject_id <> s.id
"""


_WITH_ALIAS = f"""
SELECT DISTINCT s.id, a.alias, a.alias, s.uscc, s.name, s.status, s.county_code
FROM alias_word a JOIN subject s ON s.id = a.subject_id WHERE a.alias = :alias AND {_PUBLIC} ORDER BY s.id
"""


def subject_by_code(session: Session, code: str) -> SubjectRow | None:
    """The organisation with exactly this compact code; None also for a subject that is never shown."""
    found = rows(session, _ALONE, {"code": code})
    return _subject(found[0][0]) if found else None


def subject_with_items(session: Session, code: str, *, on: date, most: int) -> WithItems | None:
    """The same with what is in force of it, read at one moment, newest decision first; None if that is over `most`."""
    found = rows(session, WITH_ITEMS, {"code": code, "on": on.isoformat(), "most": most})
    return _with_items(found[0], most) if found else None


async def subject_with_items_soon(session: Session, code: str, *, on: date, most: int) -> WithItems | None:
    """The same, while others ask too (`reading.row_soon`)."""
    found = await row_soon(session, WITH_ITEMS, {"code": code, "on": on.isoformat(), "most": most})
    return _with_items(found, most) if found else None


def subjects_by_name(
    session: Session, prefix: str, *, on: date, limit: int, after: tuple[str, int] | None = None
) -> list[Hit]:
    """Organisations bearing, now or formerly, a name whose normal form begins with `prefix`, in order of names.

    `after` is (normal, subject_id) of the last hit already given.
    """
    normal, subject_id = after or (prefix, 0)
    asked = {
        "prefix": prefix,
        "low": max(prefix, normal),
        "high": prefix + LAST_CHARACTER,
        "after_normal": normal,
        "after_subject": subject_id,
        "on": on.isoformat(),
        "limit": limit,
    }
    return [Hit._make(row) for row in rows(session, BY_NAME, asked)]


def subjects_bearing(session: Session, names: Sequence[str], *, on: date) -> list[Hit]:
    """Organisations bearing, now or formerly, one of these names in normal form, in the order of `names`; each once for
    a name."""
    found: dict[tuple[int, str], Hit] = {}
    for row in rows(session, _BEARING, {"names": [*names], "on": on.isoformat()}):
        hit = Hit._make(row)
        found.setdefault((hit.subject_id, hit.normal), hit)
    return [*found.values()]


def subjects_with_alias(session: Session, aliases: Sequence[str], *, on: date) -> list[Hit]:
    """Organisations registered with one of these foreign names, in the order of `aliases`; each once."""
    found: dict[int, Hit] = {}
    for alias in aliases:
        for row in rows(session, _WITH_ALIAS, {"alias": alias, "on": on.isoformat()}):
            found.setdefault(row[0], Hit._make(row))
    return [*found.values()]


def derived_at(session: Session) -> datetime | None:
    """When what is public was last derived; before the first time, when the last delivery was accepted."""
    return moment(rows(session, f"SELECT {_DERIVED_AT}", {})[0][0])


def _with_items(row: tuple[Any, ...], most: int) -> WithItems:
    subject, told = row
    found = items(told)
    return _subject(subject), found if len(found) <= most else None


def _subject(told: bytes | str) -> SubjectRow:
    *plain, provisional, derived, names = _columns(told)
    borne = sorted(names or [], key=lambda one: (one.since or date.min, one.name), reverse=True)
    return SubjectRow._make((*plain, bool(provisional), moment(derived), borne))
