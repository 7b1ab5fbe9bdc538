"""Subjects and their names: written from registrations, or provisionally from a valid code alone."""

from datetime import datetime

from sqlmodel import Session

from registry.store.bulk import live

# later registrations win; a registration older than the one on file changes nothing
_UPSERT = """
INSERT INTO subject (uscc, organisation_code, registration_number, category, name, status, county_code, kind,
                     registrar, established_on, address, legal_representative, provisional, approved_on, recorded_at)
SELECT r.uscc, r.organisation_code, r.registration_number, r.category, r.name, r.status, r.county_code, r.classes,
       b.name, r.starts_on, json_extract(r.fields, '$.address'), r.legal_representative, 0,
       coalesce(r.decided_on, d.received_on), :now
FROM record r JOIN delivery d ON d.id = r.delivery_id LEFT JOIN body b ON b.id = r.body_id
WHERE r.source = 'subjects' AND r.uscc IS NOT NULL AND {which}
ORDER BY coalesce(r.decided_on, d.received_on), r.id
ON CONFLICT (uscc) DO UPDATE SET
  organisation_code = excluded.organisation_code, registration_number = excluded.registration_number,
  category = excluded.category, name = excluded.name, status = excluded.status, county_code = excluded.county_code,
  kind = excluded.kind, registrar = excluded.registrar, established_on = excluded.established_on,
  address = excluded.address, legal_representative = excluded.legal_representative, provisional = 0,
  approved_on = excluded.approved_on, recorded_at = excluded.recorded_at
WHERE subject.provisional OR subject.approved_on IS NULL OR excluded.approved_on >= subject.approved_on
"""
_OF_DELIVERY = "r.delivery_id = :delivery"
_REGISTERED_NOW = f"SELECT r.uscc FROM record r WHERE {_OF_DELIVERY} AND r.source = 'subjects'"  # noqa: S608
_WERE_PROVISIONAL = f"SELECT id FROM subject WHERE provisional AND uscc IN ({_REGISTERED_NOW})"  # noqa: S608
_PUT_NAMES = """
INSERT INTO subject_name (subject_id, normal, name, since, until, recorded_at)
SELECT s.id, n.normal, n.name, n.since, n.until, :now
FROM {names} n JOIN subject s ON s.uscc = n.uscc
WHERE n.normal IS NOT NULL
ORDER BY n.until IS NULL, n.line
ON CONFLICT (subject_id, normal) DO UPDATE SET
  name = excluded.name, since = coalesce(excluded.since, subject_name.since), until = excluded.until
"""
# only the name on file is borne today; any other open name ended when that registration was approved
_CLOSE_OTHER_NAMES = """
UPDATE subject_name SET until = (SELECT s.approved_on FROM subject s WHERE s.id = subject_name.subject_id)
WHERE until IS NULL AND subject_id IN (SELECT id FROM subject WHERE uscc IN ({usccs}))
  AND name <> (SELECT s.name FROM subject s WHERE s.id = subject_name.subject_id)
"""


def upsert_from_delivery(session: Session, delivery_id: int, now: datetime) -> None:
    """Subjects as the registrations of a delivery have them; links to provisional ones are judged again."""
    raw = live(session)
    values = {"delivery": delivery_id, "now": _ms(now)}
    raw.execute(
        f"UPDATE link SET retired_at = :now WHERE retired_at IS NULL AND subject_id IN ({_WERE_PROVISIONAL})",  # noqa: S608
        values,
    )
    raw.execute(f"DELETE FROM subject_name WHERE subject_id IN ({_WERE_PROVISIONAL})", values)  # noqa: S608
    raw.execute(_UPSERT.format(which=_OF_DELIVERY), values)


def put_staged_names(session: Session, delivery_id: int, now: datetime) -> None:
    """Names of `staged.name` (uscc, name, normal, since, until, line) with their validity."""
    raw = live(session)
    if not raw.execute("SELECT 1 FROM staged.sqlite_master WHERE name = 'name'").fetchone():
        return
    values = {"delivery": delivery_id, "now": _ms(now)}
    raw.execute(_PUT_NAMES.format(names="staged.name"), values)
    raw.execute(_CLOSE_OTHER_NAMES.format(usccs=_REGISTERED_NOW), values)


def registrations_left(session: Session, delivery_id: int) -> list[tuple[object, ...]]:
    """For the codes a recalled delivery registered: what other deliveries still attest, oldest first.

    Columns: line, uscc, name, decided_on, starts_on, fields.
    """
    return (
        live(session)
        .execute(
            f"""SELECT r.id, r.uscc, r.name, coalesce(r.decided_on, d.received_on), r.starts_on, r.fields
            FROM record r JOIN delivery d ON d.id = r.delivery_id
            WHERE r.source = 'subjects' AND r.uscc IN ({_REGISTERED_NOW})
              AND r.id NOT IN (SELECT record_id FROM withdrawal)
            ORDER BY coalesce(r.decided_on, d.received_on), r.id""",  # noqa: S608
            {"delivery": delivery_id},
        )
        .fetchall()
    )


def register_again(session: Session, delivery_id: int, names: list[tuple[object, ...]], now: datetime) -> None:
    """After a recall: subjects as the remaining registrations have them, provisional where none remains.

    `names` holds line, uscc, name, since, until, normal. What was linked to these subjects is judged again.
    """
    raw = live(session)
    values = {"delivery": delivery_id, "now": _ms(now)}
    touched = f"SELECT id FROM subject WHERE uscc IN ({_REGISTERED_NOW})"  # noqa: S608
    raw.execute(
        f"UPDATE link SET retired_at = :now WHERE retired_at IS NULL AND subject_id IN ({touched})",  # noqa: S608
        values,
    )
    raw.execute(f"DELETE FROM subject_name WHERE subject_id IN ({touched})", values)  # noqa: S608
    raw.execute(f"UPDATE subject SET provisional = 1 WHERE id IN ({touched})", values)  # noqa: S608
    remaining = f"r.uscc IN ({_REGISTERED_NOW}) AND r.id NOT IN (SELECT record_id FROM withdrawal)"
    raw.execute(_UPSERT.format(which=remaining), values)
    raw.execute(
        "CREATE TEMP TABLE told_name (line INTEGER, uscc TEXT, name TEXT, since TEXT, until TEXT, normal TEXT)"
    )
    raw.executemany("INSERT INTO told_name VALUES (?, ?, ?, ?, ?, ?)", names)
    raw.execute(_PUT_NAMES.format(names="told_name"), values)
    raw.execute(_CLOSE_OTHER_NAMES.format(usccs=_REGISTERED_NOW), values)
    raw.execute("DROP TABLE told_name")


def _ms(now: datetime) -> int:
    return round(now.timestamp() * 1000)
