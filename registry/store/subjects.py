"""Subjects and their names: written from registrations, or provisionally from a valid code alone."""

from contextlib import AbstractContextManager
from datetime import datetime

import polars as pl

from registry.store import candidates, counterparties, withdrawals
from registry.store.bulk import Bulk, insert
from registry.store.links import WRITTEN_OUT, organisation_code
from registry.store.record_ids import of_delivery

SUBJECTS = {
    "subject_id": pl.Int64,
    "uscc": pl.String,
    "organisation_code": pl.String,
    "registration_number": pl.String,
    "category": pl.String,
    "name": pl.String,
    "provisional": pl.Boolean,
}
NAMES = {"subject_id": pl.Int64, "normal": pl.String}
BORNE = {**NAMES, "since": pl.Date, "until": pl.Date}
FACTS = {
    "subject_id": pl.Int64,
    "county_code": pl.String,
    "organisation_code": pl.String,
    "registration_number": pl.String,
    "legal_representative": pl.String,
    "address": pl.String,
    "registrar": pl.String,
}
NAMES_TOLD = ("line", "uscc", "name", "since", "until", "normal")

# the latest registration wins (of one without a day, the day it came); one older than that on file changes nothing
_UPSERT = f"""
INSERT INTO subject (id, uscc, organisation_code, registration_number, category, name, status, county_code, kind,
                     registrar, established_on, address, legal_representative, provisional, approved_on, recorded_at)
SELECT (SELECT coalesce(max(id), 0) FROM subject) + row_number() OVER (ORDER BY r.id),
       r.uscc, {organisation_code("r")}, r.registration_number, r.category, r.name, r.status, r.county_code, r.classes,
       b.name, r.starts_on, r.fields ->> 'address', r.legal_representative, false, r.approved_on, ?2
FROM (
  SELECT r.*, {", ".join(f"c.{name}" for name in counterparties.TOLD)},
    coalesce(r.decided_on, d.received_on) AS approved_on, row_number() OVER (
    PARTITION BY c.uscc ORDER BY coalesce(r.decided_on, d.received_on) DESC, r.id DESC) AS place
  FROM record r JOIN counterparty c ON c.id = r.counterparty_id JOIN delivery d ON d.id = r.delivery_id
  WHERE r.source = 'subjects' AND c.uscc IS NOT NULL AND {{which}}
) r LEFT JOIN body b ON b.id = r.body_id
WHERE r.place = 1 ORDER BY r.id
ON CONFLICT (uscc) DO UPDATE SET
  organisation_code = excluded.organisation_code, registration_number = excluded.registration_number,
  category = excluded.category, name = excluded.name, status = excluded.status, county_code = excluded.county_code,
  kind = excluded.kind, registrar = excluded.registrar, established_on = excluded.established_on,
  address = excluded.address, legal_representative = excluded.legal_representative, provisional = false,
  approved_on = excluded.approved_on, recorded_at = excluded.recorded_at
WHERE subject.provisional OR subject.approved_on IS NULL OR excluded.approved_on >= subject.approved_on
"""
# what nobody registers any more is known by the name of the first record that told of it, and by nothing else
_UNREGISTER = """
UPDATE subject SET status = NULL, county_code = NULL, kind = NULL, registrar = NULL, established_on = NULL,
  address = NULL, legal_representative = NULL, registration_number = NULL, approved_on = NULL,
  name = coalesce((SELECT c.name FROM publication p JOIN record r ON r.id = p.record_id
                   JOIN counterparty c ON c.id = r.counterparty_id
                   WHERE p.subject_id = subject.id AND c.uscc = subject.uscc ORDER BY r.id LIMIT 1), name)
WHERE provisional AND id IN ({which})
"""
_OF_DELIVERY = of_delivery("?1")
_TOUCHED = f"""
SELECT s.id FROM record r JOIN counterparty c ON c.id = r.counterparty_id JOIN subject s ON s.uscc = c.uscc
WHERE r.source = 'subjects' AND {_OF_DELIVERY}
"""
_BROUGHT = f"({_OF_DELIVERY} OR r.id IN (SELECT record_id FROM provenance WHERE delivery_id = ?1))"
# of a delivery that is taken back: with what it only repeated, which goes when nobody else brought it
_TAKEN = f"""
SELECT s.id FROM record r JOIN counterparty c ON c.id = r.counterparty_id JOIN subject s ON s.uscc = c.uscc
WHERE r.source = 'subjects' AND {_BROUGHT}
"""
_CODES_TAKEN = f"SELECT c.uscc FROM record r JOIN counterparty c ON c.id = r.counterparty_id WHERE {_BROUGHT}"
_LEFT_OF_ONE = f"{of_delivery('?3')} AND c.uscc IN ({_CODES_TAKEN}) AND r.id NOT IN ({withdrawals.STANDING})"
_PUT_NAMES = """
INSERT INTO subject_name (subject_id, normal, name, since, until, recorded_at)
SELECT s.id, n.normal, n.name, n.since, n.until, ?1
FROM told n JOIN subject s ON s.uscc = n.uscc
WHERE n.normal IS NOT NULL
ON CONFLICT (subject_id, normal) DO UPDATE SET
  name = excluded.name, since = coalesce(excluded.since, subject_name.since), until = excluded.until
"""
_SEVERAL_NAMES = """
SELECT s.id AS subject_id FROM told t JOIN subject s ON s.uscc = t.uscc JOIN subject_name o ON o.subject_id = s.id
WHERE o.until IS NULL GROUP BY s.id HAVING count(DISTINCT o.normal) > 1
"""
# a name on file that took the place of another open one began when that registration was approved, unless it was told
_BEGIN_NAME = """
UPDATE subject_name SET since = (SELECT s.approved_on FROM subject s WHERE s.id = subject_name.subject_id)
WHERE until IS NULL AND subject_id IN (SELECT subject_id FROM several)
  AND name = (SELECT s.name FROM subject s WHERE s.id = subject_name.subject_id)
  AND (since IS NULL OR since = (SELECT s.established_on FROM subject s WHERE s.id = subject_name.subject_id))
"""
# only the name on file is borne today; any other open name ended when that registration was approved
_CLOSE_OTHER_NAMES = """
UPDATE subject_name SET until = (SELECT s.approved_on FROM subject s WHERE s.id = subject_name.subject_id)
WHERE until IS NULL AND subject_id IN (SELECT id FROM subject WHERE uscc IN (SELECT uscc FROM told))
  AND name <> (SELECT s.name FROM subject s WHERE s.id = subject_name.subject_id)
"""
# a record that is linked by its name alone had one bearer of it: now there may be another
_OTHER_BEARER = """
how = 'name' AND subject_id IN (
  SELECT o.subject_id FROM subject_name n JOIN subject_name o ON o.normal = n.normal AND o.subject_id <> n.subject_id
  WHERE n.subject_id IN ({which}))
"""


def identifiers(work: Bulk) -> pl.DataFrame:
    """Every subject's identifiers and its name of today, as SUBJECTS."""
    return work.rows(
        f"SELECT {', '.join(['id AS subject_id', *list(SUBJECTS)[1:]])} FROM subject",
        SUBJECTS,
    )


def identifiers_of(work: Bulk, records: pl.DataFrame) -> pl.DataFrame:
    """The same of those subjects alone that have an identifier of one of the records (uscc, organisation_code,
    registration_number), the last two of a record without a unified code."""
    by_code = _having(work, "uscc", records["uscc"])
    rest = records.filter(pl.col("uscc").is_null())
    others = (_having(work, column, rest[column]) for column in ("organisation_code", "registration_number"))
    return pl.concat([by_code, *others]).unique("subject_id", maintain_order=True)


def _having(work: Bulk, column: str, values: pl.Series) -> pl.DataFrame:
    with work.staged("asked", values.drop_nulls().unique(maintain_order=True).alias("value").to_frame()):
        return work.rows(
            f"""SELECT {", ".join(["s.id AS subject_id", *(f"s.{name}" for name in list(SUBJECTS)[1:])])}
            FROM asked a CROSS JOIN subject s ON s.{column} = a.value""",
            SUBJECTS,
        )


def names(work: Bulk) -> pl.DataFrame:
    """Every name borne now or before, in normal form, as NAMES; under an old code those under the new one too."""
    return work.rows(
        """SELECT subject_id, normal FROM subject_name UNION ALL
        SELECT d.subject_id, n.normal FROM subject_redirect d JOIN subject_name n ON n.subject_id = d.target_id
        WHERE d.current AND NOT EXISTS (
          SELECT 1 FROM subject_name o WHERE o.subject_id = d.subject_id AND o.normal = n.normal)""",
        NAMES,
    )


def names_of(work: Bulk, subject_ids: pl.Series, normals: pl.Series) -> pl.DataFrame:
    """The same of these subjects alone, and of whoever bears or bore one of these names."""
    borne = normals.drop_nulls().unique(maintain_order=True).alias("normal").to_frame()
    with _asked(work, subject_ids), work.staged("asked_name", borne):
        return work.rows(
            """SELECT n.subject_id, n.normal FROM asked a CROSS JOIN subject_name n ON n.subject_id = a.subject_id
            UNION SELECT d.subject_id, n.normal FROM asked a
              CROSS JOIN subject_redirect d ON d.subject_id = a.subject_id AND d.current
              CROSS JOIN subject_name n ON n.subject_id = d.target_id
            UNION SELECT n.subject_id, n.normal FROM asked_name a CROSS JOIN subject_name n ON n.normal = a.normal
            UNION SELECT d.subject_id, n.normal FROM asked_name a CROSS JOIN subject_name n ON n.normal = a.normal
              CROSS JOIN subject_redirect d ON d.target_id = n.subject_id AND d.current""",
            NAMES,
        )


def borne(work: Bulk, subject_ids: pl.Series) -> pl.DataFrame:
    """The names of these subjects with the days between which each was borne, as BORNE."""
    with _asked(work, subject_ids):
        return work.rows(
            """SELECT subject_id, normal, since, until FROM subject_name
        WHERE subject_id IN (SELECT subject_id FROM asked)""",
            BORNE,
        )


def facts(work: Bulk, subject_ids: pl.Series) -> pl.DataFrame:
    """What the register tells of those of these that it delivered and that are organisations, as FACTS."""
    with _asked(work, subject_ids):
        return work.rows(
            f"""SELECT {", ".join(["id AS subject_id", *list(FACTS)[1:]])} FROM subject
        WHERE NOT provisional AND category = 'organisation' AND id IN (SELECT subject_id FROM asked)""",
            FACTS,
        )


def replaced(work: Bulk) -> pl.DataFrame:
    """Subjects whose code was replaced, and the one that each leads to: subject_id, target_id."""
    led = "SELECT subject_id, target_id FROM subject_redirect WHERE current"
    return work.rows(led, {"subject_id": pl.Int64, "target_id": pl.Int64})


def _asked(work: Bulk, subject_ids: pl.Series) -> AbstractContextManager[None]:
    return work.staged("asked", subject_ids.unique().to_frame("subject_id"))


def put_provisional(work: Bulk, subjects: pl.DataFrame, names_told: pl.DataFrame, now: datetime) -> None:
    """Queue subjects that only a valid code attests (subject_id, uscc, organisation_code, category, name) and
    the names told for them (subject_id, normal, name)."""
    recorded = pl.lit(_ms(now)).alias("recorded_at")
    columns = ("id", "uscc", "organisation_code", "category", "name", "provisional", "recorded_at")
    made = subjects.rename({"subject_id": "id"}).with_columns(pl.lit(value=True).alias("provisional"), recorded)
    work.put(insert("subject", columns), made.select(columns))
    naming = ("subject_id", "normal", "name", "recorded_at")
    work.put(insert("subject_name", naming), names_told.with_columns(recorded).select(naming))
    candidates.keep(work.put, names_told["normal"])


def register(work: Bulk, delivery_id: int, told: pl.DataFrame, now: datetime) -> None:
    """Subjects as the registrations of a delivery have them, with the names they tell of (NAMES_TOLD).

    A provisional subject becomes a registered one; its links, and those that wait over a name, are judged again.
    """
    provisional = f"SELECT id FROM subject WHERE provisional AND id IN ({_TOUCHED})"
    _relink(work, f"subject_id IN ({provisional})", delivery_id, now)
    work.run(f"DELETE FROM subject_name WHERE subject_id IN ({provisional})", delivery_id)
    work.run(_UPSERT.format(which=_OF_DELIVERY), delivery_id, _ms(now))
    _put_names(work, told, now)
    _relink(work, _OTHER_BEARER.format(which=_TOUCHED), delivery_id, now)
    _relink(work, f"state = 'review' AND subject_id IN ({_TOUCHED})", delivery_id, now)


def registrations_left(work: Bulk, delivery_id: int) -> pl.DataFrame:
    """For the codes that a delivery told of: all registrations that stand, in the order in which they came."""
    return work.rows(
        f"""SELECT r.id AS line, r.delivery_id, c.uscc, c.name, r.decided_on, r.starts_on,
          CAST(r.fields AS TEXT) AS fields
        FROM record r JOIN counterparty c ON c.id = r.counterparty_id
        WHERE r.source = 'subjects' AND r.id NOT IN ({withdrawals.STANDING}) AND c.uscc IN ({_CODES_TAKEN})
        ORDER BY r.delivery_id, r.id""",
        {
            "line": pl.Int64,
            "delivery_id": pl.Int64,
            "uscc": pl.String,
            "name": pl.String,
            "decided_on": pl.Date,
            "starts_on": pl.Date,
            "fields": pl.String,
        },
        delivery_id,
    )


def register_again(work: Bulk, delivery_id: int, told: pl.DataFrame, now: datetime) -> None:
    """When a delivery was recalled, or that was undone: its subjects as the registrations that stand make them, one
    delivery after the other as they came; provisional where none stands. `told` are the names that these tell of
    (NAMES_TOLD, and `delivery_id`)."""
    work.run(f"{WRITTEN_OUT} r.subject_id IN ({_TAKEN})", delivery_id)
    _relink(work, f"subject_id IN ({_TAKEN})", delivery_id, now)
    work.run(f"DELETE FROM subject_name WHERE subject_id IN ({_TAKEN})", delivery_id)
    work.run(f"UPDATE subject SET provisional = true WHERE id IN ({_TAKEN})", delivery_id)
    for (arrived,), names in told.group_by("delivery_id", maintain_order=True):
        work.run(_UPSERT.format(which=_LEFT_OF_ONE), delivery_id, _ms(now), int(arrived))
        _put_names(work, names, now)
    work.run(_UNREGISTER.format(which=_TAKEN), delivery_id)
    _relink(work, _OTHER_BEARER.format(which=_TAKEN), delivery_id, now)


def _put_names(work: Bulk, told: pl.DataFrame, now: datetime) -> None:
    merged = told.sort(pl.col("until").is_null(), "line").group_by("uscc", "normal", maintain_order=True)
    last = (pl.col("line", "name", "until").last(), pl.col("since").drop_nulls().last())
    with work.staged("told", merged.agg(last).select(NAMES_TOLD)):
        work.run(_PUT_NAMES, _ms(now))
        with work.staged("several", work.rows(_SEVERAL_NAMES, {"subject_id": pl.Int64})):
            work.run(_BEGIN_NAME)
        work.run(_CLOSE_OTHER_NAMES)
    candidates.keep(work.write, told["normal"])


def _relink(work: Bulk, which: str, delivery_id: int, now: datetime) -> None:
    """Put the records of current links back in the queue of linking, but for links that people have confirmed."""
    which = f"NOT (how IN ('maker', 'maker_and_checker') AND state = 'confirmed') AND {which}"
    current = f"SELECT record_id FROM link WHERE retired_at IS NULL AND {which}"
    work.run(f"INSERT INTO unlinked (record_id) {current} ON CONFLICT DO NOTHING", delivery_id)
    work.run(f"UPDATE link SET retired_at = ?2 WHERE retired_at IS NULL AND {which}", delivery_id, _ms(now))


def _ms(now: datetime) -> int:
    return round(now.timestamp() * 1000)
