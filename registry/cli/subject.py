"""`chengxin subject`: what befell a subject: deregistration, merger, division, a replaced code."""

from datetime import datetime
from typing import Annotated

import msgspec
import typer

from registry.actions import subject_events
from registry.cli.options import DatabaseOption, JsonOption, key_given, moment, registry_at, say
from registry.store.subject_events import Row
from registry.vocabulary import Befell

app = typer.Typer(no_args_is_help=True, help="主体变动。What befell a subject, entered by two people.")


@app.command(
    epilog="Example: chengxin subject propose 91150900OLD code_replaced --other 91150900NEW "
    "--on 2026-10-08 --document 换照通知〔2026〕5号"
)
def propose(
    code: Annotated[str, typer.Argument(help="Unified code of the subject.")],
    kind: Annotated[Befell, typer.Argument(help="What befell it.")],
    on: Annotated[datetime, typer.Option(formats=["%Y-%m-%d"], help="The day.")],
    document: Annotated[str, typer.Option(help="The document that attests it.")],
    other: Annotated[str | None, typer.Option(help="Code of the other subject.")] = None,
    database: DatabaseOption = None,
) -> None:
    """Enter an event; it counts once another person has confirmed it. / 录入变动。"""
    with registry_at(database) as opened, opened.session() as session:
        done = subject_events.propose(
            session, key_given(), code, kind, on=on.date(), other=other, document=document, now=moment()
        )
    typer.echo(
        say(
            f"第 {done.number} 项变动已录入，待另一人复核。",
            f"Event {done.number} is entered and waits for another person.",
        )
    )


@app.command(epilog="Example: chengxin subject confirm 3")
def confirm(
    number: Annotated[int, typer.Argument(help="Number of the event.")], database: DatabaseOption = None
) -> None:
    """Confirm an event that another person entered. / 复核变动。"""
    with registry_at(database) as opened, opened.session() as session:
        subject_events.confirm(session, key_given(), number, now=moment())
    typer.echo(say("已复核。请运行 chengxin publish。", "Confirmed. Run `chengxin publish`."))


@app.command(epilog="Example: chengxin subject undo 3 --reason 录入错误")
def undo(
    number: Annotated[int, typer.Argument(help="Number of the event.")],
    reason: Annotated[str, typer.Option(help="Why.")],
    database: DatabaseOption = None,
) -> None:
    """Take an event back: what was before stands again; one that counts takes two people. / 撤销变动。"""
    with registry_at(database) as opened, opened.session() as session:
        done = subject_events.undo(session, key_given(), number, reason=reason, now=moment())
    if done.complete:
        typer.echo(say("已撤销。请运行 chengxin publish。", "Undone. Run `chengxin publish`."))
    else:
        typer.echo(say("已提出撤销，待另一人复核。", "Noted: another person as checker must say so too."))


@app.command(epilog="Example: chengxin subject events 91150900MA0EXAMPLE")
def events(
    code: Annotated[str, typer.Argument(help="Unified code.")],
    as_json: JsonOption = False,
    database: DatabaseOption = None,
) -> None:
    """All that befell a subject. / 查看变动。"""
    with registry_at(database) as opened, opened.session() as session:
        found = subject_events.of(session, key_given(), code)
    if as_json:
        typer.echo(msgspec.json.encode([row._asdict() for row in found]))
        return
    for row in found:
        told = (str(row.id), row.befell_on, say(Befell(row.kind).zh, row.kind), row.code, row.other, row.document)
        typer.echo("  ".join([*filter(None, told), _state(row)]))


def _state(row: Row) -> str:
    if row.undone_by:
        return say("已撤销", "undone")
    return say("有效", "counts") if row.confirmed_by else say("待复核", "waits")
