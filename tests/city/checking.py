"""Whether the year's return states what the whole city holds: figure by figure, exactly."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from registry.documents.figures import TOTAL
from registry.documents.return_tables import SMALLEST_TOLD

Rows = Sequence[Mapping[str, Any]]
_COUNTS = ("read", "accepted", "duplicate", "rejected")


def differences(truth: Mapping[str, Any], told: Mapping[str, Rows]) -> list[str]:
    """Where a return (its tables as lists of rows) differs from the truth; empty if all is right."""
    return [f"{what}: {found} instead of {due}" for what, due, found in _compared(truth, told) if due != found]


def _compared(truth: Mapping[str, Any], told: Mapping[str, Rows]) -> Iterator[tuple[str, Any, Any]]:
    figures, total = truth["figures"], _row(told["by-source"], TOTAL)
    subjects = _row(told["subjects"], TOTAL)
    yield "records", figures["records"], total["accepted"]
    yield "list entries", figures["list_entries"], _row(told["by-source"], "list-entries")["accepted"]
    for name in ("honoured", "restored", "serious"):
        yield name, figures[name], subjects[name]
    for table, part in (("by-source", "sources"), ("by-department", "departments"), ("by-county", "counties")):
        for row in told[table]:
            if row["code"] != TOTAL:
                due = truth[part].get(row["code"], dict.fromkeys(_COUNTS, 0))
                yield f"{table} {row['code']}", due, {word: row[word] for word in _COUNTS}
    for row in told["timeliness"]:
        if row["code"] != TOTAL:
            of = (row["late"], row["timely"] + row["late"])
            yield f"late {row['code']}", (truth["late"][row["code"]], truth["sources"][row["code"]]["accepted"]), of
    for row in told["persons"]:
        if row["code"] != TOTAL:
            yield f"persons {row['code']}", _persons(truth["persons"].get(row["code"], 0)), row["accepted"]


def _persons(count: int) -> str:
    return f"<{SMALLEST_TOLD}" if 0 < count < SMALLEST_TOLD else str(count)


def _row(rows: Rows, code: str) -> Mapping[str, Any]:
    return next(row for row in rows if row["code"] == code)
