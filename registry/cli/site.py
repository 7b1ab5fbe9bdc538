"""What each worker of `chengxin serve` runs. The process that starts them needs none of it."""

import gc
import os
from contextlib import suppress
from threading import Thread

from registry.actions import search
from registry.actions.law import law_in
from registry.api.app import create_app
from registry.api.door import Door
from registry.api.faults import log_as_json, note_started
from registry.cli.options import own_rules, today
from registry.errors import StorageRefused
from registry.rulebook import Rulebook, load
from registry.store.database import Database, default_place, open_database
from registry.web.pages import pages


def site() -> Door:
    """What each worker runs: API and pages over the database named by CHENGXIN_DATABASE."""
    log_as_json()
    app = create_app(default_place(), pages=[pages], law=_law)
    note_started(demo=app.state.demo, process=os.getpid())
    made = Door(app, app.state.window)
    Thread(target=_warm, daemon=True).start()
    gc.collect()
    gc.freeze()  # what is here now stays: the collector need not look at it again
    return made


def _law(database: Database) -> Rulebook:
    """The law of the registry, read through its session: a process that serves never opens a bulk connection."""
    with database.session() as session:
        return law_in(session, load(own_rules(database.folder)))


def _warm() -> None:
    """Have the names in memory before somebody searches; meanwhile the site answers already."""
    database = open_database(default_place())
    with suppress(StorageRefused), database.session() as session:  # who searches is told of a fault
        search.warm(session, on=today())
    database.close()
