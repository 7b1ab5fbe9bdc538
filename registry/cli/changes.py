"""`chengxin changes`: who takes what is public elsewhere, and how soon they take down what is withdrawn."""

from typing import Annotated

import msgspec
import typer

from registry.actions import change_feed
from registry.cli.options import DatabaseOption, JsonOption, key_given, moment, registry_at, say

app = typer.Typer(no_args_is_help=True, help="变更同步。How far those who keep copies are.")


@app.callback()
def _group() -> None: ...


@app.command(epilog="Example: chengxin changes lag --days 30")
def lag(
    days: Annotated[int, typer.Option(help="Withdrawals of so many days back.")] = 30,
    as_json: JsonOption = False,
    database: DatabaseOption = None,
) -> None:
    """Each consumer of the feed: what it has not acknowledged, and how long it took. / 同步滞后。"""
    with registry_at(database) as opened, opened.session() as session:
        found = change_feed.consumers(session, key_given(), days=days, now=moment())
    if as_json:
        typer.echo(msgspec.json.encode(found))
        return
    for one in found:
        since = one.since.isoformat(timespec="seconds") if one.since else "—"
        slowest, median = (f"{took:.0f} s" if took is not None else "—" for took in (one.slowest, one.median))
        typer.echo(
            say(
                f"{one.name}（{one.person} 号）：已确认至第 {one.acknowledged} 项；"
                f"未确认 {one.behind} 条，最早 {since}；用时中位 {median}，最长 {slowest}",
                f"{one.name} ({one.person}): acknowledged up to change {one.acknowledged}; {one.behind} items behind, "
                f"the oldest since {since}; took {median} at the median, {slowest} at most",
            )
        )
    if not found:
        typer.echo(say("尚无单位确认过变更。", "Nobody has acknowledged a change yet."))
