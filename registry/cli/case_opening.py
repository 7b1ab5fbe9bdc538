"""`chengxin case open`: the first step of each procedure."""

from datetime import datetime
from typing import Annotated, Any, Literal

import msgspec
import typer

from registry.actions import cases
from registry.cli.options import DatabaseOption, JsonOption, key_given, law_of, moment, registry_at, say

app = typer.Typer(no_args_is_help=True, help="提出办理。Open a case by its first step.")

Day = Annotated[datetime | None, typer.Option(formats=["%Y-%m-%d"], help="The day it happened; default today.")]
Document = Annotated[str, typer.Option(help="Number of the document, or where it is kept.")]


@app.command(
    epilog="Example: chengxin case open listing 91150900MA0EXAMPLE --list tax_serious --ground 5 "
    "--document 税稽罚〔2026〕12号 --document-on 2026-02-03 --evidence 卷宗12第3页 --authority 乌兰察布市税务局"
)
def listing(
    code: Annotated[str, typer.Argument(help="Unified code of the subject.")],
    list_code: Annotated[str, typer.Option("--list", help="Code of the list.")],
    ground: Annotated[str, typer.Option(help="Number of the ground in the list's article.")],
    document: Annotated[str, typer.Option(help="The official decision in effect that it rests on.")],
    document_on: Annotated[datetime, typer.Option(formats=["%Y-%m-%d"], help="The day of that decision.")],
    evidence: Annotated[str, typer.Option(help="Where the evidence is.")],
    authority: Annotated[str, typer.Option(help="The body that decides on the listing.")],
    as_json: JsonOption = False,
    database: DatabaseOption = None,
) -> None:
    """Propose to put a subject on a list. / 提出列入。"""
    said = {"code": code, "list_code": list_code, "ground": ground, "document": document, "evidence": evidence}
    said |= {"document_on": document_on.date().isoformat(), "authority": authority}
    _open("listing_proposed", said, as_json=as_json, database=database)


@app.command(
    epilog="Example: chengxin case open objection 4711 --ground 1 --document 异议申请2026-1 --reason 处罚日期有误"
)
def objection(
    record: Annotated[int, typer.Argument(help="The record that is objected to.")],
    ground: Annotated[str, typer.Option(help="Number of the ground in the rule of objection.")],
    document: Document,
    reason: Annotated[str, typer.Option(help="What is wrong; without personal data.")],
    new_evidence: Annotated[str | None, typer.Option(help="What is new, if it was answered before.")] = None,
    on: Day = None,
    as_json: JsonOption = False,
    database: DatabaseOption = None,
) -> None:
    """Raise a subject's objection: the item is marked at once. / 提出异议。"""
    said = {"record": record, "ground": ground, "document": document, "reason": reason, "new_evidence": new_evidence}
    _open("objection_raised", said | _day(on), as_json=as_json, database=database)


@app.command(
    epilog="Example: chengxin case open revocation 4711 --what revoked --document 行政复议决定〔2026〕2号 "
    "--body 市人民政府 --on 2026-11-20"
)
def revocation(
    record: Annotated[int, typer.Argument(help="The record whose decision no longer stands.")],
    what: Annotated[
        Literal["changed", "revoked", "unlawful", "void"], typer.Option(help="What became of the decision.")
    ],
    document: Document,
    body: Annotated[str, typer.Option(help="The body that decided so.")],
    on: Day = None,
    as_json: JsonOption = False,
    database: DatabaseOption = None,
) -> None:
    """Report that a decision was changed, revoked, or held unlawful or void. / 报告原决定被撤销。"""
    said = {"record": record, "what": what, "document": document, "body": body}
    _open("revocation_reported", said | _day(on), as_json=as_json, database=database)


@app.command(
    epilog="Example: chengxin case open bankruptcy 91150900MA0EXAMPLE --court 乌兰察布市中级人民法院 "
    "--document （2026）内09破1号之二 --on 2026-11-20"
)
def bankruptcy(
    code: Annotated[str, typer.Argument(help="Unified code of the subject.")],
    court: Annotated[str, typer.Option(help="The court.")],
    document: Document,
    on: Day = None,
    as_json: JsonOption = False,
    database: DatabaseOption = None,
) -> None:
    """Report that a court approved a reorganisation plan or a settlement. / 提出破产重整屏蔽。"""
    said = {"code": code, "court": court, "document": document}
    _open("shielding_proposed", said | _day(on), as_json=as_json, database=database)


@app.command(
    epilog="Example: chengxin case open restoration 4711 --performance 缴款凭证2026-8 --commitment 信用承诺书2026-3"
)
def restoration(
    record: Annotated[int, typer.Argument(help="The record that is to be restored.")],
    performance: Annotated[str, typer.Option(help="Where the proof is that every duty is done.")],
    commitment: Annotated[str, typer.Option(help="Where the credit commitment is.")],
    corrected_on: Annotated[
        datetime | None, typer.Option(formats=["%Y-%m-%d"], help="The day of correction, where the law counts from it.")
    ] = None,
    domain: Annotated[str | None, typer.Option(help="A field with a least period of its own, as food.")] = None,
    on: Day = None,
    as_json: JsonOption = False,
    database: DatabaseOption = None,
) -> None:
    """Record a subject's application for restoration, with its two papers. / 申请信用修复。"""
    said: dict[str, Any] = {"record": record, "performance": performance, "commitment": commitment}
    said |= {"domain": domain, "corrected_on": corrected_on.date().isoformat() if corrected_on else None}
    said = {name: value for name, value in said.items() if value is not None}
    _open("restoration_applied", said | _day(on), as_json=as_json, database=database)


@app.command(
    epilog="Example: chengxin case open version 4712 --answer new --document 核查函4 --reason 系撤销后重新作出"
)
def version(
    record: Annotated[int, typer.Argument(help="The record that waits for an earlier version of it.")],
    answer: Annotated[
        Literal["same", "new", "replaces"],
        typer.Option(
            help="The same decision, not shown; a new one in its own right; or one that replaces the earlier."
        ),
    ],
    document: Document,
    reason: Annotated[str, typer.Option(help="Why; without personal data.")],
    as_json: JsonOption = False,
    database: DatabaseOption = None,
) -> None:
    """Propose what a version of a decision is; another person confirms it. / 提出版本认定。"""
    said = {"record": record, "answer": answer, "document": document, "reason": reason}
    _open("version_proposed", said, as_json=as_json, database=database)


def tell(done: cases.Stepped, *, as_json: bool) -> None:
    """Print what a step did."""
    if as_json:
        typer.echo(msgspec.json.encode(done))
        return
    made = say(f"，形成记录 {done.record}", f", record {done.record}") if done.record else ""
    typer.echo(
        say(f"{done.case} 号办理（台账第 {done.event} 条）{made}。", f"Case {done.case} (event {done.event}){made}.")
    )


def _open(kind: str, said: dict[str, Any], *, as_json: bool, database: str | None) -> None:
    step = cases.told(kind, said)
    with registry_at(database) as opened:
        book = law_of(opened)
        with opened.session() as session:
            done = cases.open_case(session, key_given(), step, book, now=moment())
    tell(done, as_json=as_json)


def _day(on: datetime | None) -> dict[str, str]:
    return {"on": on.date().isoformat()} if on else {}
