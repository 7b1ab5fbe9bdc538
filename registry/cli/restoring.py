"""`chengxin case eligibility`, `decision`, `restorations`: before and after a restoration, and others' that wait."""

from pathlib import Path
from typing import Annotated

import msgspec
import typer

from registry.actions.eligibility import Eligibility, eligibility_of
from registry.actions.restoration_decision import restoration_decision
from registry.actions.waiting_restorations import MOST, waiting
from registry.cli.options import DatabaseOption, JsonOption, key_given, law_of, registry_at, say, today
from registry.documents.restoration_decision import page_of
from registry.vocabulary import Confidence

app = typer.Typer()


@app.command(epilog="Example: chengxin case eligibility 4711")
def eligibility(
    record: Annotated[int, typer.Argument(help="A record that is public.")],
    as_json: JsonOption = False,
    database: DatabaseOption = None,
) -> None:
    """From when a record can be restored, and what it takes. / 可否修复。"""
    with registry_at(database) as opened:
        book = law_of(opened)
        with opened.session() as session:
            found = eligibility_of(session, record, on=today(), book=book)
    typer.echo(msgspec.json.encode(found) if as_json else "\n".join(_told(found)))


@app.command(epilog="Example: chengxin case decision 12 --out 信用修复决定书.html")
def decision(
    number: Annotated[int, typer.Argument(help="Number of the case.")],
    out: Annotated[Path, typer.Option(help="The file to write (HTML).")],
    database: DatabaseOption = None,
) -> None:
    """The decision on an application for restoration, granted or refused, as a page to print. / 信用修复决定书。"""
    with registry_at(database) as opened:
        book = law_of(opened)
        with opened.session() as session:
            page = page_of(restoration_decision(session, key_given(), number, book))
    out.write_bytes(page)
    typer.echo(say(f"已写入 {out}", f"Written to {out}"))


@app.command(epilog="Example: chengxin case restorations")
def restorations(
    after: Annotated[int, typer.Option(min=0, help="Past the one with this number.")] = 0,
    limit: Annotated[int, typer.Option(min=1, help="At most so many.")] = MOST,
    as_json: JsonOption = False,
    database: DatabaseOption = None,
) -> None:
    """Restorations decided elsewhere that restored nothing yet, and why. / 待核实的修复结果。"""
    with registry_at(database) as opened, opened.session() as session:
        found = waiting(session, key_given(), after=after, limit=limit)
    if as_json:
        typer.echo(msgspec.json.encode(found))
        return
    for one in found:
        names = "  ".join(filter(None, (one.restored, one.list_code, one.listed_on)))
        typer.echo(f"[{one.id}] {one.code or '—'}  {one.name}  {one.document or '—'}  {one.by} → {names}")
        hit = f" [{one.record}] {'、'.join(one.bodies)}" if one.record else ""
        typer.echo(f"   {say(one.because.zh, one.because.en)}{hit}")
    if not found:
        typer.echo(say("没有待核实的修复结果。", "None waits."))


def _told(found: Eligibility) -> list[str]:
    lines = [say(found.zh, found.en)]
    lines += [say(f"   {domain}：{day} 起", f"   {domain}: from {day}") for domain, day in found.longer.items()]
    for asks in (found.conditions, found.papers, found.bars):
        if asks:
            lines.append(f"{say(asks.title.zh, asks.title.en)}（{asks.instrument} {asks.number} {asks.article}）")
            if asks.confidence is Confidence.UNVERIFIED:
                lines.append(say("   此规则值尚未核实", "   this value of the law is not verified"))
            lines += [f"   - {say(item.zh, item.en)}" for item in asks.items]
    return lines
