"""`chengxin work`: the one worker that takes uploaded files in, in the order in which they came.

A process of its own, since a process that serves never opens a bulk transaction. It may be killed at any moment: what
it was at is taken again, and ends as if nothing had been. A file that breaks it off each time is set aside.
"""

import signal
import sys
import time
from dataclasses import replace
from datetime import timedelta
from hashlib import file_digest
from typing import Annotated, Any

import structlog
import typer

from loaders.delivering import Desk, Sender, deliver
from registry.actions.accept import secret_of
from registry.actions.inbox import Inbox
from registry.actions.progress import Advance
from registry.actions.receipts import Receipt, receipts_since
from registry.actions.upload_parts import Reading, Ticket
from registry.actions.uploads import brought, newest_delivery
from registry.api.faults import log_as_json, told
from registry.cli.options import DatabaseOption, law_of, moment, office_of, registry_at
from registry.errors import (
    ClockBehind,
    DatabaseNotReady,
    OfficeFileBroken,
    Refusal,
    RegistryBusy,
    RuleBroken,
    StorageRefused,
    UploadSetAside,
)
from registry.store.database import Database
from registry.store.faults import storage

app = typer.Typer()
_NOT_THE_FILES_FAULT = (
    ClockBehind, DatabaseNotReady, OfficeFileBroken, RegistryBusy, RuleBroken, StorageRefused,
)  # fmt: skip
_LOOK, _AGAIN = 1.0, 30.0  # seconds until it looks for files again, and after a fault of the place
_DAY = timedelta(days=1)  # until it tidies the inbox again
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
    signal.signal(signal.SIGTERM, _end)
    with registry_at(database) as opened:
        inbox = Inbox(opened.folder)
        with inbox.alone():
            tidied = moment() - _DAY
            while True:
                if moment() - tidied >= _DAY:
                    tidied = moment()
                    inbox.tidy(tidied)
                for number in inbox.waiting():
                    if not _done(opened, inbox, number, patient=not once):
                        break
                else:
                    if once:
                        return
                time.sleep(_LOOK)


def _done(database: Database, inbox: Inbox, number: str, *, patient: bool) -> bool:
    """Have one upload done with; false if it must wait, and everything after it."""
    log = structlog.get_logger().bind(upload=number)
    try:
        _try(database, inbox, number, log)
    except _NOT_THE_FILES_FAULT as fault:
        log.error("waits", code=fault.code)
        if not patient:
            raise
        time.sleep(_AGAIN)
        return False
    except (KeyboardInterrupt, SystemExit):
        raise
    except BaseException as fault:  # noqa: BLE001  (a panic of a library is no Exception; another attempt is made)
        log.error("broke off", **told(fault))
        return False
    return True


def _try(database: Database, inbox: Inbox, number: str, log: Any) -> None:
    """Make an attempt at an upload, and tell its outcome."""
    try:
        with inbox.attempt(number) as attempt:
            if attempt > 1:
                log.warning("again", attempt=attempt)
            receipts = _delivered(database, inbox, number)
            inbox.taken(number, [receipt.as_json() for receipt in receipts], moment())
        log.info("taken", deliveries=[receipt.delivery for receipt in receipts])
    except _NOT_THE_FILES_FAULT:
        raise
    except Refusal as refusal:
        with storage():
            kept = _kept(database, inbox, number)
            inbox.refused(number, refusal, moment(), receipts=[receipt.as_json() for receipt in kept])
        tell = log.error if isinstance(refusal, UploadSetAside) else log.info
        tell("refused", code=refusal.code)


def _kept(database: Database, inbox: Inbox, number: str) -> list[Receipt]:
    """The receipts of those tables of a refused upload that are in already: each was a transaction of its own."""
    ticket, path, reading = inbox.ticket(number), inbox.file(number), inbox.reading(number)
    if reading is None or not path.exists() or newest_delivery(database) == reading.before:
        return []
    with path.open("rb") as file:
        sha256 = file_digest(file, "sha256").hexdigest()
    kept = receipts_since(database, sha256, ticket.source, reading.before)
    return _ours(database, kept, ticket, reading)


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
    return _ours(database, receipts, ticket, reading)


def _ours(database: Database, receipts: list[Receipt], ticket: Ticket, reading: Reading) -> list[Receipt]:
    """The receipts as this upload's, with what an earlier attempt at it brought as new, and who brought that noted."""
    ours = [replace(r, repeated=r.repeated and (r.delivery or 0) <= reading.before) for r in receipts]
    brought(database, [r.delivery for r in ours if r.delivery and not r.repeated], by=ticket.by, now=moment())
    return ours


def _end(*_: object) -> None:
    """End in order: what is being worked on is taken up again, and that it was broken off is not laid to the file."""
    sys.exit()
