"""What a listing waits for where the law is not signed, not announced, or counts from a day that must be told."""

from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from registry.actions.law import law_of
from registry.actions.publish import publish
from registry.actions.why import why
from registry.cases import Law
from registry.errors import CaseRefused, LawUnsettled, NotYet
from registry.rulebook import lists, load
from registry.vocabulary import Stage
from tests.casework import DECISION, NOTICE, PROPOSAL, SERVICE, SIGNED, Casework, casework_in, signed
from tests.signed_law import CATALOGUE
from tests.terminal import chengxin

NUMBER = "信用列〔2026〕1号"


@pytest.fixture
def office(home: str, tmp_path: Path) -> Iterator[Casework]:
    with casework_in(tmp_path) as opened:
        yield opened


def test_a_listing_goes_its_way_and_is_public_once_the_edition_of_the_catalogue_is_signed(
    home: str, tmp_path: Path
) -> None:
    with casework_in(tmp_path, sign=SIGNED[:2]) as office:
        record = office.listed().record
        assert office.public() == []
        with office.database.session() as session:
            told = why(session, office.keys.auditor, str(record), on=office.today, book=office.book)
        assert told.unsigned == [f"{CATALOGUE}/serious"]

        signed(office.database, office.keys, [CATALOGUE], office.now())
        publish(office.database, law_of(office.database, office.book), on=office.today, now=office.now())
        assert office.public() == [NUMBER]


WAGES = {"list_code": "wage_arrears", "ground": "1", "document": "人社罚〔2026〕3号"}


def test_where_the_law_counts_from_the_correction_its_day_is_told(tmp_path: Path) -> None:
    with casework_in(tmp_path, sign=SIGNED[1:]) as office:
        (tmp_path / "rules" / "procedures").mkdir(parents=True)
        text = Path("sample_data/rules/procedures/notice.toml").read_text("utf-8").replace("unverified", "text")
        (tmp_path / "rules" / "procedures" / "notice.toml").write_text(text, "utf-8")
        office.book = load(tmp_path / "rules")
        office.open("listing_proposed", {**PROPOSAL, **WAGES})
        office.take(1, "listing_notified", NOTICE)
        office.today += timedelta(days=10)
        office.take(1, "listing_decided", DECISION)
        office.take(1, "listing_served", SERVICE)
        office.today = date(2026, 11, 2)
        said = {"document": "移出申请1", "reason": "已付清"}
        for corrected_on, refusal in ((None, LawUnsettled), ("2026-05-03", NotYet), ("2026-11-03", CaseRefused)):
            with pytest.raises(refusal):
                office.take(1, "listing_removal_proposed", {**said, "corrected_on": corrected_on})

        removal = ("--document", "移出申请1", "--reason", "已付清", "--corrected-on", "2026-05-02")
        key = office.keys.maker
        done = chengxin(office.counter.folder, "case", "advance", "1", "listing_removal_proposed", *removal, key=key)
        assert (done.returncode, office.case(1).newest.tag()) == (0, "listing_removal_proposed"), done.stderr


def test_grounds_that_nobody_has_verified_list_nobody_though_the_term_was_read(tmp_path: Path) -> None:
    with casework_in(tmp_path, sign=SIGNED[1:]) as office:
        text = Path("registry/rulebook/lists/wage_arrears.toml").read_text("utf-8")
        before, grounds = text.split("[versions.grounds]")
        (tmp_path / "rules" / "lists").mkdir(parents=True)
        rule = f"{before}[versions.grounds]{grounds.replace('text', 'unverified', 1)}"
        (tmp_path / "rules" / "lists" / "wage_arrears.toml").write_text(rule, "utf-8")
        office.book = load(tmp_path / "rules")

        with pytest.raises(LawUnsettled, match="signed"):
            office.open("listing_proposed", {**PROPOSAL, **WAGES})


def test_where_the_answer_period_is_not_signed_the_case_waits(tmp_path: Path) -> None:
    with casework_in(tmp_path, sign=SIGNED[:1]) as office:
        office.open("listing_proposed", PROPOSAL)
        with pytest.raises(LawUnsettled, match="signed"):
            office.take(1, "listing_notified", NOTICE)


def test_a_period_into_a_year_whose_holidays_are_not_announced_is_not_over_until_they_are(office: Casework) -> None:
    office.today = date(2026, 12, 28)
    office.open("listing_proposed", PROPOSAL)
    office.take(1, "listing_notified", NOTICE)
    (clock,) = office.state(1).clocks
    assert clock.due is not None
    assert clock.due.provisional
    office.today = date(2027, 1, 20)

    assert office.state(1).stage is Stage.ANSWERING
    with pytest.raises(LawUnsettled, match="holidays"):
        office.take(1, "listing_decided", DECISION)


@given(decided_on=st.dates(date(2022, 2, 1), date(2035, 12, 31)))
def test_the_term_of_one_case_is_that_of_a_column_of_entries(decided_on: date) -> None:
    of_lists = Law(load(), production=False).book.lists
    terms: list[date | None] = []
    entries: list[dict[str, Any]] = []
    for code, rule in of_lists.items():
        if decided_on < rule.versions[0].since or rule.on(decided_on).grounds is None:
            continue
        for ground in ("1", "5"):
            entry = {
                "record_id": len(entries), "classes": code, "ground_item": ground, "has_ground": True,
                "has_document": True, "decided_on": decided_on, "noticed_on": decided_on, "served_on": decided_on,
                "ends_on": None, "status": None,
            }  # fmt: skip
            entries.append(entry)
            terms.append(rule.on(decided_on).ends_on(decided_on, ground))
    frame = pl.LazyFrame(entries, schema_overrides={"ends_on": pl.Date, "status": pl.String})
    column = lists.judged(frame, of_lists, on=decided_on, unsigned=()).collect().sort("record_id")

    assert entries
    assert column["shown_until"].to_list() == terms
