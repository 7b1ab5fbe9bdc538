"""The floor: the rows of a CSV put into a fresh SQLite file as they stand, nothing read or checked.

`python floor.py FILE.csv FILE.db`. polars reads text in batches, ADBC appends them; nobody can take a delivery in
faster with these parts. SQLite's safety is switched off, as in the registry's own staging file.
"""

import sys

import adbc_driver_sqlite.dbapi as adbc
import polars as pl

BATCH = 50_000
TABLE = "t"


def main(source: str, target: str) -> None:
    """Append every row of `source` to the table `t` of `target`, a file that does not exist yet."""
    batches = pl.scan_csv(source, infer_schema=False).collect_batches(chunk_size=BATCH)
    with adbc.connect(target, autocommit=True) as connection, connection.cursor() as cursor:
        cursor.execute("PRAGMA journal_mode=OFF")
        cursor.execute("PRAGMA synchronous=OFF")
        for number, batch in enumerate(batches):
            cursor.adbc_ingest(TABLE, batch, mode="append" if number else "create")


if __name__ == "__main__":
    main(*sys.argv[1:])
