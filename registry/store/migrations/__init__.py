"""Bringing a database to the version this code knows, by alembic (imported only when there is something to do)."""

import sqlite3
from contextlib import closing
from pathlib import Path

from registry.errors import DatabaseNotReady
from registry.store.database import BUSY_SECONDS, Database

_HERE = Path(__file__).parent


def migrate(database: Database) -> None:
    """Create or upgrade every table; a database already current is left as it is."""
    from alembic import command
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(_HERE))
    with database.engine.begin() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, "head")


def head() -> str:
    """The newest version: migrations are numbered files, 0001_….py and on."""
    return max(path.name[:4] for path in (_HERE / "versions").glob("[0-9]*.py"))


def require_current(database: Database) -> None:
    """Raise DatabaseNotReady unless the database is at this code's version."""
    found = _version(database.path)
    if found != head():
        raise DatabaseNotReady(
            f"数据库版本为 {found or '空'}，程序需要 {head()}。请先运行 chengxin init。",
            f"the database is at version {found or 'none'}, this program needs {head()}. Run `chengxin init` first.",
        )


def _version(file: Path) -> str | None:
    """The version a database file is at; None if it has none."""
    try:
        with closing(sqlite3.connect(f"{file.as_uri()}?mode=rw", uri=True, timeout=BUSY_SECONDS)) as connection:
            found = connection.execute("SELECT version_num FROM alembic_version").fetchone()
    except sqlite3.DatabaseError:
        return None
    return str(found[0]) if found else None
