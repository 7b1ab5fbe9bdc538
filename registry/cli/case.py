"""`chengxin case`: listing, objection, revocation, bankruptcy and restoration, step by step."""

from datetime import datetime
from typing import Annotated, Any

import msgspec
import typer

from registry.actions import case_views, cases
from registry.actions.case_views import CaseView
from registry.cases import STEPS
from registry.cli import case_opening, restoring, versions
from registry.cli.case_opening import Day, tell
from registry.cli.options import DatabaseOption, JsonOption, key_given, law_of, moment, registry_at, say, today
from registry.errors import BadQuery, CaseRefused
from registry.vocabulary import Procedure, Role

app = typer.Typer(no_args_is_help=True, help="办理。Cases: listing, objection, revocation, bankruptcy, restoration.")
app.add_typer(case_opening.app, name="open")
app.add_typer(restoring.app)
app.add_typer(versions.app)

Number = Annotated[int, typer.Argument(help="Number of the case.")]
StepName = Annotated[str, typer.Argument(help="The step, as `case show` names those that may follow.")]
Text = str | None


@app.command(
    epilog="Example: chengxin case advance 1 listing_notified --document 信用告〔2026〕1号 --channel 直接送达 "
    "--proof 送达回证1"
)
def advance(
    number: Number,
    step: StepName,
    document: Annotated[Text, typer.Option(help="Number of the document.")] = None,
    channel: Annotated[Text, typer.Option(help="How it was served.")] = None,
    proof: Annotated[Text, typer.Option(help="Where the proof of service is.")] = None,
    restoration_notice: Annotated[Text, typer.Option(help="Number of the restoration notice served with it.")] = None,
    body: Annotated[Text, typer.Option(help="The source body that is asked.")] = None,
    outcome: Annotated[Text, typer.Option(help="How a plan ended: performed or failed.")] = None,
    reason: Annotated[Text, typer.Option(help="Why.")] = None,
    corrected_on: Annotated[
        datetime | None,
        typer.Option(formats=["%Y-%m-%d"], help="The day on which the wrong was put right, to remove from a list."),
    ] = None,
    on: Day = None,
    as_json: JsonOption = False,
    database: DatabaseOption = None,
) -> None:
    """Record what was done in a case (a maker's step). / 推进办理。"""
    said = {"document": document, "channel": channel, "proof": proof, "restoration_notice": restoration_notice}
    said |= {"body": body, "outcome": outcome, "reason": reason}
    said |= {name: day.date().isoformat() for name, day in (("on", on), ("corrected_on", corrected_on)) if day}
    _take(number, step, said, Role.MAKER, as_json=as_json, database=database)


@app.command(
    epilog="Example: chengxin case decide 1 listing_decided --document 信用列〔2026〕1号 --reason 事实清楚，申辩不成立"
)
def decide(
    number: Number,
    step: StepName,
    reason: Annotated[str, typer.Option(help="Why; without personal data.")],
    document: Annotated[Text, typer.Option(help="Number of the decision or the answer.")] = None,
    authority: Annotated[Text, typer.Option(help="The body that recognised the wrong, and restores.")] = None,
    change: Annotated[
        list[str] | None,
        typer.Option(help="To correct: FIELD:OLD=>NEW, as it reads and as it should. Repeatable."),
    ] = None,
    as_json: JsonOption = False,
    database: DatabaseOption = None,
) -> None:
    """Decide in a case that another person prepared (a checker's step). / 作出决定。"""
    said: dict[str, Any] = {"reason": reason, "document": document, "authority": authority}
    if change:
        said["changes"] = [_change(one) for one in change]
    _take(number, step, said, Role.CHECKER, as_json=as_json, database=database)


@app.command(epilog="Example: chengxin case show 1 --on 2026-11-20")
def show(
    number: Number,
    on: Annotated[datetime | None, typer.Option(formats=["%Y-%m-%d"], help="As it stood that day.")] = None,
    as_json: JsonOption = False,
    database: DatabaseOption = None,
) -> None:
    """One case: its steps, its clocks, and what may follow. / 查看办理。"""
    with registry_at(database) as opened:
        book = law_of(opened)
        with opened.session() as session:
            view = case_views.show(session, key_given(), number, book, on=on.date() if on else today())
    if as_json:
        typer.echo(msgspec.json.encode(view))
        return
    typer.echo("\n".join([*_told(view), *_steps(view)]))


@app.command("list", epilog="Example: chengxin case list --procedure objection")
def list_cases(
    procedure: Annotated[Procedure | None, typer.Option(help="Cases of this procedure.")] = None,
    code: Annotated[str | None, typer.Option(help="Cases about the subject with this code.")] = None,
    closed: Annotated[bool, typer.Option("--all", help="Closed ones too.")] = False,
    after: Annotated[int, typer.Option(min=0, help="Past the case with this number.")] = 0,
    limit: Annotated[int, typer.Option(min=1, help="At most so many.")] = case_views.MOST,
    as_json: JsonOption = False,
    database: DatabaseOption = None,
) -> None:
    """Open cases, in the order of their numbers. / 办理清单。"""
    with registry_at(database) as opened:
        book = law_of(opened)
        with opened.session() as session:
            views = case_views.listed(
                session, key_given(), book, procedure=procedure, code=code, closed=closed, after=after, limit=limit,
                on=today(),
            )  # fmt: skip
    _tell_all(views, as_json=as_json)


@app.command(epilog="Example: chengxin case overdue --on 2026-11-25")
def overdue(
    on: Annotated[datetime | None, typer.Option(formats=["%Y-%m-%d"], help="The day; default today.")] = None,
    as_json: JsonOption = False,
    database: DatabaseOption = None,
) -> None:
    """Cases in which the office should have acted by now, the longest overdue first. / 逾期清单。"""
    with registry_at(database) as opened:
        book = law_of(opened)
        with opened.session() as session:
            views = case_views.overdue(session, key_given(), book, on=on.date() if on else today())
    _tell_all(views, as_json=as_json)


def _take(number: int, kind: str, said: dict[str, Any], by: Role, *, as_json: bool, database: str | None) -> None:
    step = cases.told(kind, {name: value for name, value in said.items() if value is not None})
    if STEPS[kind].by is not by:
        raise CaseRefused(
            "经办步骤请用 case advance，决定请用 case decide。",
            "take a maker's step by `case advance`, a checker's by `case decide`.",
            step=kind,
        )
    with registry_at(database) as opened:
        book = law_of(opened)
        with opened.session() as session:
            done = cases.take(session, key_given(), number, step, book, now=moment())
    tell(done, as_json=as_json)


def _change(told: str) -> dict[str, Any]:
    """A change of a record as it is typed: nothing is null, money a number of fen."""
    field, _, values = told.partition(":")
    old, arrow, new = values.partition("=>")
    if not arrow:
        raise BadQuery("更正请写作 字段:原值=>新值。", "write a change as FIELD:OLD=>NEW.", change=told)
    read = (int(text) if field.endswith("_fen") and text.isdecimal() else text or None for text in (old, new))
    return dict(zip(("field", "old", "new"), (field, *read), strict=True))


def _tell_all(views: list[CaseView], *, as_json: bool) -> None:
    if as_json:
        typer.echo(msgspec.json.encode(views))
        return
    for view in views:
        typer.echo("\n".join(_told(view)))
    if not views:
        typer.echo(say("没有。", "None."))


def _told(view: CaseView) -> list[str]:
    about = f"  {say('记录', 'record')} {view.record}" if view.record else ""
    lines = [
        say(
            f"[{view.case}] {view.procedure_zh}：{view.stage_zh}  {view.code}  {view.name}{about}",
            f"[{view.case}] {view.procedure}: {view.stage}  {view.code}  {view.name}{about}",
        )
    ]
    for clock in view.clocks:
        due = f"{clock.due_on}" if clock.due_on else say("天数未签认", "number of days not signed")
        marks = [say("（暂定）", " (provisional)")] if clock.provisional else []
        marks += [say("（逾期）", " (overdue)")] if clock.overdue else []
        lines.append(f"   {say(clock.title.zh, clock.title.en)}：{due}{''.join(marks)}")
    return lines


def _steps(view: CaseView) -> list[str]:
    lines = []
    for step in view.steps:
        told = "  ".join(f"{name}={value}" for name, value in step.told.items())
        who = step.person or say("系统", "the registry")
        lines.append(f"   {step.on}  {say(step.zh, step.step)}  {who}  {told}")
    for may in view.next:
        zh, en = f"可进行：{may.step} {may.zh}（{Role(may.by).zh}）", f"next: {may.step} ({may.by})"
        lines.append(f"   {say(zh, en)}: {', '.join(may.tells)}")
    if (one := view.standing) is not None:
        stands = (one.outcome, one.because, one.shown_from, one.shown_until, one.withdrawn)
        lines.append("   " + "  ".join([say("公示情况", "public:"), *filter(None, stands)]))
    return lines
