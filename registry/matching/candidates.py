"""Candidates: of a great many names, the few that share something rare with another one.

What two spellings of one name share is hardly ever rare in all its parts, but nearly always in one: two neighbouring
characters (a bigram of the normal form) that few other names have. So each query asks for its rarest bigrams only, as
many as together lead to no more than `BUDGET` names. The registry asks its own index the same way
(`registry.store.candidates`); here the index is made in memory, of all names at once.

Bigrams are told apart by a hash of as many bits as there are bigrams for, 24 at most: a table of each hash is filled in
memory. That two of them fall together costs a needless candidate, never a name.
"""

import os
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import NDArray
from rapidfuzz import fuzz, process

BUDGET = 1000  # names that the bigrams of one query may lead to; the rarest bigram is always asked
FIRST = 4000  # but of one bigram alone no more than this, those with the smallest row numbers
MOST = 12
NEAR = 64  # how much less alike than the likest a name may be, of 255
LEAST_BITS, MOST_BITS = 16, 24
_LINE = 10  # the line feed between names: in no normal form
_LOW = np.uint64(0xFFFFFFFF)
_BLOCK = 4000  # queries at a time, so that what they lead to stays small

Ints = NDArray[np.int64]
Buckets = NDArray[np.uint32]
Signatures = tuple[NDArray[np.uint64], NDArray[np.uint64]]


@dataclass(frozen=True)
class Grams:
    """The bigrams of some names in order: `bucket` of each, of `bits`, and for name i those from `start[i]` to
    `start[i + 1]`."""

    bucket: Buckets
    start: Ints
    bits: int


def bigrams(names: pl.Series, *, bits: int = 0) -> Grams:
    """The bigrams of names in normal form (String, no null); `bits` as of those that they are compared with."""
    text = np.frombuffer("\n".join([*names, ""]).encode("utf-32-le"), dtype=np.uint32)
    line = text == _LINE
    within = ~(line[:-1] | line[1:])
    first, second = text[:-1][within], text[1:][within]
    mixed = (first * np.uint32(0x9E3779B1)) ^ (second * np.uint32(0x85EBCA6B))
    bits = bits or min(MOST_BITS, max(LEAST_BITS, len(first).bit_length() + 1))
    bucket = (mixed ^ (mixed >> np.uint32(15))) * np.uint32(0xC2B2AE35) >> np.uint32(32 - bits)
    count = np.maximum(np.diff(np.flatnonzero(line), prepend=-1) - 2, 0)
    return Grams(bucket, np.concatenate([[0], np.cumsum(count)]), bits)


def nearest(query: str, names: Sequence[str], *, most: int) -> list[str]:
    """The names likest to one query by their characters alone, likest first; all are in normal form."""
    return [name for name, _, _ in process.extract(query, names, scorer=fuzz.ratio, limit=most)]


def candidate_pairs(
    queries: pl.Series, names: pl.Series, *, most: int = MOST, near: int = NEAR, budget: int = BUDGET
) -> Iterator[pl.DataFrame]:
    """For each query the rows of `names` that equal it, then those most like it of all that share its rarest bigrams.

    Both are in normal form. Frames of `query`, `name` (row numbers, Int64), some queries at a time in order, at most
    `most` rows a query, the likest first, none that is more than `near` (of 255) less alike than that. The
    bigrams of a query lead to about `budget` names.
    """
    held = bigrams(names)
    asked = bigrams(queries, bits=held.bits)
    frequency = np.bincount(held.bucket, minlength=1 << held.bits)
    owner, bucket = _rarest(asked, frequency, budget)
    begin, posted = _postings(held, bucket, frequency)
    size = np.minimum(frequency[bucket], FIRST)
    of_name, of_query = signatures(held), signatures(asked)
    same_query, same_name = _equal(queries, names, most)
    edges = np.arange(0, len(queries) + _BLOCK, _BLOCK)
    cuts, same_cuts = np.searchsorted(owner, edges), np.searchsorted(same_query, edges)

    def block(number: int) -> pl.DataFrame:
        part, same, first = _between(cuts, number), _between(same_cuts, number), number * _BLOCK
        length = size[part]
        step = np.arange(length.sum()) - np.repeat(np.cumsum(length) - length, length)
        name = np.concatenate([same_name[same], posted[np.repeat(begin[bucket[part]], length) + step]])
        query = np.concatenate([same_query[same], np.repeat(owner[part], length)])
        # query, how unlike, name in one number: sorting it puts each query's likest first and the same name together
        unlike = 256 - shared_bits(of_query, query, of_name, name)
        unlike[: same.stop - same.start] = 1
        ranked = (
            ((query - first).astype(np.uint64) << np.uint64(44)) | (unlike << np.uint64(32)) | name.astype(np.uint64)
        )
        ranked.sort()
        ranked = ranked[np.diff(ranked, prepend=~np.uint64(0)) != 0]
        query = (ranked >> np.uint64(44)).astype(np.int64)
        start = np.flatnonzero(np.diff(query, prepend=-1))
        count = np.diff(np.append(start, len(query)))
        behind = (ranked >> np.uint64(32) & np.uint64(0xFFF)) - np.repeat(
            ranked[start] >> np.uint64(32) & np.uint64(0xFFF), count
        )
        kept = (np.arange(len(query)) - np.repeat(start, count) < most) & (behind <= near)
        found = {"query": query[kept] + first, "name": (ranked[kept] & _LOW).astype(np.int64)}
        return pl.DataFrame(found).unique(maintain_order=True)  # an equal name may have come both ways

    with ThreadPoolExecutor(os.cpu_count()) as pool:
        yield from pool.map(block, range(len(cuts) - 1))


def signatures(grams: Grams) -> Signatures:
    """Of each name a set of 128 bits that its bigrams fall into."""
    place = grams.bucket & np.uint32(127)
    empty = np.diff(grams.start) == 0
    start = np.minimum(grams.start[:-1], max(len(place) - 1, 0))
    halves = []
    for half in (0, 1):
        bit = np.where(place >> np.uint32(6) == half, np.uint64(1) << (place & np.uint32(63)).astype(np.uint64), 0)
        together = np.bitwise_or.reduceat(bit.astype(np.uint64), start) if len(bit) else np.zeros(len(empty), np.uint64)
        together[empty] = 0
        halves.append(together)
    return halves[0], halves[1]


def shared_bits(left: Signatures, i: Ints, right: Signatures, j: Ints) -> NDArray[np.uint64]:
    """How much of both signatures is shared, 0 to 255."""
    a, b = [half[i] for half in left], [half[j] for half in right]
    both = np.sum([np.bitwise_count(x & y) for x, y in zip(a, b, strict=True)], axis=0, dtype=np.uint64)
    either = np.sum([np.bitwise_count(x) for x in (*a, *b)], axis=0, dtype=np.uint64)
    shared: NDArray[np.uint64] = 510 * both // np.maximum(either, 1)
    return shared


def _postings(held: Grams, bucket: Buckets, frequency: Ints) -> tuple[Ints, NDArray[np.int32]]:
    """For the bigrams asked: where each one's names begin, and those names, by rising row number."""
    wanted = np.zeros(1 << held.bits, dtype=bool)
    wanted[bucket] = True
    asked = wanted[held.bucket]
    owner = np.repeat(np.arange(len(held.start) - 1, dtype=np.uint64), np.diff(held.start))[asked]
    posted = np.sort((held.bucket[asked].astype(np.uint64) << np.uint64(32)) | owner) & _LOW
    few = np.flatnonzero(wanted)
    count = frequency[few]
    begin = np.zeros(1 << held.bits, dtype=np.int64)
    begin[few] = np.cumsum(count) - count
    return begin, posted.astype(np.int32)


def _between(cuts: Ints, number: int) -> slice:
    return slice(int(cuts[number]), int(cuts[number + 1]))


def _equal(queries: pl.Series, names: pl.Series, most: int) -> tuple[Ints, Ints]:
    """Rows of equal names, in order of queries; of one query at most `most`, those with the smallest numbers."""
    asked, held = (each.to_frame("name").with_row_index().cast({"index": pl.Int64}) for each in (queries, names))
    known = held.join(asked, on="name", how="semi").group_by("name").agg(pl.col("index").sort().head(most))
    found = asked.filter(pl.col("name") != "").join(known, on="name").sort("index").explode("index_right")
    return found["index"].to_numpy(), found["index_right"].to_numpy()


def _rarest(asked: Grams, frequency: Ints, budget: int) -> tuple[Ints, Buckets]:
    """The bigrams to ask for, as (query, bucket), in order of queries."""
    owner = np.repeat(np.arange(len(asked.start) - 1), np.diff(asked.start))
    count = frequency[asked.bucket]
    present = count > 0
    owner, bucket, count = owner[present], asked.bucket[present], count[present]
    order = np.lexsort((count, owner))
    owner, bucket, count = owner[order], bucket[order], count[order]
    first = np.flatnonzero(np.diff(owner, prepend=-1))
    before = np.cumsum(count) - count
    led = before - np.repeat(before[first], np.diff(np.append(first, len(owner)))) + count
    chosen = led <= budget
    chosen[first] = True
    return owner[chosen], bucket[chosen]
