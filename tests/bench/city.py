"""The whole city of `tests.city` through the registry: `python -m tests.bench.city [--scale 1] [--home postgresql]
[--out PAGE]`.

Import, link, publish; the year's return, compared with the truth; a day's work on top; lookups and searches against a
city a ninth as large; how large the database is beside what was delivered. Files stay in `bench/` (or `--folder`).
"""

import argparse
import csv
import json
import sys
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from fractions import Fraction
from http import HTTPStatus
from itertools import groupby
from pathlib import Path
from statistics import median
from subprocess import run as run_plainly
from urllib.error import HTTPError
from urllib.parse import quote
from urllib.request import urlopen

from tests.bench import report
from tests.bench.lookups import served
from tests.bench.measured import ENVIRONMENT, Measured, installed, run
from tests.bench.ours import CHENGXIN, SOME_REJECTED
from tests.bench.places import Databases, File, places_at
from tests.bench.report import Figure, at_most
from tests.city import permits
from tests.city.__main__ import check
from tests.city.draws import Draws
from tests.city.streams import shares
from tests.city.whole import Whole, write
from tests.homes import POSTGRESQL, SQLITE

MINUTES = {SQLITE: 6, POSTGRESQL: 8}
MEMORY_MB, PER_ROW, DAY_SECONDS, RETURN_SECONDS, SIZE = 3000, 1.25, 20, 15, 1.5
SLOWER_LOOKUP = 1.2
SMALLER = 9
DAY_FILES, DAY_ROWS, DAY = 20, 30_000, "2024-12-30"
STEPS = ("import", "link", "publish")
LOOKUPS, SEARCHES, WARM, PORT = 400, 40, 20, 8766
MARKS = ("<!-- city on {}: written by `make bench-city` -->", "<!-- city on {}: end -->")


@dataclass(frozen=True)
class Taken:
    """What a city took: its import by source kind, link and publish; `settled` is what its server did afterwards."""

    imports: dict[str, list[Measured]]
    linked: Measured
    published: Measured
    settled: float

    @property
    def seconds(self) -> float:
        return sum(one.seconds for one in self._all())

    @property
    def peak_mb(self) -> float:
        return max(one.peak_mb for one in self._all())

    def _all(self) -> list[Measured]:
        return [*(one for each in self.imports.values() for one in each), self.linked, self.published]


class City:
    """A city at a scale: its files, and a registry of its own."""

    def __init__(self, folder: Path, scale: Fraction, places: File | Databases, seed: int = 1) -> None:
        self.folder = folder.absolute()
        self.files = self.folder / f"whole-{scale.numerator}-{scale.denominator}-{seed}"
        self.scale, self.seed, self._places = scale, seed, places
        self.address = places.new(self.files.name)
        self.here: tuple[str | Path, ...] = ("--database", self.address)

    @property
    def bytes_kept(self) -> int:
        """The size of its registry."""
        return self._places.bytes_of(self.address)

    @property
    def records(self) -> int:
        """How many records it has."""
        truth = json.loads((self.files / "truth.json").read_text(encoding="utf-8"))
        return int(truth["figures"]["records"])

    def written(self) -> float:
        """Write the files unless they stand there; the seconds it took."""
        started = time.monotonic()
        if not (self.files / "truth.json").exists():  # it is written last
            scale = ("--scale", str(self.scale), "--seed", str(self.seed))
            run([sys.executable, "-m", "tests.city", "--whole", self.files, *scale])
        return time.monotonic() - started

    def taken(self) -> Taken:
        """Take everything in, file by file in the order of delivery, link and publish."""
        self._run("init")
        imports: dict[str, list[Measured]] = {}
        for (source, day), files in groupby(self._deliveries(), key=lambda file: (file["source"], file["received_on"])):
            paths = [self.files / file["file"] for file in files]
            imports.setdefault(source, []).append(self._import(paths, source, day))
        linked, published = self._run("link"), self._run("publish")
        started = time.monotonic()
        self._places.settle(self.address)
        return Taken(imports, linked, published, time.monotonic() - started)

    def a_day(self) -> tuple[Measured, ...]:
        """Twenty more files about the same companies: import, link, publish."""
        whole = Whole(self.scale, self.seed)
        fates = shares(DAY_ROWS, bad_code=40, duplicate=100)
        plain = DAY_ROWS - sum(fates.values())
        usual = next(source for source in whole.sources if source.stream.name == "permits")
        draws = Draws(f"{self.seed}/day")
        stream = replace(usual.stream, name="day", files=DAY_FILES, plain=plain, others=fates, draws=draws, first=12)
        of_day = replace(usual, stream=stream, headers=permits.HEADERS)
        folder = self.files.with_name(f"{self.files.name}-day")
        folder.mkdir(exist_ok=True)
        paths = [folder / write(of_day.rows(n, whole.register), of_day, n, folder) for n in range(DAY_FILES)]
        return self._import(paths, "permits", DAY), self._run("link"), self._run("publish")

    def year(self, out: Path) -> tuple[Measured, list[str]]:
        """The year's return, and where it differs from the truth."""
        told = out / "return.json"
        out.mkdir(parents=True, exist_ok=True)
        command = [CHENGXIN, "stats", "show", "2024", "--out", out.absolute(), *self.here]
        measured = run(command, folder=self.folder)
        done = run_plainly(
            [*map(str, command), "--json"], capture_output=True, text=True, check=True, env=ENVIRONMENT, cwd=self.folder
        )
        told.write_text(done.stdout, encoding="utf-8")
        return measured, ["the return differs from the truth"] if check(self.files, told) else []

    def bytes_delivered(self) -> int:
        """The size of what was delivered."""
        return sum((self.files / file["file"]).stat().st_size for file in self._deliveries())

    def codes(self) -> list[tuple[str, str]]:
        """Some companies of the register, evenly spread: code and name."""
        found = []
        for path in sorted(self.files.glob("*-subjects-*.csv")):
            with path.open(encoding="utf-8", newline="") as stream:
                found += [(row["统一社会信用代码"], row["企业名称"]) for row in csv.DictReader(stream)]
        public = [each for each in found if not each[0].startswith("92")]
        return public[:: max(len(public) // LOOKUPS, 1)][:LOOKUPS]

    def answers(self, log: Path) -> tuple[float, float]:
        """Median milliseconds of a lookup by code, and of a search for a name with its last characters left out."""
        some = self.codes()
        base = f"http://127.0.0.1:{PORT}/v1/subjects"
        command = [CHENGXIN, "serve", "--port", str(PORT), "--workers", "1", *self.here]
        with served(command, f"http://127.0.0.1:{PORT}/healthz", log=log):
            lookups = [_milliseconds(f"{base}/{code}") for code, _ in (*some[:WARM], *some)][WARM:]
            names = [name[:-3] for _, name in some[: SEARCHES + WARM]]
            searches = [_milliseconds(f"{base}?q={quote(name)}") for name in names][WARM:]
        return median(lookups), median(searches)

    def _import(self, paths: Sequence[Path], source: str, day: str) -> Measured:
        return self._run("import", *paths, "--source", source, "--received", day, "--json")

    def _run(self, *words: str | Path) -> Measured:
        return run([CHENGXIN, *words, *self.here], good=SOME_REJECTED, folder=self.folder)

    def _deliveries(self) -> list[dict[str, str]]:
        with (self.files / "files.csv").open(encoding="utf-8", newline="") as stream:
            return list(csv.DictReader(stream))


def figures(large: City, small: City, folder: Path, minutes: int) -> tuple[list[Figure], list[str]]:
    """Everything measured, and what was wrong."""
    writing = large.written()
    small.written()
    little, great = small.taken(), large.taken()
    returned, wrong = large.year(folder / "return")
    return [
        Figure("city", "writing the files", f"{writing:,.0f} s"),
        *_of_taking(large, great, great.seconds * small.records / (little.seconds * large.records), minutes),
        at_most("return", "chengxin stats show 2024", returned.seconds, RETURN_SECONDS, " s"),
        *_of_asking(large.answers(folder / "large.log"), small.answers(folder / "small.log")),
        _of_a_day(large.a_day()),
        Figure("truth", "the year's return states what the city holds", "; ".join(wrong) or "yes", "yes", not wrong),
    ], wrong


def _of_taking(city: City, taken: Taken, per_row: float, minutes: int) -> Iterator[Figure]:
    for source, parts in taken.imports.items():
        seconds, peak = sum(part.seconds for part in parts), max(part.peak_mb for part in parts)
        yield Figure("city", f"chengxin import, {source}", f"{seconds:,.1f} s, peak {peak:,.0f} MB")
    for what, step in (("link", taken.linked), ("publish", taken.published)):
        yield Figure("city", f"chengxin {what}", f"{step.seconds:,.1f} s, peak {step.peak_mb:,.0f} MB")
    yield at_most("city", "import + link + publish", taken.seconds, minutes * float(city.scale) * 60, " s")
    yield Figure("city", "settled by the server afterwards", f"{taken.settled:,.1f} s")
    yield Figure("city", "the same, rows a second", f"{city.records / taken.seconds:,.0f} /s")
    yield at_most("city", f"time per row to that of a city of 1/{SMALLER}", per_row, PER_ROW, " ×")
    yield at_most("city", "highest peak of memory", taken.peak_mb, MEMORY_MB, " MB")
    delivered = city.bytes_delivered()
    size = city.bytes_kept / delivered
    yield at_most("city", f"database to the {delivered / 1e9:.2f} GB delivered", size, SIZE, " ×")


def _of_asking(here: tuple[float, float], there: tuple[float, float]) -> Iterator[Figure]:
    for what, large, small in zip(("lookup", "search"), here, there, strict=True):
        yield Figure(what, f"median, and in a city of 1/{SMALLER}", f"{large:.2f} and {small:.2f} ms")
        yield at_most(what, "ratio", large / small, SLOWER_LOOKUP, " ×")


def _of_a_day(day: Sequence[Measured]) -> Figure:
    parts = ", ".join(f"{what} {part.seconds:.1f}" for what, part in zip(STEPS, day, strict=True))
    what = f"{DAY_FILES} files, {DAY_ROWS:,} rows: {parts} s"
    return at_most("day", what, sum(part.seconds for part in day), DAY_SECONDS, " s")


def _milliseconds(address: str) -> float:
    started = time.perf_counter()
    try:
        with urlopen(address, timeout=60) as reply:  # noqa: S310  (our own server)
            reply.read()
    except HTTPError as refused:
        if refused.code != HTTPStatus.NOT_FOUND:  # of some companies nothing is public
            raise
    return (time.perf_counter() - started) * 1000


def main() -> int:
    """Read the command line, measure, print, and put the section on the page; 1 if a result is not the truth."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench.city", description="Take a whole city in.")
    parser.add_argument("--scale", type=Fraction, default=Fraction(1))
    parser.add_argument("--home", choices=(SQLITE, POSTGRESQL), default=SQLITE)
    parser.add_argument("--folder", type=Path, default=Path("bench"))
    parser.add_argument("--out", type=Path, help="also write the section into this page")
    asked = parser.parse_args()
    asked.folder.mkdir(exist_ok=True)
    installed()
    with places_at(asked.home, asked.folder) as places:
        large, small = (City(asked.folder, scale, places) for scale in (asked.scale, asked.scale / SMALLER))
        made, wrong = figures(large, small, asked.folder, MINUTES[asked.home])
    day = datetime.now(UTC).date().isoformat()
    title = f"The whole city: {large.records:,} records, {asked.home}"
    command = f"python -m tests.bench.city --scale {asked.scale} --home {asked.home}"
    section = report.markdown(made, title=title, day=day, commands=[command], peers={})
    sys.stdout.write(section)
    if asked.out:
        report.put(section, asked.out, marks=(MARKS[0].format(asked.home), MARKS[1].format(asked.home)))
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
