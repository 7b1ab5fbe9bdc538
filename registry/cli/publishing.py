"""Deriving what is public: `chengxin link`, `chengxin publish`."""

import json
from dataclasses import asdict
from datetime import date, datetime
from typing import Annotated

import typer

from registry.actions import link as linking
from registry.actions import publish as publishing
from registry.actions.link import Linked
from registry.actions.publish import Outcomes, Published
from registry.cli.options import DatabaseOption, JsonOption, law_of, moment, registry_at, say, today
from registry.cli.progress import bars
from registry.rulebook import Rulebook
from registry.store.database import Database
from registry.vocabulary import Because

app = typer.Typer()


@app.command()
def link(as_json: JsonOption = False, database: DatabaseOption = None) -> None:
    """Link records to their subjects by identifier; the rest waits. / 按标识关联主体。

    Example: chengxin link
    """
    with registry_at(database) as opened:
        done = linked(opened, quiet=as_json)
        now = linking.standing(opened)
    if as_json:
        typer.echo(json.dumps({**asdict(done), **asdict(now)}))
        return
    typer.echo(
        say(
            f"新关联 {done.made} 条；现有：已确认 {now.confirmed}，待判定 {now.review}，未关联 {now.unlinked}；"
            f"新增临时主体 {done.provisional}。",
            f"Linked {done.made}; now confirmed {now.confirmed}, in review {now.review}, unlinked {now.unlinked}; "
            f"provisional subjects made: {done.provisional}.",
        )
    )


@app.command()
def publish(
    on: Annotated[datetime | None, typer.Option(formats=["%Y-%m-%d"], help="Day; default today.")] = None,
    as_json: JsonOption = False,
    database: DatabaseOption = None,
) -> None:
    """Derive what is public, under the law of each decision's day. / 依规则生成公示。

    Example: chengxin publish --on 2026-11-01
    """
    with registry_at(database) as opened:
        done = published(opened, law_of(opened), on.date() if on else today(), quiet=as_json)
        now = publishing.standing(opened)
    if as_json:
        typer.echo(json.dumps({"judged": done.judged, **asdict(now)}, ensure_ascii=False))
        return
    tell(say(f"本次判定 {done.judged} 条；现有", f"Judged {done.judged}; now"), now)


def linked(opened: Database, *, quiet: bool) -> Linked:
    """Link what waits, with a progress bar on a terminal."""
    with bars(quiet=quiet) as begin:
        return linking.link(opened, now=moment(), progress=begin("link"))


def published(opened: Database, book: Rulebook, day: date, *, quiet: bool) -> Published:
    """Derive what is public on a day, with a progress bar on a terminal."""
    with bars(quiet=quiet) as begin:
        return publishing.publish(opened, book, on=day, now=moment(), progress=begin("publish"))


def tell(what: str, outcomes: Outcomes) -> None:
    """Outcomes of records, as a person reads them after the words `what`."""
    held, unpublishable = sum(outcomes.held.values()), sum(outcomes.unpublishable.values())
    zh = f"{what}：公示 {outcomes.shown}，暂不公示 {held}，不予公示 {unpublishable}。"
    typer.echo(say(zh, f"{what} shown {outcomes.shown}, held {held}, not publishable {unpublishable}."))
    for zh, en, reasons in (
        ("暂不公示", "held", outcomes.held),
        ("不予公示", "not publishable", outcomes.unpublishable),
    ):
        for because, count in reasons.items():
            typer.echo(say(f"  {zh} {count}：{Because(because).zh}", f"  {en} {count}: {Because(because).en}"))
