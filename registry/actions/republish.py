"""Publishing a few records at once: what a decision of people changes counts when it is made."""

from collections.abc import Collection
from datetime import date, datetime

from sqlmodel import Session

from registry.actions.publish import changed, derived
from registry.rulebook import Rulebook
from registry.store import outcomes
from registry.store.reading import is_demo


def republish(session: Session, record_ids: Collection[int], book: Rulebook, *, on: date, now: datetime) -> None:
    """Derive the outcomes of a few records anew, within a session and by the same function as those of all.

    Records that were withdrawn or superseded are passed over; what they supersede themselves is shown no more.
    """
    records = outcomes.asked(session, record_ids)
    outcomes.put(session, changed(records, derived(records, book, on=on, production=not is_demo(session))), now)
    outcomes.supersede(session, record_ids, now)
