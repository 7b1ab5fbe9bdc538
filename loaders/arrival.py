"""What is known of a delivery before a row of it is read, and so the steps in which its rows will be."""

from dataclasses import dataclass
from datetime import date
from functools import cached_property

import polars as pl

from loaders import cleaning
from loaders.counterparty import prepared
from loaders.headers import Mapped
from loaders.source import Source, delivered
from registry.formulas import unguarded
from registry.identifiers import REMOVED, area_of
from registry.office import Office

Step = dict[str, pl.Expr]
_LAST_DAYS = ("ends_on",)  # where a word may stand for "no end"


@dataclass(frozen=True)
class Arrival:
    """One table of a delivered file, fitted to a layout of its source."""

    source: Source
    mapped: Mapped
    received_on: date
    office: Office
    department: str | None
    secret: str
    debris: bool  # whether a spreadsheet left its marks in the text
    delimiter: str
    quoted: bool  # whether a cell may hold line ends, and so, by a lone quote, the rows after it

    @cached_property
    def clean(self) -> dict[str, pl.Expr]:
        """The typed columns of the layout, read from the delivered fields."""
        return self.source.clean(self.mapped.layout)

    @cached_property
    def columns(self) -> tuple[str, ...]:
        """The columns that a judged row has, and what every row is counted by."""
        return ("category", *self.clean, "department_code", "county_code")

    @cached_property
    def steps(self) -> list[Step]:
        """From cells to typed columns; each step asks only for what earlier ones made.

        Cells `c0`… → `text.<field>` → days, amounts, codes → the columns of the source → whom a row counts for.
        """
        days = self.source.days
        defaults = {f"default.{name}": cleaning.is_default(pl.col(f"day.{name}"), delivered(name)) for name in days}
        cells = (_without_personal(self), _texts(self), _read(self.source), defaults)
        return [*cells, *prepared(), self.clean, *_counted_for(self)]

    @cached_property
    def given(self) -> Step:
        """What is the same for every row."""
        here = {f"has.{field}": pl.lit(field in self.mapped.positions) for field in self.source.fields}
        return {"received_on": pl.lit(self.received_on), "whole": pl.lit(value=True), **here}


def _without_personal(arrival: Arrival) -> Step:
    """Personal columns go before anything else sees them."""
    mapped, kept = arrival.mapped, Step()
    for i in range(len(mapped.headers)):
        cell = pl.col(f"c{i}")
        if i in mapped.personal:
            kept[f"c{i}"] = pl.when(cell.is_not_null()).then(pl.lit(REMOVED))
            continue
        for mend, wanted in ((cleaning.without_debris, arrival.debris), (unguarded, mapped.returned)):
            if wanted:
                kept[f"c{i}"] = cell = mend(cell)
    return kept


def _texts(arrival: Arrival) -> Step:
    """One text column for each field of the source, from its columns in the layout's order; null where it has none."""
    mapped, made = arrival.mapped, Step()
    for name in arrival.source.fields:
        cells = [cleaning.text(pl.col(f"c{i}")) for i in mapped.positions.get(name, ())]
        if not cells:
            text = pl.lit(None, dtype=pl.String)
        elif len(cells) == 1:
            text = cells[0]
        elif name in mapped.layout.joined:
            text = pl.concat_str(cells, separator=";", ignore_nulls=True)
            text = pl.when(text != "").then(text)
        else:
            text = pl.coalesce(cells)
        made[f"text.{name}"] = text
    return made


def _read(source: Source) -> Step:
    """Days, amounts and years, read once for the checks and the columns alike."""
    lasting = {f"day.{name}": cleaning.last_day(delivered(name)) for name in source.days if name in _LAST_DAYS}
    read = {f"day.{name}": cleaning.day(delivered(name)) for name in source.days} | lasting
    read |= {f"fen.{name}": cleaning.fen(delivered(name), unit=unit) for name, unit in source.amounts.items()}
    return read | {f"year.{name}": cleaning.year(delivered(name)) for name in source.years}


def _counted_for(arrival: Arrival) -> list[Step]:
    """The department and the county a row counts for."""
    office = arrival.office
    told = {
        f"department.{column}": named(pl.col(column))
        for body in ("source_body", "body")
        for column, named in ((f"{body}_code", office.department_coded), (f"{body}_name", office.department_named))
    }
    department = pl.lit(arrival.department) if arrival.department else pl.coalesce(*told, pl.lit(""))
    counties = {
        "county.department": office.county_of_department(pl.col("department_code")),
        "county.local": office.county_of(pl.col("local_code")),
        "county.body": office.county_of(area_of(pl.col("body_code"))),
    }
    if "district" in arrival.clean:
        counties["county.district"] = office.county_named(pl.col("district"))
    return [
        {} if arrival.department else told,
        {"department_code": department},
        counties,
        {"county_code": office.county_below(*map(pl.col, counties))},
    ]
