"""What a database file says of itself, before it is opened as a registry."""

import sqlite3
from contextlib import closing
from pathlib import Path


def mode_of(file: Path) -> str | None:
    """`production` or `demo`, whatever version made the file; None if it is no registry. Nothing is written."""
    try:
        with closing(sqlite3.connect(f"{file.absolute().as_uri()}?mode=rw", uri=True)) as connection:
            found = connection.execute("SELECT value FROM setting WHERE key = 'mode'").fetchone()
    except sqlite3.DatabaseError:
        return None
    return str(found[0]) if found else None
