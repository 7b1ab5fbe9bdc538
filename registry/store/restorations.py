"""Restorations decided elsewhere (谁认定、谁修复): what each names, and the withdrawal of what it hits.

A restoration and what it restores meet by the natural key, whichever arrives first, in the transaction in which the
second of them arrives; under any code that its subject bears or bore. It acts only if its body decided or delivered
what it restores; bodies are the same if their codes or their names in normal form are.
"""

from collections.abc import Collection
from datetime import datetime
from typing import TYPE_CHECKING, NamedTuple

import polars as pl

from registry.names import normal_expr, normal_form
from registry.store import codes, counterparties, withdrawals
from registry.store.bulk import Bulk, insert
from registry.store.keys import in_both
from registry.store.reading import rows
from registry.vocabulary import Withdrawn

if TYPE_CHECKING:  # a bulk command starts without it
    from sqlmodel import Session

_TARGETS = ("key", "record_id")
# a restoration that is hidden from the public acts all the same: what it restored is not shown when it is again
_GONE = f"{withdrawals.STANDING} AND reason <> '{Withdrawn.HIDDEN}'"
_STANDING = f"SELECT key, record_id AS restoration_id FROM restoration_target WHERE record_id NOT IN ({_GONE})"
_HITS = in_both("""
SELECT t.record_id AS restoration_id, k.record_id FROM restoration_target t CROSS JOIN {keys} k ON k.key = t.key
WHERE t.record_id {{which}}
""")
_TARGETS_OF_SEVERAL = f"""
SELECT t.key, t.record_id AS restoration_id, c.uscc FROM restoration_target t JOIN record r ON r.id = t.record_id
JOIN counterparty c ON c.id = r.counterparty_id
WHERE t.record_id {{which}} AND c.uscc IN ({codes.OF_SEVERAL}) AND t.record_id NOT IN ({_GONE})
"""
_RECORDS_OF_SEVERAL = f"""
SELECT r.key, r.id, c.uscc FROM record r CROSS JOIN counterparty c ON c.id = r.counterparty_id
WHERE r.id >= ?1 AND c.uscc IN ({codes.OF_SEVERAL})
"""
_HITS_OTHERWISE = in_both("""
SELECT o.restoration_id, k.record_id FROM otherwise o CROSS JOIN {keys} k ON k.key = o.key
""")
_BACK = f"IN ({withdrawals.JUST_LIFTED})"
_KEYED = {"key": pl.Int64, "restoration_id": pl.Int64, "uscc": pl.String}
_PAIR = {"restoration_id": pl.Int64, "record_id": pl.Int64}
_BODIES = """
SELECT m.restoration_id, m.record_id, r.status AS reason, b.name AS restoring, d.name AS deciding, s.name AS delivering
FROM met m CROSS JOIN record r ON r.id = m.restoration_id CROSS JOIN record o ON o.id = m.record_id
LEFT JOIN body b ON b.id = r.body_id LEFT JOIN body d ON d.id = o.body_id LEFT JOIN body s ON s.id = o.source_body_id
"""
_DONE = """
UPDATE restoration_target SET met = 'done' WHERE record_id IN (SELECT restoration_id FROM said WHERE entitled)
"""
_ANOTHERS = """
UPDATE restoration_target SET met = 'another'
WHERE met IS NULL AND record_id IN (SELECT restoration_id FROM said WHERE NOT entitled)
"""
_ASKING_FOR = f"""
SELECT DISTINCT t.record_id FROM restoration_target t
WHERE t.key IN (SELECT value FROM json_each(:keys)) AND t.record_id NOT IN ({_GONE}) ORDER BY 1
"""
_UNDER = in_both("SELECT key, record_id FROM {keys} WHERE key IN (SELECT value FROM json_each(:keys))")
_BODIES_OF = """
SELECT r.status, b.name, d.name, s.name FROM record r CROSS JOIN record o ON o.id = :record
LEFT JOIN body b ON b.id = r.body_id LEFT JOIN body d ON d.id = o.body_id LEFT JOIN body s ON s.id = o.source_body_id
WHERE r.id = :restoration
"""
_MET = """
UPDATE restoration_target SET met = :met WHERE record_id = :restoration AND (:met = 'done' OR met IS NULL)
"""
_JUDGE = "INSERT INTO unjudged (record_id) VALUES (:restoration) ON CONFLICT DO NOTHING"
_UNMET = """
UPDATE restoration_target SET met = NULL WHERE record_id = :restoration AND NOT EXISTS (
  SELECT 1 FROM withdrawal w WHERE w.by_record_id = :restoration AND w.lifted_at IS NULL)
"""
_ACROSS_CODES = """
SELECT w.record_id, w.by_record_id, b.uscc, c.uscc FROM withdrawal w JOIN record o ON o.id = w.record_id
JOIN record r ON r.id = w.by_record_id JOIN counterparty b ON b.id = o.counterparty_id
JOIN counterparty c ON c.id = r.counterparty_id WHERE w.lifted_at IS NULL AND b.uscc <> c.uscc
"""
_JUDGED = """
INSERT INTO unjudged (record_id) SELECT restoration_id FROM said WHERE true ON CONFLICT DO NOTHING
"""
_HIT = """
SELECT min(k.record_id) FROM restoration_target t JOIN {keys} k ON k.key = t.key WHERE t.record_id = w.record_id"""
_WAITING = f"""
SELECT r.id, c.uscc, c.name, r.document, r.decided_on, b.name, r.classes, r.fields,
  coalesce(({_HIT.format(keys="record_key")}), ({_HIT.format(keys="gathered_key")}))
FROM (SELECT record_id FROM restoration_target WHERE record_id > :after GROUP BY record_id
      HAVING coalesce(max(met), 'another') = 'another') w
JOIN record r ON r.id = w.record_id JOIN counterparty c ON c.id = r.counterparty_id JOIN body b ON b.id = r.body_id
WHERE c.name IS NOT NULL AND r.id NOT IN ({withdrawals.STANDING}) ORDER BY r.id LIMIT :limit
"""


class Waiting(NamedTuple):
    """A restoration that restored nothing: whose, by which body, what it names; `hit` is what it found of another's."""

    id: int
    uscc: str | None
    name: str
    document: str | None
    decided_on: str
    by: str
    classes: str | None
    fields: str
    hit: int | None


def put(work: Bulk, restorations: pl.DataFrame) -> None:
    """Queue restorations (record_id, targets: a list of keys or nulls)."""
    keys = restorations.explode("targets").drop_nulls().unique().rename({"targets": "key"})
    work.put(insert("restoration_target", _TARGETS), keys.select(_TARGETS).sort(_TARGETS))


def act_from(work: Bulk, first_id: int, now: datetime) -> None:
    """Have the restorations numbered from `first_id` act on the records that are here."""
    _act_all(work, ">= ?1", first_id, now)


def act_once_more(work: Bulk, now: datetime) -> None:
    """Have those act that were withdrawn until this moment, as if they came now."""
    work.run(f"UPDATE restoration_target SET met = NULL WHERE record_id {_BACK}", _ms(now))
    _act_all(work, _BACK, _ms(now), now)


def _act_all(work: Bulk, which: str, asked: int, now: datetime) -> None:
    hits, pairs = work.rows(_HITS.format(which=which), _PAIR, asked), codes.pairs(work)
    if pairs.height:
        several = _TARGETS_OF_SEVERAL.format(which=which)
        targets = codes.under_others(work.rows(several, _KEYED, asked), pairs)
        with work.staged("otherwise", targets.select("key", "restoration_id")):
            hits = pl.concat([hits, work.rows(_HITS_OTHERWISE, _PAIR)])
    _act(work, hits, now)


def act(work: Bulk, arrived: pl.DataFrame, now: datetime) -> None:
    """Have the restorations that are here act on records (key, id) that have arrived."""
    if arrived.is_empty() or not work.one("SELECT EXISTS (SELECT 1 FROM restoration_target)"):
        return
    standing, pairs = work.rows(_STANDING, {"key": pl.Int64, "restoration_id": pl.Int64}), codes.pairs(work)
    if pairs.height:
        keyed = {"key": pl.Int64, "id": pl.Int64, "uscc": pl.String}
        found = work.rows(_RECORDS_OF_SEVERAL, keyed, arrived.select(pl.col("id").min()).item()).join(
            arrived, on="id", how="semi"
        )
        arrived = pl.concat([arrived.select("key", "id"), codes.under_others(found, pairs).select("key", "id")])
    _act(work, arrived.join(standing, on="key").select("restoration_id", pl.col("id").alias("record_id")), now)


def _act(work: Bulk, pairs: pl.DataFrame, now: datetime) -> None:
    if pairs.is_empty():
        return
    met = _met(work, pairs)
    entitled = met.filter(pl.col("entitled"))
    for reason, hit in entitled.group_by("reason", maintain_order=True):
        withdrawn = hit.unique("record_id", maintain_order=True).select(
            "record_id", pl.lit(None, dtype=pl.Int64).alias("event_id"), pl.col("restoration_id").alias("by_record_id")
        )
        withdrawals.withdraw_many(work, withdrawn, Withdrawn(reason[0]), now)
    said = met.group_by("restoration_id").agg(pl.col("entitled").any()).sort("restoration_id")
    with work.staged("said", said):
        for statement in (_DONE, _ANOTHERS, _JUDGED):
            work.run(statement)


def _met(work: Bulk, pairs: pl.DataFrame) -> pl.DataFrame:
    """Restorations with what they hit: restoration_id, record_id, reason, entitled."""
    told = {**_PAIR, **dict.fromkeys(("reason", "restoring", "deciding", "delivering"), pl.String)}
    with work.staged("met", pairs.select(list(_PAIR)).unique().sort(pl.all())):
        found = work.rows(_BODIES, told)
    restoring, *others = (normal_expr(pl.col(body)) for body in ("restoring", "deciding", "delivering"))
    same = pl.any_horizontal((restoring == other).fill_null(value=False) for other in others)
    return found.select("restoration_id", "record_id", "reason", same.alias("entitled"))


def act_on(session: "Session", record_id: int, keys: Collection[int], now: datetime) -> None:
    """Have the restorations that are here act on a record that the office itself made, and that has these keys."""
    uscc = counterparties.of(session, record_id)["uscc"]
    told = {"key": [*keys], "uscc": [uscc] * len(keys)}
    here = pl.DataFrame(told, schema={"key": pl.Int64, "uscc": pl.String})
    others = codes.under_others(here, codes.pairs_in(session)).select("key", "uscc")
    hits = rows(session, _ASKING_FOR, {"keys": pl.concat([here, others])["key"].to_list()})
    _act_in_session(session, [(restoration, record_id) for (restoration,) in hits], now)


def act_again(session: "Session", now: datetime) -> None:
    """Have all restorations of subjects with several codes act: a code was replaced."""
    told = rows(session, _TARGETS_OF_SEVERAL.format(which="> 0"), {})
    targets = codes.under_others(pl.DataFrame(told, schema=_KEYED, orient="row"), codes.pairs_in(session))
    found = dict.fromkeys(targets["key"].to_list())
    hits = rows(session, _UNDER, {"keys": [*found]})
    by_key = pl.DataFrame(hits, schema={"key": pl.Int64, "record_id": pl.Int64}, orient="row")
    _act_in_session(session, targets.join(by_key, on="key").select(list(_PAIR)).unique().sort(pl.all()).rows(), now)


def let_go(session: "Session", *, event_id: int, now: datetime) -> list[int]:
    """Lift what restored a decision under a code that is no other code of its subject any more; returns the records,
    which other restorations may restore."""
    from sqlalchemy import text

    still, freed = {*codes.pairs_in(session).rows()}, []
    for record, restoration, restored, restoring in rows(session, _ACROSS_CODES, {}):
        if (restored, restoring) not in still:
            withdrawals.lift_restored(session, record, restoration, event_id=event_id, now=now)
            session.connection().execute(text(_UNMET), {"restoration": restoration})
            session.connection().execute(text(_JUDGE), {"restoration": restoration})
            freed.append(record)
    return freed


def _act_in_session(session: "Session", pairs: list[tuple[int, int]], now: datetime) -> None:
    from sqlalchemy import text

    connection = session.connection()
    for restoration, record in pairs:
        asked = {"restoration": restoration, "record": record}
        reason, *bodies = rows(session, _BODIES_OF, asked)[0]
        restoring, *others = (normal_form(body) if body else None for body in bodies)
        entitled = restoring is not None and restoring in others
        if entitled:
            withdrawals.withdraw(session, [record], Withdrawn(reason), by_record_id=restoration, now=now)
        met = {"restoration": restoration, "met": "done" if entitled else "another"}
        connection.execute(text(_MET), met)
        connection.execute(text(_JUDGE), {"restoration": restoration})


def waiting(session: "Session", *, after: int, limit: int) -> list[Waiting]:
    """Restorations about organisations, numbered past `after`, that restored nothing and were not recalled."""
    return [Waiting(*row) for row in rows(session, _WAITING, {"after": after, "limit": limit})]


def _ms(now: datetime) -> int:
    return round(now.timestamp() * 1000)
