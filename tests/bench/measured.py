"""A command, run in its own process: how long it took and how much memory it held at most."""

import compileall
import os
import sys
import sysconfig
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from subprocess import Popen

MEGA = 1_000_000
# bytecode is kept, as wherever a program is installed; else every start would compile hundreds of modules. And polars,
# once it is loaded here, has told this process how to keep memory; a command begun at a terminal is told nothing
_NOT_HANDED_ON = ("PYTHONDONTWRITEBYTECODE", "_RJEM_MALLOC_CONF")
ENVIRONMENT = {name: value for name, value in os.environ.items() if name not in _NOT_HANDED_ON}


@dataclass(frozen=True)
class Measured:
    """Wall time in seconds; the peak of resident memory in MB (10^6 bytes)."""

    seconds: float
    peak_mb: float


def installed() -> None:
    """Compile what this environment has installed, as an installer does; a second time costs little."""
    compileall.compile_dir(sysconfig.get_path("purelib"), quiet=2)


def run(command: Sequence[str | Path], *, good: Sequence[int] = (0,), folder: Path | None = None) -> Measured:
    """Run a command to its end, in a folder; what it says is kept only to tell why it failed.

    Before it begins, the disk is given what earlier commands left in memory: each pays for its own writing alone.

    Raises:
        RuntimeError: it ended with an exit code that is not `good`.
    """
    os.sync()
    with tempfile.TemporaryFile() as said:
        started = time.perf_counter()
        child = Popen([str(part) for part in command], stdout=said, stderr=said, env=ENVIRONMENT, cwd=folder)
        _, status, usage = os.wait4(child.pid, 0)
        seconds = time.perf_counter() - started
        child.returncode = os.waitstatus_to_exitcode(status)
        if child.returncode not in good:
            said.seek(0)
            raise RuntimeError(
                f"{' '.join(map(str, command))} ended with {child.returncode}:\n{said.read().decode()[-4000:]}"
            )
    kilo = 1 if sys.platform == "darwin" else 1024  # Linux counts in KiB, macOS in bytes
    return Measured(seconds, usage.ru_maxrss * kilo / MEGA)
