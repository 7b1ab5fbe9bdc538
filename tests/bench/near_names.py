"""Pairs of different companies one step apart, made from the names of listed companies and their parts.

Self-made: each pair is a real name and one that differs from it in one thing, of a kind that real registers are full
of. `real_neighbours` needs no making: real listed companies whose names are one or two characters apart.
"""

import random
from collections.abc import Callable, Iterator
from typing import NamedTuple

from rapidfuzz import process
from rapidfuzz.distance import Levenshtein

from registry import divisions
from registry.matching.sounds import sound_alike
from registry.names import Parsed, parse

KINDS_TO_TELL = ("brand", "ordinal", "inserted")  # of these nine in ten must be called different


class NearPair(NamedTuple):
    """Two names of two companies, and the kind of thing that they differ in."""

    kind: str
    one: str
    other: str


def made(names: list[str], seed: int = 1, each: int = 400) -> list[NearPair]:
    """Up to `each` pairs of every kind, the same for the same seed."""
    draw = random.Random(seed)
    parsed = [name for name in map(parse, names) if len(name.brand.text) > 1 and name.form.text and not name.bracketed]
    characters = sorted({character for name in parsed for character in name.brand.text})
    trades = sorted({name.trade.text for name in parsed if name.trade.text})
    makers: dict[str, Callable[[Parsed], Iterator[tuple[str, str]]]] = {
        "brand": lambda name: _brand(name, draw, characters),
        "homophone": lambda name: _homophone(name, draw, characters),
        "trade": lambda name: _trade(name, draw, trades),
        "inserted": lambda name: _inserted(name, draw, characters, trades),
        "ordinal": lambda name: _ordinal(name, draw),
        "branch": lambda name: _branch(name, draw),
        "county": lambda name: _county(name, draw),
    }
    known, pairs = set(names), []
    for kind, maker in makers.items():
        draw.shuffle(parsed)
        found = (NearPair(kind, *pair) for name in parsed for pair in maker(name))
        good = (pair for pair in found if pair.one != pair.other and pair.other not in known)
        pairs += [pair for pair, _ in zip(good, range(each), strict=False)]
    return pairs


def real_neighbours(names: list[str]) -> list[NearPair]:
    """Listed companies whose names are one or two characters apart."""
    pairs = []
    for at, name in enumerate(names):
        near = process.extract(name, names[at + 1 :], scorer=Levenshtein.distance, score_cutoff=2, limit=None)
        pairs += [NearPair("real", name, other) for other, _, _ in near]
    return pairs


def _swapped(name: Parsed, start: int, end: int, by: str) -> str:
    return name.name[:start] + by + name.name[end:]


def _brand(name: Parsed, draw: random.Random, characters: list[str]) -> Iterator[tuple[str, str]]:
    at = draw.randrange(name.brand.start, name.brand.end)
    by = draw.choice(characters)
    if not sound_alike(name.name[at], by):
        yield name.name, _swapped(name, at, at + 1, by)


def _homophone(name: Parsed, draw: random.Random, characters: list[str]) -> Iterator[tuple[str, str]]:
    at = draw.randrange(name.brand.start, name.brand.end)
    alike = [each for each in characters if each != name.name[at] and sound_alike(each, name.name[at])]
    if alike:
        yield name.name, _swapped(name, at, at + 1, draw.choice(alike))


def _trade(name: Parsed, draw: random.Random, trades: list[str]) -> Iterator[tuple[str, str]]:
    size = len(name.trade.text)
    others = [trade for trade in trades if len(trade) == size and trade != name.trade.text]
    if size == 2 and others:
        yield name.name, _swapped(name, name.trade.start, name.trade.end, draw.choice(others))


def _inserted(name: Parsed, draw: random.Random, characters: list[str], trades: list[str]) -> Iterator[tuple[str, str]]:
    """A word of trade before the trade, or a character in the brand."""
    if draw.random() < 0.5:
        at, word = name.brand.end, draw.choice([trade for trade in trades if len(trade) == 2])
    else:
        at, word = draw.randrange(name.brand.start, name.brand.end + 1), draw.choice(characters)
    if word not in name.name:
        yield name.name, _swapped(name, at, at, word)


def _ordinal(name: Parsed, draw: random.Random) -> Iterator[tuple[str, str]]:
    one, other = draw.sample("一二三四五六七八九", 2)
    shape = draw.choice(("第{}", "{}号"))
    yield tuple(_swapped(name, name.brand.end, name.brand.end, shape.format(each)) for each in (one, other))  # type: ignore[misc]


def _branch(name: Parsed, draw: random.Random) -> Iterator[tuple[str, str]]:
    one, other = draw.sample(("第一", "第二", "第三", "城东", "城西", "新区", "朝阳", "和平", "长安", "滨海"), 2)
    kind = draw.choice(("分公司", "营业部"))
    yield f"{name.name}{one}{kind}", f"{name.name}{other}{kind}"


def _county(name: Parsed, draw: random.Random) -> Iterator[tuple[str, str]]:
    one, other = draw.sample(_counties(), 2)
    own = name.name[name.brand.start :]
    yield one + own, other + own


def _counties() -> list[str]:
    rows = divisions.table().select("code", "name", "current").rows()
    return [name for code, name, current in rows if current == "1" and code[4:] != "00" and len(name) > 2]
