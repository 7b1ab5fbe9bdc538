"""Opening the registry's database: an embedded SQLite file by default.

One engine for one file. SQLite runs in WAL mode, so lookups go on while a delivery is written.
"""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, QueuePool, create_engine, event, make_url
from sqlalchemy.exc import OperationalError
from sqlmodel import Session

from registry.errors import DatabaseNotReady, RegistryBusy

CACHE_KIB = 256 * 1024
BUSY_SECONDS, BRIEF_SECONDS = 600, 5


@dataclass(frozen=True)
class Database:
    """A place where the registry is kept. `folder` is where files beside the database go."""

    url: str
    engine: Engine
    folder: Path

    @contextmanager
    def session(self) -> Iterator[Session]:
        """One unit of work: committed whole at the end, or not at all."""
        with Session(self.engine, expire_on_commit=False) as session, session.begin():
            yield session

    @contextmanager
    def brief_session(self) -> Iterator[Session]:
        """The same for a door, where somebody waits for the answer: it does not wait for a delivery to be taken in.

        Raises:
            RegistryBusy: another process has been writing for some seconds.
        """
        try:
            with self.session() as session:
                session.connection().exec_driver_sql(f"PRAGMA busy_timeout={BRIEF_SECONDS * 1000}")
                yield session
        except OperationalError as error:
            if "locked" not in str(error.orig):
                raise
            raise RegistryBusy(
                "正在入库，暂时不能写入，请稍后再试。",
                "a delivery is being taken in: nothing can be written, try again.",
            ) from error

    @property
    def path(self) -> Path:
        """The SQLite file."""
        return Path(str(self.engine.url.database)).absolute()

    def release(self) -> None:
        """Close every idle connection of this process, so that another copy of SQLite may open the file."""
        pool = self.engine.pool
        assert isinstance(pool, QueuePool)  # noqa: S101
        if pool.checkedout():
            raise RuntimeError("a session is still open")  # a fault of ours, never of the data
        self.engine.dispose()

    def close(self) -> None:
        self.engine.dispose()


def open_database(place: str, *, create: bool = False) -> Database:
    """Open `place`, a file path or a URL.

    Raises:
        DatabaseNotReady: the file does not exist (and `create` is not set) or is no database.
    """
    url = make_url(place if "://" in place else f"sqlite:///{place}")
    if url.get_backend_name() != "sqlite" or not url.database:
        raise DatabaseNotReady(
            f"暂不支持的数据库：{url.get_backend_name()}。请使用 SQLite 文件路径。",
            f"unsupported database: {url.get_backend_name()}. Give the path of an SQLite file.",
        )
    path = Path(url.database).absolute()
    if not create and not path.exists():
        raise DatabaseNotReady(
            f"数据库 {path.name} 不存在。请先运行 chengxin init。",
            f"database {path.name} does not exist. Run `chengxin init` first.",
        )
    path.parent.mkdir(parents=True, exist_ok=True)
    arguments = {"check_same_thread": False, "timeout": BUSY_SECONDS}
    engine = create_engine(url, connect_args=arguments, hide_parameters=True)  # no values in errors
    event.listen(engine, "connect", _prepare)
    return Database(url=str(url), engine=engine, folder=path.parent)


def _prepare(connection: Any, _record: object) -> None:
    connection.execute("PRAGMA page_size=8192")
    connection.execute("PRAGMA journal_mode=WAL")
    connection.execute("PRAGMA synchronous=NORMAL")
    connection.execute("PRAGMA foreign_keys=ON")
    connection.execute(f"PRAGMA cache_size=-{CACHE_KIB}")
    connection.execute("PRAGMA mmap_size=1073741824")
    connection.execute("PRAGMA temp_store=MEMORY")


def default_place() -> str:
    """Where the registry is when nothing is said: `chengxin.db` in the current folder."""
    return os.environ.get("CHENGXIN_DATABASE", "chengxin.db")
