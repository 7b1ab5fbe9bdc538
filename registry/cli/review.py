"""`chengxin review`: the queue of what waits for people, their answers, and taking them back."""

import json
from typing import Annotated

import msgspec
import typer

from registry.actions import review, review_queue
from registry.cli.options import DatabaseOption, JsonOption, key_given, moment, registry_at, say
from registry.cli.review_items import lines
from registry.cli.reviewing import Sitting, require_terminal, undone, what_it_did
from registry.vocabulary import Answer

app = typer.Typer()


@app.callback(invoke_without_command=True, epilog="Example: chengxin review")
def sit(context: typer.Context, database: DatabaseOption = None) -> None:
    """判定待定的关联；不带子命令时在终端上逐项判定。Judge whom records are about; alone, one after the other."""
    if context.invoked_subcommand is not None:
        if database:
            raise typer.BadParameter("it comes after the sub-command.", param_hint="--database")
        return
    require_terminal()
    with registry_at(database) as opened:
        Sitting(opened).run()


@app.command("list", epilog="Example: chengxin review list --limit 20")
def list_items(
    limit: Annotated[int, typer.Option(help="At most so many.")] = 20,
    as_json: JsonOption = False,
    database: DatabaseOption = None,
) -> None:
    """What waits, the most waited on first. / 待判定清单。"""
    with registry_at(database) as opened, opened.session() as session:
        items = review_queue.queue(session, key_given(), limit=limit)
    if as_json:
        typer.echo(msgspec.json.encode(items))
        return
    for item in items:
        typer.echo("\n".join(lines(item)))
    if not items:
        typer.echo(say("没有待判定的记录。", "Nothing waits."))


@app.command(epilog="Example: chengxin review show 4711")
def show(
    record: Annotated[int, typer.Argument(help="A record of the item.")],
    as_json: JsonOption = False,
    database: DatabaseOption = None,
) -> None:
    """One item with all its records. / 查看一项。"""
    with registry_at(database) as opened, opened.session() as session:
        shown = review_queue.show(session, key_given(), record)
    if as_json:
        typer.echo(msgspec.json.encode(shown))
        return
    typer.echo("\n".join(lines(shown.item)))
    for one in shown.records:
        typer.echo(f"   [{one.record}] {one.name}  {one.document or '—'}  {one.decided_on or '—'}  {one.body or '—'}")


@app.command(epilog="Example: chengxin review answer 4711 same --reason 登记档案载明曾用此名")
def answer(
    record: Annotated[int, typer.Argument(help="A record of the item; the answer covers all of them.")],
    answer: Annotated[Answer, typer.Argument(help="Your answer.")],
    reason: Annotated[str, typer.Option(help="Why; without personal data.")],
    subject: Annotated[str | None, typer.Option(help="Unified code; default the subject it is linked to.")] = None,
    other: Annotated[int | None, typer.Option("--record", help="Against this record without a code.")] = None,
    as_json: JsonOption = False,
    database: DatabaseOption = None,
) -> None:
    """Answer whether it is the same; a negative record takes a maker and another checker. / 作出判定。"""
    with registry_at(database) as opened, opened.session() as session:
        done = review.judge(
            session, key_given(), record, answer, subject=subject, other=other, reason=reason, now=moment()
        )
    if as_json:
        typer.echo(msgspec.json.encode(done))
        return
    typer.echo(what_it_did(done, answer))


@app.command(epilog="Example: chengxin review undo 41 --reason 误判")
def undo(
    event: Annotated[int, typer.Argument(help="The event of the answer.")],
    reason: Annotated[str, typer.Option(help="Why.")],
    as_json: JsonOption = False,
    database: DatabaseOption = None,
) -> None:
    """Take an answer back: exactly what was before stands again. / 撤销判定。"""
    with registry_at(database) as opened, opened.session() as session:
        done = review.undo(session, key_given(), event, reason=reason, now=moment())
    typer.echo(json.dumps({"event": done}) if as_json else undone(event, done))
