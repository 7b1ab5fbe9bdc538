"""Deriving what is public: `chengxin link`, `chengxin publish`."""

import json
from dataclasses import asdict
from datetime import datetime
from typing import Annotated

import typer

from registry.actions.link import link as link_records
from registry.actions.publish import publish as publish_records
from registry.cli.options import DatabaseOption, JsonOption, law_of, moment, registry_at, say, today
from registry.cli.progress import bars
from registry.vocabulary import Because

app = typer.Typer()


@app.command()
def link(as_json: JsonOption = False, database: DatabaseOption = None) -> None:
    """Link records to their subjects by identifier; the rest waits. / 按标识关联主体。

    Example: chengxin link
    """
    with registry_at(database) as opened, bars(quiet=as_json) as begin:
        done = link_records(opened, now=moment(), progress=begin("link"))
    if as_json:
        typer.echo(json.dumps(asdict(done)))
        return
    typer.echo(
        say(
            f"新关联 {done.made} 条；现有：已确认 {done.confirmed}，待判定 {done.review}，未关联 {done.unlinked}；"
            f"新增临时主体 {done.provisional}。",
            f"Linked {done.made}; now confirmed {done.confirmed}, in review {done.review}, unlinked {done.unlinked}; "
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
    with registry_at(database) as opened, bars(quiet=as_json) as begin:
        day = on.date() if on else today()
        done = publish_records(opened, law_of(opened), on=day, now=moment(), progress=begin("publish"))
    if as_json:
        typer.echo(json.dumps(asdict(done), ensure_ascii=False))
        return
    typer.echo(
        say(
            f"本次判定 {done.judged} 条；现有：公示 {done.shown}，暂不公示 {sum(done.held.values())}，"
            f"不予公示 {sum(done.unpublishable.values())}。",
            f"Judged {done.judged}; now shown {done.shown}, held {sum(done.held.values())}, "
            f"not publishable {sum(done.unpublishable.values())}.",
        )
    )
    for zh, en, reasons in (("暂不公示", "held", done.held), ("不予公示", "not publishable", done.unpublishable)):
        for because, count in reasons.items():
            typer.echo(say(f"  {zh} {count}：{Because(because).zh}", f"  {en} {count}: {Because(because).en}"))
