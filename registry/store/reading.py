"""Reading by plain SQL straight through the driver: a public lookup is one such statement.

SQLAlchemy's own row machinery would cost more than the statement. The driver keeps each one prepared. Days come
back as ISO texts and instants as UTC milliseconds.
"""

from datetime import UTC, datetime
from functools import lru_cache
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from sqlmodel import Session

_HELD = "driver"


def rows(session: "Session", sql: str, asked: dict[str, Any]) -> list[tuple[Any, ...]]:
    """Every row of one SELECT with `:named` values, inside the session's connection."""
    driver = session.info.get(_HELD) or session.connection().connection.driver_connection
    assert driver is not None  # noqa: S101  (the session has just handed out a live connection)
    found: list[tuple[Any, ...]] = driver.execute(sql, asked).fetchall()
    return found


def hold(session: "Session") -> None:
    """Keep this session to the connection it has now, and that one to reading: for a session that lives as long
    as its process, never writes and never ends its transaction."""
    connection = session.connection()
    connection.exec_driver_sql("PRAGMA query_only=ON")
    session.info[_HELD] = connection.connection.driver_connection


@lru_cache(64)
def moment(milliseconds: int | str | None) -> datetime | None:
    """A stored instant; null stays None."""
    return None if milliseconds is None else datetime.fromtimestamp(int(milliseconds) / 1000, UTC)


def is_demo(session: "Session") -> bool:
    """Whether this registry is a demo: it says so once and for ever, so it is asked once a session."""
    known: bool | None = session.info.get("demo")
    if known is None:
        known = rows(session, "SELECT value FROM setting WHERE key = 'mode'", {}) == [("demo",)]
        session.info["demo"] = known
    return known
