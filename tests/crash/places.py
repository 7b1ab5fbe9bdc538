"""Where a registry stands that is killed again and again: a state can be saved, and brought back."""

import shutil
import sqlite3
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol


class Place(Protocol):
    """A place of a database, with a folder of its own for what stands beside it."""

    @property
    def url(self) -> str:
        """What `open_database` takes."""

    @property
    def folder(self) -> Path:
        """Where feedback and returns go."""

    def save(self, name: str) -> None:
        """Keep the present state; nobody has the database open."""

    def restore(self, name: str) -> None:
        """Bring a state back that was saved."""

    def unsound(self) -> list[str]:
        """What the database itself says is wrong with it."""


@dataclass(frozen=True)
class SqliteFile:
    """An SQLite file; `room` has one folder for the live state and one for each saved one."""

    room: Path

    @property
    def folder(self) -> Path:
        return self.room / "live"

    @property
    def url(self) -> str:
        return str(self.folder / "c.db")

    def save(self, name: str) -> None:
        shutil.copytree(self.folder, self.room / name)

    def restore(self, name: str) -> None:
        shutil.rmtree(self.folder)
        shutil.copytree(self.room / name, self.folder)

    def unsound(self) -> list[str]:
        connection = sqlite3.connect(self.url)
        try:
            said = [row[0] for row in connection.execute("PRAGMA integrity_check")]
            lost = connection.execute("PRAGMA foreign_key_check").fetchall()
        finally:
            connection.close()
        return [word for word in said if word != "ok"] + [f"a row of {row[0]} refers to nothing" for row in lost]
