"""A record without a code is linked by its name only where one subject bore it and a second fact agrees."""

from datetime import date
from typing import Any

import polars as pl
import pytest

from registry.actions.naming import bearing, named
from registry.store import links, subjects
from registry.vocabulary import SourceKind
from tests.receiving import Begun, Counter, code, csv_text
from tests.standing import FIRM, FORMER, A, delivered, penalty, settled, standing

RECORD = {
    "record_id": 1, "source": "permits", "category": "organisation", "name": FIRM, "decided_on": date(2024, 5, 6),
    "county_code": "150902", "legal_representative": "司马测试", "address": None, "delivered_by": "某局",
}  # fmt: skip
FACT = {
    "subject_id": 7, "county_code": "150902", "organisation_code": "MA0N00007",
    "registration_number": "150900000012345",
    "legal_representative": "司马测试", "address": "集宁区一号", "registrar": "集宁区市场监督管理局",
}  # fmt: skip
BORNE = {"subject_id": 7, "normal": FIRM, "since": None, "until": None}


def linked_to(*borne: dict[str, Any], facts: tuple[dict[str, Any], ...] = (FACT,), **record: Any) -> list[Any]:
    """(subject, state) of the link that one record gets."""
    records = pl.DataFrame([{**dict.fromkeys(links.WAITING), **RECORD, **record}], schema=links.WAITING)
    days = pl.DataFrame([{**BORNE, **one} for one in borne], schema=subjects.BORNE)
    bearers = bearing(records, days.select("subject_id", "normal").unique())
    found = named(records, bearers, days, pl.DataFrame(facts, schema=subjects.FACTS))
    return found.select("subject_id", "state").rows()


def test_one_bearer_and_a_second_fact_link_a_record() -> None:
    assert linked_to({}) == [(7, "confirmed")]


@pytest.mark.parametrize("source", ["penalties", "list-entries"])
def test_a_negative_record_is_linked_in_review_even_so(source: str) -> None:
    assert linked_to({}, source=source) == [(7, "review")]


@pytest.mark.parametrize(
    "fact",
    [
        {"legal_representative": None, "registration_number": "150900000012345"},
        {"legal_representative": None, "address": "集宁区 一号"},
        {"legal_representative": "另一人", "delivered_by": "集宁区市场监督管理局"},
    ],
)
def test_any_second_fact_will_do(fact: dict[str, Any]) -> None:
    assert linked_to({}, **fact) == [(7, "confirmed")]


@pytest.mark.parametrize(
    "fact",
    [
        {"legal_representative": None},
        {"legal_representative": "另一人"},
        {"name": "乌兰察布市鑫源商贸公司"},
        {"county_code": "150921"},
        {"registration_number": "150900000099999"},
        {"organisation_code": "MA0N00008"},
        {"decided_on": None},
    ],
)
def test_without_a_second_fact_or_against_one_nothing_is_linked(fact: dict[str, Any]) -> None:
    assert linked_to({}, **fact) == []


def test_two_bearers_on_that_day_link_nobody_and_on_another_day_do() -> None:
    later = {"subject_id": 8, "since": date(2024, 5, 7)}

    assert linked_to({}, {"subject_id": 8}) == []
    assert linked_to({}, later) == [(7, "confirmed")]
    assert linked_to({}, later, decided_on=date(2024, 5, 7)) == []
    assert linked_to({"until": date(2024, 5, 6)}) == []


def test_the_city_as_a_whole_is_every_countys_jurisdiction() -> None:
    assert linked_to({}, county_code="150900") == [(7, "confirmed")]
    assert linked_to({}, county_code=None) == [(7, "confirmed")]


def test_a_subject_that_only_its_code_attests_is_no_bearer_to_link_but_one_to_count() -> None:
    assert linked_to({}, facts=()) == []
    assert linked_to({}, {"subject_id": 9}) == []


@pytest.fixture
def begun() -> tuple[Begun, ...]:
    return (_registered,)


def _registered(counter: Counter) -> None:
    headers = ("统一社会信用代码", "企业名称", "登记机关", "曾用名", "更名日期")
    rows = [(A, FIRM, "集宁区市场监督管理局", FORMER, "2022-12-30"), (code(5), "集宁旁人有限公司", "", "", "")]
    counter.take(csv_text(headers, *rows), SourceKind.SUBJECTS, name="register.csv")


def test_a_penalty_by_the_body_that_registers_is_linked_and_waits_for_two_people(counter: Counter) -> None:
    body = "集宁区市场监督管理局"
    delivered(counter, penalty(code="", body=body, source=body), penalty(code="", document="乌市监罚〔2024〕2号"))
    settled(counter)

    assert counter.ask("SELECT how, state, because FROM {links} l") == [("name", "review", "link_unconfirmed")]
    assert [row[1:] for row in standing(counter)] == [("held", "link_unconfirmed"), ("held", "unlinked")]


def test_a_former_name_counts_on_the_days_it_was_borne(counter: Counter) -> None:
    body = "集宁区市场监督管理局"
    days = ("2022-12-29", "2022-12-30")
    delivered(
        counter,
        *[penalty(name=FORMER, code="", body=body, source=body, on=day, document=f"{day}号") for day in days],
    )

    assert counter.ask("SELECT r.decided_on FROM {links} l JOIN record r ON r.id = l.record_id") == [("2022-12-29",)]


@pytest.mark.parametrize(("founded", "deliveries"), [("2015-03-01", 1), ("2015-03-01", 2), ("", 2)])
def test_a_name_that_took_the_place_of_another_began_when_that_was_approved(
    counter: Counter, founded: str, deliveries: int
) -> None:
    headers = ("统一社会信用代码", "企业名称", "成立日期", "核准日期")
    told = [(code(8), "集宁原名有限公司", founded, "2015-03-01"), (code(8), "集宁新名有限公司", founded, "2026-10-01")]
    for number, rows in enumerate([told] if deliveries == 1 else [[row] for row in told]):
        counter.take(csv_text(headers, *rows), SourceKind.SUBJECTS, name=f"register-{number}.csv")

    names = counter.ask(
        "SELECT name, since, until FROM subject_name WHERE name LIKE '集宁%名有限公司' ORDER BY name DESC"
    )

    assert names == [
        ("集宁新名有限公司", "2026-10-01", None),
        ("集宁原名有限公司", founded or None, "2026-10-01"),
    ]


def test_a_second_bearer_takes_a_link_by_name_back(counter: Counter) -> None:
    body = "集宁区市场监督管理局"
    permits = (
        "行政相对人名称", "统一社会信用代码", "行政许可决定文书号", "许可类别", "许可决定日期", "许可机关",
        "数据来源单位",
    )  # fmt: skip
    permit = (FIRM, "", "乌市许〔2024〕1号", "普通", "2024-05-06", body, body)
    counter.take(csv_text(permits, permit), SourceKind.PERMITS, name="permits.csv")
    settled(counter)
    shown = [row[1:] for row in standing(counter)]
    second = csv_text(("统一社会信用代码", "企业名称", "登记机关", "成立日期"), (code(6), FIRM, body, "2020-01-01"))
    counter.take(second, SourceKind.SUBJECTS, name="second.csv")
    settled(counter)

    assert shown == [("shown", None)]
    assert [row[1:] for row in standing(counter)] == [("held", "unlinked")]
