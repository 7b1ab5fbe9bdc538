"""`chengxin audit`: is the ledger whole."""

import json
from dataclasses import asdict
from datetime import datetime
from typing import Annotated

import typer

from registry.actions import audit, retention
from registry.cli.options import DatabaseOption, JsonOption, key_given, moment, registry_at, say, today

app = typer.Typer(no_args_is_help=True, help="台账核验。Whether the ledger is whole.")


@app.command(epilog="Example: chengxin audit verify --head 3f1c…")
def verify(
    head: Annotated[str | None, typer.Option("--head", help="A head noted earlier, which must be in it.")] = None,
    as_json: JsonOption = False,
    database: DatabaseOption = None,
) -> None:
    """Find any event changed, missing or moved; with --head, an end cut off too. / 核验台账。"""
    with registry_at(database) as opened, opened.session() as session:
        found = audit.verify(session, since=head)
    if as_json:
        typer.echo(json.dumps(asdict(found)))
        return
    typer.echo(
        say(
            f"台账完整：{found.events} 条，已清除个人信息 {found.erased} 条，首部 {found.head}",
            f"The ledger is whole: {found.events} events, {found.erased} with personal values erased, "
            f"head {found.head}",
        )
    )


@app.command("head", epilog="Example: chengxin audit head")
def show_head(as_json: JsonOption = False, database: DatabaseOption = None) -> None:
    """The hash of the newest event: publish it each day where nobody can take it back. / 首部摘要。"""
    with registry_at(database) as opened, opened.session() as session:
        found = audit.head(session)
    typer.echo(json.dumps({"events": found.events, "head": found.head}) if as_json else f"{found.events} {found.head}")


@app.command(epilog="Example: chengxin audit erase 41 --reason 保存期限届满")
def erase(
    event: Annotated[int, typer.Argument(help="Number of the event.")],
    reason: Annotated[str, typer.Option(help="Why.")],
    database: DatabaseOption = None,
) -> None:
    """Erase the personal values of an event; the ledger stays whole. / 清除个人信息。"""
    with registry_at(database) as opened, opened.session() as session:
        erased = audit.erase(session, key_given(), event, reason=reason, now=moment())
    typer.echo(
        say("已清除。", "Erased.") if erased else say("该条没有个人信息。", "That event has no personal values.")
    )


@app.command("erase-due", epilog="Example: chengxin audit erase-due --on 2026-11-30")
def erase_due(
    on: Annotated[datetime | None, typer.Option(formats=["%Y-%m-%d"], help="Day; default today.")] = None,
    as_json: JsonOption = False,
    database: DatabaseOption = None,
) -> None:
    """Erase the personal values that nothing needs any more, as the kinds of source declare. / 按保存期限清除。"""
    from loaders.sources import SOURCES

    kept = {kind: source.retention for kind, source in SOURCES.items()}
    with registry_at(database) as opened, opened.session() as session:
        done = retention.erase_due(session, key_given(), kept, on=on.date() if on else today(), now=moment())
    if as_json:
        typer.echo(json.dumps(asdict(done)))
        return
    values = sum(done.values.values())
    typer.echo(
        say(
            f"已清除个人信息：记录和登记 {values} 项，台账 {done.events} 条；记入台账第 {done.event} 条。",
            f"Erased {values} values of records and the register, and those of {done.events} events; "
            f"this is event {done.event}.",
        )
    )
