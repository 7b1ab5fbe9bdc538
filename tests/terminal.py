"""The command line in a test: the program itself, in this process, for each new one takes most of a second to begin.

That it is a program of its own, with its exit codes and its output, test_commands asks.
"""

import sys
from contextlib import chdir
from pathlib import Path
from subprocess import CompletedProcess
from unittest.mock import patch

import structlog
from typer.testing import CliRunner

from registry.cli.app import main
from tests.homes import place_in, release_all


def chengxin(folder: Path, *words: str, key: str | None = None, language: str = "C.UTF-8") -> CompletedProcess[str]:
    """Run `chengxin` with these words on the registry in `folder`."""
    surroundings = {"LC_ALL": language, "CHENGXIN_DATABASE": place_in(folder), "CHENGXIN_KEY": key}
    release_all()
    terminal = CliRunner(env=surroundings)
    code = 0
    with chdir(folder), terminal.isolation() as (out, err, _), patch.object(sys, "argv", ["chengxin", *words]):
        try:
            main()
        except SystemExit as end:
            code = end.code if isinstance(end.code, int) else int(end.code is not None)
        structlog.reset_defaults()  # a log that the command set up was to end with its process
        sys.stdout.flush()
        sys.stderr.flush()
        told, complained = out.getvalue().decode(), err.getvalue().decode()
    return CompletedProcess(words, code, told, complained)
