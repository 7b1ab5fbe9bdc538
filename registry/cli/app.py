"""The command `chengxin`: the command groups together, and one place where a refusal is told."""

import gc
import json
import sys
from importlib import import_module

import typer
from typer._click.exceptions import NoArgsIsHelpError, UsageError

from registry.cli import USUAL
from registry.cli.options import as_object, say
from registry.cli.usage import misused
from registry.errors import Refusal
from registry.store.faults import storage

# each group with the commands in it: running one command imports its own group only
GROUPS = {
    "imports": ("init", "import"),
    "publishing": ("link", "publish"),
    "lookups": ("lookup", "search"),
    "why": ("why",),
    "match": ("match", "duplicates"),
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
    gc.freeze()  # what is loaded by now stays
    gc.set_threshold(*USUAL)
    return app


def main() -> None:
    """Run a command; exit 2 with one clear sentence where the registry declines, or the command is none."""
    try:
        with storage():
            run = command_line(sys.argv[1] if len(sys.argv) > 1 else None)
            sys.exit(run(prog_name="chengxin", standalone_mode=False))
    except Refusal as refusal:
        _decline(refusal)
    except NoArgsIsHelpError as help_:
        help_.show()
        sys.exit(2)
    except UsageError as error:
        _decline(misused(error))
    except typer.Abort:
        typer.echo(say("已中止。", "Aborted."), err=True)
        sys.exit(1)


def _decline(refusal: Refusal) -> None:
    if "--json" in sys.argv:
        typer.echo(json.dumps(as_object(refusal), ensure_ascii=False))
    else:
        typer.echo(f"{say(refusal.zh, refusal.en)} [{refusal.code}]", err=True)
    sys.exit(2)


if __name__ == "__main__":
    main()
