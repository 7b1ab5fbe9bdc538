"""`python -m tests.bench.name_quality [--out docs/benchmarks.md]`: how well names are told apart.

Real pairs out of `tests/bench/names/` (NOTICE there), and self-made near names (`near_names`). Every figure stands
beside plain `fuzz.ratio` (Chinese) or Levenshtein (Latin) on the same pairs. The made pairs use another seed than the
one the rules were worked out with; disclosure pairs are shown in two halves as well.
"""

import argparse
import csv
import sys
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from time import perf_counter, process_time

from rapidfuzz import fuzz, process
from rapidfuzz.distance import Levenshtein

from registry.matching import Verdict, rank, score
from registry.names import normal_form, parse
from tests.bench.near_names import KINDS_TO_TELL, NearPair, made, real_neighbours
from tests.bench.report import Figure, machine

DATA = Path(__file__).parent / "names"
BEGIN, END = "<!-- names: written by `make bench-names` -->", "<!-- names: end -->"
POSITIVES_DIFFERENT, FIRST, FIRST_FIVE, NEAR_DIFFERENT, AUC = 0.06, 0.95, 0.985, 0.9, 0.95
SEED = 20261124
# labelled 1, but at another branch, bank, place or brand: more likely two companies than one misspelt
DOUBTFUL = frozenset((DATA / "doubtful.txt").read_text(encoding="utf-8").split())
Value = Callable[[str, str], float]


def ours(one: str, other: str) -> float:
    """Our score."""
    return score(one, other).value


def ratio(one: str, other: str) -> float:
    """The plain share of common characters."""
    return fuzz.ratio(one, other) / 100


def verdicts(positives: Sequence[tuple[str, str]]) -> list[Figure]:
    """How many of the true pairs are called different."""
    halves = {"": positives, ", every second from the first": positives[::2], ", the others": positives[1::2]}
    sure = [pair for pair in positives if pair[0] not in DOUBTFUL]
    figures = [
        _share(f"disclosure pairs labelled the same ({len(pairs)}{half}), called different", _different(pairs), bar)
        for (half, pairs), bar in zip(halves.items(), (POSITIVES_DIFFERENT, None, None), strict=True)
    ]
    doubtful = f"without the {len(positives) - len(sure)} doubtful ones ({len(sure)}), called different"
    return [*figures, _share(doubtful, _different(sure))]


def near(pairs: Sequence[NearPair]) -> list[Figure]:
    """What is said of different companies with nearly one name."""
    judged = [(pair, score(pair.one, pair.other).verdict) for pair in pairs]
    said_same = sum(verdict is Verdict.SAME for _, verdict in judged)
    figures = [Figure("near", f"near names ({len(pairs):,}), called the same", str(said_same), "0", said_same == 0)]
    for kind in dict.fromkeys(pair.kind for pair in pairs):
        told = [verdict is Verdict.DIFFERENT for pair, verdict in judged if pair.kind == kind]
        made_by = "listed companies ≤ 2 characters apart" if kind == "real" else f"self-made: {kind}"
        bar = NEAR_DIFFERENT if kind in KINDS_TO_TELL else None
        figures.append(
            _share(f"{made_by} ({len(told):,}), called different", sum(told) / len(told), bar, most=False, step="near")
        )
    return figures


def separation(positives: Sequence[tuple[str, str]], pairs: Sequence[NearPair]) -> list[Figure]:
    """ROC AUC of the score: true pairs of disclosures against near names."""
    sets = {"near names, self-made": [pair for pair in pairs if pair.kind != "real"]}
    sets["listed companies ≤ 2 characters apart"] = [pair for pair in pairs if pair.kind == "real"]
    figures = []
    for name, negatives in sets.items():
        mine, plain = (
            auc([value(*pair) for pair in positives], [value(pair.one, pair.other) for pair in negatives])
            for value in (ours, ratio)
        )
        what = f"AUC, disclosure pairs against {name} (plain ratio {plain:.3f})"
        figures.append(Figure("AUC", what, f"{mine:.3f}", f"≥ {AUC}", mine >= AUC))
    return figures


def ranking(positives: Sequence[tuple[str, str]], listed: Sequence[str]) -> list[Figure]:
    """Where the right name comes among all known ones; the query itself, as another spelling, is not asked for."""
    figures = []
    registered = {other for _, other in positives}
    pools = {
        "all names of both sides and listed companies": registered | {one for one, _ in positives},
        "registered names and listed companies": registered,
    }
    for (name, others), barred in zip(pools.items(), (True, False), strict=True):
        pool = sorted({normal_form(each) for each in (*others, *listed)})
        for what, best in (("", _ranked), (", plain ratio", _plain)):
            places = [_place(one, other, pool, best) for one, other in positives]
            for upto, bar, shown in ((1, FIRST, "first"), (5, FIRST_FIVE, "in the first five")):
                reached = sum(place < upto for place in places) / len(places)
                limit = bar if barred and not what else None
                step = f"right name {shown} among {len(pool):,}: {name}{what}"
                figures.append(_share(step, reached, limit, most=False, step="rank"))
    return figures


def latin(rows: Sequence[dict[str, str]]) -> list[Figure]:
    """Latin script: AUC, and precision where four in five of the true pairs are found."""
    true = [(row["name1"], row["name2"]) for row in rows if row["is_match"] == "true"]
    false = [(row["name1"], row["name2"]) for row in rows if row["is_match"] != "true"]
    measured = {}
    for name, value in (("ours", ours), ("Levenshtein", _levenshtein)):
        found, wrong = ([value(*pair) for pair in pairs] for pairs in (true, false))
        measured[name] = auc(found, wrong), precision(found, wrong, recall=0.8)
    return [
        Figure("latin", f"{what}, {len(rows)} pairs", f"{mine:.3f}", f"≥ {theirs:.3f} (Levenshtein)", mine >= theirs)
        for what, mine, theirs in zip(
            ("AUC", "precision at recall .8"), measured["ours"], measured["Levenshtein"], strict=True
        )
    ]


def speed(names: Sequence[str], pairs: Sequence[NearPair]) -> list[Figure]:
    """Microseconds of processor time on one core, the best of five passes; scores are of parsed names."""
    near = pairs[: len(names)]
    parsed = [(parse(pair.one), parse(pair.other)) for pair in near]
    parsing = min(_pass(parse.__wrapped__, [(name,) for name in names]) for _ in range(5))
    scoring = min(_pass(score, parsed) for _ in range(5))
    return [
        Figure("speed", f"parse, of {len(names):,} names", f"{parsing:.1f} µs"),
        Figure("speed", f"score of parsed names, of {len(near):,} near pairs", f"{scoring:.1f} µs"),
    ]


def _pass(function: Callable[..., object], calls: Sequence[tuple[object, ...]]) -> float:
    started = process_time()
    for arguments in calls:
        function(*arguments)
    return (process_time() - started) / len(calls) * 1e6


def auc(true: Sequence[float], false: Sequence[float]) -> float:
    """The chance that a true pair scores above a false one, ties counted half."""
    both = sorted([(value, True) for value in true] + [(value, False) for value in false])
    above, at = 0.0, 0
    while at < len(both):
        end = at
        while end < len(both) and both[end][0] == both[at][0]:
            end += 1
        above += (at + end + 1) / 2 * sum(is_true for _, is_true in both[at:end])
        at = end
    return (above - len(true) * (len(true) + 1) / 2) / (len(true) * len(false))


def precision(true: Sequence[float], false: Sequence[float], *, recall: float) -> float:
    """The share of true pairs above the threshold that finds that share of them."""
    threshold = sorted(true, reverse=True)[max(0, round(recall * len(true) + 0.499) - 1)]
    found, wrong = (sum(value >= threshold for value in values) for values in (true, false))
    return found / (found + wrong)


def _levenshtein(one: str, other: str) -> float:
    return Levenshtein.normalized_similarity(one.lower(), other.lower())


def _different(pairs: Sequence[tuple[str, str]]) -> float:
    return sum(score(*pair).verdict is Verdict.DIFFERENT for pair in pairs) / len(pairs)


def _ranked(query: str, pool: Sequence[str]) -> list[str]:
    return [pool[at] for at, _ in rank(query, pool, limit=6)]


def _plain(query: str, pool: Sequence[str]) -> list[str]:
    return [name for name, _, _ in process.extract(query, pool, scorer=fuzz.ratio, limit=6)]


def _place(one: str, other: str, pool: Sequence[str], best: Callable[[str, Sequence[str]], list[str]]) -> int:
    query, right = normal_form(one), normal_form(other)
    found = [name for name in best(query, pool) if name != query or name == right]
    return found.index(right) if right in found else len(pool)


def _share(what: str, value: float, bar: float | None = None, *, most: bool = True, step: str = "verdict") -> Figure:
    if bar is None:
        return Figure(step, what, f"{value:.1%}")
    return Figure(
        step, what, f"{value:.1%}", f"{'≤' if most else '≥'} {bar:.1%}", (value <= bar) == most or value == bar
    )


def section(figures: Sequence[Figure], seconds: float) -> str:
    """The page's section on one run."""
    words = {None: "", True: "met", False: "**missed**"}
    lines = [f"Measured on {datetime.now(UTC).date()} in {seconds:.0f} s, on {machine()['machine']}.", ""]
    lines += ["| step | what | figure | bar | |", "|---|---|---:|---:|---|"]
    lines += [f"| {f.step} | {f.what} | {f.value} | {f.bar} | {words[f.met]} |" for f in figures]
    return "\n".join([*lines, ""])


def main() -> None:
    """Read the command line, measure, print, and put the section on the page."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench.name_quality", description=__doc__)
    parser.add_argument("--out", type=Path, help="also write the section into this page")
    asked = parser.parse_args()
    started = perf_counter()
    rows = {name: _rows(name) for name in ("disclosure_pairs", "listed_companies_2026", "latin_org_cases")}
    positives = [(row["name_a"], row["name_b"]) for row in rows["disclosure_pairs"] if row["same"] == "1"]
    listed = [row["full_name"] for row in rows["listed_companies_2026"]]
    pairs = [*made(listed, seed=SEED, each=1000), *real_neighbours(listed)]
    steps = (
        partial(verdicts, positives),
        partial(near, pairs),
        partial(separation, positives, pairs),
        partial(ranking, positives, listed),
        partial(latin, rows["latin_org_cases"]),
        partial(speed, listed, pairs),
    )
    figures = [figure for step in steps for figure in step()]
    told = section(figures, perf_counter() - started)
    sys.stdout.write(told)
    if asked.out:
        before, _, rest = asked.out.read_text(encoding="utf-8").partition(f"{BEGIN}\n")
        after = rest.partition(f"{END}\n")[2]
        asked.out.write_text(f"{before}{BEGIN}\n{told}{END}\n{after}", encoding="utf-8")


def _rows(name: str) -> list[dict[str, str]]:
    with (DATA / f"{name}.csv").open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


if __name__ == "__main__":
    main()
