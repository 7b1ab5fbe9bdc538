"""保存期限: personal values end when nothing needs them any more, as each kind of source declares.

What stands in the chain of the ledger stays there; personal values stand beside it, and go with their salt.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from sqlmodel import Session

from registry.actions.china_time import CHINA
from registry.actions.people import acting
from registry.errors import BadQuery
from registry.store import ledger, retention
from registry.vocabulary import Role, SourceKind, Until

Kept = Mapping[SourceKind, Mapping[str, Until]]
"""Until when each personal column is kept, for each kind of source."""


@dataclass(frozen=True)
class Erased:
    """What a run erased: values in records and the register by kind of source, and of how many events of the ledger."""

    values: dict[str, int]
    events: int
    event: int


def erase_due(session: Session, key: str | None, kept: Kept, *, on: date, now: datetime) -> Erased:
    """Erase every personal value that is due on a day; each run is an event of the ledger, whether or not any was.

    Raises:
        KeyRefused, NotPermitted: `key` is no administrator's.
        BadQuery: the day has not come.
    """
    now = ledger.take_turn(session, now)
    by = acting(session, key, Role.ADMINISTRATOR)
    if on > now.astimezone(CHINA).date():
        raise BadQuery("日期不得在将来。", "its day lies in the future: nothing is erased before it is due.")
    ends = {
        Until.DISPLAY_ENDS: retention.erase_of_records,
        Until.DEREGISTERED: retention.erase_of_registrations,
    }
    values = {
        source.value: sum(ends[until](session, source.value, column, on=on) for column, until in columns.items())
        for source, columns in kept.items()
    }
    events = retention.erase_of_events(session, on=on)
    payload = {"on": on.isoformat(), "values": values, "events": events}
    done = ledger.append(session, ledger.RETENTION, "registry", by=by.person_id, now=now, payload=payload)
    return Erased(values, len(events), done.id)
