"""What is in force of a subject on a day, read with the columns that may be public.

In force is a matter of dates on the day asked, never of a stored flag. SQLite hands over the items as one JSON
text: for each row it steps to, the driver lets go of the interpreter lock and has to win it back from the
threads that serve the network, which costs more than the reading.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import date, datetime

import msgspec
from sqlmodel import Session

from registry.store.bases import basis_of
from registry.store.columns import milliseconds
from registry.store.reading import rows


class ItemRow(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """A publication in force and its record, in the order of `_COLUMNS`; `content` is JSON as it goes out.

    `list_code` is the code of the list that the item is an entry of, or the kind of the honour that it is; `objected`
    is 1 if anybody ever objected to it, or to an earlier version of it.
    """

    record_id: int
    source: str
    title: str | None
    document: str | None
    list_code: str | None
    body_id: int | None
    source_body_id: int | None
    decided_on: date | None
    basis: str
    shown_from: date
    shown_until: date | None
    content: msgspec.Raw
    objected: int

    @property
    def ordered_on(self) -> date:
        """The day that orders items: that of the decision, or the first shown where none was delivered."""
        return self.decided_on or self.shown_from


_decoded = msgspec.json.Decoder(list[ItemRow]).decode

# What the public may read of each kind of record, and no other kind is read at all. SQLite writes it as JSON, so
# that nothing of it passes through objects on its way out (half the time of a lookup).
_CONTENT = """CASE r.source
WHEN 'penalties' THEN json_object(
  'kinds', json('["' || replace(r.classes, ';', '","') || '"]'), 'procedure', r.procedure,
  'facts', r.facts, 'ground', r.ground, 'content', r.content, 'fine_fen', r.amount_fen,
  'confiscated_fen', r.fields -> 'confiscated_fen', 'licence', r.licence, 'ends_on', r.ends_on)
WHEN 'permits' THEN json_object(
  'category', r.classes, 'content', r.content, 'licence', r.licence,
  'licence_number', r.licence_number, 'starts_on', r.starts_on, 'ends_on', r.ends_on)
WHEN 'list-entries' THEN json_object(
  'list', r.classes, 'ground', r.ground, 'content', r.content, 'noticed_on', r.noticed_on,
  'served_on', r.served_on, 'ends_on', r.ends_on)
WHEN 'honours' THEN json_object(
  'kind', r.classes, 'year', r.fields -> 'year', 'commendation', r.fields -> 'commendation',
  'starts_on', r.starts_on, 'ends_on', r.ends_on)
WHEN 'commitments' THEN json_object(
  'kind', r.classes, 'performance', CASE WHEN r.performance IN ('全部履行', '已全部履行', '已履行')
    THEN r.performance END, 'ends_on', r.ends_on)
END"""
# the list an item puts its subject on, black or red
_LIST = "CASE WHEN r.source IN ('list-entries', 'honours') THEN r.classes END"
_COLUMNS = f"""json_array(
  r.id, r.source, r.title, r.document, {_LIST}, r.body_id, r.source_body_id,
  r.decided_on, {basis_of("p")}, p.shown_from, p.shown_until, {_CONTENT},
  CASE WHEN EXISTS (SELECT 1 FROM case_file c WHERE c.record_id = r.id AND c.procedure = 'objection')
    OR EXISTS (SELECT 1 FROM version v JOIN case_file c ON c.record_id = v.earlier_id AND c.procedure = 'objection'
               WHERE v.record_id = r.id AND v.relation <> 'conflicts')
    THEN 1 ELSE 0 END)"""
_SHOWN = "p.outcome = 'shown' AND p.shown_from <= :on AND (p.shown_until IS NULL OR p.shown_until > :on)"
IN_FORCE = f"p.retired_at IS NULL AND {_SHOWN}"
# as all was recorded before the instant :known
_WAS_IN_FORCE = f"p.recorded_at < :known AND (p.retired_at IS NULL OR p.retired_at >= :known) AND {_SHOWN}"
_IN_FORCE = f"FROM publication p CROSS JOIN record r ON r.id = p.record_id WHERE p.subject_id = :subject AND {IN_FORCE}"


def items_of(subject: str, in_force: str = IN_FORCE, limit: str = "LIMIT :most + 1") -> str:
    """A SELECT of the items in force of the subject with this id, a name in SQL: all, or some `:most` + 1 of more."""
    return f"""
SELECT CAST(json_group_array({_COLUMNS}) AS BLOB)
FROM (SELECT p.record_id, p.basis_id, p.shown_from, p.shown_until FROM publication p
      WHERE p.subject_id = {subject} AND {in_force} {limit}) p
CROSS JOIN record r ON r.id = p.record_id"""


_THEN = items_of(":subject", _WAS_IN_FORCE, "")
_ONE = f"SELECT json_group_array({_COLUMNS}) {_IN_FORCE} AND r.id = :record"
_PAGE = f"""
SELECT json_group_array(json(item)) FROM (
  SELECT {_COLUMNS} AS item {_IN_FORCE}
    AND (CAST(:source AS TEXT) IS NULL OR r.source = :source)
    AND (CAST(:after_id AS BIGINT) IS NULL OR (coalesce(r.decided_on, p.shown_from), r.id) < (:after_on, :after_id))
  ORDER BY coalesce(r.decided_on, p.shown_from) DESC, r.id DESC LIMIT :limit)
"""
_ANY = f"SELECT 1 FROM publication p WHERE p.subject_id = :subject AND {IN_FORCE} LIMIT 1"
_COUNTS = f"SELECT r.source, {_LIST}, count(*) {_IN_FORCE} GROUP BY 1, 2"
_BODIES = "SELECT id, name FROM body WHERE id IN (SELECT value FROM json_each(:ids))"


def items(found: bytes | str | None) -> list[ItemRow]:
    """The items that `items_of` gave (PostgreSQL says null for none), newest decision first."""
    return sorted(_decoded(found or "[]"), key=_newness, reverse=True)


def items_then(session: Session, subject_id: int, *, on: date, known: datetime) -> list[ItemRow]:
    """What was in force of a subject on a day, as the registry knew it before an instant; newest decision first."""
    asked = {"subject": subject_id, "on": on.isoformat(), "known": milliseconds(known)}
    return items(rows(session, _THEN, asked)[0][0])


def counts_in_force(session: Session, subject_id: int, *, on: date) -> list[tuple[str, str | None, int]]:
    """How much is in force of a subject: (source, the code of the list or the kind of honour if it is one, items)."""
    return [(*row,) for row in rows(session, _COUNTS, {"subject": subject_id, "on": on.isoformat()})]


def counted(found: Iterable[ItemRow]) -> list[tuple[str, str | None, int]]:
    """The same of items that have been read."""
    return [(*kind, count) for kind, count in Counter((row.source, row.list_code) for row in found).items()]


def page_in_force(
    session: Session,
    subject_id: int,
    *,
    on: date,
    source: str | None,
    limit: int,
    after: tuple[date, int] | None,
) -> list[ItemRow]:
    """One page of it; `after` is (ordered_on, record_id) of the last item already given."""
    after_on, after_id = (after[0].isoformat(), after[1]) if after else (None, None)
    asked = {
        "subject": subject_id,
        "on": on.isoformat(),
        "source": source,
        "after_on": after_on,
        "after_id": after_id,
        "limit": limit,
    }
    ((found,),) = rows(session, _PAGE, asked)
    return items(found)


def one_in_force(session: Session, subject_id: int, record_id: int, *, on: date) -> ItemRow | None:
    """One record of a subject, if it is in force."""
    ((found,),) = rows(session, _ONE, {"subject": subject_id, "record": record_id, "on": on.isoformat()})
    return next(iter(items(found)), None)


def any_in_force(session: Session, subject_id: int, *, on: date) -> bool:
    """Whether anything of a subject is in force."""
    return bool(rows(session, _ANY, {"subject": subject_id, "on": on.isoformat()}))


def body_names(session: Session, found: Iterable[ItemRow]) -> Mapping[int | None, str]:
    """The names of the public bodies of some items (and others) by their ids; nothing under None.

    They are remembered as long as the session lives: a body never changes, its id being the digest of its name.
    """
    known: dict[int | None, str] = session.info.setdefault("body_names", {})
    missing = {body for row in found for body in (row.body_id, row.source_body_id) if body not in known} - {None}
    if missing:
        known.update(rows(session, _BODIES, {"ids": list(missing)}))
    return known


def _newness(row: ItemRow) -> tuple[date, int]:
    return (row.decided_on or row.shown_from, row.record_id)
