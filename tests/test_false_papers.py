"""A restoration obtained by false papers is undone by another person, with what follows;
a mere suspicion undoes nothing."""

from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import pytest

from registry.actions.eligibility import eligibility_of
from registry.actions.law import law_in
from registry.actions.restoration_decision import restoration_decision
from registry.cases import Law
from registry.cases.restoration import Consequence, barred_until, version_on
from registry.documents.restoration_decision import page_of
from registry.errors import NotYet
from registry.vocabulary import SourceKind, Stage
from tests.casework import Casework, casework_in, signed
from tests.receiving import csv_text
from tests.restored import applied, granted
from tests.signed_law import signed_law
from tests.test_restorations import RESTORATION, restoration

FROM = date(2026, 5, 6)
DOCUMENT = "乌市监罚〔2024〕1号"


@pytest.fixture
def office(home: str, tmp_path: Path) -> Iterator[Casework]:
    with casework_in(tmp_path, Casework.penalised, sign=()) as opened:
        opened.today = FROM
        yield opened


def test_false_papers_undo_the_restoration_and_the_display_goes_on_as_long_as_it_would_have(office: Casework) -> None:
    periods = "SELECT shown_from, shown_until FROM publication WHERE retired_at IS NULL"
    before = office.counter.ask(periods)
    case = granted(office)
    office.today += timedelta(days=30)
    said = {"document": "核查报告〔2026〕4号", "reason": "缴款凭证系伪造"}
    office.take(case, "restoration_false_reported", said)
    assert (office.public(), office.state(case).stage) == ([], Stage.DOUBTED)

    office.take(case, "restoration_undone", {"document": "信用撤修〔2026〕1号", "reason": "凭证经核实为伪造"})

    assert (office.public(), office.state(case).stage) == ([DOCUMENT], Stage.UNDONE)
    assert office.counter.ask(periods) == before
    office.publish()
    assert office.counter.ask(periods) == before
    told = office.case(case).the(Consequence)
    assert told.basis == "procedures.restoration/2026-04-01/false_material"
    terms = version_on(Law(office.book, production=True), FROM).terms["false_material"]
    assert told.terms == tuple(said.zh for said in terms.items)


UNDER_58 = date(2026, 3, 10)
AFTER_58 = UNDER_58.replace(year=2029)


def undone_under_58(office: Casework) -> int:
    """A second record, beside one whose restoration was undone for false papers while Decree 58 was in force."""
    office.today = UNDER_58
    case = granted(office)
    office.take(case, "restoration_false_reported", {"document": "核查报告〔2026〕4号", "reason": "缴款凭证系伪造"})
    office.take(case, "restoration_undone", {"document": "信用撤修〔2026〕1号", "reason": "凭证经核实为伪造"})
    office.today = FROM
    return office.penalised(document="乌市监罚〔2025〕9号", on="2026-01-05")


def test_after_false_papers_nothing_of_the_subject_is_restored_for_as_long_as_the_signed_law_says(
    office: Casework,
) -> None:
    other = undone_under_58(office)
    signed(office.database, office.keys, ["procedures.restoration/2023-05-01"], office.now())
    for record in (office.record, other):
        case = applied(office, record=record)
        with pytest.raises(NotYet, match="2029-03-10") as refused:
            office.take(case, "restoration_accepted", {})
        assert "虚假" in refused.value.zh
        office.take(case, "restoration_not_accepted", {"document": "信用不受〔2026〕1号", "reason": "不予修复期未满"})
        with office.database.session() as session:
            page = page_of(restoration_decision(session, office.keys.auditor, case, office.book)).decode()
            told = eligibility_of(session, record, on=office.today, book=law_in(session, office.book))
        assert f"可于 {AFTER_58} 起申请修复" in page
        assert (told.may_apply, told.restorable_from) == (False, AFTER_58)
        assert "虚假" not in told.zh  # from when on is everybody's to know, why is not

    case = applied(office, record=other)
    office.today = AFTER_58 - timedelta(days=1)
    with pytest.raises(NotYet):
        office.take(case, "restoration_accepted", {})
    office.today = AFTER_58
    office.take(case, "restoration_accepted", {})


def test_a_period_that_nobody_has_signed_bars_nobody_nor_does_law_that_sets_none(office: Casework) -> None:
    other = undone_under_58(office)
    office.take(applied(office, record=other), "restoration_accepted", {})

    book = signed_law(
        *(f"procedures.restoration/{one.since}" for one in office.book.procedures["restoration"].versions)
    )
    case = granted(office)  # under Decree 36, whose chapter on this was not read
    office.take(case, "restoration_false_reported", {"document": "核查报告〔2026〕5号", "reason": "伪造"})
    office.take(case, "restoration_undone", {"document": "信用撤修〔2026〕2号", "reason": "伪造"})
    assert barred_until(office.case(case), Law(book, production=True)) is None
    assert barred_until(office.case(1), Law(book, production=True)) == AFTER_58
    assert barred_until(office.case(1), Law(office.book, production=False)) == AFTER_58


def test_a_suspicion_that_was_not_so_leaves_it_restored(office: Casework) -> None:
    case = granted(office)
    office.take(case, "restoration_false_reported", {"document": "举报1", "reason": "有人举报"})
    office.take(case, "restoration_stands", {"reason": "经核查属实"})
    office.take(case, "restoration_sharing_ended", {"document": "回执"})

    assert (office.public(), office.state(case).stage) == ([], Stage.RESTORING)


def test_undoing_it_shows_nothing_that_is_restored_elsewhere_as_well(office: Casework) -> None:
    case = granted(office)
    office.counter.take(csv_text(RESTORATION, restoration(kind="撤销")), SourceKind.RESTORATIONS, name="elsewhere.csv")
    office.take(case, "restoration_false_reported", {"document": "举报1", "reason": "伪造"})
    office.take(case, "restoration_undone", {"document": "信用撤修〔2026〕1号", "reason": "伪造"})
    office.publish()

    assert office.public() == []
