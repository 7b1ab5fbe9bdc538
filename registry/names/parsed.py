"""The parts of a registered name 企业名称, each with its place in the normal form.

企业名称登记管理规定 (2020) 第六条: a name is region 行政区划 + brand 字号 + trade 行业 + organisation form 组织形式,
in that order; a branch 分支机构 (第十三条) begins with its parent's name.
"""

import re
from typing import NamedTuple

from registry.names.numerals import NUMERALS
from registry.names.places import Region


class Part(NamedTuple):
    """A stretch of the normal form: `name[start:end] == text`. Empty where the name has no such part."""

    text: str
    start: int
    end: int


class Essence(NamedTuple):
    """What tells one name from another, written in one way: stems of places, then brand and trade.

    Forms, words of standing (集团), brackets and the suffixes of places (市) are left out. `labels` says of each
    character whether it belongs to a place (R), the brand (B), the trade (T) or a branch's own name (O).
    """

    text: str
    labels: str


class Branch(NamedTuple):
    """One link of a branch chain, e.g. 深圳市 · 华强第二 · 支行; `kind` is empty in an unnamed kind of branch."""

    regions: tuple[Region, ...]
    own: Part
    kind: Part


class Parsed(NamedTuple):
    """A name in normal form and its parts; `regions` from wide to narrow, one in brackets after the others."""

    name: str
    regions: tuple[Region, ...]
    brand: Part
    trade: Part
    form: Part
    family: (
        str  # in law, of the form or of one in brackets: limited, joint_stock, company, partnership, sole, cooperative,
    )
    # union (of cooperatives); empty if it has none, or the form of one who is no company: 商行, 医院
    branches: tuple[Branch, ...]
    bracketed: tuple[Part, ...]
    groups: tuple[str, ...]  # 集团, 控股
    essence: Essence
    branch_essence: Essence
    variants: str = ""  # characters of traditional script in a name of mixed script, read as their simplified forms
    words: tuple[str, ...] = ()  # of a name without a Chinese character, without its forms

    @property
    def ordinals(self) -> tuple[Part, ...]:
        """Numbers outside the names of places, with 第 before them."""
        return self._outside_places(_NUMERAL)

    @property
    def directions(self) -> tuple[Part, ...]:
        """Points of the compass outside the names of places."""
        return self._outside_places(_DIRECTION)

    def _outside_places(self, what: re.Pattern[str]) -> tuple[Part, ...]:
        places = [*self.regions, *(region for branch in self.branches for region in branch.regions)]
        return tuple(
            Part(found[0], *found.span())
            for found in what.finditer(self.name)
            if not any(place.start <= found.start() < place.end for place in places)
        )


_NUMERAL = re.compile(f"第?[{NUMERALS}]+")
_DIRECTION = re.compile("[东南西北中]")
