"""`chengxin match`, `chengxin duplicates`: the likeliest subjects for names in a file, and the names in one file that
may be one subject's; without a database."""

from pathlib import Path
from typing import Annotated

import polars as pl
import typer

from loaders.reading import opened
from registry.actions.progress import Advance
from registry.cli.options import say, speaks_chinese
from registry.cli.output import writable
from registry.cli.progress import bars
from registry.errors import FileRefused
from registry.formulas import guarded

app = typer.Typer()
NEEDED = ("id", "name")


@app.command()
def match(
    queries: Annotated[Path, typer.Argument(help="CSV or workbook with the columns id and name.")],
    subjects: Annotated[Path, typer.Argument(help="CSV or workbook with the columns id and name.")],
    out: Annotated[Path, typer.Option(help="The CSV to write.")],
    limit: Annotated[int, typer.Option(min=1, max=10, help="Subjects for each query, at most.")] = 5,
) -> None:
    """The subjects that each name may mean, best first, with score, verdict and reasons. / 批量匹配名称。

    Example: chengxin match queries.csv subjects.csv --out matches.csv --limit 5
    """
    from registry.matching.bulk import matches

    told_in = writable(out, queries, subjects)
    asked, held = _names(queries), _names(subjects)
    with bars() as begin:
        shown, of = begin("match"), max(1, asked.height)
        best = matches(
            asked["name"],
            held["name"],
            limit=limit,
            chinese=speaks_chinese(),
            told=lambda queries: shown(Advance(queries, queries / of)),
        )
    found = best.select(
        pl.lit(asked["id"]).gather(pl.col("query")).alias("query_id"),
        "rank",
        pl.lit(held["id"]).gather(pl.col("subject")).alias("subject_id"),
        pl.col("score").round(4),
        "verdict",
        "because",
    )
    found.with_columns(guarded(pl.selectors.string())).write_csv(told_in)
    typer.echo(
        say(
            f"{asked.height} 个名称，{held.height} 个主体：写出 {found.height} 行，见 {out}。",
            f"{asked.height} names against {held.height} subjects: {found.height} rows written to {out}.",
        )
    )


@app.command()
def duplicates(
    names: Annotated[Path, typer.Argument(help="CSV or workbook with the columns id and name.")],
    out: Annotated[Path, typer.Option(help="The CSV to write.")],
) -> None:
    """The pairs of names in one file that may be one subject's, with score, verdict and reasons. / 批量查重名称。

    Example: chengxin duplicates names.csv --out pairs.csv
    """
    from registry.matching import bulk

    told_in = writable(out, names)
    held = _names(names)
    found = bulk.duplicates(held["name"], chinese=speaks_chinese())
    told = found.select(
        *(
            pl.lit(held[column]).gather(pl.col(side)).alias(f"{column}_{mark}")
            for side, mark in (("left", "a"), ("right", "b"))
            for column in NEEDED
        ),
        pl.col("score").round(4),
        "verdict",
        "because",
    )
    told.with_columns(guarded(pl.selectors.string())).write_csv(told_in)
    typer.echo(
        say(
            f"{held.height} 个名称：写出 {told.height} 对疑似同一主体的名称，见 {out}。",
            f"{held.height} names: {told.height} pairs that may be one subject's written to {out}.",
        )
    )


def _names(path: Path) -> pl.DataFrame:
    """The columns id and name of a file's first table, as text.

    Raises:
        FileRefused: it cannot be read, or has no such column.
    """
    with opened(path) as tables:
        headers = [header.strip().lower() for header in tables[0].headers]
        if missing := [name for name in NEEDED if name not in headers]:
            raise FileRefused(
                f"{path.name} 缺少列：{'、'.join(missing)}。首行应有 id 和 name。",
                f"{path.name} lacks the column {', '.join(missing)}. Its first row must name id and name.",
            )
        columns = [pl.col(f"c{headers.index(name)}").alias(name) for name in NEEDED]
        nothing = pl.DataFrame(schema=dict.fromkeys(NEEDED, pl.String))
        return pl.concat([nothing, *(frame.select(columns) for frame in tables[0].frames())]).drop_nulls("id")
