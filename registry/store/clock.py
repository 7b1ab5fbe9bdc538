"""The order of what is recorded: nothing is recorded at an instant before what was recorded last.

The row `ledger_head` keeps the newest instant at which anything was taken in, linked, derived or decided. Who writes
moves it on in the same transaction, or takes it over. See docs/decisions/0016-the-clock-set-back.md.
"""

from datetime import UTC, datetime, timedelta, timezone

from registry.errors import ClockBehind
from registry.store.bulk import Bulk
from registry.store.database import BUSY_SECONDS

_WAITED = timedelta(seconds=BUSY_SECONDS)
_CHINA = timezone(timedelta(hours=8))
_MOVE = """
UPDATE ledger_head SET recorded_at = CASE WHEN recorded_at <= ?1 THEN ?1 ELSE recorded_at + 1 END WHERE id = 1"""
_NEWEST = "SELECT recorded_at FROM ledger_head WHERE id = 1"


def begun(work: Bulk, now: datetime) -> datetime:
    """The instant at which all that this transaction writes is recorded: `now`, or the first one after the newest if
    that is later.

    Raises:
        ClockBehind: as `in_order`.
    """
    work.run(_MOVE, round(now.timestamp() * 1000))
    return in_order(now, work.one(_NEWEST))


def in_order(now: datetime, newest: int) -> datetime:
    """`now`, or the newest instant (UTC milliseconds) if somebody read the clock later and had his turn earlier.

    Raises:
        ClockBehind: it lies further back than anybody waits for his turn: the clock was set back, or ahead before.
    """
    last = datetime.fromtimestamp(newest / 1000, UTC)
    if last - now > _WAITED:
        told = last.astimezone(_CHINA).isoformat(sep=" ", timespec="seconds")
        raise ClockBehind(
            f"本机时钟早于最近一次记录的时间（{told}），未作任何记录。请校正时钟后重试。",
            f"the clock stands before what was recorded last ({told}): nothing was recorded. Set it right, try again.",
        )
    return max(now, last)
