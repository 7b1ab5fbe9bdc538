"""Reading the parts of a registered name: from its end the form, from its beginning the places, then the rest."""

import re
from collections.abc import Sequence
from functools import lru_cache
from typing import NamedTuple

from registry.names.branches import branch_essence, parent_end, read_branches
from registry.names.forms import family, form_start
from registry.names.latin import latin_words
from registry.names.normal import normal_form
from registry.names.parsed import Branch, Essence, Parsed, Part
from registry.names.places import COUNTY, Region, read_places, whole_place
from registry.names.script import folded, has_traditional
from registry.names.words import (
    ABBREVIATED_ANYWHERE,
    ABBREVIATIONS,
    GROUPS,
    SHOP_ENDS,
    SHOPS,
    TRADES,
    endings,
)

_TRADE_WORDS = TRADES | SHOPS | frozenset(GROUPS)
_BRACKETS = re.compile(r"\(([^()]*)\)")
_FORMS_IN_BRACKETS = {"合伙": "partnership", "个人独资": "sole", "个体工商户": "sole"}
_HAN = re.compile("[\u3400-\u9fff]")
_NOTHING, _NO_ESSENCE = Part("", 0, 0), Essence("", "")
_GROUP = re.compile("|".join(GROUPS))
_ABBREVIATED = re.compile("|".join(ABBREVIATED_ANYWHERE))


@lru_cache(maxsize=1 << 16)
def parse(name: str) -> Parsed:
    """The parts of a name, whatever its spelling; the last parses are kept."""
    normal = normal_form(name)
    if not _HAN.search(normal):
        return _read_latin(name, normal)
    if has_traditional(normal):
        return _restored(_read(folded(normal)), normal)
    return _read(normal)


def _restored(read: Parsed, name: str) -> Parsed:
    """What was read of a name of mixed script in one script, in the characters of the name."""

    def part(each: Part) -> Part:
        return each._replace(text=name[each.start : each.end])

    def regions(those: tuple[Region, ...]) -> tuple[Region, ...]:
        return tuple(each._replace(text=name[each.start : each.end]) for each in those)

    return read._replace(
        name=name,
        regions=regions(read.regions),
        brand=part(read.brand),
        trade=part(read.trade),
        form=part(read.form),
        branches=tuple(Branch(regions(link.regions), part(link.own), part(link.kind)) for link in read.branches),
        bracketed=tuple(map(part, read.bracketed)),
        variants="".join(one for one, other in zip(name, read.name, strict=True) if one != other),
    )


def _read(normal: str) -> Parsed:
    split = parent_end(normal)
    parent = _read_parent(normal[:split])
    branches = read_branches(normal, split, parent.regions) if split < len(normal) else []
    return Parsed(
        normal,
        parent.regions,
        parent.brand,
        parent.trade,
        parent.form,
        parent.family,
        tuple(branches),
        parent.bracketed,
        parent.groups,
        parent.essence,
        branch_essence(branches) if branches else _NO_ESSENCE,
    )


def _form_in(bracketed: str) -> str:
    """The form that stands in brackets, if one does: 合伙 in 特殊普通合伙."""
    return next((form for form in _FORMS_IN_BRACKETS if form in bracketed), "")


def _read_latin(name: str, normal: str) -> Parsed:
    """A name in another script has no parts that we read, but words."""
    whole = Part(normal, 0, len(normal))
    essence = Essence(normal, "B" * len(normal))
    return Parsed(normal, (), whole, _NOTHING, _NOTHING, "", (), (), (), essence, _NO_ESSENCE, words=latin_words(name))


class _Parent(NamedTuple):
    """The parts of a name without its branches."""

    regions: tuple[Region, ...]
    brand: Part
    trade: Part
    form: Part
    family: str
    bracketed: tuple[Part, ...]
    groups: tuple[str, ...]
    essence: Essence


def _read_parent(text: str) -> _Parent:
    if text in ABBREVIATIONS:
        essence = _read_parent(ABBREVIATIONS[text]).essence
        return _Parent((), Part(text, 0, len(text)), _NOTHING, _NOTHING, "", (), (), essence)
    seen = _without_brackets(text) if "(" in text else None
    plain = seen.text if seen else text
    form_at = form_start(plain)
    body = plain[:form_at]
    regions = read_places(body, 0)
    start = regions[-1].end if regions else 0
    trade_at = _trade_start(body, start)
    while regions and _is_brand(regions[-1], body[start:trade_at], body[trade_at:]):
        regions.pop()
        start = regions[-1].end if regions else 0
        trade_at = _trade_start(body, start)
    kind = family(plain[form_at:])
    in_brackets = next((part for part in seen.bracketed if _form_in(part.text)), None) if seen and not kind else None
    if in_brackets:
        kind = _FORMS_IN_BRACKETS[_form_in(in_brackets.text)]
    elif not kind:
        trade_at, form_at = _shop_at(body, start, trade_at)
    brand, trade, form = body[start:trade_at], plain[trade_at:form_at], plain[form_at:]
    groups = tuple(_GROUP.findall(body)) if "集团" in body or "控股" in body else ()
    if seen is None:
        parts = Part(brand, start, trade_at), Part(trade, trade_at, form_at), Part(form, form_at, len(plain))
        essence = _essence(regions, brand, body[trade_at:], grouped=bool(groups))
        return _Parent(tuple(regions), *parts, kind, (), groups, essence)
    places = [*(seen.moved(text, region) for region in regions), *seen.regions]
    essence = _essence([*regions, *seen.regions], brand, body[trade_at:], grouped=bool(groups))
    return _Parent(
        tuple(places),
        seen.part(text, start, trade_at),
        seen.part(text, trade_at, form_at),
        in_brackets or seen.part(text, form_at, len(plain)),
        kind,
        seen.bracketed,
        (*groups, *seen.groups),
        essence,
    )


def _is_brand(place: Region, brand: str, trade: str) -> bool:
    """Whether what reads like a place is the brand, because nothing else is: 北京 in 北京银行, 浦东 in 浦东发展银行."""
    if len(brand) > 1 and brand not in TRADES:
        return False
    return not brand or (not place.place.suffix and (not trade or place.place.level >= COUNTY))


class _Unbracketed(NamedTuple):
    """A text without its brackets: a place in them is lifted out, a form or a word of standing dropped."""

    text: str
    at: list[int]  # where each character stood
    bracketed: tuple[Part, ...]
    regions: tuple[Region, ...]
    groups: tuple[str, ...]

    def part(self, whole: str, start: int, end: int) -> Part:
        """A stretch of the text, as it stands in the whole one."""
        if start == end:
            return _NOTHING
        return Part(whole[self.at[start] : self.at[end - 1] + 1], self.at[start], self.at[end - 1] + 1)

    def moved(self, whole: str, region: Region) -> Region:
        """A region of the text, as it stands in the whole one."""
        return Region(*self.part(whole, region.start, region.end), region.place)


def _without_brackets(text: str) -> _Unbracketed:
    kept: list[int] = []
    bracketed: list[Part] = []
    regions: list[Region] = []
    groups: list[str] = []
    last = 0
    for found in _BRACKETS.finditer(text):
        kept += range(last, found.start())
        content, last = found[1], found.end()
        bracketed.append(Part(content, *found.span(1)))
        place = whole_place(content)
        if place is not None:
            regions.append(Region(content, *found.span(1), place))
        elif words := _GROUP.findall(content):
            groups += words
        elif not _form_in(content):
            kept += range(*found.span(1))
    kept += range(last, len(text))
    plain = "".join([text[at] for at in kept])
    return _Unbracketed(plain, kept, tuple(bracketed), tuple(regions), tuple(groups))


def _trade_start(body: str, start: int) -> int:
    """Where the trade begins: as many known words from the end as leave a brand of two characters."""
    end, first = len(body), start + 2
    while end - 2 >= first:
        last_two = body[end - 2 : end]
        for length in _TRADE_LENGTHS.get(last_two, ()):
            if end - length >= first and body[end - length : end] in _TRADE_WORDS:
                end -= length
                break
        else:
            if _industry(last_two):
                end -= 2
                continue
            break
    if end == len(body) and end > first and body[-1] in SHOPS:
        return end - 1
    return end


def _shop_at(body: str, start: int, trade_at: int) -> tuple[int, int]:
    """Where trade and form begin in a name that no company bears: 鑫源|五金|经营部, 人民||医院."""
    size = len(body)
    form_at = next((size - length for length in _SHOP_LENGTHS.get(body[-2:], ()) if body[-length:] in SHOPS), -1)
    if form_at < start:
        single = trade_at == size - 1 or (trade_at == size and body[-1:] in SHOP_ENDS)
        if not single or size - start <= 2:
            return trade_at, size
        form_at = size - 1
    return (trade_at if trade_at < form_at else _trade_start(body[:form_at], start)), form_at


_SHOP_LENGTHS = endings(word for word in SHOPS if len(word) > 1)
_TRADE_LENGTHS = endings(word for word in _TRADE_WORDS if len(word) > 1)


def _industry(word: str) -> bool:
    """Whether a word of two characters names an industry, as 钛业 does, and not a hope, as 伟业 does."""
    return word[1] == "业" and word[0] not in "伟宏兴创立建大基事专就鸿盛"


def _essence(regions: Sequence[Region], brand: str, trade: str, *, grouped: bool) -> Essence:
    stems = "".join([region.place.stem for region in regions])
    if grouped:  # also inside, as in 国电集团远达
        brand, trade = _GROUP.sub("", brand) or brand, _GROUP.sub("", trade)
    if "农" in trade or "农" in brand or "浦" in brand:
        own = _ABBREVIATED.sub(lambda found: ABBREVIATED_ANYWHERE[found[0]], brand + trade)
        at = _trade_start(own, 0)
        brand, trade = own[:at], own[at:]
    return Essence(stems + brand + trade, "R" * len(stems) + "B" * len(brand) + "T" * len(trade))
