"""`python -m tests.bench spine [--rows 1000000] [--home postgresql] [--only floor,ours] [--out docs/benchmarks.md]`.

Everything it makes stays in `bench/` (or `--folder`), so that a single step can be run again.
"""

import argparse
import sys
from collections.abc import Callable
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from statistics import median

from tests.bench import floor, lookups, ours, report
from tests.bench.lookups import Load
from tests.bench.measured import Measured, installed, run
from tests.bench.ours import City
from tests.bench.peers import Peers, shown_rows
from tests.bench.places import Databases, File, places_at
from tests.bench.report import Figure, at_least, at_most
from tests.homes import POSTGRESQL, SQLITE

OURS_TO_FLOOR, FASTER_THAN_SQLITE_UTILS, MEMORY_GROWTH, MEMORY_MB = 2.5, 5, 1.3, 2000
FASTER_THAN_DATASETTE, LOOKUPS, LOOKUP_P99_MS, RETURN_SECONDS = 12, 4000, 15, 5
PORT = 8765
MARKS = ("<!-- spine on {}: written by `make bench` -->", "<!-- spine on {}: end -->")


class Spine:
    """One run of the benchmark; each step adds its figures."""

    def __init__(self, places: File | Databases, folder: Path, rows: int, repeats: int) -> None:
        self.places, self.folder, self.repeats, self.rows = places, folder, repeats, rows
        self.city = ours.city(folder, rows)
        self.name, self.address = f"chengxin-{rows}", ""
        self.figures: list[Figure] = []
        self.wrong: list[str] = []
        self.checked = 0
        self.ways: list[Measured] = []
        self.versions: dict[str, str] = {}

    def floor(self) -> None:
        """The floor alone; `ours` measures it again beside itself."""
        self._tell(
            "floor", "polars + ADBC into a fresh table, no checks", median(self._floor() for _ in range(self.repeats))
        )

    def ours(self) -> None:
        """Floor and registry in turn; the bar holds for the median of the pairs' ratios."""
        ratios, floors = [], []
        for _ in range(self.repeats):
            floors.append(self._floor())
            self._take()
            ratios.append(self.ways[-1].seconds / floors[-1])
        self._tell("ours", "floor beside it", median(floors))
        self._tell("ours", "chengxin import --publish", self._seconds())
        self.figures.append(
            at_most("ours", f"ratio to the floor, median of {self.repeats} pairs", median(ratios), OURS_TO_FLOOR)
        )
        apart = ours.apart(self.city, self.places.new("apart"))
        for what, part in (("import", apart.imported), ("link", apart.linked), ("publish", apart.published)):
            self._tell("ours", f"apart: chengxin {what}, once", part.seconds)
        self.places.new("apart")  # it is not needed any more

    def peers(self) -> None:
        """The same file into SQLite by well-known tools: no checks, no links, no law."""
        peers, target = self._peers(), self.folder / "peer.db"
        for name, job in (("sqlite-utils insert", peers.sqlite_utils), ("pandas to_sql", peers.pandas)):
            done = job(self.city.penalties, target)
            self._tell("peers", f"{name} (peak {done.peak_mb:,.0f} MB)", done.seconds)
            if self.ways:
                what, times = f"{name} to chengxin import --publish", done.seconds / self._seconds()
                bar = at_least("peers", what, times, FASTER_THAN_SQLITE_UTILS, " ×")
                self.figures.append(bar if name.startswith("sqlite") else Figure("peers", what, bar.value))

    def memory(self) -> None:
        """Peaks of memory must not grow with the rows."""
        if not self.ways:
            self._take()
        large_city, address = ours.city(self.folder, 3 * self.rows), self.places.new("large")
        large = ours.way(large_city, address)
        self._check(large_city, address)
        self.places.new("large")  # it is not needed any more
        few = self.ways[-1].peak_mb
        told = f"chengxin import --publish, {self.rows:,} and {3 * self.rows:,} rows"
        self.figures.append(Figure("memory", told, f"{few:,.0f} and {large.peak_mb:,.0f} MB"))
        self.figures.append(at_most("memory", "highest peak", large.peak_mb, MEMORY_MB, " MB"))
        growth = large.peak_mb / few
        self.figures.append(at_most("memory", "peak at three times the rows", growth, MEMORY_GROWTH, " ×"))
        self._tell("memory", f"chengxin import --publish of {3 * self.rows:,} rows", large.seconds)

    def lookup(self) -> None:
        """Lookups of random codes: the registry with one worker, then Datasette on the same rows, flat."""
        today = datetime.now(UTC).astimezone(timezone(timedelta(hours=8))).date()
        peers, flat, codes = self._peers(), self.folder / "flat.db", self.folder / "codes.txt"
        public = lookups.organisations(self.city.subjects, codes)
        mine = self._load(ours.serving(self._built(), PORT), public, codes, prefix="/v1/subjects/")
        shown_rows(self._in_a_file(), flat, on=today)
        suffix = "&_shape=array&_size=max&_nocount=1"
        theirs = self._load(
            peers.datasette(flat, PORT + 1),
            public,
            codes,
            prefix="/flat/record.json?uscc__exact=",
            suffix=suffix,
            port=PORT + 1,
        )
        if mine[1] != theirs[1]:
            self.wrong.append(f"a sample of lookups shows {mine[1]} records, the table holds {theirs[1]}")
        self.figures += [
            at_least("lookup", "chengxin serve --workers 1", mine[0].per_second, LOOKUPS, " /s"),
            at_most("lookup", "99th percentile", mine[0].p99_ms, LOOKUP_P99_MS, " ms"),
            Figure("lookup", "median", f"{mine[0].p50_ms:.2f} ms"),
            Figure(
                "lookup",
                "Datasette, one indexed table",
                f"{theirs[0].per_second:,.1f} /s, p99 {theirs[0].p99_ms:.0f} ms",
            ),
            at_least(
                "lookup", "ratio to Datasette", mine[0].per_second / theirs[0].per_second, FASTER_THAN_DATASETTE, " ×"
            ),
            Figure("lookup", "failed requests", f"{mine[0].failed} and {theirs[0].failed}", "0", mine[0].failed == 0),
        ]

    def month(self) -> None:
        """The return of the month in which everything was delivered."""
        built, out = self._built(), self.folder / "return"
        taken = median(ours.monthly_return(built, out).seconds for _ in range(self.repeats))
        self.figures.append(at_most("month", "chengxin stats show: the month's return", taken, RETURN_SECONDS, " s"))

    def _floor(self) -> float:
        return run([sys.executable, floor.__file__, self.city.penalties, self.places.new("floor")]).seconds

    def _take(self) -> None:
        self.address = self.places.new(self.name)
        self.ways.append(ours.way(self.city, self.address))
        self._check(self.city, self.address)

    def _seconds(self) -> float:
        return median(way.seconds for way in self.ways)

    def _built(self) -> str:
        self.address = self.address or self.places.standing(self.name) or ""
        if not self.address:
            self._take()
        self._check(self.city, self.address)
        self.places.settle(self.address)
        return self.address

    def _in_a_file(self) -> Path:
        """The same registry as an SQLite file, whatever home is measured."""
        files = File(self.folder)
        if not files.standing(self.name):
            ours.way(self.city, files.new(self.name))
        return self.folder / f"{self.name}.db"

    def _check(self, city: City, address: str) -> None:
        self.checked += 1
        self.wrong += [fault for fault in ours.differences(city, address) if fault not in self.wrong]

    def _peers(self) -> Peers:
        peers = Peers(self.folder)
        self.versions = peers.versions()
        return peers

    def _load(
        self,
        command: list[str | Path],
        public: list[str],
        codes: Path,
        *,
        prefix: str,
        suffix: str = "",
        port: int = PORT,
    ) -> tuple[Load, int]:
        """The load a server bears, and how many records it shows for a sample of codes."""
        base = f"http://127.0.0.1:{port}"
        with lookups.served(command, f"{base}{prefix}{public[0]}{suffix}", log=self.folder / f"server-{port}.log"):
            records = sum(lookups.items_of(f"{base}{prefix}{code}{suffix}") for code in lookups.sample(public))
            return lookups.load(base, codes, prefix=prefix, suffix=suffix), records

    def _tell(self, step: str, what: str, seconds: float) -> None:
        self.figures.append(Figure(step, what, f"{seconds:,.2f} s"))


STEPS: dict[str, Callable[[Spine], None]] = {
    step.__name__: step for step in (Spine.floor, Spine.ours, Spine.peers, Spine.memory, Spine.lookup, Spine.month)
}


def spine(asked: argparse.Namespace) -> int:
    """Run the steps asked for and print the table; 1 if the registry's results are not the truth."""
    asked.folder.mkdir(exist_ok=True)
    installed()
    steps = asked.only.split(",") if asked.only else [step for step in STEPS if step != "floor"]
    with places_at(asked.home, asked.folder) as places:
        made = Spine(places, asked.folder, asked.rows, asked.repeats)
        for step in steps:
            sys.stderr.write(f"{step} …\n")
            STEPS[step](made)
    right = Figure("truth", "counts equal the generator's", "; ".join(made.wrong) or "yes", "yes", not made.wrong)
    figures = [*made.figures, *([right] if made.checked else [])]
    command = f"python -m tests.bench spine --rows {asked.rows} --repeats {asked.repeats} --home {asked.home}"
    day = datetime.now(UTC).date().isoformat()
    section = report.markdown(
        figures,
        title=f"{asked.rows:,} penalties, {asked.home}",
        day=day,
        commands=[f"{command} --only {','.join(steps)}"],
        peers=made.versions,
    )
    sys.stdout.write(section)
    if asked.out:
        report.put(section, asked.out, marks=(MARKS[0].format(asked.home), MARKS[1].format(asked.home)))
    return 1 if made.wrong else 0


def main() -> None:
    """Read the command line."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench", description="Measure the registry.")
    command = parser.add_subparsers(required=True).add_parser("spine", help="import, link, publish, look up, count")
    command.add_argument("--rows", type=int, default=1_000_000)
    command.add_argument("--home", choices=(SQLITE, POSTGRESQL), default=SQLITE)
    command.add_argument("--repeats", type=int, default=3, help="medians of so many runs")
    command.add_argument("--only", default="", help=f"steps, joined by commas: {', '.join(STEPS)}")
    command.add_argument("--folder", type=Path, default=Path("bench"))
    command.add_argument("--out", type=Path, help="also write the section into this page")
    asked = parser.parse_args()
    unknown = set(filter(None, asked.only.split(","))) - set(STEPS)
    if unknown:
        parser.error(f"there is no step {', '.join(sorted(unknown))}; there are {', '.join(STEPS)}")
    sys.exit(spine(asked))


if __name__ == "__main__":
    main()
