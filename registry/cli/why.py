"""`chengxin why`: the reason for any item, from the row that was delivered to what became of it."""

from typing import Annotated

import msgspec
import typer

from loaders.sources import SOURCES
from registry.actions.why import Why, why_here
from registry.cli.options import DatabaseOption, JsonOption, key_given, law_of, registry_at, say, today
from registry.vocabulary import Ruling, SourceKind

app = typer.Typer()


@app.command()
def why(
    item: Annotated[str, typer.Argument(help="A record's number, a row as DELIVERY:LINE, or case:NUMBER.")],
    as_json: JsonOption = False,
    database: DatabaseOption = None,
) -> None:
    """Why something is public, held, withheld, withdrawn or rejected: rule, article, link, row. / 说明理由。

    Example: chengxin why 53
    """
    with registry_at(database) as opened:
        book = law_of(opened)
        with opened.session() as session:
            told = why_here(session, key_given(), item, on=today(), book=book)
    typer.echo(msgspec.json.encode(told) if as_json else "\n".join(_told(told)))


def _told(why: Why) -> list[str]:
    return [say(why.said.zh, why.said.en), *_failed(why), *_record(why), *_rows(why), *_stages(why)]


def _failed(why: Why) -> list[str]:
    """What each check of a rejected row says to people."""
    if not why.failed:
        return []
    problems = {check.name: check.problem for check in SOURCES[SourceKind(why.source or "")].checks}
    return [f"  {name}: {problems.get(name, name)}" for name in why.failed]


def _record(why: Why) -> list[str]:
    if why.record is None:
        return []
    one = why.record
    named = f"{one.name or '—'}  {one.uscc or '—'}  {one.document or '—'}  {one.decided_on or '—'}  {one.body or '—'}"
    return [say(f"记录 {one.id}：{one.source}  {named}", f"Record {one.id}: {one.source}  {named}")]


def _rows(why: Why) -> list[str]:
    lines = []
    for row in why.rows:
        where = f"{row.file}{f' [{row.sheet}]' if row.sheet else ''}"
        recalled = say(f"，已撤回：{row.recalled}", f", recalled: {row.recalled}") if row.recalled else ""
        lines.append(
            say(
                f"  报送：批次 {row.delivery}，{where}，第 {row.line} 行，{row.department or '—'}，"
                f"{row.received_on}{recalled}",
                f"  delivered: {row.delivery}, {where}, line {row.line}, {row.department or '—'}, "
                f"{row.received_on}{recalled}",
            )
        )
    return lines


def _stages(why: Why) -> list[str]:
    lines = [
        say(
            f"  关联：{one.name} {one.code}，{one.how}，{one.state}{_ended(one.ended_at)}",
            f"  linked: {one.name} {one.code}, by {one.how}, {one.state}{_ended(one.ended_at)}",
        )
        for one in why.links
    ]
    lines += [
        say(f"  判定：{one.person}（{one.role}）{one.answer}", f"  answered: {one.person} ({one.role}) {one.answer}")
        for one in why.answers
        if one.undone_by is None
    ]
    for one in why.outcomes:
        days = f"{one.shown_from or '—'} .. {one.shown_until or '—'}" if one.outcome == "shown" else one.because
        law = f"  {one.basis}" if one.basis else ""
        lines.append(
            say(
                f"  结果：{one.outcome}  {days}{law}{_ended(one.ended_at)}",
                f"  outcome: {one.outcome}  {days}{law}{_ended(one.ended_at)}",
            )
        )
    lines += [
        say(
            f"  终止公示：{one.reason}，{one.recorded_at:%Y-%m-%d}{_ended(one.lifted_at)}",
            f"  withdrawn: {one.reason}, {one.recorded_at:%Y-%m-%d}{_ended(one.lifted_at)}",
        )
        for one in why.withdrawals
    ]
    lines += [
        say(
            f"  另一版本：记录 {one.record}（{one.relation}）{_held(one.ruling)}",
            f"  other version: record {one.record} ({one.relation}){_held(one.ruling)}",
        )
        for one in why.versions
    ]
    lines += [
        f"  #{one.event} {one.recorded_at:%Y-%m-%d} {one.kind} {one.person or '—'} {one.document or ''}".rstrip()
        for one in why.events
    ]
    return lines


def _held(ruling: str | None) -> str:
    return "" if ruling is None else say(f"，认定为{Ruling(ruling).zh}", f", held to be {ruling}")


def _ended(instant: object) -> str:
    return "" if instant is None else say("（已终止）", " (ended)")
