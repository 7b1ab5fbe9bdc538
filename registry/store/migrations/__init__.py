"""Bringing a database to the version this code knows, by alembic (imported only when there is something to do)."""

from pathlib import Path

from registry.errors import DatabaseNotReady
from registry.store.database import Database

_HERE = Path(__file__).parent


def migrate(database: Database) -> None:
    """Create or upgrade every table; a database already current is left as it is."""
    if database.version() == head():
        return
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
    found = database.version()
    if found != head():
        raise DatabaseNotReady(
            f"数据库版本为 {found or '空'}，程序需要 {head()}。请先运行 chengxin init。",
            f"the database is at version {found or 'none'}, this program needs {head()}. Run `chengxin init` first.",
        )
