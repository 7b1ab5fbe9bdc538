"""The parts of a registered name 企业名称, each with its place in the normal form.

企业名称登记管理规定 (2020) 第六条: a name is region 行政区划 + brand 字号 + trade 行业 + organisation form 组织形式,
in that order; a branch 分支机构 (第十三条) begins with its parent's name.
"""

from dataclasses import dataclass
from typing import NamedTuple


class Part(NamedTuple):
    """A stretch of the normal form: `name[start:end] == text`. Empty where the name has no such part."""

    text: str
    start: int
    end: int


class Branch(NamedTuple):
    """One link of a branch chain, e.g. 深圳市·华强·第二·支行."""

    region: tuple[Part, ...]
    own: Part
    kind: Part


@dataclass(frozen=True, slots=True)
class Parsed:
    """A name in normal form and its parts, in the order of the name; `region` from wide to narrow."""

    name: str
    region: tuple[Part, ...]
    brand: Part
    trade: Part
    form: Part
    branches: tuple[Branch, ...] = ()
    ordinals: tuple[Part, ...] = ()
    directions: tuple[Part, ...] = ()
    bracketed: tuple[Part, ...] = ()
