"""What wants judging (待判定): records that nobody has judged yet, or that must be judged again, read with all that the
gate and the law ask of them."""

import io
from collections import deque
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from itertools import cycle

import polars as pl

from registry.store import withdrawals
from registry.store.bases import basis_of
from registry.store.bulk import READ, Bulk, insert
from registry.store.links import linked_to, outcomes_of, told_of
from registry.store.rulings import HELD_BACK
from registry.store.versions import CONFLICTING, SHOWN_BEFORE, VERSIONS

AS_ARRIVED = {
    "record_id": pl.Int64,
    "source": pl.String,
    "category": pl.String,
    "classes": pl.String,
    "procedure": pl.String,
    "amount_fen": pl.Int64,
    "has_ground": pl.Boolean,
    "has_document": pl.Boolean,
    "decided_on": pl.Date,
    "starts_on": pl.Date,
    "ends_on": pl.Date,
    "noticed_on": pl.Date,
    "served_on": pl.Date,
    "status": pl.String,
    "subject_id": pl.Int64,
    "how": pl.String,
    "link_state": pl.String,
    "link_because": pl.String,
    "provisional": pl.Boolean,
}
UNJUDGED = {
    **AS_ARRIVED,
    "first_shown_on": pl.Date,
    "held_back": pl.String,
    "conflicts": pl.Boolean,
    "restores": pl.String,
}
WAS = {
    "was_outcome": pl.String,
    "was_because": pl.String,
    "was_basis": pl.String,
    "was_from": pl.Date,
    "was_until": pl.Date,
    "was_subject": pl.Int64,
    "first_shown_on": pl.Date,
}
_READ = {**AS_ARRIVED, **WAS}
_READ_ALL = {**{name: kind for name, kind in _READ.items() if name != "category"}, "counterparty_id": pl.Int64}
_HOW, _STATE = told_of()
_ASKED = f"""
SELECT r.id AS record_id, r.source, {{category}}, r.classes, r.procedure, r.amount_fen,
  r.ground IS NOT NULL AS has_ground, r.document IS NOT NULL AS has_document,
  r.decided_on, r.starts_on, r.ends_on, r.noticed_on, r.served_on, r.status,
  coalesce(d.target_id, {linked_to()}) AS subject_id, {_HOW} AS how, {_STATE} AS link_state,
  l.because AS link_because,
  {{provisional}} AS provisional,
  p.outcome AS was_outcome, p.because AS was_because, {basis_of("p")} AS was_basis, p.shown_from AS was_from,
  p.shown_until AS was_until, p.subject_id AS was_subject,
  CASE WHEN p.outcome = 'shown' THEN coalesce(p.first_shown_on, p.shown_from)
    WHEN p.outcome IS NOT NULL THEN p.first_shown_on
    ELSE (SELECT min(q.shown_from) FROM publication q WHERE {outcomes_of("r.id", "q")} AND q.outcome = 'shown')
  END AS first_shown_on
"""
ASKED = _ASKED.format(
    category="c.category AS category",
    provisional=f"(SELECT s.provisional FROM subject s WHERE s.id = coalesce(d.target_id, {linked_to()}))",
)
# what was linked when it arrived and has lost that link since waits for linking, but its fresh rows do not know it
_TOUCHED_WITHIN = """
SELECT record_id FROM unjudged WHERE record_id {within} UNION
SELECT u.record_id FROM unlinked u JOIN link l ON l.record_id = u.record_id
WHERE u.record_id {within} AND u.record_id >= (SELECT min(first_id) FROM fresh)
"""
_TOUCHED = _TOUCHED_WITHIN.format(within="> 0")
_PAGE = """
SELECT count(*) AS height, max({id}) AS last FROM (SELECT {id} FROM {table} WHERE {id} > ?1 ORDER BY {id} LIMIT ?2) page
"""
_LAST = (1 << 63) - 1
_AGAIN = f"""
{ASKED} FROM ({{records}}) t CROSS JOIN record r ON r.id = t.record_id
CROSS JOIN counterparty c ON c.id = r.counterparty_id
LEFT JOIN link l ON l.record_id = r.id AND l.retired_at IS NULL
LEFT JOIN subject_redirect d ON d.subject_id = {linked_to()} AND d.current
LEFT JOIN publication p ON {{outcome}} AND p.retired_at IS NULL
WHERE r.source <> 'subjects'
"""
# nearly all outcomes stand under the subject of now: to look under every one that it ever had takes twice as long
_UNDER_ITS_SUBJECT = _AGAIN.format(
    records=_TOUCHED_WITHIN.format(within="BETWEEN ?1 AND ?2"),
    outcome=f"p.subject_id = coalesce(d.target_id, {linked_to()}, 0) AND p.record_id = r.id",
)
# the tables read side by side in one order, each only between the ids of a page: to look every record up takes twice as
# long, and so it does to ask of each whether its subject is provisional, and of what category its counterparty is
_SWEPT = f"""
{_ASKED.format(category="r.counterparty_id", provisional=0)} FROM record r
LEFT JOIN (SELECT * FROM link WHERE retired_at IS NULL AND record_id BETWEEN ?1 AND ?2) l ON l.record_id = r.id
LEFT JOIN subject_redirect d ON d.subject_id = {linked_to()} AND d.current
LEFT JOIN (SELECT * FROM publication WHERE retired_at IS NULL AND record_id BETWEEN ?1 AND ?2) p
  ON p.subject_id = coalesce(d.target_id, {linked_to()}, 0) AND p.record_id = r.id
WHERE r.id BETWEEN ?1 AND ?2 AND r.source <> 'subjects'
"""
_CATEGORIES = "SELECT id AS counterparty_id, category FROM counterparty"
_UNDER_ANY_SUBJECT = _AGAIN.format(records="SELECT record_id FROM elsewhere", outcome=outcomes_of("r.id"))
# the earlier version comes back for a recalled one alone: any other withdrawal is of the decision, whatever its version
SUPERSEDED = f"""
SELECT earlier_id AS record_id FROM {VERSIONS} v
WHERE relation = 'supersedes' AND record_id NOT IN ({withdrawals.RECALLED})
"""
_RESTORED = "SELECT DISTINCT record_id, met AS restores FROM restoration_target WHERE met IS NOT NULL"
_REPEATED = "SELECT delivery_id, line FROM provenance WHERE delivery_id IN (SELECT delivery_id FROM fresh)"
_WAITING = f"""
SELECT (SELECT count(*) FROM ({_TOUCHED}) t)
  + (SELECT CAST(coalesce(sum(accepted), 0) AS BIGINT) FROM delivery WHERE id IN (SELECT delivery_id FROM fresh))
"""
_FRESH = "SELECT delivery_id, rows FROM fresh ORDER BY first_id, delivery_id"
_AT_ONCE = 80_000  # fresh records, or one batch of them, so that outcomes are soon being written
_FRESH_ROWS = {"delivery_id": pl.Int64, "rows": pl.Binary}


def put_fresh(work: Bulk, delivery_id: int, rows: pl.DataFrame) -> None:
    """Queue a batch of records for judging (AS_ARRIVED, and `line`), as they arrive."""
    held = io.BytesIO()
    rows.write_ipc(held, compression="zstd")
    row = {"first_id": [rows["record_id"][0]], "delivery_id": [delivery_id], "rows": [held.getvalue()]}
    work.put(insert("fresh", tuple(row)), pl.DataFrame(row))


def waiting(work: Bulk, *, everything: bool) -> int:
    """About how many records wait for being judged, for the first time or again."""
    return work.one("SELECT count(*) FROM record" if everything else _WAITING)


def fresh(work: Bulk) -> Iterator[pl.DataFrame]:
    """Current records that nobody has judged and nothing has touched since they arrived, in batches (UNJUDGED)."""
    gone, held, height = _Standing(work), [], 0
    for delivery, rows in work.rows(_FRESH, _FRESH_ROWS).iter_rows():
        held.append(pl.read_ipc(io.BytesIO(rows)).join(gone.repeated(delivery), on="line", how="anti"))
        height += held[-1].height
        if height >= _AT_ONCE:
            yield gone.leave(pl.concat(held))
            held, height = [], 0
    if held:
        yield gone.leave(pl.concat(held))


def touched(work: Bulk) -> Iterator[pl.DataFrame]:
    """Current records that want judging again, in batches (UNJUDGED and WAS columns)."""
    gone = _Standing(work)
    for first, last in _pages(work, "unjudged", "record_id"):
        batch = work.rows(_UNDER_ITS_SUBJECT, _READ, first, last)
        if not batch.is_empty():
            yield gone.current(_sought(work, batch))


def everything(work: Bulk, *readers: Bulk) -> Iterator[pl.DataFrame]:
    """The same of every current record that was judged before: the law has changed.

    `readers` see what was committed when the work began, which no one else has changed since: each reads a page ahead
    while another one's is being judged. Without them `work` reads itself.
    """
    gone = _Standing(work)
    provisional = work.rows("SELECT id AS subject_id FROM subject WHERE provisional", {"subject_id": pl.Int64})
    is_provisional = pl.col("subject_id").is_in(provisional["subject_id"].implode()).alias("provisional")
    kinds = {"counterparty_id": pl.Int64, "category": pl.String}
    categories = work.rows(_CATEGORIES, kinds)

    def judged(read: pl.DataFrame) -> pl.DataFrame:
        about = read.join(categories, on="counterparty_id", maintain_order="left").with_columns(is_provisional)
        return gone.judged(_sought(work, about.select(list(_READ))))

    coming: deque[Future[pl.DataFrame]] = deque()
    reading = readers or (work,)
    with ThreadPoolExecutor(len(reading)) as pool:
        for reader, page in zip(cycle(reading), _pages(work, "record", "id"), strict=False):
            coming.append(pool.submit(reader.rows, _SWEPT, _READ_ALL, *page))
            if len(coming) > len(reading):
                yield judged(coming.popleft().result())
        yield from (judged(each.result()) for each in coming)


def _pages(work: Bulk, table: str, number: str) -> Iterator[tuple[int, int]]:
    """The first and last number of each `READ` rows of a table; the last page is open, for what has no row there."""
    first, last = 1, 0
    while last < _LAST:
        counts = {"height": pl.Int64, "last": pl.Int64}
        height, newest = work.rows(_PAGE.format(table=table, id=number), counts, first - 1, READ).row(0)
        last = newest if height == READ else _LAST
        yield first, last
        first = last + 1


def _sought(work: Bulk, batch: pl.DataFrame) -> pl.DataFrame:
    """The records of a batch; those without an outcome under their subject with the one under another, if there is."""
    found = pl.col("was_outcome").is_not_null()
    if not batch["was_outcome"].has_nulls():  # nearly always
        return batch
    with work.staged("elsewhere", batch.filter(~found).select("record_id")):
        others = work.rows(_UNDER_ANY_SUBJECT, _READ)
    return pl.concat([batch.filter(found), others]).sort("record_id")


class _Standing:
    """What versions, withdrawals and repeats say of records, whatever their rows were when they arrived."""

    def __init__(self, work: Bulk) -> None:
        self._work = work
        self._superseded = self._ids(f"{SUPERSEDED} UNION {withdrawals.STANDING}")
        self._touched = self._ids(_TOUCHED)
        self._provenance = work.rows(_REPEATED, {"delivery_id": pl.Int64, "line": pl.Int64})
        self._restored = work.rows(_RESTORED, {"record_id": pl.Int64, "restores": pl.String})
        before = {"record_id": pl.Int64, "held_back": pl.String}
        self._held_back, self._conflicting = work.rows(HELD_BACK, before), self._ids(CONFLICTING)
        self._shown_before = work.rows(SHOWN_BEFORE, {"record_id": pl.Int64, "first_shown_on": pl.Date})

    def current(self, records: pl.DataFrame) -> pl.DataFrame:
        """The records that no later version replaced and nobody withdrew, with what is known of them by now: a version
        that takes the place of another was first shown when that was."""
        before = pl.col("record_id").replace_strict(*self._shown_before, default=None, return_dtype=pl.Date)
        return _without(records, self._superseded).with_columns(
            pl.min_horizontal("first_shown_on", before).alias("first_shown_on"),
            pl.col("record_id")
            .replace_strict(*self._held_back, default=None, return_dtype=pl.String)
            .alias("held_back"),
            pl.col("record_id").is_in(self._conflicting["record_id"].implode()).alias("conflicts"),
            pl.col("record_id").replace_strict(*self._restored, default=None, return_dtype=pl.String).alias("restores"),
        )

    def judged(self, records: pl.DataFrame) -> pl.DataFrame:
        """The current ones among those that have an outcome already, or that something has touched."""
        touched = pl.col("record_id").is_in(self._touched["record_id"].implode())
        return self.current(records.filter(pl.col("was_outcome").is_not_null() | touched))

    def leave(self, records: pl.DataFrame) -> pl.DataFrame:
        """The current ones among fresh records that nothing has touched."""
        new = _without(records, self._touched).with_columns(pl.lit(None, dtype=pl.Date).alias("first_shown_on"))
        return self.current(new).select(list(UNJUDGED))

    def repeated(self, delivery: int) -> pl.DataFrame:
        """The lines of a delivery that only repeated a record: what arrived there is no record of its own."""
        lines = self._provenance.filter(pl.col("delivery_id") == delivery)
        return lines.select(pl.col("line").cast(pl.UInt32))

    def _ids(self, select: str) -> pl.DataFrame:
        return self._work.rows(select, {"record_id": pl.Int64})


def _without(records: pl.DataFrame, gone: pl.DataFrame) -> pl.DataFrame:
    return records if gone.is_empty() else records.join(gone, on="record_id", how="anti")
