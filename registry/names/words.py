"""The words that names are built of, read from `words.toml` and `trades.txt` (notice: `trades.NOTICE`)."""

import tomllib
from collections.abc import Iterable
from pathlib import Path

_ROOM = Path(__file__).parent
_WORDS = tomllib.loads((_ROOM / "words.toml").read_text(encoding="utf-8"))

FORMS: dict[str, str] = {word: family for family, words in _WORDS["forms"].items() for word in words}  # form → family
SHOPS = frozenset(_WORDS["shops"]["words"])
SHOP_ENDS = frozenset(_WORDS["shops"]["ends"])
GROUPS: tuple[str, ...] = tuple(_WORDS["groups"]["words"])
BRANCH_KINDS = frozenset(_WORDS["branches"]["kinds"])
PARENTS: tuple[str, ...] = tuple(_WORDS["branches"]["parents"])
BANK_KINDS: tuple[str, ...] = tuple(_WORDS["banks"]["kinds"])
ABBREVIATIONS: dict[str, str] = _WORDS["abbreviations"]
ABBREVIATED_ANYWHERE: dict[str, str] = _WORDS["everywhere"]
SUFFIXES: tuple[str, ...] = tuple(_WORDS["places"]["suffixes"])
NATIONS = frozenset(_WORDS["places"]["nations"])
PEOPLES: tuple[str, ...] = tuple(sorted(_WORDS["places"]["peoples"], key=len, reverse=True))
SHORT_PLACES: dict[str, str] = _WORDS["places"]["short"]
ZONES: dict[str, str] = {name: kind for kind, names in _WORDS["zones"].items() for name in names}
TRADES = frozenset((_ROOM / "trades.txt").read_text(encoding="utf-8").split()) | frozenset(_WORDS["trades"]["words"])
LATIN_FORMS = frozenset(_WORDS["latin"]["forms"])


def endings(words: Iterable[str]) -> dict[str, tuple[int, ...]]:
    """The last two characters of some words → how long the words with that end are, longest first."""
    lengths: dict[str, set[int]] = {}
    for word in words:
        lengths.setdefault(word[-2:], set()).add(len(word))
    return {end: tuple(sorted(sizes, reverse=True)) for end, sizes in lengths.items()}
