"""`chengxin backup`, `chengxin restore`: safe copies of a registry."""

import json
from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from registry.actions import backup as copying
from registry.actions.backup import Backup
from registry.cli.options import DatabaseOption, JsonOption, moment, registry_at, say
from registry.store.database import default_place, open_database

app = typer.Typer()


@app.command(epilog="Example: chengxin backup /backup/2026-11-25")
def backup(
    folder: Annotated[Path, typer.Argument(help="A folder that is not there yet.")],
    as_json: JsonOption = False,
    database: DatabaseOption = None,
) -> None:
    """Copy the registry while it runs: database, office, rules. / 在线备份。"""
    with registry_at(database) as opened:
        made = copying.back_up(opened, folder, now=moment())
    _tell(made, folder, as_json=as_json, zh="已备份到", en="Backed up to")


@app.command(epilog="Example: chengxin restore /backup/2026-11-25 --database /srv/chengxin/chengxin.db")
def restore(
    folder: Annotated[Path, typer.Argument(help="A folder that `chengxin backup` made.")],
    as_json: JsonOption = False,
    database: DatabaseOption = None,
) -> None:
    """Put a backup in an empty place, and verify its files and its ledger. / 恢复备份并核验。"""
    opened = open_database(database or default_place(), create=True)
    try:
        made = copying.restore(folder, opened)
    finally:
        opened.close()
    _tell(made, folder, as_json=as_json, zh="已恢复并核验", en="Restored and verified")


def _tell(made: Backup, folder: Path, *, as_json: bool, zh: str, en: str) -> None:
    if as_json:
        typer.echo(json.dumps(asdict(made), ensure_ascii=False))
        return
    typer.echo(
        say(
            f"{zh} {folder}：{len(made.files)} 个文件，台账 {made.events} 条，首部 {made.head}",
            f"{en} {folder}: {len(made.files)} files, {made.events} events of the ledger, head {made.head}",
        )
    )
