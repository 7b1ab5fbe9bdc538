"""`python -m tests.bench.name_speed [--only dedup,match,search] [--out docs/benchmarks.md]`: how fast names are found.

All names are made up (`tests.city.names`) and labelled as such. Peers run in environments of their own in `bench/`,
on the same list, each first for all that it knows, then again at the score at which its F1 is best, which is timed.
"""

import argparse
import http.client
import json
import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import quote

import polars as pl

from registry.names import normal_expr, parse
from registry.store import candidates
from registry.store.bulk import bulk, insert
from registry.store.database import open_database
from registry.store.migrations import migrate
from tests.bench import lookups, ours
from tests.bench.measured import installed, run
from tests.bench.name_peers import LONGEST, PEERS, Peer
from tests.bench.places import places_at
from tests.bench.report import Figure, at_least, at_most, machine, put
from tests.city.names import as_written, registered
from tests.city.words import COUNTIES
from tests.homes import POSTGRESQL, SQLITE

MARKS = ("<!-- names speed on {}: written by `make bench-names` -->", "<!-- names speed on {}: end -->")
FASTER, MATCH_BARS, SEARCH_P99_MS = 3, {400_000: (15, 2000), 3_000_000: (60, 6000)}, 20
THRESHOLDS = [*(step / 100 for step in range(99)), *(0.99 + step / 1000 for step in range(10)), 0.9995, 0.9999]
BRUTE_FORCE, PORT, SEARCHES = 2000, 8771, 1000
_OURS = """
import sys
import polars
from registry.matching.bulk import duplicates
if __name__ == "__main__":
    names = polars.read_csv(sys.argv[1], infer_schema=False)
    duplicates(names["name"]).write_csv(sys.argv[2])
"""


class Speed:
    """One run; each step adds its figures."""

    def __init__(self, folder: Path, rows: int, peers: list[str], home: str) -> None:
        self.folder, self.rows, self.peers, self.home = folder, rows, peers, home
        self.figures: list[Figure] = []
        self.versions: dict[str, str] = {}

    def dedup(self) -> None:
        """Duplicates among names of one city, of which one in five is another name written otherwise."""
        names, found, script = (self.folder / name for name in ("dedup.csv", "pairs.csv", "duplicates.py"))
        cluster = _list_with_duplicates(self.rows, names)
        script.write_text(_OURS, encoding="utf-8")
        mine = run([sys.executable, script, names, found])
        f1 = best_f1(_pairs(found), cluster, thresholds=[0.5])[0]
        self._tell("dedup", f"ours, {self.rows:,} names, at its threshold: F1 {f1:.3f}", mine.seconds)
        for name in self.peers:
            peer = Peer(name, self.folder)
            self.versions[name] = peer.version
            if name == "rapidfuzz":
                seconds = peer.pairs(names, found, peer.least, [str(BRUTE_FORCE)]) * self.rows / BRUTE_FORCE
                what = f"rapidfuzz cdist, reckoned from {BRUTE_FORCE:,} of the rows"
                self.figures.append(
                    at_least("dedup", f"{what} ({seconds:,.0f} s)", seconds / mine.seconds, FASTER, " ×")
                )
                continue
            peer.pairs(names, found, peer.least)
            theirs, least = best_f1(_pairs(found), cluster)
            seconds = peer.pairs(names, found, least)
            ended = "" if seconds < LONGEST else ", stopped then, F1 of what it had found"
            self.figures += [
                at_least("dedup", f"{name} ({seconds:,.1f} s{ended}) to ours", seconds / mine.seconds, FASTER, " ×"),
                Figure("dedup", f"{name}: best F1", f"{theirs:.3f} at {least:.2f}", f"< {f1:.3f}", theirs < f1),
            ]

    def match(self) -> None:
        """`chengxin match` of 100,000 queries."""
        for rows, (seconds, memory) in MATCH_BARS.items():
            subjects, queries, out = (self.folder / f"{name}-{rows}.csv" for name in ("subjects", "queries", "matches"))
            made = registered(rows)
            made.write_csv(subjects)
            as_written(made.sample(100_000, seed=3)).write_csv(queries)
            done = run([ours.CHENGXIN, "match", queries, subjects, "--out", out])
            told = pl.read_csv(out, columns=["query_id", "rank", "subject_id"])
            right = told.filter(pl.col("query_id") == pl.col("subject_id"))
            first = right.filter(pl.col("rank") == 1).height / 100_000
            what = f"100,000 queries against {rows:,} subjects"
            self.figures += [
                at_most("match", what, done.seconds, seconds, " s"),
                at_most("match", f"{what}: the largest process", done.peak_mb, memory, " MB"),
                Figure("match", f"{what}: the right one first, in the first five",
                       f"{first:.3f}, {right['query_id'].n_unique() / 100_000:.3f}"),
            ]  # fmt: skip

    def search(self) -> None:
        """`/v1/subjects?q=` over three million names, one at a time, each with a typing error or the like."""
        rows = max(MATCH_BARS)
        made = registered(rows)
        queries = as_written(made.sample(4 * SEARCHES, seed=9), seed=8)
        asked = queries.filter(pl.col("way").is_in(["typing error", "left out", "short form", "no province"]))
        with places_at(self.home, self.folder) as places:
            address = places.standing("names")
            if address is None:
                address = places.new("names")
                self._tell("search", f"indexing {rows:,} names into the registry", _registry(address, made))
            places.settle(address)
            log, first = self.folder / "names.log", f"http://127.0.0.1:{PORT}/healthz"
            with lookups.served(ours.serving(address, PORT), first, log=log):
                _latencies(asked.tail(SEARCHES // 2))
                times, right = _latencies(asked.head(SEARCHES))
        self.figures += [
            at_most("search", "99th percentile", times[int(len(times) * 0.99)], SEARCH_P99_MS, " ms"),
            Figure("search", "median", f"{times[len(times) // 2]:.2f} ms"),
            Figure("search", "the right one among the answers", f"{right / len(times):.3f}"),
        ]

    def _tell(self, step: str, what: str, seconds: float) -> None:
        self.figures.append(Figure(step, what, f"{seconds:,.1f} s"))


def best_f1(pairs: pl.DataFrame, cluster: pl.Series, *, thresholds: list[float] | None = None) -> tuple[float, float]:
    """The best F1 of pairs (left, right, score) over all thresholds, and that threshold. `cluster` of each row."""
    true = int((cluster.value_counts()["count"] - 1).sum())
    right = pairs.with_columns(cluster.gather(pairs["left"]).eq(cluster.gather(pairs["right"])).alias("right"))
    best = (0.0, 0.0)
    for least in thresholds or THRESHOLDS:
        kept = right.filter(pl.col("score") >= least)["right"]
        best = max(best, (2 * int(kept.sum()) / (len(kept) + true), least))
    return best


def _pairs(path: Path) -> pl.DataFrame:
    return pl.read_csv(path, columns=["left", "right", "score"], schema_overrides={"score": pl.Float64})


def _list_with_duplicates(rows: int, path: Path) -> pl.Series:
    """Write the list with its parsed columns; returns which company each row is of."""
    companies = registered(rows * 4 // 5, seed=11, regions=["乌兰察布市", "内蒙古", *COUNTIES])
    again = as_written(companies.sample(rows - companies.height, seed=4), seed=5).select("id", "name")
    both = pl.concat([companies, again]).sample(fraction=1, shuffle=True, seed=6)
    parsed = [parse(name) for name in both.select(normal_expr(pl.col("name")))["name"]]
    pl.DataFrame(
        {
            "id": range(both.height),
            "name": both["name"],
            "region": ["".join(region.text for region in one.regions) for one in parsed],
            "brand": [one.brand.text for one in parsed],
            "trade": [one.trade.text for one in parsed],
            "form": [one.form.text for one in parsed],
        }
    ).write_csv(path)
    return both["id"]


def _registry(address: str, names: pl.DataFrame) -> float:
    """A registry that holds a subject of each name; returns the seconds that its index took."""
    database = open_database(address, create=True)
    migrate(database)
    id_, recorded = pl.col("id") + 1, pl.lit(0)
    subjects = names.select(
        id_.alias("id"), pl.format("{}", id_).alias("uscc"), pl.lit("organisation").alias("category"), "name",
        pl.lit(0).alias("provisional"), recorded_at=recorded,
    )  # fmt: skip
    normal = normal_expr(pl.col("name")).alias("normal")
    with bulk(database, load=True) as work:
        work.write(insert("subject", tuple(subjects.columns)), subjects)
        borne = names.select(id_.alias("subject_id"), normal, "name", recorded_at=recorded)
        work.write(insert("subject_name", tuple(borne.columns)), borne)
        started = time.perf_counter()
        candidates.keep(work.write, borne["normal"])
        taken = time.perf_counter() - started
    database.close()
    return taken


def _latencies(asked: pl.DataFrame) -> tuple[list[float], int]:
    """Milliseconds of each search, sorted; and how many answers hold the subject meant."""
    connection = http.client.HTTPConnection("127.0.0.1", PORT, timeout=60)
    times, right = [], 0
    for number, name in asked.select("id", "name").rows():
        started = time.perf_counter()
        connection.request("GET", f"/v1/subjects?q={quote(name)}")
        told = connection.getresponse().read()
        times.append((time.perf_counter() - started) * 1000)
        right += str(number + 1) in [one["code"] for one in json.loads(told).get("subjects", [])]
    return sorted(times), right


STEPS: dict[str, Callable[[Speed], None]] = {step.__name__: step for step in (Speed.dedup, Speed.match, Speed.search)}


def main() -> None:
    """Read the command line, measure, print, and put the section on the page."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench.name_speed", description=__doc__)
    parser.add_argument("--only", default=",".join(STEPS))
    parser.add_argument("--peers", default=",".join(PEERS))
    parser.add_argument("--home", choices=(SQLITE, POSTGRESQL), default=SQLITE, help="where searched names are kept")
    parser.add_argument("--rows", type=int, default=100_000, help="names to find duplicates in")
    parser.add_argument("--folder", type=Path, default=Path("bench"))
    parser.add_argument("--out", type=Path, help="also write the section into this page")
    asked = parser.parse_args()
    asked.folder.mkdir(exist_ok=True)
    installed()
    speed = Speed(asked.folder, asked.rows, list(filter(None, asked.peers.split(","))), asked.home)
    for step in asked.only.split(","):
        sys.stderr.write(f"{step} …\n")
        STEPS[step](speed)
    told = section(speed)
    sys.stdout.write(told)
    if asked.out:
        put(told, asked.out, marks=(MARKS[0].format(asked.home), MARKS[1].format(asked.home)))


def section(speed: Speed) -> str:
    """The figures as a table."""
    day = datetime.now(UTC).date().isoformat()
    lines = [f"Measured on {day}, all names made up.", ""]
    lines += [f"- {name}: {value}" for name, value in {**machine(), **speed.versions}.items()]
    lines += ["", "| step | what | figure | bar | |", "|---|---|---:|---:|---|"]
    words = {None: "", True: "met", False: "**missed**"}
    lines += [f"| {f.step} | {f.what} | {f.value} | {f.bar} | {words[f.met]} |" for f in speed.figures]
    return "\n".join([*lines, ""])


if __name__ == "__main__":
    main()
