"""What the commands share: where the database is, the language of the user, and how a refusal is told."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Annotated
from zoneinfo import ZoneInfo

import typer

from registry.actions import law
from registry.errors import Refusal
from registry.office import DEPARTMENTS, Office, load_office
from registry.rulebook import Rulebook, load
from registry.store.database import Database, default_place, open_database
from registry.store.migrations import require_current

DatabaseOption = Annotated[
    str | None,
    typer.Option(
        "--database",
        help="SQLite file or URL; default $CHENGXIN_DATABASE, else chengxin.db here.",
        show_default=False,
    ),
]
JsonOption = Annotated[bool, typer.Option("--json", help="Print JSON for another program.")]


@contextmanager
def registry_at(place: str | None) -> Iterator[Database]:
    """The registry the command works on, migrated and ready.

    Raises:
        DatabaseNotReady: it does not exist or is of another version.
    """
    database = open_database(place or default_place())
    try:
        require_current(database)
        yield database
    finally:
        database.close()


def speaks_chinese() -> bool:
    """Whether the user's language is Chinese, from the usual locale variables."""
    return next((os.environ[k] for k in ("LC_ALL", "LC_MESSAGES", "LANG") if os.environ.get(k)), "").startswith("zh")


def say(zh: str, en: str) -> str:
    """The sentence in the user's language."""
    return zh if speaks_chinese() else en


def as_object(refusal: Refusal) -> dict[str, str]:
    """A refusal as another program reads it."""
    return {"code": refusal.code, "zh": refusal.zh, "en": refusal.en}


def moment() -> datetime:
    """The clock, read at the door and passed in from there."""
    return datetime.now(UTC)


def today() -> date:
    """The day in the office's own time."""
    return moment().astimezone(ZoneInfo("Asia/Shanghai")).date()


def law_of(database: Database, rules: Path | None = None) -> Rulebook:
    """The law of a registry: the packaged rules, with the office's own (or `rules`) laid over them, and what it signed.

    Raises:
        RuleBroken: a file is incomplete or contradicts itself.
    """
    return law.law_of(database, load(rules or own_rules(database.folder)))


def own_rules(folder: Path) -> Path | None:
    """The office's own rules: $CHENGXIN_RULES, or `rules/` in the folder of a registry; null if there are none."""
    beside = folder / "rules"
    return named_rules() or (beside if beside.is_dir() else None)


def named_rules() -> Path | None:
    """The folder of rules that $CHENGXIN_RULES names."""
    named = os.environ.get("CHENGXIN_RULES")
    return Path(named) if named else None


def office_of(database: Database) -> Office:
    """The office's registers: from `office/` beside the database, or $CHENGXIN_OFFICE; else those packaged."""
    folder = Path(os.environ.get("CHENGXIN_OFFICE", database.folder / "office"))
    return load_office(folder if (folder / DEPARTMENTS).exists() else None)


def key_given() -> str | None:
    """The key of the person who acts, from $CHENGXIN_KEY; never an option, which a list of processes would show."""
    return os.environ.get("CHENGXIN_KEY")
