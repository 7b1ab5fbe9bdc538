"""`chengxin review`: the queue of what waits for people, their answers, and taking them back."""

from typing import Annotated

import msgspec
import typer

from registry.actions import review, review_queue
from registry.actions.differences import Piece
from registry.actions.review_queue import Item, Suggestion
from registry.cli.options import DatabaseOption, JsonOption, key_given, moment, registry_at, say
from registry.vocabulary import Answer, Role

app = typer.Typer(no_args_is_help=True, help="判定待定的关联。Judge whom records are about.")


@app.command("list", epilog="Example: chengxin review list --limit 20")
def list_items(
    limit: Annotated[int, typer.Option(help="At most so many.")] = 20,
    as_json: JsonOption = False,
    database: DatabaseOption = None,
) -> None:
    """What waits, the most waited on first. / 待判定清单。"""
    with registry_at(database) as opened, opened.session() as session:
        items = review_queue.queue(session, key_given(), limit=limit)
    if as_json:
        typer.echo(msgspec.json.encode(items))
        return
    for item in items:
        typer.echo("\n".join(_told(item)))
    if not items:
        typer.echo(say("没有待判定的记录。", "Nothing waits."))


@app.command(epilog="Example: chengxin review show 4711")
def show(
    record: Annotated[int, typer.Argument(help="A record of the item.")],
    as_json: JsonOption = False,
    database: DatabaseOption = None,
) -> None:
    """One item with all its records. / 查看一项。"""
    with registry_at(database) as opened, opened.session() as session:
        shown = review_queue.show(session, key_given(), record)
    if as_json:
        typer.echo(msgspec.json.encode(shown))
        return
    typer.echo("\n".join(_told(shown.item)))
    for one in shown.records:
        typer.echo(f"   [{one.record}] {one.name}  {one.document or '—'}  {one.decided_on or '—'}  {one.body or '—'}")


@app.command(epilog="Example: chengxin review answer 4711 same --reason 登记档案载明曾用此名")
def answer(
    record: Annotated[int, typer.Argument(help="A record of the item; the answer covers all of them.")],
    answer: Annotated[Answer, typer.Argument(help="Your answer.")],
    reason: Annotated[str, typer.Option(help="Why; without personal data.")],
    subject: Annotated[str | None, typer.Option(help="Unified code; default the subject it is linked to.")] = None,
    other: Annotated[int | None, typer.Option("--record", help="Against this record without a code.")] = None,
    as_json: JsonOption = False,
    database: DatabaseOption = None,
) -> None:
    """Answer whether it is the same; a negative record takes a maker and another checker. / 作出判定。"""
    with registry_at(database) as opened, opened.session() as session:
        done = review.judge(
            session, key_given(), record, answer, subject=subject, other=other, reason=reason, now=moment()
        )
    if as_json:
        typer.echo(msgspec.json.encode(done))
        return
    typer.echo(
        say(
            f"台账第 {done.event} 条（{Role(done.role).zh}）：涉及 {done.records} 条记录；已确认 {done.confirmed}，"
            f"待复核 {done.waiting}。",
            f"Event {done.event} ({done.role}): covers {done.records} records; confirmed {done.confirmed}, "
            f"waiting for a second person {done.waiting}.",
        )
    )


@app.command(epilog="Example: chengxin review undo 41 --reason 误判")
def undo(
    event: Annotated[int, typer.Argument(help="The event of the answer.")],
    reason: Annotated[str, typer.Option(help="Why.")],
    database: DatabaseOption = None,
) -> None:
    """Take an answer back: exactly what was before stands again. / 撤销判定。"""
    with registry_at(database) as opened, opened.session() as session:
        done = review.undo(session, key_given(), event, reason=reason, now=moment())
    typer.echo(say(f"已撤销（台账第 {done} 条）。", f"Undone (event {done})."))


def _told(item: Item) -> list[str]:
    numbers = (item.code, item.organisation_code, item.registration_number)
    lines = [
        f"[{item.record}] {' '.join(filter(None, numbers)) or say('无代码', 'no code')}  {item.name}",
        say(
            f"   待判定 {item.waiting} 条（不利信息 {item.negative} 条），报送单位 {item.bodies} 家：{item.because.zh}",
            f"   {item.waiting} wait, {item.negative} of them negative, from {item.bodies} bodies: {item.because.en}",
        ),
    ]
    for suggestion in item.suggestions:
        lines += _suggested(suggestion)
    lines += [
        say(
            f"   {one.person}（{Role(one.role).zh}）：{Answer(one.answer).zh} {one.about}（台账第 {one.event} 条）",
            f"   {one.person} ({one.role}): {one.answer} {one.about} (event {one.event})",
        )
        for one in item.answers
    ]
    return lines


def _suggested(one: Suggestion) -> list[str]:
    agreeing = [say(fact.zh, fact.en) for fact in one.facts if fact.agrees]
    differing = [say(fact.zh, fact.en) for fact in one.facts if fact.agrees is False]
    return [
        f" → {one.code}  {one.name}  {one.status or ''}  {one.score:.2f}",
        "   " + say("；".join(why.zh for why in one.because), "; ".join(why.en for why in one.because)),
        f"   {_marked(one.record_name)}  |  {_marked(one.subject_name)}",
        say(
            f"   一致：{'、'.join(agreeing) or '无'}；不一致：{'、'.join(differing) or '无'}",
            f"   agree: {', '.join(agreeing) or 'none'}; disagree: {', '.join(differing) or 'none'}",
        ),
    ]


def _marked(pieces: list[Piece]) -> str:
    return "".join(typer.style(f"【{one.text}】", bold=True) if one.differs else one.text for one in pieces)
