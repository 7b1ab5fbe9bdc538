"""`chengxin work`: the one worker that takes uploaded files in, in the order in which they came.

A process of its own, since a process that serves never opens a bulk transaction. It may be killed at any moment: what
it was at is taken again, and ends as if nothing had been.
"""

import time
from dataclasses import replace
from typing import Annotated

import structlog
import typer

from loaders.delivering import Desk, Sender, deliver
from registry.actions.accept import secret_of
from registry.actions.inbox import Inbox, Reading
from registry.actions.progress import Advance
from registry.actions.receipts import Receipt
from registry.actions.uploads import brought, newest_delivery
from registry.api.faults import log_as_json
from registry.cli.options import DatabaseOption, law_of, moment, office_of, registry_at
from registry.errors import ClockBehind, DatabaseNotReady, Refusal, RegistryBusy, StorageRefused
from registry.store.database import Database

app = typer.Typer()
_NOT_THE_FILES_FAULT = (ClockBehind, DatabaseNotReady, RegistryBusy, StorageRefused)
_LOOK, _AGAIN = 1.0, 30.0  # seconds until it looks for files again, and after a fault of the place
_TOLD = 1.0  # seconds between two words on how far it is


@app.command()
def work(
    once: Annotated[bool, typer.Option("--once", help="End when nothing waits.")] = False,
    database: DatabaseOption = None,
) -> None:
    """Take uploaded files in, one by one, until it is stopped. / 处理收件箱中的上传文件。

    Example: chengxin work --database chengxin.db
    """
    log_as_json()
    with registry_at(database) as opened:
        inbox = Inbox(opened.folder)
        with inbox.alone():
            inbox.tidy(moment())
            while True:
                for number in inbox.waiting():
                    if not _taken(opened, inbox, number, patient=not once):
                        break
                if once:
                    return
                time.sleep(_LOOK)


def _taken(database: Database, inbox: Inbox, number: str, *, patient: bool) -> bool:
    """Take one upload; false if it must wait, and everything after it."""
    log = structlog.get_logger().bind(upload=number)
    try:
        receipts = _delivered(database, inbox, number)
    except _NOT_THE_FILES_FAULT as fault:
        log.error("waits", code=fault.code)
        if not patient:
            raise
        time.sleep(_AGAIN)
        return False
    except Refusal as refusal:
        inbox.refused(number, refusal, moment())
        log.info("refused", code=refusal.code)
    else:
        inbox.taken(number, [receipt.as_json() for receipt in receipts], moment())
        log.info("taken", deliveries=[receipt.delivery for receipt in receipts])
    return True


def _delivered(database: Database, inbox: Inbox, number: str) -> list[Receipt]:
    """The receipts of an upload. Those that a killed worker had made, but had not told, are first receipts too."""
    ticket, earlier, now = inbox.ticket(number), inbox.reading(number), moment()
    reading = Reading(earlier.before if earlier else newest_delivery(database), now, now)
    inbox.note(number, reading)
    noted = time.monotonic()

    def progress(advance: Advance) -> None:
        nonlocal reading, noted
        reading = reading.further(advance, moment())
        if time.monotonic() - noted >= _TOLD:
            inbox.note(number, reading)
            noted = time.monotonic()

    desk = Desk(database, office_of(database), law_of(database), secret_of(database))
    sender = Sender(ticket.department, ticket.received_on, database.folder / "feedback")
    receipts = deliver(desk, inbox.file(number), ticket.source, sender, now=now, progress=progress)
    ours = [replace(r, repeated=r.repeated and (r.delivery or 0) <= reading.before) for r in receipts]
    brought(database, [r.delivery for r in ours if r.delivery and not r.repeated], by=ticket.by, now=moment())
    return ours
