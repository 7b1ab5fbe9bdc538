"""Signing an unverified version: two different people, one document, and the version as it stands."""

from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from registry.errors import RuleNotWritten, SignatureRefused
from registry.rulebook import Rulebook, explain, judged, load
from registry.rulebook.signatures import Act, said_by, signatures, signing, with_signatures
from registry.vocabulary import SourceKind
from tests.signed_law import CATALOGUE, acts_on
from tests.test_rulebook_cases import frame
from tests.test_rulebook_reading import overlay

BOOK = load()
EDITION = acts_on(CATALOGUE)  # of the catalogue, which every list entry rests on as well
TODAY = date(2026, 11, 24)
RULE, SINCE = "lists.tax_serious", date(2022, 2, 1)
ENTRY = {
    "classes": "tax_serious", "has_document": True, "has_ground": True,
    "noticed_on": date(2025, 1, 6), "decided_on": date(2025, 2, 10), "served_on": date(2025, 2, 14),
}  # fmt: skip


def sign(by: int, *before: Act, document: str = "集信用办〔2026〕3号", book: Rulebook = BOOK) -> Act:
    return signing(book, before, rule=RULE, since=SINCE, document=document, by=by, on=TODAY)


def outcome(book: Rulebook) -> tuple[str, str | None]:
    [row] = judged(SourceKind.LIST_ENTRIES, frame(ENTRY), book, on=TODAY, production=True).collect().to_dicts()
    return row["outcome"], row["because"]


def test_what_two_people_have_signed_may_be_shown() -> None:
    first = sign(1)
    second = sign(2, first)

    assert outcome(BOOK) == ("held", "rule_unverified")
    assert outcome(with_signatures(BOOK, [*EDITION, first])) == ("held", "rule_unverified")
    assert outcome(with_signatures(BOOK, [first, second])) == ("held", "rule_unverified")
    assert outcome(with_signatures(BOOK, [*EDITION, first, second])) == ("shown", None)
    basis = explain(with_signatures(BOOK, [first, second]), "lists.tax_serious/2022-02-01/term")
    assert (basis.signed, basis.confidence) == ("集信用办〔2026〕3号", "unverified")


def test_a_signature_changes_the_digest_so_that_everything_is_judged_again() -> None:
    first = sign(1)

    assert with_signatures(BOOK, [first]).digest == BOOK.digest
    assert with_signatures(BOOK, [first, sign(2, first)]).digest != BOOK.digest


def test_a_signature_covers_its_own_version_alone() -> None:
    first = sign(1)
    book = with_signatures(BOOK, [first, sign(2, first)])

    assert BOOK.unsigned - book.unsigned == {"lists.tax_serious/2022-02-01/term"}


def test_one_person_cannot_sign_for_two() -> None:
    first = sign(1)

    with pytest.raises(SignatureRefused, match="two different people"):
        sign(1, first)
    assert signatures(BOOK, [first, replace(first, on=date(2026, 12, 1))]) == {}


def test_both_name_the_same_document() -> None:
    first = sign(1)

    with pytest.raises(SignatureRefused, match="another document: 集信用办〔2026〕3号"):
        sign(2, first, document="集信用办〔2026〕4号")
    assert signatures(BOOK, [first, replace(first, by=2, document="另一文件")]) == {}


@pytest.mark.parametrize("document", ["", "  "])
def test_without_a_document_nobody_signs(document: str) -> None:
    with pytest.raises(SignatureRefused, match="needs the document"):
        sign(1, document=document)


def test_what_is_signed_is_not_signed_again() -> None:
    first = sign(1)
    second = sign(2, first)

    with pytest.raises(SignatureRefused, match="signed already"):
        sign(3, first, second)


def test_a_version_that_is_not_written_cannot_be_signed() -> None:
    for rule, since in ((RULE, date(2022, 2, 2)), ("lists.nothing", SINCE)):
        with pytest.raises(RuleNotWritten, match="no version"):
            signing(BOOK, (), rule=rule, since=since, document="某文", by=1, on=TODAY)


def test_a_signature_is_void_once_the_version_says_something_else(tmp_path: Path) -> None:
    first = sign(1)
    changed = load(overlay(tmp_path, "lists/tax_serious.toml", "months = 36", "months = 24"))

    assert outcome(with_signatures(changed, [*EDITION, first, sign(2, first)])) == ("held", "rule_unverified")
    again = sign(1, first, book=changed)
    anew = [*EDITION, first, again, sign(2, again, book=changed)]
    assert outcome(with_signatures(changed, anew)) == ("shown", None)


def test_comparing_with_the_source_anew_leaves_a_signature_standing(tmp_path: Path) -> None:
    compared = load(overlay(tmp_path, "lists/tax_serious.toml", "checked = 2026-11-23", "checked = 2026-11-24"))

    assert said_by(compared.version(RULE, SINCE)) == said_by(BOOK.version(RULE, SINCE))


@given(st.lists(st.tuples(st.integers(1, 3), st.sampled_from(["甲", "乙"]), st.booleans()), max_size=8))
def test_whatever_the_acts_a_signature_has_two_people_and_one_document_behind_it(
    acts: list[tuple[int, str, bool]],
) -> None:
    now = said_by(BOOK.version(RULE, SINCE))
    told = [
        Act(rule=RULE, since=SINCE, digest=now if current else "old", document=document, by=by, on=TODAY)
        for by, document, current in acts
    ]

    signed = signatures(BOOK, told)

    pairs = [{by for by, document, current in acts if current and document == named} for named in ("甲", "乙")]
    assert bool(signed) == any(len(people) > 1 for people in pairs)
    for one in signed.values():
        assert one.made_by != one.checked_by
        assert {one.made_by, one.checked_by} <= pairs["甲乙".index(one.document)]
