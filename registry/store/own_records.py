"""Records that the office itself makes by deciding a case: a delivery of one row, as every record has one."""

from collections.abc import Collection
from datetime import date, datetime
from typing import Any

from sqlalchemy import text
from sqlmodel import Session, col, select

from registry.store import codes, counterparties, hidings, record_ids, versions, withdrawals
from registry.store.columns import milliseconds
from registry.store.deliveries import OWN
from registry.store.keys import in_both
from registry.store.links import WRITTEN_OUT
from registry.store.reading import rows
from registry.store.tables import Body, Delivery, Link, Record, RecordKey, Tally, Version
from registry.vocabulary import How, LinkState

CORRECTS = "corrects"
"""How a version is related to the one that an objection showed to be wrong."""

# as a delivery's own versions are set in relation
_UNDER = in_both("SELECT k.record_id FROM {keys} k WHERE k.key = n.key")
_RELATED = """
INSERT INTO version (record_id, earlier_id, relation, recorded_at)
SELECT n.id, o.id, CASE
  WHEN coalesce(n.source_body_id, n.body_id, 0) = coalesce(o.source_body_id, o.body_id, 0) THEN 'supersedes'
  ELSE 'conflicts' END, :recorded_at
"""
_VERSIONS = f"""
{_RELATED} FROM record n JOIN record o ON o.id <> n.id AND o.id IN ({_UNDER})
WHERE n.id = :record
"""
_RELATE = f"""
{_RELATED} FROM record n CROSS JOIN record o ON o.id = :other
WHERE n.id = :record AND NOT EXISTS (SELECT 1 FROM version v WHERE v.record_id = o.id AND v.earlier_id = n.id)
ON CONFLICT DO NOTHING
"""
_ACROSS_CODES = """
SELECT v.record_id, v.earlier_id, c.uscc, b.uscc FROM version v
JOIN record r ON r.id = v.record_id JOIN counterparty c ON c.id = r.counterparty_id
JOIN record o ON o.id = v.earlier_id JOIN counterparty b ON b.id = o.counterparty_id
WHERE c.uscc <> b.uscc AND v.relation <> 'corrects' AND (
  r.subject_id IN (SELECT value FROM json_each(:subjects)) OR v.record_id IN (
    SELECT l.record_id FROM link l WHERE l.subject_id IN (SELECT value FROM json_each(:subjects))))
AND NOT EXISTS (SELECT 1 FROM version_ruling n WHERE n.record_id = v.record_id AND n.earlier_id = v.earlier_id)
"""
_IS_KNOWN = """
SELECT 1 FROM record_key k WHERE k.record_id = :record AND k.content = :content
  AND k.key IN (SELECT value FROM json_each(:keys))
  AND NOT EXISTS (SELECT 1 FROM withdrawal w WHERE w.record_id = k.record_id AND w.lifted_at IS NULL) LIMIT 1
"""
_KNOWN = in_both("SELECT k.record_id FROM {keys} k WHERE k.key IN (SELECT value FROM json_each(:keys))")
_BY_KEYS = f"""
SELECT v.record_id, v.earlier_id FROM version v
JOIN record o ON o.id = CASE WHEN v.record_id = :record THEN v.earlier_id ELSE v.record_id END
JOIN record n ON n.id = :record AND n.key <> o.key
WHERE (v.record_id = :record OR v.earlier_id = :record) AND v.relation <> 'corrects'
  AND o.id IN ({_KNOWN})
  AND NOT EXISTS (SELECT 1 FROM version_ruling n WHERE n.record_id = v.record_id AND n.earlier_id = v.earlier_id)
"""
_FORGET = "DELETE FROM record_key WHERE key = :key AND content = :content AND record_id = :record"
_PART = "DELETE FROM version WHERE record_id = :record AND earlier_id = :earlier"
_JUDGE = "INSERT INTO unjudged (record_id) VALUES (:record) ON CONFLICT DO NOTHING"
_KNOW = """
INSERT INTO record_key (key, content, record_id) SELECT CAST(:key AS BIGINT), CAST(:content AS BIGINT), :record
WHERE NOT EXISTS (SELECT 1 FROM record_key k WHERE k.key = :key AND k.content = :content)
  AND NOT EXISTS (SELECT 1 FROM gathered_key k WHERE k.key = :key AND k.content = :content)
"""


def put(
    session: Session, case: str, sha256: str, record: dict[str, Any], *, content: int, on: date, now: datetime
) -> int:
    """Deliver the one record that a case decided; `record` has the columns of `Record` and `Counterparty` that it
    tells, `content` digests its version. Hidden from the start if its list is. Returns its number."""
    delivery_id = int(rows(session, "SELECT coalesce(max(id), 0) + 1 FROM delivery", {})[0][0])
    record_id = record_ids.next_in(session, now)
    session.add(
        Delivery(
            id=delivery_id,
            source=record["source"],
            layout=OWN,
            file_name=case,
            sha256=sha256,
            encoding="utf-8",
            received_on=on,
            read=1,
            accepted=1,
            duplicate=0,
            rejected=0,
            first_id=record_id,
            last_id=record_id,
            recorded_at=now,
        )
    )
    session.flush()
    session.add(
        Tally(
            delivery_id=delivery_id,
            department_code="",
            county_code="",
            category=record["category"],
            outcome="accepted",
            timeliness="undated",
            rows=1,
        )
    )
    told = {"department_code": "", "county_code": "", **record}
    party = {name: told.pop(name, None) for name in counterparties.TOLD}
    told["counterparty_id"] = counterparties.known_in(session, party)
    session.add(Record(id=record_id, delivery_id=delivery_id, line=1, **told))
    session.flush()
    session.add(RecordKey(key=record["key"], content=content, record_id=record_id))
    session.flush()
    hidings.cover_own(session, record_id, now)
    hidings.cover(session, now)
    return record_id


def know_under(session: Session, record_id: int, keys: Collection[int], *, content: int) -> None:
    """Let a record be found under other keys as well, in the same version."""
    if keys:
        told = [{"key": key, "content": content, "record": record_id} for key in keys]
        session.connection().execute(text(_KNOW), told)


def forget(session: Session, record_id: int, keys: Collection[int], *, content: int) -> None:
    """Let a record be found under these keys no more, unless it is withdrawn, and have those judged again that were
    versions of one decision by them alone, unless people have held something about them."""
    told = {"record": record_id, "content": content, "keys": [*keys]}
    if not keys or not rows(session, _IS_KNOWN, told):
        return
    for pair in rows(session, _BY_KEYS, told):
        session.connection().execute(text(_PART), {"record": pair[0], "earlier": pair[1]})
        for one in pair:
            session.connection().execute(text(_JUDGE), {"record": one})
    for key in keys:
        session.connection().execute(text(_FORGET), {"key": key, "content": content, "record": record_id})


def under(session: Session, keys: Collection[int]) -> list[int]:
    """The records that are known under any of these keys."""
    return sorted({record_id for (record_id,) in rows(session, _KNOWN, {"keys": [*keys]})})


def in_order(session: Session, one: int, other: int) -> tuple[int, int]:
    """Of two records of one decision the version, and the one before it: that which must not be shown, else that which
    came first."""
    withdrawn = rows(
        session, f"SELECT record_id FROM ({withdrawals.STANDING}) w WHERE record_id = :other", {"other": other}
    )
    return (one, other) if withdrawn else (max(one, other), min(one, other))


def relate(session: Session, record_id: int, other_id: int, now: datetime) -> None:
    """Let a record be another version of a decision, unless one of them is one of the other already, and have it judged
    again."""
    told = {"record": record_id, "other": other_id, "recorded_at": milliseconds(now)}
    session.connection().execute(text(_RELATE), told)
    session.connection().execute(text(_JUDGE), {"record": record_id})


def part(session: Session, subject_ids: Collection[int]) -> None:
    """Let records be versions of each other no more that were so only as long as two codes were one subject's, unless
    people have held something about them; and have them judged again."""
    still = {*codes.pairs_in(session).rows()}
    for record_id, earlier_id, *told in rows(session, _ACROSS_CODES, {"subjects": [*subject_ids]}):
        if (*told,) not in still:
            session.connection().execute(text(_PART), {"record": record_id, "earlier": earlier_id})
            for one in (record_id, earlier_id):
                session.connection().execute(text(_JUDGE), {"record": one})


def set_in_relation(session: Session, record_id: int, now: datetime) -> None:
    """Tell which other versions of its decision a record supersedes or contradicts."""
    session.connection().execute(text(_VERSIONS), {"record": record_id, "recorded_at": milliseconds(now)})


def told(session: Session, record_id: int) -> dict[str, Any]:
    """What a record tells, by its columns and those of its counterparty; not where it came from."""
    here = {"id", "delivery_id", "line", "counterparty_id", "subject_id"}
    return session.get_one(Record, record_id).model_dump(exclude=here) | counterparties.of(session, record_id)


def correct(session: Session, record_id: int, earlier_id: int, now: datetime) -> None:
    """Let a record stand in for the one that it corrects, and for what that one corrected: about the same subject,
    linked in the same way."""
    for number in (*versions.corrected_by(session, earlier_id), earlier_id):
        session.add(Version(record_id=record_id, earlier_id=number, relation=CORRECTS, recorded_at=now))
    session.connection().execute(text(f"{WRITTEN_OUT} r.id = :record"), {"record": earlier_id})
    for old in session.exec(select(Link).where(Link.record_id == earlier_id, col(Link.retired_at).is_(None))):
        copied = old.model_dump(exclude={"record_id", "recorded_at"})
        session.add(Link(record_id=record_id, recorded_at=now, **copied))
    session.flush()


def link(session: Session, record_id: int, subject_id: int, now: datetime) -> None:
    """Link a record to the subject that a case is about: by its code, for certain."""
    session.add(
        Link(
            record_id=record_id,
            recorded_at=now,
            subject_id=subject_id,
            how=How.CODE.value,
            state=LinkState.CONFIRMED.value,
        )
    )
    session.flush()


def name_body(session: Session, body_id: int, name: str) -> None:
    """Know a public body by its name."""
    if session.get(Body, body_id) is None:
        session.add(Body(id=body_id, name=name))
        session.flush()
