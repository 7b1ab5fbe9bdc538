"""The floor: the rows of a CSV put into a fresh SQLite file, or a fresh table on a server, as they stand, unchecked.

`python floor.py FILE.csv FILE.db`, `python floor.py FILE.csv postgresql://…`. polars reads text in batches, ADBC
appends them, to a server by COPY; nobody can take a delivery in faster with these parts. SQLite's safety is switched
off, a server's is not.
"""

import sys

import adbc_driver_postgresql.dbapi as postgresql
import adbc_driver_sqlite.dbapi as sqlite
import polars as pl

BATCH = 50_000
TABLE = "t"


def main(source: str, target: str) -> None:
    """Append every row of `source` to the table `t` of `target`, where nothing is yet."""
    batches = pl.scan_csv(source, infer_schema=False).collect_batches(chunk_size=BATCH)
    on_server = target.startswith("postgresql")
    home = postgresql if on_server else sqlite
    with home.connect(target, autocommit=True) as connection, connection.cursor() as cursor:
        for setting in () if on_server else ("journal_mode", "synchronous"):
            cursor.execute(f"PRAGMA {setting}=OFF")
        for number, batch in enumerate(batches):
            cursor.adbc_ingest(TABLE, batch, mode="append" if number else "create")


if __name__ == "__main__":
    main(*sys.argv[1:])
