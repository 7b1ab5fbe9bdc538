"""What waits for people: links in review and records without a subject."""

from collections.abc import Collection
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import text
from sqlmodel import Session

from registry.names import normal_form
from registry.store import counterparties, piles, withdrawals
from registry.store.columns import milliseconds
from registry.store.links import LINKS, WRITTEN_OUT, linked_to, organisation_code, told_of
from registry.store.reading import rows
from registry.store.subject_events import present
from registry.store.versions import VERSIONS

# of organisations only (nothing waits on the others), and not what was withdrawn or superseded
_STANDS = f"""c.category = 'organisation' AND c.name IS NOT NULL AND r.id NOT IN ({withdrawals.STANDING})
  AND NOT EXISTS (SELECT 1 FROM {VERSIONS} v WHERE v.earlier_id = r.id AND v.relation = 'supersedes')"""
_THESE = "(SELECT value FROM json_each(:ids))"
_WAITING = f"""(
  SELECT record_id, subject_id, because FROM link
  WHERE retired_at IS NULL AND state = 'review' AND record_id IN {_THESE}
  UNION ALL SELECT record_id, NULL, NULL FROM unlinked WHERE record_id IN {_THESE}
)"""
# somebody was unsure of it, or it was held to be the same as records that have no code either: nothing more for now
_PUT_OFF = """EXISTS (
  SELECT 1 FROM judgement j WHERE j.undone_by IS NULL AND (w.subject_id IS NULL OR j.other_id IS NULL) AND (
    (j.other_id = r.id AND j.answer <> 'different')
    OR (j.record_id = r.id AND (j.answer = 'unsure' OR (j.other_id IS NOT NULL AND j.answer <> 'different')))))"""
# an answer that nobody has answered the opposite of
_UNDISPUTED = """j.undone_by IS NULL AND NOT EXISTS (
  SELECT 1 FROM judgement d WHERE d.undone_by IS NULL AND d.answer = 'different' AND d.record_id = j.record_id
    AND d.subject_id IS NOT DISTINCT FROM j.subject_id AND d.other_id IS NOT DISTINCT FROM j.other_id)"""
_SIDES = ("j.record_id", "j.other_id")
_IN_ANSWERS = "(SELECT {side} FROM judgement j WHERE {which})"
_OWN = f"""j.person_id = :person AND j.answer <> 'different' AND (
  {_UNDISPUTED} OR (j.other_id IS NOT NULL AND j.undone_by IS NULL))"""
_PROPOSED = f"j.role = 'maker' AND j.answer = 'same' AND {_UNDISPUTED}"


def _is_in(which: str) -> str:
    """Answers about records say nothing of the subject that a record is linked to in review since."""
    about_it = _IN_ANSWERS.format(side="j.record_id", which=f"{which} AND j.other_id IS NULL")
    sides = (_IN_ANSWERS.format(side=side, which=f"{which} AND j.other_id IS NOT NULL") for side in _SIDES)
    return (
        f"(r.id IN {about_it} OR (w.subject_id IS NULL AND (" + " OR ".join(f"r.id IN {each}" for each in sides) + ")))"
    )


# what a maker may still propose, and a checker confirm of what another one proposed
_OPEN = f"""NOT {_is_in(_OWN)} AND CASE WHEN {_is_in(_PROPOSED)} THEN :checks ELSE :makes END"""


def _apart(record: str) -> str:
    """The record's own id if people held it to be another's than the rest of its name, which it waits without."""
    return f"""CASE WHEN EXISTS (SELECT 1 FROM judgement j WHERE j.other_id = {record}.id
      AND j.answer = 'different' AND j.undone_by IS NULL AND j.other_normal = j.normal) THEN {record}.id END"""


_GROUPS = f"""
SELECT min(r.id), c.name, c.uscc, {organisation_code("c")} AS organisation_code,
  c.registration_number, w.subject_id, min(w.because), count(*),
  count(*) FILTER (WHERE r.source IN ('penalties', 'list-entries')),
  json_group_array(DISTINCT coalesce(r.source_body_id, r.body_id)),
  max(CASE WHEN {_PUT_OFF} THEN 1 ELSE 0 END), count(*) FILTER (WHERE {_OPEN}),
  {_apart("r")} AS apart
FROM {_WAITING} w CROSS JOIN record r ON r.id = w.record_id CROSS JOIN counterparty c ON c.id = r.counterparty_id
WHERE {_STANDS}
GROUP BY c.name, c.uscc, {organisation_code("c")}, c.registration_number, w.subject_id, apart
"""
_HOW, _STATE = told_of()
_RECORD = f"""
SELECT r.id, r.source, c.name, c.uscc, {organisation_code("c")} AS organisation_code,
  c.registration_number, r.legal_representative, r.document,
  r.title, r.decided_on, b.name, {linked_to()}, {_HOW}, {_STATE}, l.because,
  EXISTS (SELECT 1 FROM unlinked u WHERE u.record_id = r.id) AS unlinked, {_apart("r")} AS apart
FROM record r CROSS JOIN counterparty c ON c.id = r.counterparty_id
  LEFT JOIN link l ON l.record_id = r.id AND l.retired_at IS NULL
  LEFT JOIN body b ON b.id = coalesce(r.body_id, r.source_body_id)
WHERE r.id IN (SELECT value FROM json_each(:ids)) AND {_STANDS}
"""
_ALIKE = f"""
SELECT r.id FROM {_WAITING} w CROSS JOIN record r ON r.id = w.record_id
CROSS JOIN counterparty c ON c.id = r.counterparty_id
CROSS JOIN record o ON o.id = :record CROSS JOIN counterparty b ON b.id = o.counterparty_id
WHERE {_STANDS} AND c.name = b.name AND c.uscc IS NOT DISTINCT FROM b.uscc
  AND {organisation_code("c")} IS NOT DISTINCT FROM {organisation_code("b")}
  AND c.registration_number IS NOT DISTINCT FROM b.registration_number
  AND w.subject_id IS NOT DISTINCT FROM :subject AND {_apart("r")} IS NOT DISTINCT FROM {_apart("o")} ORDER BY r.id
"""
_SUBJECTS = """
SELECT s.id, s.uscc, s.name, s.status, s.registration_number, s.legal_representative, s.address, s.provisional,
  (SELECT json_group_array(n.name) FROM subject_name n WHERE n.subject_id = s.id)
FROM subject s WHERE {which}
"""
# an automatic link that a judgement took the place of is what stands again when the judgement is undone
_AUTOMATIC = f"""
SELECT subject_id, how, state, because, retired_at IS NULL OR retired_by IS NOT NULL FROM {LINKS} l
WHERE record_id = :record AND how NOT IN ('maker', 'maker_and_checker')
ORDER BY retired_at IS NOT NULL, recorded_at DESC LIMIT 1
"""


class Asker(NamedTuple):
    """Who asks what waits: a person who makes proposals and checks those of others, or does one of the two."""

    person: int | None
    makes: bool
    checks: bool


ANYONE = Asker(None, makes=True, checks=True)


class Group(NamedTuple):
    """Waiting records of one name and the same identifiers: `record` is the first, `bodies` JSON of who delivered,
    `open` how many of them the person who asks can answer for; `apart` the record's id if it waits without the rest of
    its name, from which people told it apart."""

    record: int
    name: str
    uscc: str | None
    organisation_code: str | None
    registration_number: str | None
    subject_id: int | None
    because: str | None
    waiting: int
    negative: int
    bodies: str
    put_off: bool
    open: int
    apart: int | None

    @property
    def identity(self) -> tuple[object, ...]:
        """What tells it from every other group."""
        return (self.name, self.uscc, self.organisation_code, self.registration_number, self.subject_id, self.apart)


class Waiting(NamedTuple):
    """A record as review sees it, and its link of now."""

    id: int
    source: str
    name: str
    uscc: str | None
    organisation_code: str | None
    registration_number: str | None
    legal_representative: str | None
    document: str | None
    title: str | None
    decided_on: str | None
    body: str | None
    subject_id: int | None
    how: str | None
    state: str | None
    because: str | None
    unlinked: bool
    apart: int | None


class Borne(NamedTuple):
    """A subject as review sees it; `names` is JSON of all it bears or bore."""

    id: int
    uscc: str
    name: str
    status: str | None
    registration_number: str | None
    legal_representative: str | None
    address: str | None
    provisional: bool
    names: str


class Stands(NamedTuple):
    """A link as it stands or should stand."""

    subject_id: int
    how: str
    state: str
    because: str | None


def groups(session: Session, record_ids: Collection[int], asker: Asker = ANYONE) -> list[Group]:
    """Those of these records that wait, by name and identifiers, in no order; `open` is for the asker."""
    asked = asker._asdict() | {"ids": [*record_ids]}
    return [Group._make(row) for row in rows(session, _GROUPS, asked)]


def records(session: Session, ids: Collection[int]) -> dict[int, Waiting]:
    """Records by id, those that stand."""
    found = rows(session, _RECORD, {"ids": [*ids]})
    return {row[0]: Waiting._make(row) for row in found}


def alike(session: Session, record_id: int, subject_id: int | None) -> list[int]:
    """Waiting records of the same name and identifiers as this one, linked in review to this subject or to none."""
    if subject_id is not None:
        among = piles.records(session, "subject", [subject_id])
    else:
        name = counterparties.of(session, record_id)["name"]
        among = piles.under(session, [normal_form(name)] if name else [])
        among += [record for record, _ in piles.unread(session)]
    asked = {"record": record_id, "subject": subject_id, "ids": among}
    return [row[0] for row in rows(session, _ALIKE, asked)]


def subjects(session: Session, ids: Collection[int]) -> dict[int, Borne]:
    """Organisations by id."""
    which = "s.id IN (SELECT value FROM json_each(:ids)) AND s.category = 'organisation'"
    return {row[0]: Borne._make(row) for row in rows(session, _SUBJECTS.format(which=which), {"ids": [*ids]})}


def subject_with(session: Session, code: str) -> Borne | None:
    """The organisation with this unified code."""
    found = rows(session, _SUBJECTS.format(which="s.uscc = :code AND s.category = 'organisation'"), {"code": code})
    return Borne._make(found[0]) if found else None


def bearers(session: Session, normal: str) -> list[int]:
    """Organisations that bear or bore exactly this name (in normal form), under their code of today."""
    sql = f"""SELECT DISTINCT {present("n.subject_id")} FROM subject_name n JOIN subject s ON s.id = n.subject_id
    WHERE n.normal = :normal AND s.category = 'organisation' ORDER BY 1"""
    return [row[0] for row in rows(session, sql, {"normal": normal})]


def led(session: Session, subject_id: int) -> int:
    """The subject under its code of today."""
    ((found,),) = rows(session, f"SELECT {present(':subject')}", {"subject": subject_id})
    return int(found)


def known(session: Session, normals: Collection[str]) -> set[str]:
    """Of these names (in normal form) those that an organisation bears or bore, or that people held to be one's."""
    sql = """SELECT value FROM json_each(:normals) WHERE value IN (
      SELECT n.normal FROM subject_name n JOIN subject s ON s.id = n.subject_id WHERE s.category = 'organisation')
    OR value IN (SELECT normal FROM judgement WHERE answer = 'same' AND subject_id IS NOT NULL AND undone_by IS NULL)"""
    return {row[0] for row in rows(session, sql, {"normals": [*normals]})}


def automatic(session: Session, record_id: int) -> Stands | None:
    """The link that identifiers or the policy made, whether it stands or a judgement took its place."""
    found = rows(session, _AUTOMATIC, {"record": record_id})
    return Stands._make(found[0][:4]) if found and found[0][4] else None


def relink(session: Session, record_id: int, link: Stands | None, event_id: int, now: datetime) -> None:
    """By an event of the ledger, let this link stand instead of the one of now (none: the record waits), and have
    the record judged again."""
    connection = session.connection()
    connection.execute(text(f"{WRITTEN_OUT} r.id = :record"), {"record": record_id})
    newest = rows(session, "SELECT max(recorded_at) FROM link WHERE record_id = :record", {"record": record_id})
    asked: dict[str, Any] = {
        "record": record_id,
        "event": event_id,
        "at": max(milliseconds(now), (newest[0][0] or 0) + 1),
    }
    connection.execute(
        text(
            """UPDATE link SET retired_at = :at, retired_by = :event
            WHERE record_id = :record AND retired_at IS NULL"""
        ),
        asked,
    )
    if link is None:
        connection.execute(text("INSERT INTO unlinked (record_id) VALUES (:record) ON CONFLICT DO NOTHING"), asked)
    else:
        connection.execute(text("DELETE FROM unlinked WHERE record_id = :record"), asked)
        connection.execute(
            text(
                """INSERT INTO link (record_id, recorded_at, subject_id, how, state, because)
                VALUES (:record, :at, :subject_id, :how, :state, :because)"""
            ),
            asked | link._asdict(),
        )
    connection.execute(text("INSERT INTO unjudged (record_id) VALUES (:record) ON CONFLICT DO NOTHING"), asked)


def bodies(session: Session, ids: Collection[int]) -> dict[int, str]:
    """The names of bodies."""
    return dict(
        rows(session, "SELECT id, name FROM body WHERE id IN (SELECT value FROM json_each(:ids))", {"ids": [*ids]})
    )
