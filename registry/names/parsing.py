"""Reading the parts of a registered name: from its end the form, from its beginning the places, then the rest."""

import re
import unicodedata
from collections.abc import Sequence
from functools import lru_cache
from typing import NamedTuple

from registry.names.forms import family, form_start
from registry.names.normal import normal_form
from registry.names.parsed import Branch, Essence, Parsed, Part
from registry.names.places import COUNTY, Region, read_places, whole_place
from registry.names.script import folded, has_traditional
from registry.names.words import (
    ABBREVIATED_ANYWHERE,
    ABBREVIATIONS,
    BRANCH_KINDS,
    FORMS,
    GROUPS,
    LATIN_FORMS,
    NUMERALS,
    PARENTS,
    SHOPS,
    TRADES,
    endings,
)

_TRADE_WORDS = TRADES | SHOPS | frozenset(GROUPS)
_BRACKETS = re.compile(r"\(([^()]*)\)")
_FORMS_IN_BRACKETS = {"合伙": "partnership", "个人独资": "sole", "个体工商户": "sole"}
_BRANCH_ENDS = frozenset(kind[-1] for kind in BRANCH_KINDS)
_NUMBERED = re.compile(f"第[{NUMERALS}]+$")
_HAN = re.compile("[\u3400-\u9fff]")
_WORD = re.compile(r"[^\W_]+")
_APOSTROPHES = str.maketrans("", "", "'’‘`´")
_ABBREVIATED_BANKS = frozenset(short[:2] for short in ABBREVIATIONS)
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
    split = _parent_end(normal)
    parent = _read_parent(normal[:split])
    branches = _read_branches(normal, split, parent.regions) if split < len(normal) else []
    return Parsed(
        normal,
        parent.regions,
        parent.brand,
        parent.trade,
        parent.form,
        family(parent.form.text) or _family_in_brackets(parent.bracketed),
        tuple(branches),
        parent.bracketed,
        parent.groups,
        parent.essence,
        _branch_essence(branches) if branches else _NO_ESSENCE,
    )


def _family_in_brackets(bracketed: tuple[Part, ...]) -> str:
    return next((kind for part in bracketed for form, kind in _FORMS_IN_BRACKETS.items() if form in part.text), "")


def _read_latin(name: str, normal: str) -> Parsed:
    """A name in another script has no parts that we read, but words."""
    letters = "".join(c for c in unicodedata.normalize("NFKD", name) if not unicodedata.combining(c)).upper()
    words = _WORD.findall(letters.replace("&", " AND ").translate(_APOSTROPHES))
    own = [word for word in words if word not in LATIN_FORMS]
    whole = Part(normal, 0, len(normal))
    essence = Essence(normal, "B" * len(normal))
    return Parsed(
        normal, (), whole, _NOTHING, _NOTHING, "", (), (), (), essence, _NO_ESSENCE, words=tuple(own or words)
    )


def _parent_end(name: str) -> int:
    """Where the parent's name ends in a branch's name; the whole length where there is no branch."""
    size = len(name)
    if name[:2] in _ABBREVIATED_BANKS:
        for short in ABBREVIATIONS:
            if name.startswith(short) and not name.startswith("银行", len(short)) and _kind(name):
                return len(short)
    company = name.find("公司")
    while company > 0 and name[company - 1] in "分支子":
        company = name.find("公司", company + 1)
    bank = name.find("银行")
    if 0 <= bank < size - 2 and name[-1] in "行部所处" and (company < 0 or not _is_form(name[bank + 2 : company + 2])):
        return bank + 2
    if company >= 0:
        end = company + 2
        if end < size and name[end] == "(":
            closing = name.find(")", end) + 1
            return closing if closing > 0 else size
        return end
    if size > 3 and name[-1] in _BRANCH_ENDS and _kind(name):
        return _parent_without_form(name)
    return size


def _is_form(text: str) -> bool:
    return _BRACKETS.sub("", text) in FORMS


def _parent_without_form(name: str) -> int:
    """The parent's end before a kind of branch, in a name without any form: 中国移动|集宁分公司."""
    last = len(name) - len(_kind(name))
    ends = [at + len(word) for word in PARENTS if (at := name.find(word)) > 1 and at + len(word) <= last]
    if ends:
        return min(ends)
    if not name.endswith(("公司", "分行", "支行", "营业部")):
        return len(name)  # a shop
    numbered = _NUMBERED.search(name, 0, last)
    if numbered and numbered.start() > 1:
        return numbered.start()
    own = read_places(name, 0)
    first = max((own[-1].end if own else 0) + 2, name.rfind(")", 0, last) + 1)
    return next((at for at in range(first, last) if read_places(name, at)), last)


def _kind(text: str) -> str:
    return next((text[-size:] for size in (5, 4, 3, 2, 1) if text[-size:] in BRANCH_KINDS), "")


class _Parent(NamedTuple):
    """The parts of a name without its branches."""

    regions: tuple[Region, ...]
    brand: Part
    trade: Part
    form: Part
    bracketed: tuple[Part, ...]
    groups: tuple[str, ...]
    essence: Essence


def _read_parent(text: str) -> _Parent:
    if text in ABBREVIATIONS:
        essence = _read_parent(ABBREVIATIONS[text]).essence
        return _Parent((), Part(text, 0, len(text)), _NOTHING, _NOTHING, (), (), essence)
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
    brand, trade, form = body[start:trade_at], body[trade_at:], plain[form_at:]
    groups = tuple(_GROUP.findall(body)) if "集团" in body or "控股" in body else ()
    if seen is None:
        parts = Part(brand, start, trade_at), Part(trade, trade_at, form_at), Part(form, form_at, len(plain))
        return _Parent(tuple(regions), *parts, (), groups, _essence(regions, brand, trade, grouped=bool(groups)))
    places = [*(seen.moved(text, region) for region in regions), *seen.regions]
    essence = _essence([*regions, *seen.regions], brand, trade, grouped=bool(groups))
    return _Parent(
        tuple(places),
        seen.part(text, start, trade_at),
        seen.part(text, trade_at, form_at),
        seen.part(text, form_at, len(plain)),
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
        elif not any(form in content for form in _FORMS_IN_BRACKETS):
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


def _read_branches(name: str, start: int, wider: Sequence[Region]) -> list[Branch]:
    """The links after the parent's end; places may follow on the parent's."""
    branches: list[Branch] = []
    for found in _LINK.finditer(name, start):
        kind = found[2] or ""
        text = found[1]
        if not text and not kind:
            break
        begin, end = found.start(1), found.end(1)
        wider = branches[-1].regions if branches and branches[-1].regions else wider
        regions = read_places(name[:end], begin, branch=True)
        if not regions and wider:
            regions = read_places(name[:end], begin, within=wider[-1].place)
        own = regions[-1].end if regions else begin
        branches.append(Branch(tuple(regions), Part(name[own:end], own, end), Part(kind, found.start(2), found.end(2))))
    return branches


_LINK = re.compile(f"(.*?)(?:({'|'.join(sorted(BRANCH_KINDS - {'店', '厂'}, key=len, reverse=True))})|$)")


def _branch_essence(branches: list[Branch]) -> Essence:
    text, labels = "", ""
    for branch in branches:
        stems = "".join(region.place.stem for region in branch.regions)
        text += stems + branch.own.text
        labels += "R" * len(stems) + "O" * len(branch.own.text)
    return Essence(text, labels)
