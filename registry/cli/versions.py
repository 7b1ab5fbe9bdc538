"""`chengxin case versions`: the versions of decisions that wait for two people to say what they are."""

from typing import Annotated

import msgspec
import typer

from registry.actions.ruling import MOST, waiting
from registry.cli.options import DatabaseOption, JsonOption, key_given, registry_at, say
from registry.vocabulary import Withdrawn

app = typer.Typer()


@app.command(epilog="Example: chengxin case versions")
def versions(
    after: Annotated[int, typer.Option(min=0, help="Past the record with this number.")] = 0,
    limit: Annotated[int, typer.Option(min=1, help="At most so many.")] = MOST,
    as_json: JsonOption = False,
    database: DatabaseOption = None,
) -> None:
    """Records that wait for an earlier version of them; `case open version` answers. / 待认定的版本。"""
    with registry_at(database) as opened, opened.session() as session:
        found = waiting(session, key_given(), after=after, limit=limit)
    if as_json:
        typer.echo(msgspec.json.encode(found))
        return
    for one in found:
        told = (one.code, one.name, one.document, one.decided_on, one.by)
        typer.echo(f"[{one.record}] {one.source}  {'  '.join(str(value or '—') for value in told)}")
        for earlier in one.earlier:
            zh = "、".join(Withdrawn(reason).zh for reason in earlier.reasons) or "有效，内容不同"
            en = ", ".join(earlier.reasons) or "stands, with other content"
            typer.echo(say(f"   此前版本 {earlier.record}：{zh}", f"   earlier version {earlier.record}: {en}"))
    if not found:
        typer.echo(say("没有待认定的版本。", "None waits."))
