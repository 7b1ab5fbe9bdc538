"""Reading by plain SQL straight through the driver: a public lookup is one such statement.

SQLAlchemy's own row machinery would cost more than the statement. The driver keeps each one prepared. Days come
back as ISO texts and instants as UTC milliseconds.
"""

import json
import sqlite3
from datetime import UTC, datetime
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from registry.store.spoken import placed

if TYPE_CHECKING:
    from sqlmodel import Session

    from registry.store.line import Line

_HELD, _LINE = "driver", "line"


def rows(session: "Session", sql: str, asked: dict[str, Any]) -> list[tuple[Any, ...]]:
    """Every row of one SELECT with `:named` values, inside the session's connection.

    A list is asked of by `json_each(:named)`, and who asks for any of an empty one gets nothing.
    """
    driver = _driver(session)
    lists = [name for name, value in asked.items() if isinstance(value, list)]
    if any(not asked[name] for name in lists):
        return []
    found: list[tuple[Any, ...]]
    if isinstance(driver, sqlite3.Connection):
        if lists:
            asked = asked | {name: json.dumps(asked[name]) for name in lists}
        found = driver.execute(sql, asked).fetchall()
    else:
        texts = tuple(name for name in lists if isinstance(asked[name][0], str))
        numbers = tuple(name for name in lists if name not in texts)
        statement = placed(sql, numbers, texts)
        try:
            found = driver.execute(statement, asked).fetchall()
        except Exception:
            if not driver.closed or session.info.get(_HELD) is not driver:
                raise
            found = _driver(session).execute(statement, asked).fetchall()  # it was a transaction of its own
    return found


async def row_soon(session: "Session", sql: str, asked: dict[str, Any]) -> tuple[Any, ...] | None:
    """The one row of a SELECT of texts, in a session that is held; None if there is none.

    SQLite answers at once. A server is asked on a line of its own, on which many may wait for their answers; there is
    one line a session, so it is for one statement.

    Raises:
        psycopg.Error: the line was lost; the next question gets another.
    """
    if isinstance(session.info[_HELD], sqlite3.Connection):
        return next(iter(rows(session, sql, asked)), None)
    line: Line | None = session.info.get(_LINE)
    if line is None or line.lost:
        line = session.info[_LINE] = _line(session, sql)
    return await line.ask(asked)


def _line(session: "Session", sql: str) -> "Line":
    from registry.store.line import Line

    taken = session.connection().engine.raw_connection()
    driver: Any = taken.driver_connection
    taken.detach()
    _only_read(driver)
    return Line(driver, sql)


def in_sqlite(session: "Session") -> bool:
    """Whether the registry is kept in SQLite."""
    return isinstance(_driver(session), sqlite3.Connection)


def _driver(session: "Session") -> Any:
    held = session.info.get(_HELD)
    if held is None:
        return session.connection().connection.driver_connection
    if getattr(held, "closed", False):  # the server ended it
        session.invalidate()
        hold(session)
        held = session.info[_HELD]
    return held


def hold(session: "Session") -> None:
    """Keep this session to the connection it has now, and that one to reading: for a session that lives as long
    as its process, never writes and never ends its transaction."""
    driver: Any = session.connection().connection.driver_connection
    if isinstance(driver, sqlite3.Connection):
        driver.execute("PRAGMA query_only=ON")
    else:
        _only_read(driver)
    session.info[_HELD] = driver


def let_go(session: "Session") -> None:
    """End a session that was held, and its line."""
    if _LINE in session.info:
        session.info[_LINE].close()
    session.close()


def _only_read(driver: Any) -> None:
    """Each question is a transaction of its own, else vacuum and migrations would wait for this session for ever."""
    driver.autocommit = True
    driver.execute("SET default_transaction_read_only = on")
    driver.execute("SET plan_cache_mode = force_generic_plan")  # to plan a lookup takes longer than to answer it


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
