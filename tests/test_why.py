"""Why: whatever became of a delivered row is told to the office with its reason and its article, and to nobody else."""

import json
from pathlib import Path
from typing import Any

import pytest
from litestar import Litestar
from litestar.testing import TestClient

from registry.actions.recall import recall
from registry.actions.why import Why, why
from registry.api.app import create_app
from registry.errors import KeyRefused, NotFound, NotPermitted
from registry.rulebook import load
from registry.vocabulary import Answer, SourceKind
from tests.casework import casework_in
from tests.office_people import Keys
from tests.receiving import Begun, Counter, code, counter_in, csv_text
from tests.standing import FIRM, PENALTY, TODAY, A, delivered, now, penalty, registered, settled
from tests.terminal import chengxin
from tests.test_review import answered

BOOK = load()
WRONG, NUMBER, BOSS = "乌兰察布市鑫源物资有限公司", "150900000012345", "司马测试"


@pytest.fixture
def begun() -> tuple[Begun, ...]:
    return (_one_firm,)


def _one_firm(counter: Counter) -> None:
    registered(counter, (A, FIRM, NUMBER, "", "", "", ""))


def asked(counter: Counter, keys: Keys, item: str) -> Why:
    with counter.desk.database.session() as session:
        return why(session, keys.auditor, item, on=TODAY, book=BOOK)


def item(counter: Counter, document: str = "乌市监罚〔2024〕1号") -> str:
    """The newest record of a decision."""
    numbers = dict(counter.ask("SELECT document, max(id) FROM record GROUP BY document"))
    return str(numbers[document])


def test_what_is_shown_tells_its_days_its_article_its_link_and_its_row(counter: Counter, keys: Keys) -> None:
    delivery = delivered(counter, penalty(kinds="警告；罚款"), penalty(document="乌市监罚〔2024〕2号"))
    settled(counter)

    told = asked(counter, keys, f"{delivery}:3")

    outcome = told.outcomes[0]
    assert told.said.zh.startswith("公示期自 2024-05-06 至 2027-05-06（不含）。依据：《")
    assert (outcome.outcome, outcome.basis) == ("shown", "penalties/2023-05-01/standard")
    law = told.bases[outcome.basis or ""]
    assert (law.confidence, str(law.since), bool(law.article)) == ("secondary", "2023-05-01", True)
    assert [(link.code, link.how, link.state) for link in told.links] == [(A, "code", "confirmed")]
    assert [(row.delivery, row.line, row.recalled) for row in told.rows] == [(delivery, 3, None)]
    assert told.record is not None
    assert told.record.source_body == "乌兰察布市市场监督管理局"


def test_what_is_held_says_for_what_it_waits_and_who_has_answered(counter: Counter, keys: Keys) -> None:
    delivered(counter, penalty(name=WRONG))
    settled(counter)
    number = item(counter)
    assert asked(counter, keys, number).said.en.startswith("Held: the name is neither a current nor a former name")

    answered(counter, keys.maker, int(number), Answer.SAME)
    settled(counter)

    told = asked(counter, keys, number)
    assert told.said.en.startswith("Held: a maker has proposed the link")
    assert [(one.person, one.role, one.answer, one.code) for one in told.answers] == [("经办甲", "maker", "same", A)]


def test_what_belongs_to_an_individual_business_names_the_article_that_withholds_it(
    counter: Counter, keys: Keys
) -> None:
    delivered(counter, penalty(name="集宁区某小吃店", code=code(5, "92150902")))
    settled(counter)

    told = asked(counter, keys, item(counter))

    assert told.outcomes[0].basis == "persons/2021-11-01/individual_business"
    assert "依据：《本机构的暂定做法》" in told.said.zh


def test_a_rejected_row_names_its_checks_and_a_repeated_one_its_record(counter: Counter, keys: Keys) -> None:
    first = delivered(counter, penalty())
    faulty = counter.take(csv_text(PENALTY, penalty(), penalty(on="2027-13-01")), name="again.csv").delivery

    rejected, repeated = asked(counter, keys, f"{faulty}:3"), asked(counter, keys, f"{faulty}:2")

    assert (rejected.failed, rejected.record, rejected.source) == (["decided_on_unreadable"], None, "penalties")
    assert [(row.delivery, row.line) for row in repeated.rows] == [(first, 2), (faulty, 2)]


def test_what_was_taken_back_or_superseded_says_so_and_keeps_its_earlier_outcomes(counter: Counter, keys: Keys) -> None:
    mistaken = delivered(counter, penalty(document="乌市监罚〔2024〕9号"))
    delivered(counter, penalty())
    settled(counter)
    recall(counter.desk.database, mistaken, key=keys.maker, reason="误报", now=now())
    delivered(counter, penalty(content="停业二十日"))
    settled(counter)

    taken_back, old = asked(counter, keys, f"{mistaken}:2"), asked(counter, keys, str(int(item(counter)) - 1))

    assert taken_back.said.zh == "已终止公示：报送有误，已撤回。"
    assert [(one.reason, one.lifted_at) for one in taken_back.withdrawals] == [("recalled", None)]
    assert taken_back.rows[0].recalled == "误报"
    assert [(one.outcome, one.ended_because) for one in taken_back.outcomes] == [("shown", "recalled")]
    assert old.said.en == f"Superseded by a later version, record {item(counter)}."
    assert [(one.record, one.relation, bool(one.earlier)) for one in old.versions] == [
        (int(item(counter)), "supersedes", False)
    ]


def test_an_honour_that_a_list_bars_names_the_list(counter: Counter, keys: Keys) -> None:
    honour = {
        "荣誉名称": "海关高级认证企业", "企业名称": FIRM, "统一社会信用代码": A, "认定日期": "2024-01-01",
        "认定文号": "关认〔2024〕1号", "认定机关": "集宁海关",
    }  # fmt: skip
    entry = {
        "名单名称": "失信被执行人", "企业名称": FIRM, "统一社会信用代码": A, "执行法院": "集宁区人民法院",
        "列入日期": "2026-05-06", "列入决定文号": "（2026）内09执1号", "列入事由": "有能力而拒不履行",
        "告知日期": "2026-04-01", "送达日期": "2026-05-06",
    }  # fmt: skip
    counter.take(csv_text((*honour,), (*honour.values(),)), SourceKind.HONOURS, name="honours.csv")
    counter.take(csv_text((*entry,), (*entry.values(),)), SourceKind.LIST_ENTRIES, name="list.csv")
    counter.ask("UPDATE setting SET value = 'demo' WHERE key = 'mode' RETURNING value")  # unsigned law counts in a demo
    settled(counter)

    told = asked(counter, keys, item(counter, "关认〔2024〕1号"))

    assert told.barred_by == ["judgment_debtor"]
    assert told.said.en.startswith("Not shown while its holder is on judgment_debtor. On display from 2024-01-01")


def test_a_legal_representatives_name_is_told_in_part_only(counter: Counter, keys: Keys) -> None:
    row = {
        "行政相对人名称": FIRM, "工商注册号": NUMBER, "法定代表人": BOSS, "行政处罚决定书文号": "乌市监罚〔2024〕3号",
        "处罚类别": "警告", "处罚决定日期": "2024-05-06", "处罚机关": "市场监督管理局", "违法事实": "过期",
    }  # fmt: skip
    counter.take(csv_text((*row,), (*row.values(),)), name="old.csv")
    assert counter.ask("SELECT legal_representative FROM record WHERE source = 'penalties'") == [(BOSS,)]

    told = asked(counter, keys, item(counter, "乌市监罚〔2024〕3号"))

    assert told.record is not None
    assert told.record.legal_representative == "司***"
    assert told.said.en == "Not judged yet: it waits for linking or publishing."


def test_a_case_tells_its_steps_and_what_became_of_its_record(tmp_path: Path) -> None:
    with casework_in(tmp_path) as office:
        record = office.listed().record
        with office.database.session() as session:
            told = why(session, office.keys.auditor, "case:1", on=office.today, book=office.book)

    assert [one.kind for one in told.events] == [
        "listing_proposed", "listing_notified", "listing_decided", "listing_served",
    ]  # fmt: skip
    assert [one.person for one in told.events] == ["经办甲", "经办甲", "复核甲", "经办甲"]
    assert told.record is not None
    assert told.record.id == record
    assert told.said.zh.startswith("1 号办理，最近一步 listing_served。公示期自 2026-03-12")
    assert "已签认" in told.said.zh


def test_only_those_who_deal_with_records_are_told_and_of_what_there_is(counter: Counter, keys: Keys) -> None:
    delivered(counter, penalty(name=WRONG))
    settled(counter)
    number = item(counter)
    with counter.desk.database.session() as session:
        with pytest.raises(KeyRefused):
            why(session, None, number, on=TODAY, book=BOOK)
        with pytest.raises(NotPermitted):
            why(session, keys.administrator, number, on=TODAY, book=BOOK)
        for nothing in ("999", "1:999", "case:7", "x", "-1", "1:", "９９９九"):
            with pytest.raises(NotFound):
                why(session, keys.maker, nothing, on=TODAY, book=BOOK)

    with TestClient[Litestar](create_app(counter.desk.database.place, today=lambda: TODAY)) as client:
        staff: dict[str, Any] = {"headers": {"authorization": f"Bearer {keys.checker}"}}
        assert client.get(f"/v1/why/{number}", **staff).json()["outcomes"][0]["because"] == "name_disagrees"
        assert client.get(f"/v1/why/{number}", **staff).headers["cache-control"] == "no-store"
        hidden, absent = client.get(f"/v1/why/{number}"), client.get("/v1/why/999")
        assert (hidden.status_code, hidden.content) == (401, absent.content)


def test_the_terminal_tells_it_in_words_and_as_json(counter: Counter, keys: Keys) -> None:
    faulty = counter.take(csv_text(PENALTY, penalty(name=WRONG), penalty(on="2027-13-01")), name="again.csv").delivery
    settled(counter)

    told = chengxin(counter.folder, "why", item(counter), key=keys.maker)
    rejected = chengxin(counter.folder, "why", f"{faulty}:3", key=keys.maker)
    as_json = chengxin(counter.folder, "why", item(counter), "--json", key=keys.maker)
    refused = chengxin(counter.folder, "why", item(counter))

    assert "Held: the name is neither" in told.stdout
    assert f"linked: {FIRM} {A}, by code, review" in told.stdout
    assert "decided_on_unreadable: " in rejected.stdout
    assert json.loads(as_json.stdout)["links"][0]["because"] == "name_disagrees"
    assert (refused.returncode, "[key-refused]" in refused.stderr) == (2, True)


def test_before_anybody_was_let_in_the_terminal_asks_for_no_key(home: str, tmp_path: Path) -> None:
    with counter_in(tmp_path) as counter:
        delivered(counter, penalty())

        assert chengxin(tmp_path, "why", item(counter)).stdout.startswith("Not judged yet")
