"""Reading the parts of a registered name: from its end the form, from its beginning the places, then the rest."""

import re
import unicodedata
from functools import lru_cache

from registry.names.normal import normal_form
from registry.names.parsed import Branch, Essence, Parsed, Part
from registry.names.places import COUNTY, Place, Region, read_places, whole_place
from registry.names.words import (
    ABBREVIATED_ANYWHERE,
    ABBREVIATIONS,
    BRANCH_KINDS,
    FORMS,
    GROUPS,
    LATIN_FORMS,
    PARENTS,
    SHOPS,
    TRADES,
)

_LONGEST_FORM = max(map(len, FORMS))
_LONGEST_WORD = 6
_BRACKETS = re.compile(r"\(([^()]*)\)")
_NUMERAL = re.compile(r"第?[0-9一二三四五六七八九十百零〇壹贰叁肆伍陆柒捌玖拾]+")
_DIRECTION = re.compile("[东南西北中]")
_FORM_IN_BRACKETS = ("有限合伙", "普通合伙", "特殊普通合伙", "个人独资", "个体工商户")
_BRANCH_ENDS = frozenset(kind[-1] for kind in BRANCH_KINDS)
_HAN = re.compile("[\u3400-\u9fff]")
_WORD = re.compile(r"[^\W_]+")
_APOSTROPHES = str.maketrans("", "", "'’‘`´")
_GROUP = re.compile("|".join(GROUPS))
_ABBREVIATED = re.compile("|".join(ABBREVIATED_ANYWHERE))


@lru_cache(maxsize=1 << 18)
def parse(name: str) -> Parsed:
    """The parts of a name, whatever its spelling; the last quarter of a million parses are kept."""
    normal = normal_form(name)
    if not _HAN.search(normal):
        return _read_latin(name, normal)
    split = _parent_end(normal)
    regions, brand, trade, form, bracketed, groups, essence = _read_parent(normal[:split])
    branches: list[Branch] = []
    if split < len(normal):
        branches = _read_branches(normal, split, regions[-1].place if regions else None)
    return Parsed(
        normal,
        tuple(regions),
        brand,
        trade,
        form,
        FORMS.get(form.text, ""),
        tuple(branches),
        tuple(bracketed),
        tuple(groups),
        tuple(Part(found[0], found.start(), found.end()) for found in _NUMERAL.finditer(normal)),
        tuple(
            Part(found[0], found.start(), found.end())
            for found in _DIRECTION.finditer(normal, brand.start)
            if not any(region.start <= found.start() < region.end for region in regions)
        ),
        essence,
        _branch_essence(branches),
    )


def _read_latin(name: str, normal: str) -> Parsed:
    """A name in another script has no parts that we read, but words."""
    letters = "".join(c for c in unicodedata.normalize("NFKD", name) if not unicodedata.combining(c)).upper()
    words = _WORD.findall(letters.replace("&", " AND ").translate(_APOSTROPHES))
    own = [word for word in words if word not in LATIN_FORMS]
    whole, nothing = Part(normal, 0, len(normal)), Part("", 0, 0)
    essence = Essence(normal, "B" * len(normal))
    return Parsed(
        normal, (), whole, nothing, nothing, "", (), (), (), (), (), essence, Essence("", ""), tuple(own or words)
    )


def _parent_end(name: str) -> int:
    """Where the parent's name ends in a branch's name; the whole length where there is no branch."""
    size = len(name)
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
    return next((at for at in range(3, last) if read_places(name, at)), last)


def _kind(text: str) -> str:
    return next((text[-size:] for size in (5, 4, 3, 2, 1) if text[-size:] in BRANCH_KINDS), "")


def _read_parent(
    text: str,
) -> tuple[list[Region], Part, Part, Part, list[Part], list[str], Essence]:
    if text in ABBREVIATIONS:
        full = _read_parent(ABBREVIATIONS[text])[-1]
        return [], Part(text, 0, len(text)), Part("", 0, 0), Part("", 0, 0), [], [], full
    bracketed: list[Part] = []
    lifted: list[Region] = []
    places: list[int] | None = None  # of the characters outside brackets, in the text
    groups: list[str] = []
    if "(" in text:
        plain, places = _without_brackets(text, bracketed, lifted, groups)
    else:
        plain = text
    form_at = _form_start(plain)
    body = plain[:form_at]
    regions = read_places(body, 0)
    start = regions[-1].end if regions else 0
    trade_at = _trade_start(body, start)
    while regions and _is_brand(regions[-1], body[start:trade_at], body[trade_at:]):
        regions.pop()
        start = regions[-1].end if regions else 0
        trade_at = _trade_start(body, start)
    brand, trade = body[start:trade_at], body[trade_at:]
    if "集团" in body or "控股" in body:
        groups += _GROUP.findall(body)
    essence = _essence([*regions, *lifted], brand, trade)
    spans = [(start, trade_at), (trade_at, form_at), (form_at, len(plain))]
    if places is not None:
        spans = [(places[one], places[other - 1] + 1) if one < other else (0, 0) for one, other in spans]
        regions = [r._replace(start=places[r.start], end=places[r.end - 1] + 1) for r in regions]
    parts = [Part(text[one:other], one, other) for one, other in spans]
    return regions + lifted, parts[0], parts[1], parts[2], bracketed, groups, essence


def _is_brand(place: Region, brand: str, trade: str) -> bool:
    """Whether what reads like a place is the brand, because nothing else is: 北京 in 北京银行, 浦东 in 浦东发展银行."""
    if len(brand) > 1 and brand not in TRADES:
        return False
    return not brand or not trade or (place.place.level >= COUNTY and not place.place.suffix)


def _without_brackets(
    text: str, bracketed: list[Part], lifted: list[Region], groups: list[str]
) -> tuple[str, list[int]]:
    """The text without brackets and where its characters stood; a place in brackets is lifted, a form dropped."""
    kept: list[int] = []
    last = 0
    for found in _BRACKETS.finditer(text):
        kept += range(last, found.start())
        content, last = found[1], found.end()
        bracketed.append(Part(content, found.start(1), found.end(1)))
        place = whole_place(content)
        if place is not None:
            lifted.append(Region(content, found.start(1), found.end(1), place))
        elif words := _GROUP.findall(content):
            groups += words
        elif not content.startswith(_FORM_IN_BRACKETS):
            kept += range(found.start(1), found.end(1))
    kept += range(last, len(text))
    return "".join(text[at] for at in kept), kept


def _form_start(text: str) -> int:
    size = len(text)
    for length in range(min(_LONGEST_FORM, size), 1, -1):
        if text[size - length :] in FORMS:
            return size - length
    return size


def _trade_start(body: str, start: int) -> int:
    """Where the trade begins: as many known words from the end as leave a brand of two characters."""
    end = len(body)
    while True:
        for length in range(min(_LONGEST_WORD, end - start - 2), 1, -1):
            word = body[end - length : end]
            if word in TRADES or word in SHOPS or word in GROUPS or (length == 2 and _industry(word)):
                end -= length
                break
        else:
            if end == len(body) and end - start > 2 and body[-1:] in SHOPS:
                end -= 1
                continue
            return end


def _industry(word: str) -> bool:
    """Whether a word of two characters names an industry, as 钛业 does, and not a hope, as 伟业 does."""
    return word[1] == "业" and word[0] not in "伟宏兴创立建大基事专就鸿盛"


def _essence(regions: list[Region], brand: str, trade: str) -> Essence:
    stems = "".join([region.place.stem for region in regions])
    if len(brand) > 3:  # 集团 inside, as in 国电集团远达
        brand = _GROUP.sub("", brand) or brand
    trade = _GROUP.sub("", trade)
    if _ABBREVIATED.search(brand + trade):
        own = _ABBREVIATED.sub(lambda found: ABBREVIATED_ANYWHERE[found[0]], brand + trade)
        at = _trade_start(own, 0)
        brand, trade = own[:at], own[at:]
    return Essence(stems + brand + trade, "R" * len(stems) + "B" * len(brand) + "T" * len(trade))


def _read_branches(name: str, start: int, parent: Place | None) -> list[Branch]:
    """The links after the parent's end; places may follow on the parent's."""
    branches: list[Branch] = []
    for found in _LINK.finditer(name, start):
        kind = found[2] or ""
        text = found[1]
        if not text and not kind:
            break
        begin, end = found.start(1), found.end(1)
        within = branches[-1].regions[-1].place if branches and branches[-1].regions else parent
        regions = read_places(name[:end], begin, branch=True)
        if not regions and within:
            regions = read_places(name[:end], begin, within=within)
        own = regions[-1].end if regions else begin
        branches.append(Branch(tuple(regions), Part(name[own:end], own, end), Part(kind, found.start(2), found.end(2))))
    return branches


_LINK = re.compile(f"(.*?)(?:({'|'.join(sorted(BRANCH_KINDS - {'店', '厂'}, key=len, reverse=True))})|$)")


def _branch_essence(branches: list[Branch]) -> Essence:
    text, labels = "", ""
    for branch in branches:
        stems = "".join(region.place.stem for region in branch.regions)
        text += stems + branch.own.text
        labels += "R" * len(stems) + "B" * len(branch.own.text)
    return Essence(text, labels)
