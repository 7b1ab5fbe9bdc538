"""`chengxin case versions`: versions that wait for two people; `case rule` answers for all of a delivery."""

from typing import Annotated, Literal

import msgspec
import typer

from registry.actions.ruling import MOST, waiting
from registry.actions.ruling_together import decide_all, propose_all
from registry.cases.version import RulingConfirmed, RulingDismissed
from registry.cli.options import DatabaseOption, JsonOption, key_given, law_of, moment, registry_at, say
from registry.errors import BadQuery
from registry.vocabulary import Withdrawn

app = typer.Typer()


@app.command(epilog="Example: chengxin case versions")
def versions(
    after: Annotated[int, typer.Option(min=0, help="Past the record with this number.")] = 0,
    limit: Annotated[int, typer.Option(min=1, help="At most so many.")] = MOST,
    delivery: Annotated[int | None, typer.Option(help="Those of this delivery.")] = None,
    as_json: JsonOption = False,
    database: DatabaseOption = None,
) -> None:
    """Records that wait for an earlier version of them; `case open version` answers. / 待认定的版本。"""
    with registry_at(database) as opened, opened.session() as session:
        found = waiting(session, key_given(), after=after, limit=limit, delivery=delivery)
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


@app.command(
    epilog="Example: chengxin case rule 17 --answer same --document 核查函4 --reason 重报的历史数据 --number 500"
)
def rule(
    delivery: Annotated[int, typer.Argument(help="The delivery whose records wait.")],
    number: Annotated[int, typer.Option(min=1, help="How many they are, as you have seen them listed.")],
    reason: Annotated[str, typer.Option(help="Why; without personal data.")],
    answer: Annotated[
        Literal["same", "new", "replaces"] | None, typer.Option(help="Propose this for all, as a maker.")
    ] = None,
    document: Annotated[str | None, typer.Option(help="What the answer rests on.")] = None,
    decide: Annotated[
        Literal["confirm", "dismiss"] | None, typer.Option(help="Decide on all that was proposed, as a checker.")
    ] = None,
    as_json: JsonOption = False,
    database: DatabaseOption = None,
) -> None:
    """One answer for all versions of a delivery that wait, each with a case of its own. / 按批次认定版本。"""
    if (answer is None) == (decide is None):
        raise BadQuery("请给出 --answer 或 --decide 之一。", "give one of --answer and --decide.")
    said = {"answer": answer, "reason": reason} | ({"document": document} if document else {})
    with registry_at(database) as opened:
        book = law_of(opened)
        with opened.session() as session:
            if decide is None:
                done = propose_all(session, key_given(), delivery, said, book, number=number, now=moment())
            else:
                step = (RulingConfirmed if decide == "confirm" else RulingDismissed).tag()
                done = decide_all(
                    session, key_given(), delivery, step, book, reason=reason, number=number, now=moment()
                )
    if as_json:
        typer.echo(msgspec.json.encode(done))
        return
    cases = f"{done[0].case}–{done[-1].case}"
    typer.echo(say(f"{len(done)} 件办理（{cases}）。", f"{len(done)} cases ({cases})."))
