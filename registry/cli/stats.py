"""`chengxin stats`: the return of a month or a year."""

import json
from pathlib import Path
from typing import Annotated

import typer

from registry.cli.options import DatabaseOption, JsonOption, office_of, registry_at, say, today

app = typer.Typer(no_args_is_help=True, help="统计月报、年报。The return of a month or a year.")


@app.callback()
def _group() -> None:
    """统计月报、年报。The return of a month or a year."""


@app.command(epilog="Example: chengxin stats show 2026-10 --out returns/")
def show(
    period: Annotated[str, typer.Argument(help="A month, 2026-10, or a year, 2026.")],
    out: Annotated[Path, typer.Option("--out", help="Folder for the files; made if it is not there.")],
    database: DatabaseOption = None,
    as_json: JsonOption = False,
) -> None:
    """Count a month or a year and write the return: a CSV for each table, one workbook (XLSX), one page (HTML)."""
    from registry.actions.count import counted
    from registry.documents import figures, monthly_return

    asked = figures.period(period)
    with registry_at(database) as registry:
        made = counted(registry, office_of(registry), asked, made_on=today())
    out.mkdir(parents=True, exist_ok=True)
    written = []
    for file_name, content in monthly_return.files(made):
        (out / file_name).write_bytes(content)
        written.append(str(out / file_name))
    if as_json:
        typer.echo(json.dumps(monthly_return.as_data(made) | {"files": written}, ensure_ascii=False))
        return
    for figure, value in monthly_return.headline(made):
        typer.echo(f"{say(figure.zh, figure.en)}: {value}")
    typer.echo(say(f"已写出 {len(written)} 个文件到 {out}", f"{len(written)} files written to {out}"))
