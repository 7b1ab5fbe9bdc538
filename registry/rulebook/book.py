"""The rulebook: every rule, read from its file, with one digest of all the texts."""

from collections.abc import Iterator
from datetime import date
from hashlib import sha256
from pathlib import Path
from typing import Any

import msgspec

from registry.errors import RuleBroken, RuleNotWritten
from registry.rulebook.bases import Basis, bases_of
from registry.rulebook.catalogues import CatalogueRule, MaskingRule, MeasuresRule, RedListsRule
from registry.rulebook.holidays import HolidaysRule, calendar_of
from registry.rulebook.lasting import LastingVersion
from registry.rulebook.law import Rule, Titled, Version, decoded
from registry.rulebook.lists import ListRule
from registry.rulebook.penalties import PenaltyRule
from registry.rulebook.penalties_gsxt import MarketRule
from registry.rulebook.persons import PersonsRule
from registry.rulebook.procedures import ProcedureRule
from registry.rulebook.timeliness import TimelinessRule
from registry.rulebook.transition import TransitionRule
from registry.vocabulary import Confidence
from registry.workdays import Calendar

HERE = Path(__file__).parent
LISTS, PROCEDURES, HOLIDAYS = "lists", "procedures", "holidays"
RULES: dict[str, Any] = {
    "penalties": PenaltyRule,
    "penalties_gsxt": MarketRule,
    "transition": TransitionRule,
    "persons": PersonsRule,
    "permits": Rule[LastingVersion],
    "honours": Rule[LastingVersion],
    "commitments": Rule[LastingVersion],
    "timeliness": TimelinessRule,
    "catalogue": CatalogueRule,
    "measures": MeasuresRule,
    "masking": MaskingRule,
    "red_lists": RedListsRule,
}
"""Name and shape of every rule that is a file of its own."""
SHELVES: dict[str, Any] = {LISTS: ListRule, PROCEDURES: ProcedureRule, HOLIDAYS: HolidaysRule}
"""Folders of rules of one shape, which an office may add to."""


class Rulebook(msgspec.Struct, frozen=True, kw_only=True):
    """The law, in force and before.

    `bases` holds every part of every version by its key; `texts` is the sha256 of the texts it was read from, and so is
    `digest` until something is signed.
    """

    penalties: PenaltyRule
    penalties_gsxt: MarketRule
    transition: TransitionRule
    persons: PersonsRule
    permits: Rule[LastingVersion]
    honours: Rule[LastingVersion]
    commitments: Rule[LastingVersion]
    timeliness: TimelinessRule
    catalogue: CatalogueRule
    measures: MeasuresRule
    masking: MaskingRule
    red_lists: RedListsRule
    lists: dict[str, ListRule]
    procedures: dict[str, ProcedureRule]
    holidays: dict[str, HolidaysRule]
    calendar: Calendar
    bases: dict[str, Basis]
    texts: str
    digest: str

    @property
    def rules(self) -> dict[str, Titled]:
        """Every rule by its name."""
        shelves = {folder: getattr(self, folder) for folder in SHELVES}
        return dict(_named({name: getattr(self, name) for name in RULES}, shelves))

    @property
    def unsigned(self) -> frozenset[str]:
        """The bases that lean on a value which nobody has verified, nor two people signed."""
        return frozenset(
            key
            for key, basis in self.bases.items()
            if basis.confidence is Confidence.UNVERIFIED and basis.signed is None
        )

    def version(self, rule: str, since: date) -> Version:
        """The version of a rule that applies since a day.

        Raises:
            RuleNotWritten: there is none.
        """
        for version in self.rules[rule].versions if rule in self.rules else ():
            if version.since == since:
                return version
        raise RuleNotWritten(
            f"规则库中没有版本 {rule}/{since}。", f"the rulebook has no version {rule}/{since}.", rule=rule
        )


def load(overlay: Path | None = None) -> Rulebook:
    """Read the packaged rules. A file of `overlay` stands in for the packaged file of the same path, or adds a list.

    Raises:
        RuleBroken: a file is incomplete or contradicts itself, or the overlay has a file that is no rule.
    """
    texts = _texts(HERE) | (_texts(overlay) if overlay else {})
    digest = sha256()
    for file in sorted(texts):
        digest.update(f"{file}\n{len(texts[file])}\n".encode() + texts[file])
    rules: dict[str, Any] = {name: decoded(texts.pop(f"{name}.toml"), RULES[name], f"{name}.toml") for name in RULES}
    shelves: dict[str, Any] = {folder: {} for folder in SHELVES}
    for file in sorted(texts):
        folder, _, name = file.removesuffix(".toml").rpartition("/")
        if folder not in SHELVES:
            raise RuleBroken(f"没有名为 {file} 的规则。", f"there is no rule called {file}.", file=file)
        shelves[folder][name] = decoded(texts[file], SHELVES[folder], file)
    bases = {basis.basis: basis for basis in bases_of(_named(rules, shelves))}
    calendar = calendar_of((f"{HOLIDAYS}/{name}.toml", rule) for name, rule in shelves[HOLIDAYS].items())
    read = digest.hexdigest()
    return Rulebook(**rules, **shelves, calendar=calendar, bases=bases, texts=read, digest=read)


def _named(rules: dict[str, Titled], shelves: dict[str, Any]) -> Iterator[tuple[str, Titled]]:
    yield from rules.items()
    for folder, shelf in shelves.items():
        for name, rule in shelf.items():
            yield f"{folder}.{name}", rule


def _texts(folder: Path) -> dict[str, bytes]:
    if not folder.is_dir():
        raise RuleBroken(f"规则文件夹 {folder} 不存在。", f"there is no folder of rules {folder}.", file=str(folder))
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*.toml")}
