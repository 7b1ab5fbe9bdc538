"""`chengxin demo`: the whole way on the sample data, in a fresh registry, for real."""

import csv
import shutil
from datetime import date
from pathlib import Path
from typing import Annotated

import typer

from loaders.delivering import Desk, Sender
from registry.actions.accept import secret_of
from registry.actions.found import found
from registry.actions.link import link
from registry.actions.publish import publish
from registry.cli.imports import take, tell
from registry.cli.options import moment, office_of, say, today
from registry.errors import BadQuery
from registry.rulebook import load
from registry.store.database import open_database
from registry.vocabulary import SourceKind

app = typer.Typer()
SAMPLES = Path(__file__).parents[2] / "sample_data"
MONTH = "2026-10"


@app.command()
def demo(
    home: Annotated[Path, typer.Option(help="Where the demo registry is kept; made anew.")] = Path("demo"),
    no_serve: Annotated[bool, typer.Option("--no-serve", help="End instead of serving the site.")] = False,
    samples: Annotated[Path, typer.Option(help="The sample data.", hidden=True)] = SAMPLES,
) -> None:
    """A fresh registry from the sample data: import, link, publish, the month's return; then serve. / 演示。

    Example: chengxin demo --home demo --no-serve
    """
    if not (samples / "deliveries.csv").exists():
        raise BadQuery(
            "找不到 sample_data/deliveries.csv；请在源码目录中运行。",
            "sample_data/deliveries.csv is not here: run the demo from the source tree.",
        )
    place = _cleared(home) / "chengxin.db"
    opened = open_database(str(place), create=True)
    try:
        found(opened, demo=True)
        book = load()
        desk = Desk(opened, office_of(opened), book, secret_of(opened))
        typer.echo(say("— 一、导入报送文件", "— 1. Deliveries"))
        for row in csv.DictReader((samples / "deliveries.csv").read_text(encoding="utf-8-sig").splitlines()):
            sender = Sender(row["department"] or None, date.fromisoformat(row["received_on"]), home / "feedback")
            for receipt in take(desk, [samples / row["file"]], SourceKind(row["source"]), sender, quiet=False):
                tell(receipt)
    finally:
        opened.close()
