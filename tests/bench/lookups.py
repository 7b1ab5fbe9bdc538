"""Lookups by code under load: wrk against a server that is started for it and stopped afterwards."""

import csv
import json
import os
import re
import signal
import subprocess
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

from tests.bench.measured import ENVIRONMENT

THREADS, CONNECTIONS, SECONDS = 2, 16, 10
_START = 60
_SAMPLE = 200
_MILLISECONDS = {"us": 0.001, "ms": 1.0, "s": 1000.0}


@dataclass(frozen=True)
class Load:
    """What wrk saw: requests a second, percentiles in milliseconds, and requests that failed."""

    per_second: float
    p50_ms: float
    p99_ms: float
    failed: int


def organisations(subjects: Path, codes: Path) -> list[str]:
    """The codes of the subjects that are no individual business, one a line in `codes`."""
    with subjects.open(encoding="utf-8", newline="") as stream:
        found = [row["统一社会信用代码"] for row in csv.DictReader(stream)]
    public = [code for code in found if not code.startswith("92")]
    codes.write_text("".join(f"{code}\n" for code in public), encoding="ascii")
    return public


@contextmanager
def served(command: Sequence[str | Path], first: str, *, log: Path) -> Iterator[None]:
    """The server, from when it answers the address `first` until the end of the block."""
    with log.open("wb") as said:
        server = subprocess.Popen(
            [str(part) for part in command], stdout=said, stderr=said, env=ENVIRONMENT, start_new_session=True
        )
    try:
        _wait(server, first, log)
        yield
    finally:
        _stop(server)


def load(base: str, codes: Path, *, prefix: str, suffix: str = "") -> Load:
    """Ten seconds of random lookups, after two to warm up."""
    env = {**os.environ, "CODES": str(codes), "PREFIX": prefix, "SUFFIX": suffix}
    script = ["-s", str(Path(__file__).with_name("lookup.lua"))]
    said = ""
    for seconds in (2, SECONDS):
        asked = ["wrk", f"-t{THREADS}", f"-c{CONNECTIONS}", f"-d{seconds}s", "--latency", *script, base]
        said = subprocess.run(asked, check=True, capture_output=True, text=True, env=env).stdout
    return read(said)


def read(said: str) -> Load:
    """The figures in what wrk printed."""
    rate = re.search(r"Requests/sec:\s+([\d.]+)", said)
    refused = re.search(r"Non-2xx or 3xx responses: (\d+)", said)
    broken = re.search(r"Socket errors: connect (\d+), read (\d+), write (\d+), timeout (\d+)", said)
    if rate is None:
        raise RuntimeError(f"wrk said nothing to be read:\n{said}")
    failed = int(refused[1] if refused else 0) + sum(int(n) for n in (broken.groups() if broken else ()))
    return Load(float(rate[1]), _percentile(said, 50), _percentile(said, 99), failed)


def items_of(address: str) -> int:
    """How many records an answer holds: of a list its length, of a subject the items of its sections."""
    with urlopen(address, timeout=30) as reply:  # noqa: S310  (our own server)
        answer = json.load(reply)
    return len(answer) if isinstance(answer, list) else sum(section["count"] for section in answer["sections"])


def sample(codes: Sequence[str]) -> list[str]:
    """Some codes, evenly spread."""
    return list(codes[:: max(len(codes) // _SAMPLE, 1)])


def _percentile(said: str, percent: int) -> float:
    found = re.search(rf"^\s+{percent}%\s+([\d.]+)(us|ms|s)", said, re.MULTILINE)
    if found is None:
        raise RuntimeError(f"wrk gave no {percent}th percentile:\n{said}")
    return float(found[1]) * _MILLISECONDS[found[2]]


def _stop(server: "subprocess.Popen[bytes]") -> None:
    """End the server and its workers, which are a process group of their own."""
    try:
        os.killpg(server.pid, signal.SIGTERM)
        server.wait(10)
    except subprocess.TimeoutExpired:
        os.killpg(server.pid, signal.SIGKILL)
        server.wait(10)
    except ProcessLookupError:
        server.wait(10)


def _wait(server: "subprocess.Popen[bytes]", address: str, log: Path) -> None:
    end = time.monotonic() + _START
    while time.monotonic() < end and server.poll() is None:
        try:
            with urlopen(address, timeout=5):  # noqa: S310  (our own server)
                return
        except (URLError, ConnectionError, TimeoutError):
            time.sleep(0.2)
    raise RuntimeError(f"the server does not answer {address}:\n{log.read_text(errors='replace')[-4000:]}")
