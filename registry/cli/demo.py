"""`chengxin demo`: the whole way on the sample data, in a fresh registry, for real."""

import csv
import shutil
from datetime import date, datetime, time
from pathlib import Path
from typing import Annotated

import typer

from loaders.delivering import Desk, Sender
from registry.actions.accept import secret_of
from registry.actions.found import found
from registry.actions.receipts import Counts
from registry.cli import lookups, publishing, stats
from registry.cli.imports import take, tell
from registry.cli.options import law_of, office_of, say, today
from registry.cli.serving import serve_site
from registry.errors import BadQuery
from registry.store.database import open_database
from registry.store.settings import mode_of
from registry.vocabulary import SourceKind

app = typer.Typer()
SAMPLES = Path(__file__).parents[2] / "sample_data"
DATABASE, MADE = "chengxin.db", ("office", "rules", "feedback", "return")
MONTH, SUBJECT = "2026-10", "91150902000020191U"
HOST, PORT = "127.0.0.1", 8000


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
    place = str(_cleared(home) / DATABASE)
    shutil.copytree(samples / "rules", home / "rules")  # what an office decides where the law is silent, invented
    typer.echo(
        say(
            "演示：全部数据均为虚构；演示库采用尚未有人签认的法规数值，不得用于真实公示。",
            "A demo: all data are invented, and it applies values of the law that nobody has signed. Not for real use.",
        )
    )
    _step("报送文件", "Deliveries")
    _deliver(place, samples, home / "feedback")
    _step("关联主体", "Linking")
    publishing.link(database=place)
    day = today()
    _step(f"公示（{day}）", f"Publishing on {day}")
    publishing.publish(on=datetime.combine(day, time()), database=place)
    _step(f"{MONTH} 月报", f"The return of {MONTH}")
    stats.show(MONTH, home / "return", database=place)
    _step(f"查询 {SUBJECT}", f"Looking up {SUBJECT}")
    lookups.lookup(SUBJECT, on=datetime.combine(day, time()), database=place)
    _step("在哪里", "Where it is")
    typer.echo(
        say(
            f"数据库 {place}；退回数据的反馈文件 {home / 'feedback'}；月报 {home / 'return'}；"
            f"演示用的本地规则 {home / 'rules'}。",
            f"Database {place}; feedback files on rejected rows {home / 'feedback'}; the return {home / 'return'}; "
            f"its own rules, for demonstration: {home / 'rules'}.",
        )
    )
    if not no_serve:
        serve_site(place, host=HOST, port=PORT, workers=1)


def _deliver(place: str, samples: Path, feedback: Path) -> None:
    """Found the registry and take every sample in the order, from the department and on the day that it tells."""
    opened = open_database(place, create=True)
    try:
        found(opened, demo=True)
        desk = Desk(opened, office_of(opened), law_of(opened), secret_of(opened))
        receipts = []
        for row in csv.DictReader((samples / "deliveries.csv").read_text(encoding="utf-8-sig").splitlines()):
            sender = Sender(row["department"] or None, date.fromisoformat(row["received_on"]), feedback)
            for receipt in take(desk, [samples / row["file"]], SourceKind(row["source"]), sender, quiet=False):
                tell(receipt)
                receipts.append(receipt.counts)
    finally:
        opened.close()
    _tell_total(receipts)


def _tell_total(receipts: list[Counts]) -> None:
    read, accepted, duplicate, rejected = (
        sum(getattr(counts, word) for counts in receipts) for word in ("read", "accepted", "duplicate", "rejected")
    )
    typer.echo(
        say(
            f"共 {len(receipts)} 批：读取 {read} = 接收 {accepted} + 重复 {duplicate} + 退回 {rejected}",
            f"{len(receipts)} deliveries: read {read} = accepted {accepted} + duplicate {duplicate} "
            f"+ rejected {rejected}",
        )
    )


def _step(zh: str, en: str) -> None:
    typer.echo(f"\n== {say(zh, en)} ==")


def _cleared(home: Path) -> Path:
    """The folder without the demo that was there.

    Raises:
        BadQuery: something else is there; nothing was removed.
    """
    if home.exists() and (not home.is_dir() or (any(home.iterdir()) and mode_of(home / DATABASE) != "demo")):
        raise BadQuery(
            f"{home} 中已有内容，且不是先前的演示，未作任何改动。请用 --home 另选文件夹。",
            f"{home} holds something that is not an earlier demo: nothing was changed. Choose another with --home.",
        )
    for name in MADE:
        if (home / name).is_dir():
            shutil.rmtree(home / name)
    for file in home.glob(f"{DATABASE}*"):
        file.unlink()
    return home
