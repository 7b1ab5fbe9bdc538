"""Links between records and subjects, and the queue of records that wait for one.

Nearly every record arrives with a code of the register and the name that goes with it. It carries that link itself
(`record.subject_id`): by its code, confirmed, recorded with its delivery. That link stands as long as no link of the
record is written. Whoever changes links first has it written (`WRITTEN_OUT`), so that it ends like any other; whoever
asks for them asks here. See docs/decisions/0024-the-record-carries-its-link.md.
"""

from collections.abc import Iterator
from datetime import datetime

import polars as pl

from registry.store.bulk import READ, Bulk, insert
from registry.vocabulary import How, LinkState

WAITING = {
    "record_id": pl.Int64,
    "source": pl.String,
    "category": pl.String,
    "name": pl.String,
    "told_name": pl.String,
    "uscc": pl.String,
    "organisation_code": pl.String,
    "registration_number": pl.String,
    "decided_on": pl.Date,
    "county_code": pl.String,
    "legal_representative": pl.String,
    "address": pl.String,
    "delivered_by": pl.String,
}


def organisation_code(party: str) -> str:
    """The organisation code of a counterparty in SQL: its own, or characters 9 to 17 of its unified code."""
    return f"coalesce({party}.organisation_code, substr({party}.uscc, 9, 9))"


_WITHDRAWN = "SELECT record_id FROM withdrawal WHERE lifted_at IS NULL"
_RECALLED = f"{_WITHDRAWN} AND reason = 'recalled'"
_WAITING = f"""
SELECT r.id AS record_id, r.source, c.category, c.name, r.fields ->> 'current_name' AS told_name,
       c.uscc, {organisation_code("c")} AS organisation_code,
       c.registration_number, r.decided_on, r.county_code, r.legal_representative,
       r.fields ->> 'registered_address' AS address, b.name AS delivered_by
FROM unlinked u CROSS JOIN record r ON r.id = u.record_id CROSS JOIN counterparty c ON c.id = r.counterparty_id
  LEFT JOIN body b ON b.id = coalesce(r.source_body_id, r.body_id)
WHERE u.record_id > ?1 AND r.id NOT IN ({_RECALLED})
ORDER BY u.record_id LIMIT ?2
"""


def own(record: str) -> str:
    """A condition in SQL: that this row of `record` still has the link of its own."""
    return f"""({record}.subject_id IS NOT NULL
      AND NOT EXISTS (SELECT 1 FROM link o WHERE o.record_id = {record}.id))"""


def linked_to(record: str = "r", link: str = "l") -> str:
    """The subject of this row of `record` in SQL; `link` is its current written link, as found by `CURRENT`."""
    return (
        f"CASE WHEN {link}.record_id IS NOT NULL THEN {link}.subject_id WHEN {own(record)} THEN {record}.subject_id END"
    )


def told_of(record: str = "r", link: str = "l") -> tuple[str, str]:
    """How the link of this row of `record` was found, and its state, in SQL."""
    how, state = (
        f"CASE WHEN {link}.record_id IS NOT NULL THEN {link}.{column} WHEN {own(record)} THEN '{said}' END"
        for column, said in (("how", How.CODE.value), ("state", LinkState.CONFIRMED.value))
    )
    return how, state


_OF_THEIR_OWN = f"""
SELECT r.id AS record_id, d.recorded_at, r.subject_id, '{How.CODE.value}' AS how, '{LinkState.CONFIRMED.value}' AS state
FROM record r JOIN delivery d ON d.id = r.delivery_id WHERE {own("r")}"""
WRITTEN_OUT = f"INSERT INTO link (record_id, recorded_at, subject_id, how, state) {_OF_THEIR_OWN} AND "
"""Write the links that records `r` carry themselves, of those that a condition tells: its end."""
LINKS = f"""(
  SELECT record_id, recorded_at, subject_id, how, state, because, retired_at, retired_by FROM link
  UNION ALL SELECT t.*, NULL, NULL, NULL FROM ({_OF_THEIR_OWN}) t)"""
"""All links as a table, to be asked for one record, or through."""


def of_subjects(subjects: str) -> str:
    """A SELECT of the records (record_id) that are linked to subjects, a SELECT of their ids.

    What carries its link is looked for where it can be: among what was judged under its subject or where that leads,
    what nobody has judged yet, and what a later version or a withdrawal kept from being judged.
    """
    led = f"SELECT d.target_id FROM subject_redirect d WHERE d.subject_id IN ({subjects})"
    return f"""SELECT r.id AS record_id FROM (
      SELECT record_id FROM link WHERE retired_at IS NULL AND subject_id IN ({subjects})
      UNION SELECT record_id FROM publication WHERE subject_id IN ({subjects} UNION {led})
      UNION SELECT id FROM record WHERE id >= (SELECT min(first_id) FROM fresh)
      UNION SELECT earlier_id FROM version UNION SELECT record_id FROM withdrawal) c
    CROSS JOIN record r ON r.id = c.record_id
    LEFT JOIN link l ON l.record_id = r.id AND l.retired_at IS NULL
    WHERE {linked_to()} IN ({subjects})"""


def _led(record: str) -> str:
    """A SELECT of the subjects that those of a record lead to, or once led to, because their code was replaced."""
    return f"""SELECT d.target_id FROM link x JOIN subject_redirect d ON d.subject_id = x.subject_id
      WHERE x.record_id = {record}
      UNION SELECT d.target_id FROM record y JOIN subject_redirect d ON d.subject_id = y.subject_id
      WHERE y.id = {record}"""


_COLUMNS = ("record_id", "subject_id", "how", "state", "because", "recorded_at")
# what is linked now, and what was shown of a subject it no longer has, is judged again
_JUDGE_AGAIN = f"""
INSERT INTO unjudged (record_id)
SELECT u.record_id FROM unlinked u
WHERE EXISTS (SELECT 1 FROM link l WHERE l.record_id = u.record_id AND l.retired_at IS NULL)
   OR EXISTS (SELECT 1 FROM publication p WHERE p.record_id = u.record_id AND p.retired_at IS NULL AND p.subject_id IN
              (SELECT l.subject_id FROM link l WHERE l.record_id = u.record_id UNION {_led("u.record_id")}))
ON CONFLICT DO NOTHING
"""
_LEAVE_QUEUE = f"""
DELETE FROM unlinked WHERE record_id IN ({_WITHDRAWN}) OR EXISTS (
  SELECT 1 FROM link l WHERE l.record_id = unlinked.record_id AND l.retired_at IS NULL)
"""
_THEIR_OWN = """
SELECT CAST(coalesce(sum(linked), 0) AS BIGINT) - (
  SELECT count(DISTINCT l.record_id) FROM link l JOIN record r ON r.id = l.record_id WHERE r.subject_id IS NOT NULL)
FROM delivery
"""


def outcomes_of(record: str, outcome: str = "p") -> str:
    """A condition in SQL: that `outcome` is one of the record with this id, under any subject that it ever had."""
    return f"""{outcome}.record_id = {record} AND {outcome}.subject_id IN (
      SELECT 0 UNION SELECT x.subject_id FROM link x WHERE x.record_id = {record}
      UNION SELECT y.subject_id FROM record y WHERE y.id = {record} UNION {_led(record)})"""


def places_of(records: str) -> str:
    """A SELECT of where outcomes of records may stand (subject_id, record_id); `records` is one of their ids."""
    # one SELECT around all three: SQLite looks up no pairs in a compound one, and would go through all outcomes
    return f"""SELECT subject_id, record_id FROM (
    SELECT 0 AS subject_id, record_id FROM ({records}) given UNION
    SELECT x.subject_id, x.record_id FROM link x WHERE x.record_id IN ({records}) UNION
    SELECT d.target_id, x.record_id FROM link x JOIN subject_redirect d ON d.subject_id = x.subject_id
    WHERE x.record_id IN ({records}) UNION
    SELECT y.subject_id, y.id FROM record y WHERE y.id IN ({records}) AND y.subject_id IS NOT NULL UNION
    SELECT d.target_id, y.id FROM record y JOIN subject_redirect d ON d.subject_id = y.subject_id
    WHERE y.id IN ({records})) place"""


CARRIED = (
    (pl.col("how") == How.CODE.value)
    & (pl.col("state") == LinkState.CONFIRMED.value)
    & (pl.col("subject_id") == pl.col("leads_to"))
    & ~pl.col("provisional").fill_null(value=True)
)
"""The links that a record which arrives carries itself: nobody has to look at them."""


def waiting(work: Bulk) -> Iterator[pl.DataFrame]:
    """Records of the queue, in batches (WAITING columns)."""
    after = 0
    while not (batch := work.rows(_WAITING, WAITING, after, READ)).is_empty():
        after = int(batch["record_id"][-1])
        yield batch


def put(work: Bulk, links: pl.DataFrame, now: datetime) -> None:
    """Queue links: record_id, subject_id, how, state, because."""
    recorded = pl.lit(round(now.timestamp() * 1000)).alias("recorded_at")
    work.put(insert("link", _COLUMNS), links.with_columns(recorded).select(_COLUMNS))


def put_waiting(work: Bulk, records: pl.DataFrame) -> None:
    """Queue records (record_id) for linking later."""
    work.put(insert("unlinked", ("record_id",)), records.select("record_id"))


def leave_queue(work: Bulk) -> None:
    """Take what is linked now out of the queue, and have it judged again."""
    work.drain()
    work.run(_JUDGE_AGAIN)
    work.run(_LEAVE_QUEUE)


def different(work: Bulk) -> pl.DataFrame:
    """Names that people held to be another subject's: normal, subject_id."""
    return work.rows(
        """SELECT DISTINCT normal, subject_id FROM judgement
        WHERE answer = 'different' AND subject_id IS NOT NULL AND undone_by IS NULL""",
        {"normal": pl.String, "subject_id": pl.Int64},
    )


def people_answered(work: Bulk) -> bool:
    """Whether somebody holds a record to be the same as something."""
    return bool(work.one("SELECT EXISTS (SELECT 1 FROM judgement WHERE answer = 'same' AND undone_by IS NULL)"))


def standing(work: Bulk) -> dict[str, int]:
    """How many records are linked for certain, wait for judgement, or have no subject."""
    states = ("confirmed", "review")
    sums = ", ".join(f"count(*) FILTER (WHERE state = '{state}') AS {state}" for state in states)
    counted = work.rows(f"SELECT {sums} FROM link WHERE retired_at IS NULL", dict.fromkeys(states, pl.Int64))
    told = counted.row(0, named=True)
    confirmed = told["confirmed"] + work.one(_THEIR_OWN)
    return {**told, "confirmed": confirmed, "unlinked": work.one("SELECT count(*) FROM unlinked")}
