"""Bringing a database to the version this code knows, by alembic."""

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory

from registry.errors import DatabaseNotReady
from registry.store.database import Database

_HERE = Path(__file__).parent


def migrate(database: Database) -> None:
    """Create or upgrade every table; a database already current is left as it is."""
    config = _config()
    with database.engine.begin() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, "head")


def require_current(database: Database) -> None:
    """Raise DatabaseNotReady unless the database is at this code's version."""
    with database.engine.connect() as connection:
        found = MigrationContext.configure(connection).get_current_revision()
    head = ScriptDirectory.from_config(_config()).get_current_head()
    if found != head:
        raise DatabaseNotReady(
            f"数据库版本为 {found or '空'}，程序需要 {head}。请先运行 chengxin init。",
            f"the database is at version {found or 'none'}, this program needs {head}. Run `chengxin init` first.",
        )


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", str(_HERE))
    return config
