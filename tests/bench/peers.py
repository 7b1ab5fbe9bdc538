"""Well-known tools for the same jobs, in their own environment: they are no part of the project."""

import json
import sqlite3
import subprocess
import sys
from datetime import date
from pathlib import Path

from tests.bench.measured import Measured, run

PACKAGES = ("sqlite-utils", "pandas", "datasette")
_PANDAS = """
import sqlite3, sys
import pandas
with sqlite3.connect(sys.argv[2]) as connection:
    for chunk in pandas.read_csv(sys.argv[1], dtype=str, chunksize=50_000):
        chunk.to_sql("t", connection, if_exists="append", index=False)
"""
# what the registry shows of each record, laid out flat: one table, one index, nothing to join or to compose
_SHOWN = """
CREATE TABLE record AS
SELECT s.uscc, c.name, r.document, r.title, r.classes, r.amount_fen, r.ground, b.name AS body, r.decided_on, r.content,
       r.facts, r.licence, r.fields, p.shown_from, p.shown_until, v.said AS basis
FROM registry.publication p
JOIN registry.record r ON r.id = p.record_id
JOIN registry.counterparty c ON c.id = r.counterparty_id
JOIN registry.basis v ON v.id = p.basis_id
JOIN registry.subject s ON s.id = p.subject_id
LEFT JOIN registry.body b ON b.id = r.body_id
WHERE p.retired_at IS NULL AND p.outcome = 'shown'
  AND p.shown_from <= :on AND (p.shown_until IS NULL OR p.shown_until > :on)
"""


class Peers:
    """The peers' environment, made where it is missing."""

    def __init__(self, folder: Path) -> None:
        self.place = folder / "peers" / "bin"
        if not (self.place / PACKAGES[0]).exists():
            run([sys.executable, "-m", "venv", folder / "peers"])
        if not all((self.place / tool).exists() for tool in ("sqlite-utils", "datasette")):
            run([self.place / "pip", "install", "--quiet", *PACKAGES])

    def versions(self) -> dict[str, str]:
        """The versions of the packages."""
        listed = subprocess.run(
            [self.place / "pip", "list", "--format", "json"], check=True, capture_output=True
        ).stdout
        return {each["name"]: each["version"] for each in json.loads(listed) if each["name"] in PACKAGES}

    def sqlite_utils(self, source: Path, target: Path) -> Measured:
        """`sqlite-utils insert`, every column text."""
        target.unlink(missing_ok=True)
        return run(
            [self.place / "sqlite-utils", "insert", target, "t", source, "--csv", "--no-detect-types", "--silent"]
        )

    def pandas(self, source: Path, target: Path) -> Measured:
        """`pandas.DataFrame.to_sql`, every column text, in chunks."""
        target.unlink(missing_ok=True)
        return run([self.place / "python", "-c", _PANDAS, source, target])

    def datasette(self, database: Path, port: int) -> list[str | Path]:
        """The command that serves a database read-only."""
        return [self.place / "datasette", "serve", "--immutable", database, "--port", str(port)]


def shown_rows(registry: Path, target: Path, *, on: date) -> None:
    """What the registry has on display on a day as one flat table `record` with an index on the code."""
    target.unlink(missing_ok=True)
    connection = sqlite3.connect(target)
    try:
        connection.execute("ATTACH DATABASE ? AS registry", (str(registry),))
        connection.execute(_SHOWN, {"on": on.isoformat()})
        connection.execute("CREATE INDEX record_uscc ON record (uscc)")
        connection.execute("ANALYZE record")
        connection.commit()
    finally:
        connection.close()
