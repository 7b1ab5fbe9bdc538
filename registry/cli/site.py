"""What each worker of `chengxin serve` runs. The process that starts them needs none of it."""

import gc
import os

from registry.actions.law import law_in
from registry.api.app import create_app
from registry.api.door import Door
from registry.api.faults import log_as_json, note_started
from registry.cli.options import own_rules
from registry.rulebook import Rulebook, load
from registry.store.database import Database, default_place
from registry.web.pages import pages


def site() -> Door:
    """What each worker runs: API and pages over the database named by CHENGXIN_DATABASE."""
    log_as_json()
    app = create_app(default_place(), pages=[pages], law=_law)
    note_started(demo=app.state.demo, process=os.getpid())
    made = Door(app, app.state.window)
    gc.collect()
    gc.freeze()  # what is here now stays: the collector need not look at it again
    return made


def _law(database: Database) -> Rulebook:
    """The law of the registry, read through its session: a process that serves never opens a bulk connection."""
    with database.session() as session:
        return law_in(session, load(own_rules(database.folder)))
