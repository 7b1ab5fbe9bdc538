"""Counterparties (行政相对人): whom records say they are about, in the words of each delivery, written once.

What was delivered stays as it was, whatever the register says of a subject later. See
docs/decisions/0025-counterparties-once.md.
"""

from collections.abc import Mapping
from typing import TYPE_CHECKING

import polars as pl

from registry.digests import digest
from registry.store.bulk import Bulk, insert
from registry.store.reading import rows

if TYPE_CHECKING:  # a bulk command starts without it
    from sqlmodel import Session

TOLD = ("category", "name", "uscc", "organisation_code", "registration_number")
"""What is told of a counterparty; the organisation code only where no unified code holds it."""
ID = digest({name: pl.col(name) for name in TOLD}).alias("counterparty_id")

_MANY = 100_000
_PUT = insert("counterparty", ("id", *TOLD), conflict="ON CONFLICT (id) DO NOTHING")
_KNOW = f"""
INSERT INTO counterparty (id, {", ".join(TOLD)}) VALUES (:id, {", ".join(f":{name}" for name in TOLD)})
ON CONFLICT (id) DO NOTHING
"""
_OF = f"""
SELECT {", ".join(f"c.{name}" for name in TOLD)} FROM record r JOIN counterparty c ON c.id = r.counterparty_id
WHERE r.id = :record
"""


class Counterparties:
    """Those of one delivery, batch by batch: each is written once, and many at a time in order, since by their numbers
    they lie anything but side by side."""

    def __init__(self, work: Bulk) -> None:
        self._work = work
        self._met = pl.Series(dtype=pl.Int64)
        self._gathered: list[pl.DataFrame] = []

    def add(self, records: pl.DataFrame) -> None:
        """Gather those of records (`counterparty_id`, TOLD)."""
        new = records.select("counterparty_id", *TOLD).unique("counterparty_id", keep="any")
        new = new.filter(~pl.col("counterparty_id").is_in(self._met.implode()))
        self._met = pl.concat([self._met, new["counterparty_id"]])
        self._gathered.append(new)
        if sum(some.height for some in self._gathered) >= _MANY:
            self.put()

    def put(self) -> None:
        """Queue those that were gathered."""
        if self._gathered:
            self._work.put(_PUT, pl.concat(self._gathered).sort("counterparty_id"))
            self._gathered = []


def known_in(session: "Session", told: Mapping[str, str | None]) -> int:
    """The number of a counterparty (of TOLD what is told), in a session that has its turn."""
    from sqlalchemy import text

    values = {name: told.get(name) for name in TOLD}
    number = int(pl.DataFrame([values], schema=dict.fromkeys(TOLD, pl.String)).select(ID).item())
    session.connection().execute(text(_KNOW), {"id": number, **values})
    return number


def of(session: "Session", record_id: int) -> dict[str, str | None]:
    """What a record tells of its counterparty (TOLD)."""
    return dict(zip(TOLD, rows(session, _OF, {"record": record_id})[0], strict=True))
