"""Many names against very many: candidates first, then the score of the few that stand out, on every core."""

import multiprocessing
import os
from collections import deque
from collections.abc import Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from itertools import accumulate, pairwise

import polars as pl

from registry.matching.candidates import candidate_pairs
from registry.matching.scoring import rank
from registry.names import normal_expr

MATCHES = {
    "query": pl.Int64,
    "rank": pl.Int64,
    "subject": pl.Int64,
    "score": pl.Float64,
    "verdict": pl.String,
    "because": pl.String,
}
_ALONE = 2000  # queries that one process has ranked before others would have started
_AHEAD = 4  # blocks of candidates that may wait for a core
_RANKED = {"at": pl.Int64, "rank": pl.Int64, "score": pl.Float64, "verdict": pl.String, "because": pl.String}
Ranked = tuple[list[int], list[int], list[float], list[str], list[str]]


def matches(queries: pl.Series, subjects: pl.Series, *, limit: int, chinese: bool = True) -> Iterator[pl.DataFrame]:
    """For each query the best of the subjects, as MATCHES: `query` and `subject` are row numbers, `rank` begins at 1,
    `because` tells the reasons in Chinese or in English.

    Both are names as written; a null matches nothing. Frames come in order of queries.
    """
    asked, held = (
        names.to_frame("name").select(normal_expr(pl.col("name")).fill_null("")) for names in (queries, subjects)
    )
    pairs = candidate_pairs(asked["name"], held["name"])
    if len(queries) <= _ALONE:
        yield from (_frame(block, ranked(*_work(block, asked, held), limit, chinese)) for block in pairs)
        return
    waiting: deque[tuple[pl.DataFrame, Future[Ranked]]] = deque()
    with ProcessPoolExecutor(os.cpu_count(), mp_context=multiprocessing.get_context("spawn")) as pool:
        for block in pairs:
            waiting.append((block, pool.submit(ranked, *_work(block, asked, held), limit, chinese)))
            if len(waiting) > _AHEAD:
                yield _result(*waiting.popleft())
        while waiting:
            yield _result(*waiting.popleft())


def ranked(queries: list[str], counts: list[int], names: list[str], limit: int, chinese: bool) -> Ranked:
    """The best names of each query, flat: place in `names`, rank, score, verdict, reasons. `counts` says how many of
    the names are each query's."""
    mark = "；" if chinese else "; "
    best = [
        (start + place, number, score)
        for query, (start, end) in zip(queries, pairwise(accumulate(counts, initial=0)), strict=True)
        for number, (place, score) in enumerate(rank(query, names[start:end], limit=limit), start=1)
    ]
    return (
        [at for at, _, _ in best],
        [number for _, number, _ in best],
        [score.value for _, _, score in best],
        [score.verdict.value for _, _, score in best],
        [mark.join(reason.zh if chinese else reason.en for reason in score.because) for _, _, score in best],
    )


def _work(block: pl.DataFrame, asked: pl.DataFrame, held: pl.DataFrame) -> tuple[list[str], list[int], list[str]]:
    each = block.group_by("query", maintain_order=True).len()
    return (
        asked["name"].gather(each["query"]).to_list(),
        each["len"].to_list(),
        held["name"].gather(block["name"]).to_list(),
    )


def _result(block: pl.DataFrame, future: Future[Ranked]) -> pl.DataFrame:
    return _frame(block, future.result())


def _frame(block: pl.DataFrame, best: Ranked) -> pl.DataFrame:
    found = pl.DataFrame(best, schema=_RANKED, orient="col")
    pairs = block[found["at"]]
    return found.with_columns(query=pairs["query"], subject=pairs["name"]).select(MATCHES.keys())
