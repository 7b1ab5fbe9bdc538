"""From an accepted record to what is public of it: linking, publishing, versions, recalls, on a real registry."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest
from stdnum.cn import uscc

from registry.actions.link import link
from registry.actions.publish import Published, publish
from registry.actions.recall import recall
from registry.errors import KeyRefused, NotPermitted, UnknownDelivery
from registry.rulebook import load
from registry.vocabulary import SourceKind
from tests.office_people import let_in
from tests.receiving import NOW, Counter, code, counter_in, csv_text

BOOK = load()
TODAY = date(2026, 11, 23)
REGISTER = ("统一社会信用代码", "企业名称", "工商注册号", "成立日期", "核准日期", "曾用名", "更名日期")
PENALTY = (
    "行政相对人名称",
    "行政相对人代码_1(统一社会信用代码)",
    "行政相对人代码_2(工商注册号)",
    "行政相对人代码_3(组织机构代码)",
    "行政处罚决定书文号",
    "处罚类别",
    "处罚内容",
    "处罚决定日期",
    "处罚机关",
    "数据来源单位",
)
FIRM, FORMER = "乌兰察布市鑫源商贸有限公司", "乌兰察布市鑫海商贸有限公司"
A = "91150900" + "000000190"  # an organisation code that was never issued, with a right check character
A += str(uscc.calc_check_digit(A))
_clock = iter(range(1, 10_000))


def now() -> datetime:
    """A clock that goes on at every reading."""
    return NOW + timedelta(milliseconds=next(_clock))


@pytest.fixture
def counter(home: str, tmp_path: Path) -> Iterator[Counter]:
    with counter_in(tmp_path) as made:
        yield made


def registered(counter: Counter, *rows: tuple[str, ...]) -> None:
    counter.take(csv_text(REGISTER, *rows), SourceKind.SUBJECTS, name=f"register{next(_clock)}.csv")


def penalty(
    *,
    name: str = FIRM,
    code: str = A,
    number: str = "",
    organisation: str = "",
    document: str = "乌市监罚〔2024〕1号",
    kinds: str = "责令停产停业",
    content: str = "停业十日",
    on: str = "2024-05-06",
    body: str = "乌兰察布市市场监督管理局",
    source: str = "乌兰察布市市场监督管理局",
) -> tuple[str, ...]:
    return (name, code, number, organisation, document, kinds, content, on, body, source)


def delivered(counter: Counter, *rows: tuple[str, ...]) -> int:
    receipt = counter.take(csv_text(PENALTY, *rows), name=f"penalties{next(_clock)}.csv")
    assert receipt.counts.rejected == 0
    return receipt.delivery or 0


def settled(counter: Counter, *, on: date = TODAY) -> Published:
    link(counter.desk.database, now=now())
    return publish(counter.desk.database, BOOK, on=on, now=now())


def standing(counter: Counter) -> list[tuple[str, str, str | None]]:
    """Document, outcome and reason of every record that has a current outcome."""
    return counter.ask(
        """SELECT r.document, p.outcome, p.because FROM publication p JOIN record r ON r.id = p.record_id
        WHERE p.retired_at IS NULL ORDER BY r.id"""
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
    assert counter.ask("SELECT state FROM link") == [("review",)]


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

    done = link(counter.desk.database, now=now())
    settled(counter)

    assert done.unlinked == 1
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

    linked = "SELECT s.uscc, l.how FROM link l JOIN subject s ON s.id = l.subject_id ORDER BY l.record_id"
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
    assert counter.ask("SELECT how, state FROM link") == [(how, "review")]


def test_the_same_decision_from_another_file_is_a_duplicate_with_both_provenances(counter: Counter) -> None:
    first = delivered(counter, penalty())
    receipt = counter.take(csv_text(PENALTY, penalty(document="乌市监罚［2024］１号 ")), name="again.csv")

    assert (receipt.counts.accepted, receipt.counts.duplicate) == (0, 1)
    assert counter.ask("SELECT delivery_id FROM record") == [(first,)]
    assert counter.ask("SELECT p.delivery_id, p.line FROM provenance p") == [(receipt.delivery, 2)]


def test_a_changed_decision_of_the_same_source_body_supersedes(counter: Counter) -> None:
    registered(counter, (A, FIRM, "", "", "", "", ""))
    delivered(counter, penalty(content="停业十日"))
    settled(counter)
    delivered(counter, penalty(content="停业五日"))
    settled(counter)

    current = counter.ask(
        """SELECT r.fields ->> 'content', p.outcome FROM publication p JOIN record r ON r.id = p.record_id
        WHERE p.retired_at IS NULL"""
    )
    assert current == [("停业五日", "shown")]
    assert counter.ask("SELECT retired_because FROM publication WHERE retired_at IS NOT NULL") == [("superseded",)]


def test_another_source_body_cannot_change_a_decision_its_version_waits(counter: Counter) -> None:
    registered(counter, (A, FIRM, "", "", "", "", ""))
    delivered(counter, penalty())
    delivered(counter, penalty(content="停业一年", source="丰镇市某局"))

    settled(counter)

    assert [row[1:] for row in standing(counter)] == [("shown", None), ("held", "conflicting_version")]


def test_a_recall_takes_back_what_only_that_delivery_brought_and_the_version_before_returns(counter: Counter) -> None:
    registered(counter, (A, FIRM, "", "", "", "", ""))
    delivered(counter, penalty(content="停业十日"))
    settled(counter)
    mistaken = delivered(counter, penalty(content="停业一年"))
    settled(counter)

    taken = recall(counter.desk.database, mistaken, reason="错报", now=now())
    settled(counter)

    assert (taken.withdrawn, taken.retired) == (1, 1)
    shown = counter.ask(
        """SELECT r.fields ->> 'content' FROM publication p JOIN record r ON r.id = p.record_id
        WHERE p.retired_at IS NULL AND p.outcome = 'shown'"""
    )
    assert shown == [("停业十日",)]
    assert recall(counter.desk.database, mistaken, reason="错报", now=now()).already


def test_a_recalled_decision_stays_hidden_when_it_comes_again_and_a_new_version_of_it_waits(counter: Counter) -> None:
    registered(counter, (A, FIRM, "", "", "", "", ""))
    mistaken = delivered(counter, penalty())
    settled(counter)
    recall(counter.desk.database, mistaken, reason="错报", now=now())

    again = counter.take(csv_text(PENALTY, penalty(), penalty(document="乌市监罚〔2024〕9号")), name="again.csv")
    delivered(counter, penalty(content="停业一年"))
    settled(counter)

    assert again.counts.duplicate == 1
    assert [(row[0], row[1], row[2]) for row in standing(counter)] == [
        ("乌市监罚〔2024〕9号", "shown", None),
        ("乌市监罚〔2024〕1号", "held", "withdrawn_before"),
    ]


def test_a_record_that_another_delivery_brought_too_survives_the_recall(counter: Counter) -> None:
    registered(counter, (A, FIRM, "", "", "", "", ""))
    first = delivered(counter, penalty())
    counter.take(csv_text(PENALTY, penalty(), penalty(document="乌市监罚〔2024〕2号")), name="other.csv")
    settled(counter)

    taken = recall(counter.desk.database, first, reason="错报", now=now())
    settled(counter)

    assert taken.withdrawn == 0
    assert len(standing(counter)) == 2


def test_recalling_a_register_file_leaves_its_subjects_provisional_and_their_penalties_held(counter: Counter) -> None:
    registered(counter, (A, FIRM, "", "", "", "", ""))
    delivered(counter, penalty())
    settled(counter)

    recall(counter.desk.database, 1, reason="错报", now=now())
    settled(counter)

    assert standing(counter)[0][1:] == ("held", "provisional_subject")


@pytest.mark.parametrize("order", [(0, 1), (1, 0)])
def test_a_subject_that_two_recalled_deliveries_registered_keeps_nothing_of_them(
    counter: Counter, order: tuple[int, int]
) -> None:
    row, other = (
        (A, FIRM, "150900000012345", "2015-01-02", "2020-01-01", "", ""),
        (code(31), FORMER, "", "", "", "", ""),
    )
    registered(counter, row)
    registered(counter, row, other)
    delivered(counter, penalty())
    settled(counter)
    deliveries = [number for (number,) in counter.ask("SELECT id FROM delivery WHERE source = 'subjects' ORDER BY id")]
    asked = f"SELECT provisional, approved_on, registration_number FROM subject WHERE uscc = '{A}'"  # noqa: S608

    recall(counter.desk.database, deliveries[order[0]], reason="错报", now=now())
    settled(counter)
    assert [(bool(one[0]), *one[1:]) for one in counter.ask(asked)] == [(False, "2020-01-01", "150900000012345")]
    assert standing(counter)[0][1:] == ("shown", None)

    recall(counter.desk.database, deliveries[order[1]], reason="错报", now=now())
    settled(counter)
    assert [(bool(one[0]), *one[1:]) for one in counter.ask(asked)] == [(True, None, None)]
    assert standing(counter)[0][1:] == ("held", "provisional_subject")


def test_where_people_decide_a_maker_recalls_and_the_ledger_says_so_once(counter: Counter) -> None:
    registered(counter, (A, FIRM, "", "", "", "", ""))
    mistaken = delivered(counter, penalty())
    settled(counter)
    keys = let_in(counter.desk.database, now())
    for key, refusal in ((None, KeyRefused), (keys.checker, NotPermitted)):
        with pytest.raises(refusal):
            recall(counter.desk.database, mistaken, key=key, reason="错报", now=now())
    assert len(standing(counter)) == 1

    recall(counter.desk.database, mistaken, key=keys.maker, reason="错报", now=now())
    recall(counter.desk.database, mistaken, key=keys.maker, reason="错报", now=now())

    told = counter.ask(
        """SELECT e.kind, e.about, e.reason, r.document FROM withdrawal w JOIN event e ON e.id = w.event_id
        JOIN record r ON r.id = w.record_id"""
    )
    assert told == [("delivery_recalled", f"delivery:{mistaken}", "错报", "乌市监罚〔2024〕1号")]
    assert counter.ask("SELECT count(*) FROM event WHERE kind = 'delivery_recalled'") == [(1,)]


def test_a_recall_of_no_delivery_is_refused(counter: Counter) -> None:
    with pytest.raises(UnknownDelivery):
        recall(counter.desk.database, 99, reason="", now=now())


def test_publishing_again_changes_nothing(counter: Counter) -> None:
    registered(counter, (A, FIRM, "", "", "", "", ""))
    delivered(counter, penalty(), penalty(document="2号", code=""), penalty(document="3号", kinds="警告"))
    first = settled(counter)
    rows = counter.ask("SELECT * FROM publication ORDER BY record_id, recorded_at")

    second = settled(counter, on=date(2027, 3, 1))

    assert (first.judged, second.judged) == (3, 0)
    assert counter.ask("SELECT * FROM publication ORDER BY record_id, recorded_at") == rows


def test_a_period_that_starts_with_publication_keeps_its_first_day(counter: Counter) -> None:
    registered(counter, (A, FIRM, "", "", "", "", ""))
    delivered(counter, penalty(on="2026-05-06"))

    settled(counter, on=date(2026, 6, 1))
    registered(counter, (A, FORMER, "", "", "2026-08-01", FIRM, "2026-08-01"))
    settled(counter, on=date(2026, 9, 1))

    assert counter.ask("SELECT shown_from, shown_until FROM publication WHERE retired_at IS NULL") == [
        ("2026-06-01", "2029-06-01")
    ]


@pytest.mark.parametrize("together", [True, False])
def test_a_version_that_takes_the_place_of_another_goes_on_with_its_period(counter: Counter, *, together: bool) -> None:
    registered(counter, (A, FIRM, "", "", "", "", ""))
    delivered(counter, penalty(on="2026-05-06"))
    settled(counter, on=date(2026, 6, 1))
    delivered(counter, penalty(on="2026-05-06", content="停业五日"))
    if not together:
        settled(counter, on=date(2026, 9, 1))
    delivered(counter, penalty(on="2026-05-06", content="停业三日"))
    settled(counter, on=date(2026, 10, 1))

    shown = "SELECT shown_from, shown_until FROM publication WHERE retired_at IS NULL"
    assert counter.ask(shown) == [("2026-06-01", "2029-06-01")]
    counter.ask("UPDATE setting SET value = '' WHERE key = 'judged_with' RETURNING value")
    settled(counter, on=date(2026, 11, 1))
    assert counter.ask(shown) == [("2026-06-01", "2029-06-01")]


def test_a_version_that_is_held_at_first_goes_on_with_the_period_when_it_is_shown(counter: Counter) -> None:
    registered(counter, (A, FIRM, "", "", "", "", ""))
    delivered(counter, penalty(on="2026-05-06"))
    settled(counter, on=date(2026, 6, 1))
    registered(counter, (A, FORMER, "", "", "2026-08-01", "", ""))
    delivered(counter, penalty(on="2026-05-06", name="乌兰察布市鑫源物资有限公司", content="停业五日"))
    settled(counter, on=date(2026, 9, 1))
    assert standing(counter)[-1][1:] == ("held", "name_disagrees")

    registered(counter, (A, "乌兰察布市鑫源物资有限公司", "", "", "2026-09-02", "", ""))
    settled(counter, on=date(2026, 10, 1))

    assert counter.ask("SELECT shown_from, shown_until FROM publication WHERE retired_at IS NULL") == [
        ("2026-06-01", "2029-06-01")
    ]


def test_no_period_begins_before_the_decision_though_an_earlier_version_named_another_day(counter: Counter) -> None:
    registered(counter, (A, FIRM, "", "", "", "", ""))
    delivered(counter, penalty(on="2025-05-06"))
    settled(counter, on=date(2026, 6, 1))
    delivered(counter, penalty(on="2026-05-06"))
    settled(counter, on=date(2026, 9, 1))

    assert counter.ask("SELECT shown_from, shown_until FROM publication WHERE retired_at IS NULL") == [
        ("2026-05-06", "2029-05-06")
    ]


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
