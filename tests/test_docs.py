"""The pages say what is true: the README's tour is run again, every command and every word is documented."""

import os
import re
import shlex
import subprocess
import sys
from collections.abc import Iterator
from enum import StrEnum
from pathlib import Path
from typing import Any

import pytest
import typer
from typer.testing import CliRunner

from registry import vocabulary
from registry.cli.app import command_line

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text(encoding="utf-8")
WORDS = (ROOT / "docs" / "words.md").read_text(encoding="utf-8")
PAGES = [ROOT / "README.md", ROOT / "CHANGELOG.md", *sorted((ROOT / "docs").rglob("*.md"))]
OURS = (".venv/bin/chengxin ", "make demo ARGS=")
PASSING = (  # what differs from one run to the next
    (r"\d+\.\d s\)", "N s)"),
    (r"Publishing on \S+", "Publishing on DAY"),
    (r"data as of [\d: -]+", "data as of NOW"),
)
LEFT_OUT = "…"


def _tour() -> list[tuple[str, str]]:
    """The README's commands in order, each with what it printed."""
    blocks = re.findall(r"```console\n(.*?)```", README, re.DOTALL)
    told = [step.partition("\n") for block in blocks for step in re.split(r"^\$ ", block, flags=re.MULTILINE)[1:]]
    return [(command, printed) for command, _, printed in told]


def _lasting(printed: str) -> list[str]:
    for pattern, word in PASSING:
        printed = re.sub(pattern, word, printed)
    return [line.rstrip() for line in printed.strip().splitlines()]


def _abridges(told: list[str], printed: list[str]) -> bool:
    """Whether `told` is `printed`, but for any number of lines at each `…`."""
    if not told:
        return not printed
    if told[0] == LEFT_OUT:
        return any(_abridges(told[1:], printed[skipped:]) for skipped in range(len(printed) + 1))
    return printed[:1] == told[:1] and _abridges(told[1:], printed[1:])


def test_the_tour_of_the_readme_prints_what_the_readme_shows(tmp_path: Path) -> None:
    (tmp_path / "sample_data").symlink_to(ROOT / "sample_data")
    surroundings = {**os.environ, "LC_ALL": "C.UTF-8", "COLUMNS": "80", "PYTHONPATH": str(ROOT)}
    tour = _tour()
    assert len([command for command, _ in tour if command.startswith(OURS)]) >= 5

    for command, told in tour:
        words = shlex.split(command.replace("make demo ARGS=", ".venv/bin/chengxin demo "))
        if words[0] == "export":
            name, _, value = words[1].partition("=")
            surroundings[name] = value
            continue
        assert command.startswith(OURS), command
        run = [sys.executable, "-m", "registry.cli.app", *words[1:]]
        done = subprocess.run(run, cwd=tmp_path, env=surroundings, capture_output=True, check=False, encoding="utf-8")

        assert done.returncode in (0, 1), done.stderr
        assert _abridges(_lasting(told), _lasting(done.stdout)), f"{command}\n{done.stdout}"


def _commands(group: Any, name: str) -> Iterator[str]:
    inner = getattr(group, "commands", None)
    if inner is None:
        yield name
        return
    for word, command in inner.items():
        yield from _commands(command, f"{name} {word}")


COMMANDS = list(_commands(typer.main.get_command(command_line()), "chengxin"))


def test_there_are_commands_to_document() -> None:
    assert {"chengxin import", "chengxin stats show"} <= set(COMMANDS)


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_is_in_the_readme_and_its_help_has_an_example(command: str) -> None:
    shown = CliRunner().invoke(command_line(), [*command.split()[1:], "--help"]).output

    assert f"`{command}`" in README
    assert f"Example: {command}" in " ".join(shown.split())


@pytest.mark.parametrize(
    "member",
    [one for kind in vars(vocabulary).values() if isinstance(kind, type) and issubclass(kind, StrEnum) for one in kind],
    ids=lambda member: f"{type(member).__name__}.{member.name}",
)
def test_every_word_of_the_vocabulary_is_explained(member: StrEnum) -> None:
    assert f"`{member.value}`" in WORDS
    assert getattr(member, "zh", "") in WORDS


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_link_and_every_file_named_is_there(page: Path) -> None:
    text = page.read_text(encoding="utf-8")
    links = [link for link in re.findall(r"\]\(([^)#]+)[^)]*\)", text) if "://" not in link]
    files = re.findall(r"`((?:registry|loaders|tests|docs)/[\w./-]+)`", text)

    assert [link for link in links if not (page.parent / link).exists()] == []
    assert [file for file in files if not (ROOT / file).exists()] == []
