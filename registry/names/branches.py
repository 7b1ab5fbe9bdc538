"""Reading the branch chain 分支机构: where the parent's name ends, and the links after it."""

import re
from collections.abc import Sequence

from registry.names.numerals import NUMERALS
from registry.names.parsed import Branch, Essence, Part
from registry.names.places import Region, read_places
from registry.names.words import ABBREVIATIONS, BRANCH_KINDS, FORMS, PARENTS

_BRANCH_ENDS = frozenset(kind[-1] for kind in BRANCH_KINDS)
_NUMBERED = re.compile(f"第[{NUMERALS}]+$")
_BRACKETED = re.compile(r"\([^()]*\)")
_ABBREVIATED_BANKS = frozenset(short[:2] for short in ABBREVIATIONS)
_LINK = re.compile(f"(.*?)(?:({'|'.join(sorted(BRANCH_KINDS - {'店', '厂'}, key=len, reverse=True))})|$)")


def parent_end(name: str) -> int:
    """Where the parent's name ends in a branch's name; the whole length where there is no branch."""
    size = len(name)
    if name[:2] in _ABBREVIATED_BANKS:
        for short in ABBREVIATIONS:
            if name.startswith(short) and not name.startswith("银行", len(short)) and _kind(name):
                return len(short)
    company = name.find("公司", 1)
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
    return _BRACKETED.sub("", text) in FORMS


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


def read_branches(name: str, start: int, wider: Sequence[Region]) -> list[Branch]:
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


def branch_essence(branches: Sequence[Branch]) -> Essence:
    """The essence of all links together: their places and own words, without their kinds."""
    text, labels = "", ""
    for branch in branches:
        stems = "".join(region.place.stem for region in branch.regions)
        text += stems + branch.own.text
        labels += "R" * len(stems) + "O" * len(branch.own.text)
    return Essence(text, labels)
