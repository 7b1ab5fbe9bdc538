"""`chengxin rules`: the law that the registry applies, as it is written down."""

from itertools import groupby
from typing import Annotated

import msgspec
import typer
from rich.console import Console
from rich.table import Table

from registry.cli.options import JsonOption, say
from registry.errors import RuleNotWritten
from registry.rulebook import Basis, Rulebook, load
from registry.rulebook.manual import plain

app = typer.Typer(no_args_is_help=True, help="The law that the registry applies: list it, show a rule.")


@app.command("list", epilog="Example: chengxin rules list")
def list_rules(*, as_json: JsonOption = False) -> None:
    """Every rule, with the days since when its versions apply and how surely they were read."""
    book = load()
    if as_json:
        typer.echo(msgspec.json.encode({"digest": book.digest, "rules": [*book.bases.values()]}))
        return
    table = Table(
        "rule", say("规则", "title"), say("版本", "since"), say("部分", "part"), say("核实程度", "confidence")
    )
    for name, parts in groupby(book.bases.values(), key=lambda basis: basis.rule):
        for basis in parts:
            table.add_row(name, say(basis.title.zh, basis.title.en), str(basis.since), basis.part, basis.confidence)
    Console().print(table)


@app.command("show", epilog="Example: chengxin rules show penalties")
def show_rule(
    rule: Annotated[str, typer.Argument(help="A rule as listed, e.g. penalties or lists.tax_serious; or one basis.")],
    *,
    as_json: JsonOption = False,
) -> None:
    """All versions of a rule: what it says, on which article, and what its subject can do."""
    parts = _parts(load(), rule)
    if as_json:
        typer.echo(msgspec.json.encode(parts))
        return
    for basis in parts:
        typer.echo(_told(basis))


def _parts(book: Rulebook, rule: str) -> list[Basis]:
    parts = [basis for basis in book.bases.values() if rule in (basis.rule, basis.basis)]
    if not parts:
        raise RuleNotWritten(f"规则库中没有规则 {rule}。", f"the rulebook has no rule {rule}.", rule=rule)
    return parts


def _told(basis: Basis) -> str:
    lines = [basis.basis, f"  {say(basis.part_title.zh, basis.part_title.en)}"]
    lines += [f"  {name} = {plain(value)}" for name, value in basis.values.items()]
    lines += [
        f"  《{cited.instrument}》（{cited.number}）{cited.article} [{cited.confidence}, {cited.checked}]"
        for cited in basis.citations
    ]
    remedies = (basis.note, basis.how_to_object, basis.how_to_restore)
    return "\n".join([*lines, *(f"  {say(said.zh, said.en)}" for said in remedies if said), ""])
