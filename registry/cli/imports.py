"""Taking deliveries in: `chengxin init`, `chengxin import`."""

import json
from collections.abc import Iterator
from dataclasses import asdict
from datetime import date, datetime
from pathlib import Path
from typing import Annotated, Any

import typer

from loaders.delivering import Desk, Sender, deliver_each
from registry.actions.accept import secret_of
from registry.actions.found import found
from registry.actions.receipts import Receipt
from registry.cli.options import (
    DatabaseOption,
    JsonOption,
    as_object,
    law_of,
    moment,
    office_of,
    registry_at,
    say,
    today,
)
from registry.cli.progress import bars
from registry.errors import BadQuery, Refusal
from registry.rulebook import Rulebook
from registry.store.database import Database, default_place, open_database
from registry.vocabulary import SourceKind

app = typer.Typer()


@app.command()
def init(database: DatabaseOption = None) -> None:
    """Create the registry's database, or bring it to this version. / 建立或升级数据库。

    Example: chengxin init --database chengxin.db
    """
    opened = open_database(database or default_place(), create=True)
    try:
        made = found(opened)
    finally:
        opened.close()
    typer.echo(say(f"数据库已就绪：{made}", f"The database is ready: {made}"))


@app.command("import")
def import_(
    files: Annotated[list[Path] | None, typer.Argument(help="CSV or XLSX files of one source kind.")] = None,
    source: Annotated[SourceKind | None, typer.Option("--source", help="What the files hold.")] = None,
    department: Annotated[str | None, typer.Option(help="Code of the delivering department.")] = None,
    received: Annotated[datetime | None, typer.Option(formats=["%Y-%m-%d"], help="Day; default today.")] = None,
    feedback: Annotated[Path | None, typer.Option(help="Folder of feedback; default beside the database.")] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Judge only; keep nothing.")] = False,
    public: Annotated[bool, typer.Option("--publish", help="Then link what waits, and publish.")] = False,
    on: Annotated[datetime | None, typer.Option(formats=["%Y-%m-%d"], help="With --publish: as of this day.")] = None,
    recalled: Annotated[int | None, typer.Option("--recall", help="Take back this delivery.")] = None,
    undo: Annotated[bool, typer.Option("--undo", help="With --recall: let it count again.")] = False,
    reason: Annotated[str, typer.Option(help="Why it is taken back, or counts again.")] = "",
    as_json: JsonOption = False,
    database: DatabaseOption = None,
) -> None:
    """Take deliveries: check every row, keep the good ones, give the rest back to be mended. / 导入报送文件。

    Exit 0: all rows accepted; 1: some rows rejected; 2: a file refused (those before it are taken, those after not,
    and nothing is published).

    Example: chengxin import penalties.csv --source penalties --department SCJG --received 2026-10-08 --publish
    """
    if (public and (dry_run or recalled is not None)) or (on and not public):
        raise BadQuery(
            "--publish 不与 --dry-run、--recall 同用；--on 只与 --publish 同用。",
            "--publish goes with neither --dry-run nor --recall, and --on only with --publish.",
        )
    with registry_at(database) as opened:
        if recalled is not None:
            from registry.cli.recalling import recall  # an import starts without the machinery of sessions

            typer.echo(recall(opened, recalled, reason, undone=undo, as_json=as_json))
            return
        if undo:
            raise BadQuery(
                "请给出 --recall 批次号，例如：chengxin import --recall 17 --undo --reason …。",
                "say which recall: chengxin import --recall 17 --undo --reason ….",
            )
        if not files or source is None:
            raise BadQuery(
                "请给出文件和 --source，例如：chengxin import a.csv --source penalties。",
                "give files and --source, for example: chengxin import a.csv --source penalties.",
            )
        desk = Desk(opened, office_of(opened), law_of(opened), secret_of(opened))
        sender = Sender(
            department,
            received.date() if received else today(),
            feedback or opened.folder / "feedback",
            dry_run,
        )
        receipts = _taken(desk, files, source, sender, as_json=as_json)
        derived = _derived(opened, desk.book, on.date() if on else today(), quiet=as_json) if public else {}
    if as_json:
        told = _objects(receipts)
        typer.echo(json.dumps({"receipts": told, **derived} if public else told, ensure_ascii=False, indent=1))
    raise typer.Exit(1 if any(receipt.counts.rejected for receipt in receipts) else 0)


def _taken(desk: Desk, files: list[Path], source: SourceKind, sender: Sender, *, as_json: bool) -> list[Receipt]:
    receipts: list[Receipt] = []
    try:
        for receipt in take(desk, files, source, sender, quiet=as_json):
            receipts.append(receipt)
            if not as_json:
                tell(receipt)
    except Refusal as refusal:
        if not (as_json and receipts):
            raise
        typer.echo(json.dumps({**as_object(refusal), "receipts": _objects(receipts)}, ensure_ascii=False))
        raise typer.Exit(2) from refusal
    return receipts


def _derived(opened: Database, book: Rulebook, day: date, *, quiet: bool) -> dict[str, Any]:
    """What is public, derived at once: as by `chengxin link` and `chengxin publish`."""
    from registry.cli import publishing  # most imports come many a day, and are published together

    links = publishing.linked(opened, quiet=quiet)
    done = publishing.published(opened, book, day, quiet=quiet)
    if not quiet:
        publishing.tell(
            say(f"新关联 {links.made} 条；判定 {done.judged} 条", f"Linked {links.made}; judged {done.judged}:"),
            done.outcomes,
        )
    return {"linked": asdict(links), "published": {"judged": done.judged, **asdict(done.outcomes)}}


def _objects(receipts: list[Receipt]) -> list[dict[str, Any]]:
    return [receipt.as_json() for receipt in receipts]


def take(desk: Desk, files: list[Path], source: SourceKind, sender: Sender, *, quiet: bool) -> Iterator[Receipt]:
    """Deliver files one by one, with a progress bar on a terminal."""
    with bars(quiet=quiet) as begin:
        yield from deliver_each(desk, files, source, sender, now=moment, progress=begin)


def tell(receipt: Receipt) -> None:
    """A receipt as a person reads it."""
    counts = receipt.counts
    name = receipt.file + (f"[{receipt.sheet}]" if receipt.sheet else "")
    number = f"#{receipt.delivery} " if receipt.delivery else ""
    typer.echo(
        say(
            f"{number}{name}：读取 {counts.read} = 接收 {counts.accepted} + 重复 {counts.duplicate} "
            f"+ 退回 {counts.rejected}（{receipt.layout}，{receipt.encoding}，{receipt.duration_ms / 1000:.1f} 秒）",
            f"{number}{name}: read {counts.read} = accepted {counts.accepted} + duplicate {counts.duplicate} "
            f"+ rejected {counts.rejected} ({receipt.layout}, {receipt.encoding}, {receipt.duration_ms / 1000:.1f} s)",
        )
    )
    if receipt.repeated:
        zh, en = (
            "此前已报送，未作改动；以上为首次回执。",
            "Delivered before: nothing changed; this is its first receipt.",
        )
        typer.echo(say(f"  {zh}", f"  {en}"))
    if receipt.recalled:
        typer.echo(say(f"  该批已撤回：{receipt.recalled}", f"  This delivery was recalled: {receipt.recalled}"))
    for check, rows in receipt.rejected_by_check.items():
        typer.echo(say(f"  退回 {check}：{rows}", f"  rejected {check}: {rows}"))
    for check, rows in receipt.warnings.items():
        typer.echo(say(f"  提示 {check}：{rows}", f"  warning {check}: {rows}"))
    if counts.rejected and receipt.feedback:
        typer.echo(say(f"  反馈文件：{receipt.feedback[0]}", f"  feedback: {receipt.feedback[0]}"))
