"""The figures as a table for people: what was measured, on what, against which bar."""

import os
import platform
import re
import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path

_PARTS = ("polars", "adbc-driver-sqlite", "litestar", "granian")


@dataclass(frozen=True)
class Figure:
    """One line: `met` is null where there is no bar."""

    step: str
    what: str
    value: str
    bar: str = ""
    met: bool | None = None


def at_most(step: str, what: str, value: float, bar: float, unit: str = "") -> Figure:
    """A figure that must not be larger than its bar."""
    return Figure(step, what, f"{value:,.2f}{unit}", f"≤ {bar:,g}{unit}", value <= bar)


def at_least(step: str, what: str, value: float, bar: float, unit: str = "") -> Figure:
    """A figure that must not be smaller than its bar."""
    return Figure(step, what, f"{value:,.1f}{unit}", f"≥ {bar:,g}{unit}", value >= bar)


def markdown(figures: Sequence[Figure], *, title: str, day: str, commands: Sequence[str], peers: dict[str, str]) -> str:
    """The section on one run."""
    lines = [f"## {title}, measured on {day}", ""]
    lines += [f"- {name}: {value}" for name, value in {**machine(), **peers}.items()]
    lines += ["", "| step | what | figure | bar | |", "|---|---|---:|---:|---|"]
    words = {None: "", True: "met", False: "**missed**"}
    lines += [f"| {f.step} | {f.what} | {f.value} | {f.bar} | {words[f.met]} |" for f in figures]
    lines += ["", "```console", *[f"$ {command}" for command in commands], "```", ""]
    return "\n".join(lines)


def machine() -> dict[str, str]:
    """What it ran on."""
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 1e9
    return {
        "machine": f"{_processor()}, {os.cpu_count()} cores, {memory:.0f} GB memory",
        "system": f"{platform.system()} {platform.release()}",
        "Python": platform.python_version(),
        "SQLite": sqlite3.sqlite_version,
        **{part: version(part) for part in _PARTS},
    }


def put(section: str, page: Path, *, marks: tuple[str, str]) -> None:
    """Put the section between its marks on the page, or at the end of a page without them."""
    text = page.read_text(encoding="utf-8") if page.exists() else ""
    begin, end = marks
    marked = f"{begin}\n{section}{end}\n"
    if begin in text:
        text = re.sub(rf"{re.escape(begin)}.*?{re.escape(end)}\n", lambda _: marked, text, flags=re.DOTALL)
    else:
        text += marked
    page.write_text(text, encoding="utf-8")


def _processor() -> str:
    described = Path("/proc/cpuinfo")
    found = re.search(r"model name\s*:\s*(.+)", described.read_text()) if described.exists() else None
    return found[1] if found else platform.processor() or platform.machine()
