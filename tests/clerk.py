"""A clerk at a terminal in a test: the program on a real pseudo-terminal, answered line by line as it asks."""

import os
import pty
import re
import select
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path

from tests.homes import place_in, release_all

_ASKING = re.compile(r"(?:> |: |：)$")
_STYLE = re.compile(r"\x1b\[[0-9;?]*[a-zA-Z]")
_PATIENCE = 120  # seconds, on a machine that does much else


def at_a_terminal(
    folder: Path, *words: str, key: str, lines: Sequence[str | bytes | Callable[[], str]], language: str = "C.UTF-8"
) -> tuple[int, str]:
    """Run `chengxin` with these words, type a line whenever it asks, and hang up after the last one. A line may be
    worked out when it is asked for.

    Returns its exit code and all that stood on the screen, without styles.
    """
    release_all()
    ours, theirs = pty.openpty()
    surroundings = {
        **os.environ,
        "LC_ALL": language,
        "PYTHONUTF8": "1",
        "TERM": "xterm",
        "COLUMNS": "80",
        "CHENGXIN_DATABASE": place_in(folder),
        "CHENGXIN_KEY": key,
    }
    run = [sys.executable, "-m", "registry.cli.app", *words]
    process = subprocess.Popen(run, env=surroundings, stdin=theirs, stdout=theirs, stderr=theirs)
    os.close(theirs)
    screen = b""
    for line in lines:
        screen += _until_asked(ours)
        told = line if isinstance(line, str | bytes) else line()
        os.write(ours, (told if isinstance(told, bytes) else told.encode()) + b"\n")
    screen += _until_asked(ours)
    os.write(ours, b"\x04")  # the end of what is typed, which closes the conversation
    screen += _rest(ours)
    os.close(ours)
    return process.wait(_PATIENCE), _STYLE.sub("", screen.decode(errors="replace")).replace("\r\n", "\n")


def _until_asked(ours: int) -> bytes:
    seen = b""
    while not _ASKING.search(_STYLE.sub("", seen.decode(errors="ignore"))):
        more = _more(ours)
        if not more:
            return seen
        seen += more
    return seen


def _rest(ours: int) -> bytes:
    seen = b""
    while more := _more(ours):
        seen += more
    return seen


def _more(ours: int) -> bytes:
    """What was printed next; nothing once the program has ended."""
    until = time.monotonic() + _PATIENCE
    while time.monotonic() < until:
        if select.select([ours], [], [], 1)[0]:
            try:
                return os.read(ours, 4096)
            except OSError:  # how Linux says that nobody is at the other end
                return b""
    raise TimeoutError("it neither asked nor ended")
