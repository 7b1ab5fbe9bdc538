"""Founding a registry: its tables, what kind of registry it is, its own secret, the office's editable registers."""

import secrets
import shutil
from pathlib import Path

from registry.office import COUNTIES, DEFAULT, DEPARTMENTS
from registry.store import deliveries
from registry.store.bulk import bulk
from registry.store.database import Database
from registry.store.migrations import migrate


def found(database: Database, *, demo: bool = False) -> Path:
    """Make or upgrade the registry; what is there already stays. Returns the folder it is kept in.

    A demo says so in its settings, for ever: it may publish on values of the law that nobody has signed.
    """
    migrate(database)
    with bulk(database) as work:
        deliveries.set_once(work, "mode", "demo" if demo else "production")
        deliveries.set_once(work, "digest_key", secrets.token_hex(32))
    office = database.folder / "office"
    office.mkdir(exist_ok=True)
    for name in (DEPARTMENTS, COUNTIES):
        if not (office / name).exists():
            shutil.copyfile(DEFAULT / name, office / name)
    return database.folder
