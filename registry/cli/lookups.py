"""`chengxin lookup` and `chengxin search`: what the public sees, at the terminal."""

from datetime import datetime
from typing import Annotated

import msgspec
import typer
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from registry.actions import lookup as looking
from registry.actions import search as searching
from registry.actions.items import Item
from registry.actions.lookup import SubjectView
from registry.actions.past import lookup_on
from registry.actions.remedies import Basis
from registry.actions.search import Found
from registry.cli.options import DatabaseOption, JsonOption, key_given, law_of, moment, registry_at, say, today
from registry.vocabulary import Confidence

app = typer.Typer()


@app.command()
def lookup(
    code: Annotated[str, typer.Argument(help="Unified social credit code.")],
    on: Annotated[datetime | None, typer.Option(formats=["%Y-%m-%d"], help="Day asked about; default today.")] = None,
    purpose: Annotated[
        str | None, typer.Option(help="For what purpose a past day is asked for; takes your key, and is recorded.")
    ] = None,
    as_json: JsonOption = False,
    database: DatabaseOption = None,
) -> None:
    """What is public of a subject today, or was on a past day, with the basis of each item. / 查询主体。

    Example: chengxin lookup 91150900MA0EXAMPLE --on 2026-11-01 --purpose 办理异议第3号
    """
    with registry_at(database) as opened:
        day = today()
        view = lookup_on(
            opened.session,
            key_given(),
            code,
            on=on.date() if on else day,
            purpose=purpose,
            book=law_of(opened),
            today=day,
            now=moment(),
        )
    if as_json:
        typer.echo(msgspec.json.encode(view))
        return
    _tell(view)


@app.command()
def search(
    name: Annotated[
        str,
        typer.Argument(help="Two Han characters of a name or more (four letters of a foreign one), or a code."),
    ],
    as_json: JsonOption = False,
    database: DatabaseOption = None,
) -> None:
    """Subjects whose name, present, former or foreign, begins like this or is like it; at most 20. / 按名称查找主体。

    Example: chengxin search 集宁区 --json
    """
    with registry_at(database) as opened, opened.session() as session:
        found = searching.search(session, name, on=today())
    if as_json:
        typer.echo(msgspec.json.encode({"subjects": found.subjects, "more": found.after is not None}))
        return
    alike = any(one.score is not None for one in found.subjects)
    table = Table()
    table.add_column(say("统一社会信用代码", "code"), no_wrap=True)
    table.add_column(say("名称", "name"), overflow="fold")  # of a name nothing is cut off
    for title in (say("状态", "status"), *([say("相似度", "like it")] if alike else [])):
        table.add_column(title)
    for one in found.subjects:
        told = [one.name, *_found_as(one)]
        likeness = ["" if one.score is None else f"{one.score:.2f}"] if alike else []
        table.add_row(one.code, escape("\n".join(told)), one.status or "", *likeness)
    Console().print(table)
    if found.after:
        typer.echo(say("仅列出前 20 个。", "Only the first 20 are listed."))


def _found_as(one: Found) -> list[str]:
    """By which other name it was found, and what speaks against its being meant."""
    matched = [say(f"曾用名或外文名称：{one.matched}", f"found as {one.matched}")] if one.matched else []
    because = say("；", "; ").join(say(reason.zh, reason.en) for reason in one.because)
    return [*matched, because] if because else matched


def _tell(view: SubjectView) -> None:
    if view.demo:
        typer.echo(say(looking.DEMO_ZH, looking.DEMO_EN))
    typer.echo(f"{view.name}  {view.code}")
    for former in view.former_names:
        typer.echo(say(f"曾用名：{former.name}", f"Former name: {former.name}"))
    as_of = f"{view.data_as_of:%Y-%m-%d %H:%M}" if view.data_as_of else "—"
    typer.echo(say(f"查询日期：{view.on}　数据截至：{as_of}", f"Asked on {view.on}, data as of {as_of}"))
    for section in view.sections:
        typer.echo()
        typer.echo(say(f"{section.zh}（共 {section.count} 条）", f"{section.en} ({section.count})"))
        if not section.items:
            typer.echo("  " + say(looking.NOTHING_ZH, looking.NOTHING_EN))
        for number, item in enumerate(section.items, start=1):
            for line in _told(number, item, view.bases[item.basis]):
                typer.echo(f"  {line}")
    if view.more:
        typer.echo(say(f"仅列出最新 {looking.MOST} 条。", f"Only the newest {looking.MOST} are listed."))
    typer.echo()
    typer.echo(say(view.limits_zh, view.limits_en))


def _told(number: int, item: Item, basis: Basis) -> list[str]:
    until, authority = item.shown_until or say("长期", "no end"), item.authority or item.delivered_by or "—"
    lines = [
        f"{number}. {item.title or '—'}  {item.document or '—'}  [{item.id}]",
        say(
            f"   机关：{authority}　决定日期：{item.decided_on or '—'}",
            f"   {authority}, {item.decided_on or '—'}",
        ),
        say(
            f"   公示：{item.shown_from} 至 {until}（不含）",
            f"   shown from {item.shown_from} until {until}, exclusive",
        ),
        say("   依据：", "   basis: ") + f"《{basis.instrument}》{basis.number} {basis.article}",
    ]
    if basis.confidence is Confidence.UNVERIFIED:
        lines.append(say("   此规则值尚未核实", "   this value of the law is not verified"))
    if item.disputed_since:
        lines.append(say(f"   异议处理中（自 {item.disputed_since}）", f"   disputed since {item.disputed_since}"))
    remedies = (
        ("提出异议", "To object", basis.how_to_object),
        ("申请修复", "To apply for restoration", basis.how_to_restore),
    )
    lines += [say(f"   {zh}：{how.zh}", f"   {en}: {how.en}") for zh, en, how in remedies if how]
    if item.restorable_from:
        lines.append(say(f"   最早可申请修复：{item.restorable_from}", f"   restorable from {item.restorable_from}"))
    return lines
