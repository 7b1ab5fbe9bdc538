"""依据: every part of every version of every rule, flattened to what a publication and a reader need."""

from collections.abc import Iterable, Iterator
from datetime import date
from typing import Any

import msgspec

from registry.rulebook.law import Cited, Displayed, Part, Restoration, Said, Titled, Version
from registry.vocabulary import Confidence


class Citation(msgspec.Struct, frozen=True, kw_only=True):
    """One value of the law behind a basis."""

    instrument: str
    number: str
    article: str
    source: str
    checked: date
    confidence: Confidence


class Basis(msgspec.Struct, frozen=True, kw_only=True):
    """A part of a version of a rule.

    `instrument`, `number`, `article` and `source` are those of the value that decides; `confidence` is that of the
    least sure value among `citations`. `measures` are what may follow, on which nothing is shown; `measures_citation`
    is where they stand. `signed` is the document on which two people took responsibility for it. `how_to_restore` and
    `restoration` are null where nothing can be restored.
    """

    basis: str
    rule: str
    title: Said
    since: date
    part: str
    part_title: Said
    instrument: str
    number: str
    article: str
    source: str
    confidence: Confidence
    citations: tuple[Citation, ...]
    values: dict[str, Any]
    measures: tuple[str, ...]
    measures_citation: Citation | None
    note: Said | None
    how_to_object: Said | None
    how_to_restore: Said | None
    restoration: Restoration | None
    signed: str | None = None


def bases_of(rules: Iterable[tuple[str, Titled]]) -> Iterator[Basis]:
    """The parts of all versions, rule by rule, oldest version first."""
    for name, rule in rules:
        for version in rule.versions:
            for part in version.parts():
                yield _basis(name, rule.title, version, part)


def _basis(name: str, title: Said, version: Version, part: Part) -> Basis:
    first = part.citations[0]
    return Basis(
        basis=version.basis_of(name, part.name),
        rule=name,
        title=title,
        since=version.since,
        part=part.name,
        part_title=part.title,
        instrument=first.basis.name,
        number=first.basis.number,
        article=first.basis.article,
        source=first.source,
        confidence=part.confidence,
        citations=tuple(_citation(cited) for cited in part.citations),
        values=part.values,
        measures=part.measures.names if part.measures else (),
        measures_citation=_citation(part.measures) if part.measures else None,
        note=version.note,
        how_to_object=version.how_to_object if isinstance(version, Displayed) else None,
        how_to_restore=part.restoration.how if part.restoration else None,
        restoration=part.restoration,
    )


def _citation(cited: Cited) -> Citation:
    return Citation(
        instrument=cited.basis.name,
        number=cited.basis.number,
        article=cited.basis.article,
        source=cited.source,
        checked=cited.checked,
        confidence=cited.confidence,
    )
