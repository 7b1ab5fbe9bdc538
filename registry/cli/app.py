"""The command `chengxin`: the command groups together, and one place where a refusal is told."""

import json
import sys
from importlib import import_module

import typer

from registry.cli.options import say
from registry.errors import Refusal
from registry.store.faults import storage

# each group with the commands in it: running one command imports its own group only
GROUPS = {
    "imports": ("init", "import"),
    "publishing": ("link", "publish"),
    "lookups": ("lookup", "search"),
    "why": ("why",),
    "match": ("match",),
    "serving": ("serve",),
    "work": ("work",),
    "demo": ("demo",),
    "stats": ("stats",),
    "rules": ("rules",),
    "user": ("user",),
    "audit": ("audit",),
    "review": ("review",),
    "subject": ("subject",),
    "case": ("case",),
    "matching": ("compare",),
    "changes": ("changes",),
    "hiding": ("hide",),
    "backup": ("backup", "restore"),
}
# with commands of their own below them
GROUPED = ("stats", "rules", "user", "audit", "review", "subject", "case", "changes")


def command_line(asked: str | None = None) -> typer.Typer:
    """All commands, or those of the group that `asked` is in."""
    app = typer.Typer(
        no_args_is_help=True,
        pretty_exceptions_enable=False,
        add_completion=False,
        help="诚信 chengxin: a registry of public credit information with due process. / 公共信用信息登记系统。",
    )

    @app.callback()
    def _registry() -> None: ...

    wanted = [group for group, commands in GROUPS.items() if asked in commands] or list(GROUPS)
    for group in wanted:
        module = import_module(f"registry.cli.{group}")
        app.add_typer(module.app, name=group if group in GROUPED else None)
    return app


def main() -> None:
    """Run a command; exit 2 with one clear sentence where the registry declines."""
    try:
        with storage():
            command_line(sys.argv[1] if len(sys.argv) > 1 else None)()
    except Refusal as refusal:
        if "--json" in sys.argv:
            typer.echo(json.dumps({"code": refusal.code, "zh": refusal.zh, "en": refusal.en}, ensure_ascii=False))
        else:
            typer.echo(f"{say(refusal.zh, refusal.en)} [{refusal.code}]", err=True)
        sys.exit(2)


if __name__ == "__main__":
    main()
