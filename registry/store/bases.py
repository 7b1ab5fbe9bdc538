"""The bases (依据) that outcomes rest on, each once: an outcome has the number of its own."""

from typing import TYPE_CHECKING

import polars as pl

from registry.store.bulk import Bulk, insert
from registry.store.reading import rows

if TYPE_CHECKING:  # a bulk command starts without it
    from sqlmodel import Session

_ALL = "SELECT id, said FROM basis"
_KINDS = {"id": pl.Int64, "said": pl.String}
_NEW = """
INSERT INTO basis (id, said) SELECT (SELECT coalesce(max(id), 0) + 1 FROM basis), CAST(:said AS TEXT)
WHERE NOT EXISTS (SELECT 1 FROM basis WHERE said = :said)
"""
_NUMBER = "SELECT id FROM basis WHERE said = :said"


def basis_of(outcome: str) -> str:
    """The basis of an outcome in SQL, as the rulebook names it."""
    return f"(SELECT s.said FROM basis s WHERE s.id = {outcome}.basis_id)"


class Bases:
    """Those of one run of publishing, which nobody else adds to meanwhile."""

    def __init__(self, work: Bulk) -> None:
        self._work = work
        self._known = work.rows(_ALL, _KINDS)

    def numbered(self, outcomes: pl.DataFrame) -> pl.DataFrame:
        """Outcomes with the number of their `basis` as `basis_id`; a new one gets the next number, and is queued."""
        told = outcomes.select(pl.col("basis").unique().alias("said")).drop_nulls().sort("said")
        new = told.join(self._known, on="said", how="anti", maintain_order="left")
        if new.height:
            next_id = self._known.height + 1
            new = new.select(pl.int_range(next_id, next_id + pl.len()).alias("id"), "said")
            self._work.put(insert("basis", tuple(_KINDS)), new)
            self._known = pl.concat([self._known, new])
        said, numbers = self._known["said"], self._known["id"]
        number = pl.col("basis").replace_strict(said, numbers, default=None, return_dtype=pl.Int64)
        return outcomes.with_columns(number.alias("basis_id"))


def number_in(session: "Session", said: str | None) -> int | None:
    """The number of a basis, in a session that has its turn."""
    if said is None:
        return None
    from sqlalchemy import text

    session.connection().execute(text(_NEW), {"said": said})
    return int(rows(session, _NUMBER, {"said": said})[0][0])
