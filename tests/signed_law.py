"""The law with versions that two people have signed, for tests that judge without a registry."""

from datetime import date

from registry.rulebook import Rulebook, load
from registry.rulebook.signatures import Act, signing, with_signatures

CATALOGUE = "catalogue/2025-01-01"
_ON, _DOCUMENT = date(2026, 1, 5), "信用办〔2026〕1号"
_LAW = load()


def acts_on(*versions: str, book: Rulebook = _LAW) -> list[Act]:
    """What two people did who signed these versions, each given as `rule/since`."""
    acts: list[Act] = []
    for rule, since in (version.split("/") for version in versions):
        for by in (1, 2):
            day = date.fromisoformat(since)
            acts.append(signing(book, acts, rule=rule, since=day, document=_DOCUMENT, by=by, on=_ON))
    return acts


def signed_law(*versions: str, book: Rulebook = _LAW) -> Rulebook:
    """The law with these versions signed."""
    return with_signatures(book, acts_on(*versions, book=book))
