"""`chengxin compare`: names against names, from file to file, without a registry."""

import csv
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Annotated

import typer

from loaders.reading import Table, opened
from registry.cli.options import say
from registry.cli.output import writable
from registry.errors import FileRefused
from registry.formulas import guarded_text
from registry.matching import Score, Verdict, score

app = typer.Typer(no_args_is_help=True)

SCORED = ("score", "verdict", "because")


@app.command(epilog="Example: chengxin compare pairs.csv --out scored.csv")
def compare(
    pairs: Annotated[Path, typer.Argument(help="A table with the columns name_a and name_b; others pass through.")],
    out: Annotated[
        Path,
        typer.Option("--out", help="CSV to write: the same rows with score, verdict and because."),
    ],
) -> None:
    """逐对比较名称。Compare names pair by pair: same, review or different, and why."""
    counts = dict.fromkeys(Verdict, 0)
    with opened(pairs) as tables:
        table = tables[0]
        one, other = (_column(table, name) for name in ("name_a", "name_b"))
        kept = [at for at, header in enumerate(table.headers) if header not in SCORED]
        with writable(out, pairs).open("w", encoding="utf-8", newline="") as written:
            writer = csv.writer(written, lineterminator="\n")
            writer.writerow([*(guarded_text(table.headers[at]) for at in kept), *SCORED])
            for row in _rows(table):
                scored = score(row[one] or "", row[other] or "")
                counts[scored.verdict] += 1
                passed = (guarded_text(row[at] or "") for at in kept)
                writer.writerow([*passed, f"{scored.value:.4f}", scored.verdict, told(scored)])
    typer.echo(", ".join(f"{verdict} {count}" for verdict, count in counts.items()))


def told(scored: Score) -> str:
    """The reasons of a score in the language of the user."""
    return say("；", "; ").join(say(reason.zh, reason.en) for reason in scored.because)


def _rows(table: Table) -> Iterator[Sequence[str | None]]:
    """The rows that are not blank, as delivered."""
    for frame in table.frames():
        for row in frame.select(f"c{at}" for at in range(len(table.headers))).iter_rows():
            if any(row):
                yield row


def _column(table: Table, name: str) -> int:
    headers = [header.strip().lower() for header in table.headers]
    if name not in headers:
        raise FileRefused(
            f"{table.where} 缺少列 {name}：比较需要 name_a 和 name_b 两列。",
            f"{table.where} has no column {name}: comparing needs the columns name_a and name_b.",
        )
    return headers.index(name)
