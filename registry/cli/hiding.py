"""`chengxin hide`: an emergency stop for a list or a record, and its undoing."""

import json
from dataclasses import asdict
from typing import Annotated

import typer

from registry.actions import hiding
from registry.actions.hiding import Hid, ShownAgain, Standing
from registry.cli.options import DatabaseOption, JsonOption, key_given, law_of, moment, registry_at, say
from registry.errors import BadQuery

app = typer.Typer()


@app.command()
def hide(
    what: Annotated[str | None, typer.Argument(help="Code of a list, or record:ID; none: what is hidden now.")] = None,
    reason: Annotated[str, typer.Option(help="Why.")] = "",
    undo: Annotated[bool, typer.Option("--undo", help="Show it again: two people, one after the other.")] = False,
    as_json: JsonOption = False,
    database: DatabaseOption = None,
) -> None:
    """Take a list, or one record, out of every output at once. / 应急停止展示。

    Example: chengxin hide market_serious --reason 名单数据疑有错误
    """
    with registry_at(database) as opened:
        book = law_of(opened)
        with opened.session() as session:
            if what is None:
                if undo or reason:
                    raise BadQuery("请给出名单代码或 record:ID。", "name a list, or record:ID.")
                told: list[Hid | ShownAgain | Standing] = [*hiding.every(session, key_given())]
            elif undo:
                told = [hiding.show_again(session, key_given(), what, reason=reason, now=moment())]
            else:
                told = [hiding.hide(session, key_given(), what, book, reason=reason, now=moment())]
    if as_json:
        typer.echo(json.dumps([asdict(one) for one in told], default=str, ensure_ascii=False))
        return
    for one in told:
        typer.echo(_told(one))
    if not told:
        typer.echo(say("没有停止展示的名单或记录。", "Nothing is hidden."))


def _told(one: Hid | ShownAgain | Standing) -> str:
    match one:
        case Hid(what, event, ended):
            return say(
                f"{what} 已停止展示（台账第 {event} 条），终止公示 {ended} 条。",
                f"{what} is hidden (event {event}); {ended} publications ended.",
            )
        case ShownAgain(what, event, False):
            return say(
                f"已提出恢复展示 {what}（台账第 {event} 条），待另一人复核。",
                f"Asked to show {what} again (event {event}); it waits for another person.",
            )
        case ShownAgain(what, event, _, records):
            return say(
                f"{what} 恢复展示（台账第 {event} 条）：{records} 条将重新判定，请运行 chengxin publish。",
                f"{what} may be shown again (event {event}): run `chengxin publish`, which judges {records} records.",
            )
        case Standing():
            since = f"{one.since:%Y-%m-%d %H:%M}"
            asked = say(f"；{one.asked_by} 号已提出恢复", f"; person {one.asked_by} asks to show it again")
            return say(
                f"{one.what}：{one.records} 条，{one.person} 号于 {since} 停止展示，{one.reason}",
                f"{one.what}: {one.records} records, by person {one.person} at {since}: {one.reason}",
            ) + (asked if one.asked_by else "")
