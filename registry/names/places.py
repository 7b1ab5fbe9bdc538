"""Reading divisions 行政区划 in names: GB/T 2260 in every edition, in full and by short forms, and zones 开发区."""

import re
from functools import cache
from typing import NamedTuple

from registry import divisions
from registry.names.words import NATIONS, PEOPLES, SHORT_PLACES, SUFFIXES, ZONES

NATION, PROVINCE, PREFECTURE, COUNTY, DISTRICT, ZONE = range(6)


class Place(NamedTuple):
    """A division as a name writes it: 集宁 + 区. `suffix` is empty for a short form."""

    stem: str
    suffix: str
    level: int
    codes: frozenset[str] = frozenset()  # of every edition
    now: frozenset[str] = frozenset()  # codes in force for the same area


class Region(NamedTuple):
    """A place in a name: `name[start:end] == text`."""

    text: str
    start: int
    end: int
    place: Place


def one_place(a: Place, b: Place) -> bool:
    """Whether two places of one stem may be one: a suffix left out, or one that the division changed (县 → 区)."""
    return a.suffix == b.suffix or not a.suffix or not b.suffix or not a.now.isdisjoint(b.now)


def read_places(text: str, start: int, *, within: Place | None = None, branch: bool = False) -> list[Region]:
    """The places that stand one after another from `start`, wide to narrow.

    A short form is read as a prefecture's or a wider place's; as a county's only inside the place before it (or
    `within`), or at the beginning of a branch's own name.
    """
    found: list[Region] = []
    last, narrowest = within, COUNTY if branch else PREFECTURE
    table, lengths = _table(), _lengths()
    while (sizes := lengths.get(text[start : start + 2])) is not None:
        for size in sizes:
            written = text[start : start + size]
            places = table.get(written)
            place = _fitting(places, last, narrowest) if places else None
            if place is not None:
                break
        else:
            break
        found.append(Region(written, start, start + len(written), place))
        last, start = place, start + len(written)
    if "区" in text or "园" in text:
        zone = _ZONE.match(text, start)
        if zone and (found or zone[1]):
            kind = Place(zone[1] if zone[1] and zone[2] == "新区" else zone[1] + ZONES[zone[2]], "", ZONE)
            found.append(Region(zone[0], zone.start(), zone.end(), kind))
    return found


def whole_place(text: str) -> Place | None:
    """The place that a text names in whole, e.g. the content of brackets."""
    return next(iter(_table().get(text, ())), None)


@cache
def place_words() -> tuple[str, ...]:
    """All that names write for a division, the longest first; what is one character long is none."""
    return tuple(sorted((text for text in _table() if len(text) > 1), key=len, reverse=True))


_ZONE = re.compile(f"(.{{0,4}}?)({'|'.join(sorted(ZONES, key=len, reverse=True))})")


def _fitting(places: tuple[Place, ...], last: Place | None, narrowest: int) -> Place | None:
    """The place that may stand after `last`: a narrower one, and inside it where only a short form says so."""
    for place in places:
        if last is None or last.level == NATION:
            if (place.suffix or place.level <= narrowest) and place.level > (NATION - 1 if last is None else NATION):
                return place
        elif place.level > last.level and (place.suffix or inside(place, last)):
            return place
    return None


def inside(place: Place, wider: Place) -> bool:
    """Whether a division lies in another one, in any edition."""
    if not PROVINCE <= wider.level <= PREFECTURE or place.level <= wider.level:
        return False
    width = 2 if wider.level == PROVINCE else 4
    prefixes = {code[:width] for code in wider.codes}
    return any(code[:width] in prefixes for code in place.codes)


@cache
def _lengths() -> dict[str, tuple[int, ...]]:
    lengths: dict[str, set[int]] = {}
    for text in _table():
        lengths.setdefault(text[:2], set()).add(len(text))
    return {start: tuple(sorted(sizes, reverse=True)) for start, sizes in lengths.items()}


@cache
def _table() -> dict[str, tuple[Place, ...]]:
    """What names write → the places that it may mean."""
    now = divisions.codes_now()
    editions: dict[tuple[str, int], set[str]] = {}
    for code, name in divisions.table().select("code", "name").rows():
        zone = name in ZONES or (name.endswith(tuple(ZONES)) and not name.endswith("新区"))
        if len(name) > 2 and not zone and "辖" not in name and name[-1] in "省市县区旗盟州":
            editions.setdefault((name, _level(code, name)), set()).add(code)
    table: dict[str, list[Place]] = {nation: [Place(nation, "", NATION)] for nation in NATIONS}
    short: dict[tuple[str, int], Place] = {}  # 乌兰察布 is 乌兰察布盟 and 乌兰察布市
    for (name, level), codes in editions.items():
        stem, suffix = _stem(name)
        place = Place(stem, suffix, level, frozenset(codes), frozenset(now[code] for code in codes if code in now))
        table.setdefault(name, []).append(place)
        if len(stem) > 1:
            table.setdefault(stem + suffix[-1], []).append(place)
            known = short.get((stem, level), place)
            short[stem, level] = Place(stem, "", level, known.codes | place.codes, known.now | place.now)
    for (stem, _), place in short.items():
        table.setdefault(stem, []).append(place)
    for word, name in SHORT_PLACES.items():
        table.setdefault(word, []).extend(table[name])
    return {text: tuple(sorted(set(places), key=_order)) for text, places in table.items()}


def _order(place: Place) -> tuple[int, bool, str]:
    """Wide before narrow; of one level what there is today first, and then the same at every start of the program."""
    return place.level, not place.now, place.stem + place.suffix


def _level(code: str, name: str) -> int:
    if code.endswith("0000"):
        return PROVINCE
    if code.endswith("00"):
        return PREFECTURE
    return DISTRICT if name.endswith("区") else COUNTY


_PEOPLES = re.compile(f"(?:(?:{'|'.join(PEOPLES)})族)+$|(?:{'|'.join(one for one in PEOPLES if len(one) > 1)})$")


def _stem(name: str) -> tuple[str, str]:
    suffix = next(each for each in SUFFIXES if name.endswith(each))
    stem = name.removesuffix(suffix)
    if suffix.startswith("自治"):
        bare = _PEOPLES.sub("", stem)
        stem = bare if len(bare) > 1 else stem
    return stem, suffix
