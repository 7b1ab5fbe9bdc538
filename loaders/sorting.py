"""Good rows from faulty ones: one pass of named expressions over a batch; nothing is raised for a row.

The same function serves a laptop and a cluster: it keeps nothing from one batch to the next.
"""

from dataclasses import dataclass

import polars as pl

from loaders.arrival import Arrival
from loaders.checks import failed, good
from loaders.distinct import Batch
from loaders.records import records
from registry.identifiers import without_personal_numbers


@dataclass(frozen=True)
class Sorted:
    """A batch, sorted. `accepted` has the columns of a record; `rejected` has line, failed (names joined by ";"),
    department_code, county_code, category and the cells as delivered, personal columns removed."""

    accepted: pl.DataFrame
    rejected: pl.DataFrame
    blank: int
    warned: dict[str, int]


def sort(batch: pl.DataFrame, arrival: Arrival) -> Sorted:
    """Judge every row of a batch: accepted + rejected + blank = the batch's rows."""
    cells = [column for column in batch.columns if column.startswith("c")]
    filled = _without_blank(batch.with_columns(_beyond(arrival).alias("extra")), arrival)
    rows = Batch(filled, cells, arrival.given)
    if arrival.quoted and arrival.delimiter:
        rows.put(rows.all(_whole(arrival)).alias("whole"))
    for step in arrival.steps:
        rows.make(**step)
    source = arrival.source
    fine = rows.all(good(check) for check in source.checks)
    faulty = rows.some(~fine).with_columns(failed(source.checks).alias("failed"))
    rejected = faulty.select("line", "failed", "category", "department_code", "county_code", "decided_on", *cells)
    warned = {warning.name: int((fine & ~rows.all([good(warning)])).sum()) for warning in source.warnings}
    rows.where(fine, keep=("line", "text.name", *arrival.columns))
    return Sorted(
        accepted=records(rows, arrival),
        rejected=rejected.with_columns(_without_personal_numbers(rejected.select(cells))),
        blank=batch.height - filled.height,
        warned=warned,
    )


def _without_personal_numbers(cells: pl.DataFrame) -> list[pl.Series]:
    """The same columns without numbers of persons, looked through as one: to begin costs more than few texts do."""
    one_column = pl.concat([cells[name].alias("cell") for name in cells.columns])
    told = one_column.to_frame().select(without_personal_numbers(pl.col("cell"), numbered=True)).to_series()
    return [told.slice(number * cells.height, cells.height).alias(n) for number, n in enumerate(cells.columns)]


def _beyond(arrival: Arrival) -> pl.Expr:
    """What stands where no header is: cells to the right, columns without a header."""
    headless = [f"c{i}" for i, header in enumerate(arrival.mapped.headers) if not header.strip()]
    return pl.coalesce(pl.when(pl.col(c).str.contains(r"\S")).then(c) for c in ("extra", *headless))


def _whole(arrival: Arrival) -> list[pl.Expr]:
    """That no cell holds rows: a lone quote takes in all that follows, up to the next one."""
    ends = max(len(arrival.mapped.headers) - 1, 1)
    cells = [pl.col(f"c{i}") for i in range(len(arrival.mapped.headers))]
    lines = [pl.when(cell.str.len_bytes() > ends).then(cell) for cell in cells]  # others are too short for a row
    held = [pl.when(cell.str.contains("\n", literal=True)).then(cell) for cell in lines]  # few
    return [(cell.str.count_matches(arrival.delimiter, literal=True) < ends).fill_null(value=True) for cell in held]


def _without_blank(batch: pl.DataFrame, arrival: Arrival) -> pl.DataFrame:
    """The rows in which anything was delivered; our own columns of a feedback file do not count."""
    cells = [f"c{i}" for i in range(len(arrival.mapped.headers)) if i not in arrival.mapped.ignored]
    if any(batch[cell].null_count() == 0 and (batch[cell] != "").all() for cell in cells):
        return batch
    filled = pl.col(cells).is_not_null() & (pl.col(cells) != "")
    return batch.filter(pl.any_horizontal(filled, pl.col("extra").is_not_null()))
