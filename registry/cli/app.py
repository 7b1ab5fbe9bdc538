"""The command `chengxin`: the command groups together, and one place where a refusal is told."""

import json
import sys

import typer

from registry.cli import demo, imports, lookups, publishing, rules, serving, stats
from registry.cli.options import say
from registry.errors import Refusal

app = typer.Typer(
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    add_completion=False,
    help="诚信 chengxin: a registry of public credit information with due process. / 公共信用信息登记系统。",
)
for commands in (imports, publishing, lookups, serving, demo):
    app.add_typer(commands.app)
app.add_typer(stats.stats, name="stats")
app.add_typer(rules.rules, name="rules")


def main() -> None:
    """Run a command; exit 2 with one clear sentence where the registry declines."""
    try:
        app()
    except Refusal as refusal:
        if "--json" in sys.argv:
            typer.echo(json.dumps({"code": refusal.code, "zh": refusal.zh, "en": refusal.en}, ensure_ascii=False))
        else:
            typer.echo(f"{say(refusal.zh, refusal.en)} [{refusal.code}]", err=True)
        sys.exit(2)


if __name__ == "__main__":
    main()
