"""Personal values end when their source says so; the decision, its row and the ledger stay whole."""

import json
from datetime import date, timedelta

import pytest

from loaders.sources import SOURCES
from registry.actions import audit, retention
from registry.actions.recall import recall
from registry.actions.retention import Erased
from registry.errors import BadQuery, NotPermitted
from registry.store import ledger
from registry.store.retention import PERSONAL
from registry.vocabulary import SourceKind
from tests.office_people import Keys
from tests.receiving import Begun, Counter, code, csv_text
from tests.standing import FIRM, TODAY, A, now, settled
from tests.terminal import chengxin

B, NUMBER, OTHER = code(7), "150900000012345", "150900000054321"
LAST, OVER = date(2025, 1, 1), date(2025, 1, 2)
KEPT = {kind: source.retention for kind, source in SOURCES.items()}
PERMIT = (
    "行政相对人名称", "工商注册号", "法定代表人", "行政许可决定书文号", "许可决定日期", "有效期自", "有效期至",
    "许可机关", "许可内容",
)  # fmt: skip


@pytest.fixture
def begun() -> tuple[Begun, ...]:
    return (_registered,)


def _registered(counter: Counter) -> None:
    register = ("统一社会信用代码", "企业名称", "工商注册号", "法定代表人", "登记状态")
    rows = [(A, FIRM, NUMBER, "甲一", "存续"), (B, "集宁旧厂有限公司", OTHER, "乙二", "注销")]
    counter.take(csv_text(register, *rows), SourceKind.SUBJECTS, name="register.csv")


def permits(counter: Counter, *rows: tuple[str, str, str]) -> int:
    """Permits (document, legal representative, last valid day) of the firm, which only its old number tells."""
    told = [
        (FIRM, NUMBER, boss, document, "2023-01-01", "2023-01-01", until, "市场监督管理局", "许可内容")
        for document, boss, until in rows
    ]
    receipt = counter.take(csv_text(PERMIT, *told), SourceKind.PERMITS, name=f"permits{len(rows)}.csv")
    return receipt.delivery or 0


def erased(counter: Counter, key: str, on: date = TODAY) -> Erased:
    with counter.desk.database.session() as session:
        return retention.erase_due(session, key, KEPT, on=on, now=now())


def bosses(counter: Counter, source: str = "permits") -> dict[str, str | None]:
    told = counter.ask("SELECT source, coalesce(document, uscc), legal_representative FROM {records} r")
    return {number: boss for of, number, boss in told if of == source}


def whole(counter: Counter) -> int:
    """Every personal value is there or was erased by an event; returns how many were."""
    with counter.desk.database.session() as session:
        return audit.verify(session).erased


def test_a_legal_representative_is_forgotten_the_day_the_display_of_the_record_ends(
    counter: Counter, keys: Keys
) -> None:
    permits(counter, ("1号", "丙三", str(LAST)), ("2号", "丁四", "2030-01-01"), ("3号", "戊五", ""))
    settled(counter)

    assert erased(counter, keys.administrator, LAST).values["permits"] == 0
    assert erased(counter, keys.administrator, OVER).values["permits"] == 1

    assert bosses(counter) == {"1号": None, "2号": "丁四", "3号": "戊五"}
    assert erased(counter, keys.administrator).values["permits"] == 0
    whole(counter)


def test_what_waits_or_may_be_shown_again_keeps_it(counter: Counter, keys: Keys) -> None:
    permits(counter, ("1号", "丙三", str(LAST)))
    assert erased(counter, keys.administrator).values["permits"] == 0  # not judged yet
    penalty = {
        "行政相对人名称": FIRM, "工商注册号": NUMBER, "法定代表人": "庚六", "行政处罚决定书文号": "4号",
        "处罚类别": "警告", "处罚决定日期": "2024-05-06", "处罚机关": "市场监督管理局", "违法事实": "过期",
    }  # fmt: skip
    counter.take(csv_text((*penalty,), (*penalty.values(),)), name="penalty.csv")
    settled(counter)

    values = erased(counter, keys.administrator).values
    assert {source: count for source, count in values.items() if count} == {"permits": 1}
    assert bosses(counter, "penalties") == {"4号": "庚六"}  # held until two people confirm whom it is about


def test_what_was_taken_back_keeps_nothing(counter: Counter, keys: Keys) -> None:
    mistaken = permits(counter, ("1号", "丙三", "2030-01-01"))
    settled(counter)
    recall(counter.desk.database, mistaken, key=keys.maker, reason="误报", now=now())

    erased(counter, keys.administrator)

    assert bosses(counter) == {"1号": None}


def test_the_register_forgets_whoever_is_deregistered_and_has_nothing_on_display(counter: Counter, keys: Keys) -> None:
    erased(counter, keys.administrator)

    assert dict(counter.ask("SELECT uscc, legal_representative FROM subject")) == {A: "甲一", B: None}
    assert bosses(counter, "subjects") == {A: "甲一", B: None}


def test_personal_values_of_the_ledger_about_such_a_record_go_with_their_salt_and_it_still_verifies(
    counter: Counter, keys: Keys
) -> None:
    permits(counter, ("1号", "丙三", str(LAST)), ("2号", "丁四", "2030-01-01"))
    settled(counter)
    numbers = dict(counter.ask("SELECT document, id FROM record WHERE source = 'permits'"))
    with counter.desk.database.session() as session:
        for document in ("1号", "2号"):
            ledger.append(
                session, "told", f"record:{numbers[document]}", by=1, now=now(), personal={"contact": f"某人{document}"}
            )
    before = len(counter.ask("SELECT event_id FROM event_values"))

    done = erased(counter, keys.administrator)

    left = [told for (told,) in counter.ask("SELECT told FROM event_values")]
    assert (done.events, before - len(left), whole(counter)) == (1, 1, 1)
    assert [told for told in left if "某人" in told] == ['{"contact":"某人2号"}']
    event = counter.ask("SELECT kind, about, person_id, payload FROM event ORDER BY id DESC LIMIT 1")[0]
    assert event[:3] == ("retention_applied", "registry", 1)
    assert json.loads(event[3])["values"]["permits"] == 1
    assert "丙三" not in event[3]


def test_every_run_is_in_the_ledger_and_takes_an_administrator_and_a_day_that_has_come(
    counter: Counter, keys: Keys
) -> None:
    for key in (keys.maker, keys.checker, keys.auditor):
        with pytest.raises(NotPermitted):
            erased(counter, key)
    with pytest.raises(BadQuery, match="future"):
        erased(counter, keys.administrator, TODAY + timedelta(days=900))
    erased(counter, keys.administrator)
    erased(counter, keys.administrator)

    assert counter.ask("SELECT count(*) FROM event WHERE kind = 'retention_applied'") == [(2,)]


def test_the_terminal_erases_what_is_due(counter: Counter, keys: Keys) -> None:
    told = chengxin(counter.folder, "audit", "erase-due", "--json", key=keys.administrator)

    assert json.loads(told.stdout)["values"]["subjects"] == 2


def test_every_source_says_until_when_each_personal_column_of_a_record_is_kept() -> None:
    assert {kind: tuple(kept) for kind, kept in KEPT.items()} == dict.fromkeys(SourceKind, PERSONAL)
