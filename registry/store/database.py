"""Opening the registry's database: an embedded SQLite file by default.

One engine for one file. SQLite runs in WAL mode, so lookups go on while a delivery is written.
"""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from registry.errors import DatabaseNotReady, RegistryBusy

if TYPE_CHECKING:  # a bulk command never makes an engine, and starts in half the time without it
    from sqlalchemy import Engine
    from sqlmodel import Session

CACHE_KIB = 256 * 1024
BUSY_SECONDS, BRIEF_SECONDS = 600, 5


@dataclass(frozen=True)
class Database:
    """A place where the registry is kept: the SQLite file at this absolute path."""

    path: Path

    @property
    def folder(self) -> Path:
        """Where files beside the database go."""
        return self.path.parent

    @cached_property
    def engine(self) -> "Engine":
        """Connections for what is read and written row by row."""
        from sqlalchemy import create_engine, event

        arguments = {"check_same_thread": False, "timeout": BUSY_SECONDS}
        made = create_engine(
            f"sqlite:///{self.path}", connect_args=arguments, hide_parameters=True
        )  # no values in errors
        event.listen(made, "connect", _prepare)
        return made

    @contextmanager
    def session(self) -> "Iterator[Session]":
        """One unit of work: committed whole at the end, or not at all."""
        from sqlmodel import Session

        with Session(self.engine, expire_on_commit=False) as session, session.begin():
            yield session

    @contextmanager
    def brief_session(self) -> "Iterator[Session]":
        """The same for a door, where somebody waits for the answer: it does not wait for a delivery to be taken in.

        Raises:
            RegistryBusy: another process has been writing for some seconds.
        """
        from sqlalchemy.exc import OperationalError

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

    def release(self) -> None:
        """Close every idle connection of this process, so that another copy of SQLite may open the file."""
        if "engine" not in self.__dict__:
            return
        if self.engine.pool.checkedout():  # type: ignore[attr-defined]
            raise RuntimeError("a session is still open")  # a fault of ours, never of the data
        self.engine.dispose()

    def close(self) -> None:
        """Close all connections."""
        if "engine" in self.__dict__:
            self.engine.dispose()


def open_database(place: str, *, create: bool = False) -> Database:
    """Open `place`, a file path or a URL.

    Raises:
        DatabaseNotReady: the file does not exist (and `create` is not set) or is no database.
    """
    kind, _, address = place.rpartition("://")
    name = address.removeprefix("/") if kind else place
    if kind not in ("", "sqlite") or not name:
        raise DatabaseNotReady(
            f"暂不支持的数据库：{kind}。请使用 SQLite 文件路径。",
            f"unsupported database: {kind}. Give the path of an SQLite file.",
        )
    path = Path(name).absolute()
    if not create and not path.exists():
        raise DatabaseNotReady(
            f"数据库 {path.name} 不存在。请先运行 chengxin init。",
            f"database {path.name} does not exist. Run `chengxin init` first.",
        )
    path.parent.mkdir(parents=True, exist_ok=True)
    return Database(path)


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
