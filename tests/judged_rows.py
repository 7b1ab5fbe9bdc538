"""Rows judged as a delivery of them is: what is accepted, and what each fails."""

from typing import Any

import polars as pl

from loaders.arrival import Arrival
from loaders.headers import mapped
from loaders.sorting import Sorted, sort
from loaders.sources import SOURCES
from registry.office import load_office
from registry.vocabulary import SourceKind
from tests.receiving import PENALTY_HEADERS, RECEIVED_ON, penalty

OFFICE = load_office(None)


def judged(headers: tuple[str, ...], *rows: tuple[str, ...], kind: SourceKind = SourceKind.PENALTIES) -> Sorted:
    source = SOURCES[kind]
    arrival = Arrival(
        source=source,
        mapped=mapped(headers, source, where="a.csv"),
        received_on=RECEIVED_ON,
        office=OFFICE,
        department=None,
        secret="s",  # noqa: S106
        debris=True,
        delimiter=",",
        quoted=True,
    )
    width = len(headers)
    cells = [[cell or None for cell in (*row, *[""] * width)][: width + 1] for row in rows]
    names = [*(f"c{i}" for i in range(width)), "extra"]
    frame = pl.DataFrame(cells, schema=dict.fromkeys(names, pl.String), orient="row")
    return sort(frame.with_row_index("line", 2), arrival)


def failed(headers: tuple[str, ...], *row: str, kind: SourceKind = SourceKind.PENALTIES) -> list[str]:
    return [name for names in judged(headers, row, kind=kind).rejected["failed"] for name in names.split(";")]


def accepted(headers: tuple[str, ...], *row: str, kind: SourceKind = SourceKind.PENALTIES) -> dict[str, Any]:
    found = judged(headers, row, kind=kind)
    assert found.rejected.is_empty(), found.rejected["failed"].to_list()
    return found.accepted.row(0, named=True)


def of_penalty(**changed: str) -> dict[str, Any]:
    return accepted(PENALTY_HEADERS, *penalty(**changed))
