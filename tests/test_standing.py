"""From an accepted record to what is public of it: linking and publishing, on a real registry."""

from dataclasses import asdict

import pytest
from stdnum.cn import uscc

from registry.actions.link import standing as how_linked
from registry.vocabulary import SourceKind
from tests.receiving import Counter, code, csv_text
from tests.standing import (
    FIRM,
    FORMER,
    A,
    delivered,
    penalty,
    registered,
    settled,
    standing,
)


def test_a_penalty_of_a_registered_firm_under_its_own_name_is_shown_as_its_regime_says(counter: Counter) -> None:
    registered(counter, (A, FIRM, "", "2015-01-02", "2020-01-01", "", ""))
    delivered(counter, penalty())

    settled(counter)

    assert standing(counter) == [("乌市监罚〔2024〕1号", "shown", None)]
    assert counter.ask("SELECT shown_from, shown_until FROM publication") == [("2024-05-06", "2027-05-06")]


def test_a_former_name_leads_to_the_subject_as_well_as_the_name_of_today(counter: Counter) -> None:
    registered(counter, (A, FIRM, "", "2015-01-02", "2023-01-01", FORMER, "2022-12-30"))
    delivered(counter, penalty(name=FORMER))

    settled(counter)

    assert standing(counter)[0][1:] == ("shown", None)
    names = counter.ask("SELECT name, since, until FROM subject_name ORDER BY until IS NULL")
    assert names == [(FORMER, None, "2022-12-30"), (FIRM, "2022-12-30", None)]


def test_a_name_the_subject_never_bore_goes_to_review_and_not_to_publication(counter: Counter) -> None:
    registered(counter, (A, FIRM, "", "", "", "", ""))
    delivered(counter, penalty(name="乌兰察布市鑫源物资有限公司"))

    settled(counter)

    assert standing(counter)[0][1:] == ("held", "name_disagrees")
    assert counter.ask("SELECT state FROM {links} l") == [("review",)]


def test_a_rename_delivered_later_resolves_what_waited_over_the_name(counter: Counter) -> None:
    registered(counter, (A, FORMER, "", "", "2020-01-01", "", ""))
    delivered(counter, penalty(name=FIRM))
    settled(counter)
    assert standing(counter)[0][1:] == ("held", "name_disagrees")

    registered(counter, (A, FIRM, "", "", "2024-02-01", "", ""))
    settled(counter)

    assert standing(counter)[0][1:] == ("shown", None)
    names = counter.ask("SELECT name, until FROM subject_name ORDER BY until IS NULL")
    assert names == [(FORMER, "2024-02-01"), (FIRM, None)]


def test_a_valid_code_that_the_register_does_not_know_holds_negative_records_until_it_is_registered(
    counter: Counter,
) -> None:
    delivered(counter, penalty())
    settled(counter)
    assert standing(counter)[0][1:] == ("held", "provisional_subject")

    registered(counter, (A, FIRM, "", "", "", "", ""))
    settled(counter)

    assert standing(counter)[0][1:] == ("shown", None)
    assert counter.ask("SELECT count(*), max(CASE WHEN provisional THEN 1 ELSE 0 END) FROM subject") == [(1, 0)]


def test_a_second_name_for_a_provisional_subject_waits_for_review(counter: Counter) -> None:
    delivered(counter, penalty(), penalty(name=FORMER, document="乌市监罚〔2024〕2号"))

    settled(counter)

    assert [row[2] for row in standing(counter)] == ["provisional_subject", "name_disagrees"]


def test_records_without_a_usable_identifier_wait_as_unlinked(counter: Counter) -> None:
    registered(counter, (A, FIRM, "", "", "", "", ""))
    delivered(counter, penalty(code=""))

    settled(counter)

    assert asdict(how_linked(counter.desk.database)) == {"confirmed": 0, "review": 0, "unlinked": 1}
    assert standing(counter)[0][1:] == ("held", "unlinked")


def test_a_valid_code_that_nobody_has_is_a_subject_of_its_own_though_its_organisation_code_is_anothers(
    counter: Counter,
) -> None:
    registered(counter, (A, FIRM, "150900000012345", "", "", "", ""))
    unknown = "91150902" + A[8:17]
    unknown += str(uscc.calc_check_digit(unknown))
    honour = ("纳税人名称", "统一社会信用代码", "评价年度", "主管税务机关")
    counter.take(csv_text(honour, (FIRM, unknown, "2025", "税务局")), SourceKind.HONOURS, name="honours.csv")
    delivered(counter, penalty(code=unknown, number="150900000012345"))
    settled(counter)

    linked = "SELECT s.uscc, l.how FROM {links} l JOIN subject s ON s.id = l.subject_id ORDER BY l.record_id"
    assert counter.ask(linked) == [(unknown, "code")] * 2
    assert standing(counter)[-1][1:] == ("held", "provisional_subject")


@pytest.mark.parametrize("identifier", ["organisation", "number"])
def test_a_negative_record_linked_by_a_lesser_identifier_waits_for_maker_and_checker(
    counter: Counter, identifier: str
) -> None:
    registered(counter, (A, FIRM, "150900000012345", "", "", "", ""))
    told = {"organisation": A[8:17]} if identifier == "organisation" else {"number": "150900000012345"}
    delivered(counter, penalty(code="", **told))

    settled(counter)

    assert standing(counter)[0][1:] == ("held", "link_unconfirmed")
    how = "organisation_code" if identifier == "organisation" else "registration_number"
    assert counter.ask("SELECT how, state FROM {links} l") == [(how, "review")]


def test_an_individual_business_is_not_made_public_by_its_number(counter: Counter) -> None:
    number, trader = "150902600012345", code(9, front="92150900")
    registered(
        counter, (trader, "集宁某某小吃店", number, "", "", "", ""), (A, FIRM, "150902000012345", "", "", "", "")
    )
    headers = ("行政相对人名称", "工商注册号", "行政许可决定文书号", "许可内容", "许可决定日期", "许可机关")
    cells = ("食品经营", "2026-03-05", "集宁区市场监督管理局")
    permits = csv_text(headers, ("集宁某某小吃店", number, "1号", *cells), (FIRM, "150902000012345", "2号", *cells))
    counter.take(permits, SourceKind.PERMITS)
    counter.ask("UPDATE setting SET value = 'demo' WHERE key = 'mode' RETURNING value")

    settled(counter)

    assert standing(counter) == [("1号", "held", "unlinked"), ("2号", "shown", None)]


def test_every_accepted_record_has_exactly_one_current_outcome(counter: Counter) -> None:
    registered(counter, (A, FIRM, "", "", "", "", ""))
    kinds = ("警告", "罚款", "吊销许可证件", "暂扣或者吊销许可证、暂扣或者吊销执照", "其他")
    rows = [
        penalty(document=f"{day}-{kind}", kinds=kind, on=day, code=other)
        for kind in kinds
        for day in ("2022-01-01", "2024-01-01", "2026-06-01")
        for other in (A, "", code(2))
    ]
    delivered(counter, *rows)
    settled(counter)

    assert counter.ask(
        """SELECT count(*) FROM record r WHERE r.source <> 'subjects' AND 1 <> (
        SELECT count(*) FROM publication p WHERE p.record_id = r.id AND p.retired_at IS NULL)"""
    ) == [(0,)]
    assert counter.ask("SELECT count(*) FROM publication WHERE outcome <> 'shown' AND because IS NULL") == [(0,)]
