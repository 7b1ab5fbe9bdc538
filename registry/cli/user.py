"""`chengxin user`: people of the office, their roles and their keys."""

import json
from dataclasses import asdict
from typing import Annotated

import typer
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from registry.actions import people
from registry.actions.people import Keyed
from registry.cli.options import DatabaseOption, JsonOption, key_given, moment, registry_at, say
from registry.vocabulary import Role

app = typer.Typer(no_args_is_help=True, help="人员、角色与密钥。People, their roles and keys.")


@app.command(epilog="Example: chengxin user add 王芳 --role maker --role checker")
def add(
    name: Annotated[str, typer.Argument(help="The person's name.")],
    role: Annotated[list[Role], typer.Option("--role", help="What they may do; may be given again.")],
    as_json: JsonOption = False,
    database: DatabaseOption = None,
) -> None:
    """Let a person in; prints their key, once. The first one is an administrator and needs no key. / 增加人员。"""
    with registry_at(database) as opened, opened.session() as session:
        made = people.add(session, key_given(), name, role, now=moment())
    _tell(made, as_json=as_json)


@app.command("list", epilog="Example: chengxin user list")
def list_people(as_json: JsonOption = False, database: DatabaseOption = None) -> None:
    """Everybody, with roles; for administrators and auditors. / 人员清单。"""
    with registry_at(database) as opened, opened.session() as session:
        listed = people.every(session, key_given())
    if as_json:
        typer.echo(json.dumps([asdict(one) for one in listed], ensure_ascii=False, default=str))
        return
    table = Table(say("编号", "id"), say("姓名", "name"), say("角色", "roles"), say("停用", "disabled"))
    for one in listed:
        roles = "、".join(Role(role).zh for role in one.roles)
        table.add_row(str(one.id), escape(one.name), say(roles, ", ".join(one.roles)), str(one.disabled or ""))
    Console().print(table)


@app.command(epilog="Example: chengxin user disable 3 --reason 调离")
def disable(
    person: Annotated[int, typer.Argument(help="The person's number.")],
    reason: Annotated[str, typer.Option(help="Why.")],
    as_json: JsonOption = False,
    database: DatabaseOption = None,
) -> None:
    """Let a person act no more; what they decided stays. / 停用人员。"""
    with registry_at(database) as opened, opened.session() as session:
        people.disable(session, key_given(), person, reason=reason, now=moment())
    if as_json:
        typer.echo(json.dumps({"disabled": person}))
        return
    typer.echo(say(f"{person} 号人员已停用。", f"Person {person} is disabled."))


@app.command(epilog="Example: chengxin user rotate 3")
def rotate(
    person: Annotated[int | None, typer.Argument(help="The person's number; default yourself.")] = None,
    as_json: JsonOption = False,
    database: DatabaseOption = None,
) -> None:
    """A new key instead of the old one; prints it, once. / 更换密钥。"""
    with registry_at(database) as opened, opened.session() as session:
        made = people.rotate(session, key_given(), person, now=moment())
    _tell(made, as_json=as_json)


def _tell(made: Keyed, *, as_json: bool) -> None:
    if as_json:
        typer.echo(json.dumps(asdict(made), ensure_ascii=False))
        return
    roles = "、".join(Role(role).zh for role in made.roles)
    typer.echo(
        say(
            f"{made.id} 号 {made.name}（{roles}）的密钥如下，仅显示这一次：",
            f"The key of {made.name}, number {made.id} ({', '.join(made.roles)}), shown this once:",
        )
    )
    typer.echo(made.key)
