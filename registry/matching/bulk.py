"""Many names against very many: equal names at once; of the rest candidates, then scores of those that stand out.

A name that is borne exactly needs no second opinion: its bearers are all that is told of it. All else is compared
without organisation forms first (a name may leave them out), and the likest are scored in full, on every core.
"""

import gc
import multiprocessing
import os
from collections import deque
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from functools import partial
from itertools import accumulate, pairwise

import polars as pl
from polars._typing import PolarsDataType as DataType
from rapidfuzz import fuzz, process

from registry.matching.candidates import BUDGET, candidate_pairs
from registry.matching.scoring import SAME, THRESHOLD, Score, Verdict, rank, score
from registry.matching.sounds import sound_alike
from registry.names import Parsed, normal_expr, parse
from registry.names.numerals import NUMERALS
from registry.names.places import place_words
from registry.names.script import folded
from registry.names.words import FORMS

MATCHES: dict[str, DataType] = {
    "query": pl.Int64,
    "rank": pl.Int64,
    "subject": pl.Int64,
    "score": pl.Float64,
    "verdict": pl.String,
    "because": pl.String,
}
DUPLICATES = ("left", "right", "score", "verdict", "because")
LIKENESSES: dict[str, DataType] = {"one": pl.Int64, "other": pl.Int64, "score": pl.Float64}
_NUMERALS = frozenset(NUMERALS)
_FORMS = sorted(FORMS, key=len, reverse=True)
_BARE = pl.col("normal").str.replace_many(_FORMS, [""], leftmost=True).alias("bare")
_MORE = 5  # candidates beyond the limit that are compared
_ALONE, _PAIRS_ALONE = 2000, 50_000  # queries, and pairs, that one process has ranked before others would have started
_AHEAD = 4  # blocks of candidates that may wait for a core
_TWINS, _TWIN = 6, 130  # names of one list compared with each, and how much less alike than itself they may be
_LED = 40  # names that the bigrams of each may lead to, of the same list
_AS_WRITTEN, _WITHOUT_PLACES = 88, 85  # how alike two names are of which the structure is read, of 100
_PAIRS = 5000  # pairs that a process scores at a time
_RANKED = {"at": pl.Int64, "rank": pl.Int64, "score": pl.Float64, "verdict": pl.String, "because": pl.String}
Ranked = tuple[list[int], list[int], list[float], list[str], list[str]]
Scores = tuple[list[float], list[str]]
Work = tuple[list[str], list[int], list[str]]


def matches(
    queries: pl.Series,
    subjects: pl.Series,
    *,
    limit: int,
    chinese: bool = True,
    told: Callable[[int], None] = lambda _: None,
) -> pl.DataFrame:
    """For each query the best of the subjects, as MATCHES: `query` and `subject` are row numbers, `rank` begins at 1,
    `because` tells the reasons in Chinese or in English. In order of queries.

    Both are names as written; a null matches nothing. `told` is told the queries that were answered, some at a time.
    """
    asked, held = _read(queries), _read(subjects)
    frames = [_same(asked, held, limit=limit, chinese=chinese)]
    told(frames[0]["query"].n_unique())
    rest = asked.join(frames[0], left_on="row", right_on="query", how="anti")
    for frame in _alike(rest, held, limit=limit, chinese=chinese):
        frames.append(frame)
        told(frame["query"].n_unique())
    return pl.concat(frame.select(pl.col(name).cast(kind) for name, kind in MATCHES.items()) for frame in frames).sort(
        "query", "rank"
    )


def duplicates(names: pl.Series, *, chinese: bool = True) -> pl.DataFrame:
    """Pairs of names in one list that may be one subject's, as DUPLICATES: `left` and `right` are row numbers, the
    smaller first, `because` tells the reasons in Chinese or in English.

    Of equal names each is paired with the first; of like ones those that are worth a person's look.
    """
    held = _read(names)
    first = pl.col("row").min().over("normal").alias("left")
    named = held.filter(pl.col("normal") != "").with_columns(first)
    same = named.filter(pl.col("row") != pl.col("left")).select("left", pl.col("row").alias("right"))
    once = named.filter(pl.col("row") == pl.col("left"))
    alike = _plausible(once, pl.int_range(once.height, eager=True), chinese=chinese)
    found = alike.select(
        once["row"].gather(alike["a"]).alias("left"),
        once["row"].gather(alike["b"]).alias("right"),
        "score",
        pl.lit(Verdict.REVIEW.value).alias("verdict"),
        "because",
    )
    return pl.concat([same.with_columns(_as_same(chinese=chinese)), found]).sort("left", "right")


def likenesses(names: pl.Series, asked: pl.Series) -> pl.DataFrame:
    """Pairs of names that may be one subject's and of which at least one is asked about, as LIKENESSES: `one` and
    `other` are row numbers, the smaller first.

    `names` are in normal form, each of them once; `asked` are row numbers.
    """
    if asked.is_empty():
        return pl.DataFrame(schema=LIKENESSES)
    held = pl.DataFrame({"normal": names}).with_columns(_BARE)
    return _plausible(held, asked, chinese=True).select(pl.col("a").alias("one"), pl.col("b").alias("other"), "score")


def _plausible(names: pl.DataFrame, asked: pl.Series, *, chinese: bool) -> pl.DataFrame:
    """Of the names (`normal`, `bare`) those that each one asked about is worth a person's look beside: row numbers
    `a` < `b`, `score`, `because`."""
    queries = names["bare"].gather(asked)
    led = min(BUDGET, _LED * len(names) // len(queries))  # a few new ones are not asked about by the many that are here
    found = pl.concat(candidate_pairs(queries, names["bare"], most=_TWINS, near=_TWIN, budget=led))
    query, name = asked.gather(found["query"]).alias("query"), found["name"]
    each = pl.select(pl.min_horizontal(query, name).alias("a"), pl.max_horizontal(query, name).alias("b"))
    alike = _worth_reading(names, each.filter(pl.col("a") < pl.col("b")).unique(maintain_order=True))
    sides = [names["normal"].gather(alike[side]).to_list() for side in ("a", "b")]
    values, reasons = _scores(*sides, chinese=chinese)
    score, because = pl.Series("score", values, pl.Float64), pl.Series("because", reasons, pl.String)
    return alike.with_columns(score, because).filter(pl.col("score") >= THRESHOLD)


def _worth_reading(names: pl.DataFrame, pairs: pl.DataFrame) -> pl.DataFrame:
    """The pairs that are alike as they are written, or without places and forms: a third of them, and of those whose
    score would be worth a look all but one in a thousand."""
    bare = pl.col("bare").str.replace_many([*place_words()], [""], leftmost=True)
    enough = pl.lit(value=False)
    for written, least in ((names["normal"], _AS_WRITTEN), (names.select(bare)["bare"], _WITHOUT_PLACES)):
        sides = (written.gather(pairs[side]).to_list() for side in ("a", "b"))
        enough |= pl.Series(process.cpdist(*sides, scorer=fuzz.ratio, workers=-1)) >= least
    return pairs.filter(enough)


def scores(one: list[str], other: list[str], *, chinese: bool) -> Scores:
    """The score of each pair, 0 where the brand or the trade alone tells that it is below THRESHOLD; and its reasons
    where it is not."""
    values, reasons = [], []
    for a, b in zip(map(parse, one), map(parse, other), strict=True):
        scored = None if _told_apart(a, b) else score(a, b)
        values.append(scored.value if scored else 0.0)
        reasons.append(_told(scored, chinese=chinese) if scored and scored.value >= THRESHOLD else "")
    return values, reasons


def _told(scored: Score, *, chinese: bool) -> str:
    return ("；" if chinese else "; ").join(reason.zh if chinese else reason.en for reason in scored.because)


def _told_apart(a: Parsed, b: Parsed) -> bool:
    """Whether the brands, or of one brand the trades, differ by more than words left out, sound or variants."""
    one, other = (a.trade.text, b.trade.text) if a.brand.text == b.brand.text else (a.brand.text, b.brand.text)
    if one == other or not (_NUMERALS.isdisjoint(one) or _NUMERALS.isdisjoint(other)):
        return False
    if len(one) != len(other):
        shorter, longer = (one, other) if len(one) < len(other) else (other, one)
        return any(character not in longer for character in shorter)
    return not (sound_alike(one, other) or sorted(one) == sorted(other) or folded(one) == folded(other))


def _scores(one: list[str], other: list[str], *, chinese: bool) -> Scores:
    if len(one) <= _PAIRS_ALONE:
        return _uncollected(one, other, chinese=chinese)
    cuts = range(0, len(one), _PAIRS)
    with _cores() as pool:
        work = partial(scores, chinese=chinese)
        parts = [*pool.map(work, (one[at : at + _PAIRS] for at in cuts), (other[at : at + _PAIRS] for at in cuts))]
    return [value for values, _ in parts for value in values], [reason for _, told in parts for reason in told]


def _uncollected(one: list[str], other: list[str], *, chinese: bool) -> Scores:
    """The same without the collector, which would look through all that is parsed again and again, as in `_cores`, and
    once more when the process ends."""
    held = gc.isenabled()
    gc.disable()
    try:
        return scores(one, other, chinese=chinese)
    finally:
        gc.freeze()
        if held:
            gc.enable()


def _cores() -> ProcessPoolExecutor:
    """A process for each core. They hold many parsed names, in which no collector would ever find a cycle."""
    spawn = multiprocessing.get_context("spawn")
    return ProcessPoolExecutor(os.cpu_count(), mp_context=spawn, initializer=gc.disable)


def ranked(queries: list[str], counts: list[int], names: list[str], limit: int, *, chinese: bool) -> Ranked:
    """The best names of each query, flat: place in `names`, rank, score, verdict, reasons. `counts` says how many of
    the names are each query's; they are in normal form."""
    best = []
    for query, (start, end) in zip(queries, pairwise(accumulate(counts, initial=0)), strict=True):
        ranks = enumerate(rank(query, names[start:end], limit=limit), start=1)
        best += [(start + place, number, scored) for number, (place, scored) in ranks]
    return (
        [at for at, _, _ in best],
        [number for _, number, _ in best],
        [scored.value for _, _, scored in best],
        [scored.verdict.value for _, _, scored in best],
        [_told(scored, chinese=chinese) for _, _, scored in best],
    )


def _read(names: pl.Series) -> pl.DataFrame:
    """Row number, normal form, and that without organisation forms."""
    normal = names.to_frame("name").select(normal_expr(pl.col("name")).fill_null("").alias("normal"))
    return normal.with_columns(_BARE).with_row_index("row").cast({"row": pl.Int64})


def _same(asked: pl.DataFrame, held: pl.DataFrame, *, limit: int, chinese: bool) -> pl.DataFrame:
    """The subjects that bear exactly a query's name; of one query those with the smallest row numbers."""
    known = held.join(asked, on="normal", how="semi").group_by("normal").agg(pl.col("row").sort().head(limit))
    found = asked.filter(pl.col("normal") != "").join(known, on="normal", suffix="s").explode("rows")
    return found.select(
        pl.col("row").alias("query"),
        (pl.int_range(pl.len()).over("row") + 1).alias("rank"),
        pl.col("rows").alias("subject"),
        *_as_same(chinese=chinese),
    )


def _as_same(*, chinese: bool) -> list[pl.Expr]:
    told = {"score": SAME.value, "verdict": SAME.verdict.value, "because": _told(SAME, chinese=chinese)}
    return [pl.lit(value).alias(name) for name, value in told.items()]


def _alike(asked: pl.DataFrame, held: pl.DataFrame, *, limit: int, chinese: bool) -> Iterator[pl.DataFrame]:
    blocks = candidate_pairs(asked["bare"], held["bare"], most=limit + _MORE)
    if asked.height <= _ALONE:
        for block in blocks:
            yield _frame(asked, block, ranked(*_work(block, asked, held), limit, chinese=chinese))
        return
    waiting: deque[tuple[pl.DataFrame, Future[Ranked]]] = deque()
    with _cores() as pool:
        for block in blocks:
            waiting.append((block, pool.submit(ranked, *_work(block, asked, held), limit, chinese=chinese)))
            if len(waiting) > _AHEAD:
                first, future = waiting.popleft()
                yield _frame(asked, first, future.result())
        yield from (_frame(asked, block, future.result()) for block, future in waiting)


def _work(block: pl.DataFrame, asked: pl.DataFrame, held: pl.DataFrame) -> Work:
    each = block.group_by("query", maintain_order=True).len()
    return (
        asked["normal"].gather(each["query"]).to_list(),
        each["len"].to_list(),
        held["normal"].gather(block["name"]).to_list(),
    )


def _frame(asked: pl.DataFrame, block: pl.DataFrame, best: Ranked) -> pl.DataFrame:
    pairs = block[pl.Series(best[0], dtype=pl.Int64)]
    return pl.DataFrame(best, schema=_RANKED, orient="col").with_columns(
        asked["row"].gather(pairs["query"]).alias("query"), pairs["name"].alias("subject")
    )
