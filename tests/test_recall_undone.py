"""A recall is undone: the registry stands as if the delivery had not been recalled, but for what else came of it."""

import json
import shutil
import tempfile
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from registry.actions import change_feed, hiding, recall
from registry.actions.audit import verify
from registry.actions.count import counted
from registry.documents import monthly_return
from registry.documents.figures import period
from registry.errors import FourEyes, KeyRefused, NotPermitted, RecallRefused, Refusal, UnknownDelivery
from registry.office import load_office
from registry.vocabulary import SourceKind
from tests.office_people import let_in
from tests.receiving import Begun, Counter, code, csv_text
from tests.standing import (
    BOOK,
    FIRM,
    FORMER,
    PENALTY,
    TODAY,
    A,
    delivered,
    now,
    penalty,
    registered,
    settled,
    standing,
)
from tests.terminal import chengxin
from tests.test_past import B, Days, days_in
from tests.test_restorations import ENTRY, NUMBER, RESTORATION, entry, restoration, restored

ONE, TWO = NUMBER, "乌市监罚〔2024〕2号"
REGISTER = ("统一社会信用代码", "企业名称", "外文名称", "登记状态", "成立日期", "核准日期", "曾用名", "更名日期")


@pytest.fixture
def begun() -> tuple[Begun, ...]:
    return (_registered,)


def _registered(counter: Counter) -> None:
    registered(counter, (A, FIRM, "", "", "", "", ""))


def taken_back(counter: Counter, *deliveries: int, key: str | None = None) -> None:
    for delivery in deliveries:
        recall.recall(counter.desk.database, delivery, key=key, reason="错报", now=now())


def back(counter: Counter, *deliveries: int, key: str | None = None) -> int:
    """Undo recalls; returns how many records count again."""
    database = counter.desk.database
    return sum(recall.undo(database, one, key=key, reason="原报送无误", now=now()).records for one in deliveries)


def shown(counter: Counter) -> list[tuple[str, str]]:
    """Document and content of what is shown."""
    return counter.ask(
        """SELECT r.document, r.content FROM publication p JOIN record r ON r.id = p.record_id
        WHERE p.retired_at IS NULL AND p.outcome = 'shown' ORDER BY r.id"""
    )


def copy(counter: Counter) -> set[str]:
    """The items that somebody has who began with nothing and followed the feed."""
    kept: set[str] = set()
    with counter.desk.database.session() as session:
        for change in change_feed.changes(session, None, on=TODAY, book=BOOK).items:
            gone = change.kind == "withdrawn" or change.replaced_by is not None
            kept = kept - {change.id} if gone else kept | {change.id}
    return kept


def test_what_was_recalled_by_mistake_is_shown_again_with_its_first_day_and_the_feed_says_so(counter: Counter) -> None:
    mistaken = delivered(counter, penalty(on="2026-05-06"), penalty(document=TWO, on="2026-05-06"))
    settled(counter, on=date(2026, 6, 1))
    periods = "SELECT record_id, shown_from, shown_until FROM publication WHERE retired_at IS NULL ORDER BY 1"
    before = counter.ask(periods)
    taken_back(counter, mistaken)
    settled(counter, on=date(2026, 7, 1))
    assert counter.ask(periods) == []

    assert back(counter, mistaken) == 2
    settled(counter, on=date(2026, 9, 1))

    assert counter.ask(periods) == before
    assert before[0][1] == "2026-06-01"
    assert counter.ask("SELECT kind FROM public_change ORDER BY id") == [
        ("added",), ("withdrawn",), ("withdrawn",), ("added",),
    ]  # fmt: skip
    assert copy(counter) == {str(record) for record, *_ in before}
    receipt = counter.take(csv_text(PENALTY, penalty()), name="other.csv")
    assert receipt.recalled is None


def test_a_receipt_says_that_the_delivery_is_recalled_only_while_it_is(counter: Counter) -> None:
    text = csv_text(PENALTY, penalty())
    delivery = counter.take(text).delivery or 0
    taken_back(counter, delivery)
    assert counter.take(text).recalled == "错报"

    back(counter, delivery)

    again = counter.take(text)
    assert (again.delivery, again.recalled) == (delivery, None)
    taken_back(counter, delivery)  # and once more
    settled(counter)
    assert counter.take(text).recalled == "错报"
    assert shown(counter) == []


def test_what_was_withdrawn_for_another_reason_stays_away_and_what_came_meanwhile_counts(counter: Counter) -> None:
    mistaken = delivered(counter, penalty(), penalty(document=TWO))
    settled(counter)
    taken_back(counter, mistaken)
    restored(counter, restoration(restored=ONE))
    delivered(counter, penalty(document=TWO, content="停业五日"))
    settled(counter)
    assert standing(counter)[-1][1:] == ("held", "withdrawn_before")

    back(counter, mistaken)
    settled(counter)

    assert shown(counter) == [(TWO, "停业五日")]
    assert counter.ask("SELECT reason FROM withdrawal WHERE lifted_at IS NULL") == [("restored",)]


def test_a_restoration_that_counts_again_restores_at_once_also_what_came_meanwhile(counter: Counter) -> None:
    delivered(counter, penalty())
    mistaken = restored(counter, restoration(), restoration(restored=TWO, document="乌市监修〔2025〕2号"))
    taken_back(counter, mistaken)
    delivered(counter, penalty(document=TWO))
    settled(counter)
    assert len(shown(counter)) == 2

    back(counter, mistaken)

    assert shown(counter) == []
    settled(counter)
    assert shown(counter) == []
    assert [because for _, _, because in standing(counter)] == ["restoration_done"] * 2
    assert copy(counter) == set()


def test_a_record_of_two_recalled_deliveries_is_back_with_the_first_and_what_only_repeats_it_brings_nothing_back(
    counter: Counter,
) -> None:
    first = delivered(counter, penalty())
    second = delivered(counter, penalty(), penalty(document=TWO))
    taken_back(counter, first, second)
    later = delivered(counter, penalty(), penalty(document="3号"))
    taken_back(counter, later)
    settled(counter)

    back(counter, later)
    settled(counter)
    assert [document for document, _ in shown(counter)] == ["3号"]

    back(counter, first)
    settled(counter)
    assert [document for document, _ in shown(counter)] == [ONE, "3号"]


def test_where_people_decide_a_checker_who_did_not_recall_undoes_it_with_a_reason(counter: Counter) -> None:
    mistaken = delivered(counter, penalty())
    settled(counter)
    database, keys = counter.desk.database, let_in(counter.desk.database, now())
    with pytest.raises(RecallRefused):
        back(counter, mistaken, key=keys.checker)
    taken_back(counter, mistaken, key=keys.both)
    for key, refusal in ((None, KeyRefused), (keys.maker, NotPermitted), (keys.both, FourEyes)):
        with pytest.raises(refusal):
            back(counter, mistaken, key=key)
    with pytest.raises(RecallRefused):
        recall.undo(database, mistaken, key=keys.checker, reason=" ", now=now())
    with pytest.raises(UnknownDelivery):
        recall.undo(database, 99, key=keys.checker, reason="误", now=now())

    back(counter, mistaken, key=keys.checker)
    with pytest.raises(RecallRefused):
        back(counter, mistaken, key=keys.checker)
    taken_back(counter, mistaken, key=keys.maker)
    back(counter, mistaken, key=keys.both)
    settled(counter)

    told = counter.ask(f"SELECT kind, person_id FROM event WHERE about = 'delivery:{mistaken}' ORDER BY id")  # noqa: S608
    assert told == [("delivery_recalled", 5), ("recall_undone", 4), ("delivery_recalled", 2), ("recall_undone", 5)]
    assert counter.ask("SELECT count(*), count(lifted_by) FROM withdrawal") == [(2, 2)]
    assert len(shown(counter)) == 1
    with database.session() as session:
        verify(session)


def test_a_decision_to_undo_that_was_cut_short_is_carried_out_by_the_same_command(
    counter: Counter, monkeypatch: pytest.MonkeyPatch
) -> None:
    mistaken = delivered(counter, penalty())
    keys = let_in(counter.desk.database, now())
    taken_back(counter, mistaken, key=keys.maker)
    with monkeypatch.context() as cut:
        cut.delattr("registry.store.recalls.lift")
        with pytest.raises(AttributeError):
            back(counter, mistaken, key=keys.checker)

    back(counter, mistaken, key=keys.checker)
    settled(counter)

    assert len(shown(counter)) == 1
    assert counter.ask("SELECT count(*) FROM event WHERE kind = 'recall_undone'") == [(1,)]


def test_the_terminal_undoes_a_recall(counter: Counter) -> None:
    mistaken = str(delivered(counter, penalty()))
    chengxin(counter.folder, "import", "--recall", mistaken)

    refused = chengxin(counter.folder, "import", "--recall", mistaken, "--undo")
    done = chengxin(counter.folder, "import", "--recall", mistaken, "--undo", "--reason", "原报送无误", "--json")
    nothing = chengxin(counter.folder, "import", "--undo", "--reason", "误")

    assert (refused.returncode, done.returncode, nothing.returncode) == (2, 0, 2)
    assert {**json.loads(done.stdout), "file": ""} == {"delivery": int(mistaken), "file": "", "records": 1}
    assert "recall-refused" in refused.stderr
    assert "bad-query" in nothing.stderr


# What may happen in an office, before a recall and while it stands.
def _register(days: Days, *rows: tuple[str, ...]) -> None:
    days.take(SourceKind.SUBJECTS, REGISTER, *rows)


def _firm(name: str, approved: str, former: str = "", on: str = "", alias: str = "") -> tuple[str, ...]:
    return (A, name, alias, "存续", "2015-01-02", approved, former, on)


def _hide(days: Days, *, undo: bool) -> None:
    keys = [days.keys.maker, days.keys.checker] if undo else [days.keys.checker]
    for key in keys:
        with days.database.session() as session:
            if undo:
                hiding.show_again(session, key, "market_serious", reason="核实", now=days.now())
            else:
                hiding.hide(session, key, "market_serious", BOOK, reason="核实", now=days.now())


OTHER_FIRM = (B, "乌兰察布市新码商贸有限公司", "", "存续", "2015-01-02", "2020-01-01", "", "")
DOINGS: dict[str, Callable[[Days], Any]] = {
    "register": lambda days: _register(days, _firm(FORMER, "2020-01-01", alias="Xinhai Trade")),
    "register with another": lambda days: _register(
        days, _firm(FORMER, "2020-01-01", alias="Xinhai Trade"), OTHER_FIRM
    ),
    "another bearer": lambda days: _register(days, (code(31), FORMER, "", "存续", "2015-01-02", "2020-01-01", "", "")),
    "rename": lambda days: _register(days, _firm(FIRM, "2023-09-01", FORMER, "2023-08-31", alias="Xinyuan Trade")),
    "rename back": lambda days: _register(days, _firm(FORMER, "2026-09-20")),
    "an old registration": lambda days: _register(days, _firm(f"{FIRM}分公司", "2019-01-01")),
    "penalise": lambda days: days.penalise(name=FORMER),
    "penalise by number": lambda days: days.penalise(name=FORMER, code="", organisation=A[8:17], document=TWO),
    "penalise by name": lambda days: days.penalise(name=FORMER, code="", document="5号"),
    "penalise twice": lambda days: days.take(
        SourceKind.PENALTIES, PENALTY, penalty(name=FORMER), penalty(document=TWO), penalty(document="3号")
    ),
    "correct": lambda days: days.penalise(name=FORMER, content="停业二十日"),
    "correct again": lambda days: days.penalise(name=FORMER, content="停业五日"),
    "contradict": lambda days: days.penalise(name=FORMER, content="停业一年", source="丰镇市某局"),
    "list": lambda days: days.take(SourceKind.LIST_ENTRIES, ENTRY, entry()),
    "list with another": lambda days: days.take(
        SourceKind.LIST_ENTRIES, ENTRY, entry(), entry(number="9号", on="2024-06-20")
    ),
    "restore": lambda days: days.restore(ONE),
    "restore both": lambda days: days.take(
        SourceKind.RESTORATIONS, RESTORATION, restoration(restored=ONE, document="9号"), restoration(restored=TWO)
    ),
    "restored by another": lambda days: days.take(SourceKind.RESTORATIONS, RESTORATION, restoration(body="丰镇市某局")),
    "remove": lambda days: days.take(
        SourceKind.RESTORATIONS, RESTORATION,
        restoration(restored="乌市监列严字〔2024〕2号", listed=("严重违法失信名单", "2024/5/20"), kind="移出"),
    ),
    "hide": lambda days: _hide(days, undo=False),
    "show again": lambda days: _hide(days, undo=True),
    "publish": Days.publish,
}  # fmt: skip
STATE = (
    """SELECT r.source, r.document, r.id, s.uscc, p.outcome, p.because, p.basis_id, p.shown_from, p.shown_until
    FROM publication p JOIN record r ON r.id = p.record_id LEFT JOIN subject s ON s.id = p.subject_id
    WHERE p.retired_at IS NULL ORDER BY r.id""",
    "SELECT DISTINCT record_id, reason FROM withdrawal WHERE lifted_at IS NULL ORDER BY 1, 2",
    "SELECT record_id, max(met) FROM restoration_target GROUP BY 1 ORDER BY 1",
    """SELECT uscc, name, status, county_code, kind, registrar, established_on, address, provisional, approved_on,
    organisation_code, registration_number FROM subject WHERE NOT provisional ORDER BY uscc""",
    """SELECT s.uscc, n.normal, n.name, n.since, n.until FROM subject_name n JOIN subject s ON s.id = n.subject_id
    WHERE NOT s.provisional ORDER BY 1, 2""",
    "SELECT s.uscc, a.alias, a.word FROM alias_word a JOIN subject s ON s.id = a.subject_id ORDER BY 1, 2, 3",
    """SELECT l.record_id, s.uscc, l.how, l.state, l.because FROM link l JOIN subject s ON s.id = l.subject_id
    WHERE l.retired_at IS NULL ORDER BY 1""",
    "SELECT delivery_id, department_code, category, outcome, timeliness, rows FROM tally ORDER BY 1, 2, 3, 4, 5",
)


def state(days: Days) -> list[Any]:
    """All that is public, and what it is derived from; the return with its balances."""
    days.publish()
    told = [days.counter.ask(select) for select in STATE]
    made = counted(days.database, load_office(None), period("2026"), made_on=days.day)
    lived = [days.then(days.day - timedelta(days=1), asked) for asked in (A, B)] if days.answers else []
    return [*told, monthly_return.as_data(made), lived]


def lived(before: list[str], recalled: list[int], meanwhile: list[str], order: list[int] | None) -> Iterator[list[Any]]:
    """The state after all that; without recalls if there is no order in which they are undone."""
    folder = Path(tempfile.mkdtemp())
    try:
        for days in days_in(folder):
            _do(days, before)
            number = len(set(days.deliveries))
            chosen = [sorted(set(days.deliveries))[place % number] for place in recalled] if number else []
            chosen = [*dict.fromkeys(chosen)]
            if order is not None:
                for delivery in chosen:
                    days.recall(delivery)
            _do(days, meanwhile)
            if order is not None:
                for place in sorted(range(len(chosen)), key=lambda at: order[at % len(order)]):
                    recall.undo(days.database, chosen[place], key=days.keys.checker, reason="无误", now=days.now())
            yield state(days)
            public = {
                str(record)
                for (record,) in days.counter.ask(
                    "SELECT record_id FROM publication WHERE retired_at IS NULL AND outcome = 'shown'"
                    " AND (shown_until IS NULL OR shown_until > '2026-11-23')"
                )
            }
            assert copy(days.counter) == public
            with days.database.session() as session:
                verify(session)
    finally:
        shutil.rmtree(folder)


def _do(days: Days, doings: list[str]) -> None:
    for doing in doings:
        try:
            DOINGS[doing](days)
        except Refusal:
            continue


@settings(max_examples=settings().max_examples // 50, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    st.lists(st.sampled_from([*DOINGS]), min_size=1, max_size=6),
    st.lists(st.integers(0, 9), min_size=1, max_size=3),
    st.lists(st.sampled_from([*DOINGS]), max_size=4),
    st.permutations(range(3)),
)
@example(["register", "penalise", "publish"], [0], ["publish", "rename"], [0, 1, 2])
@example(["register", "hide", "remove", "list"], [1], [], [0, 1, 2])
@example(["register", "penalise", "correct", "publish"], [1, 2], ["publish"], [0, 1, 2])
@example(["register", "penalise", "penalise twice", "restore", "publish"], [1, 2, 3], ["correct", "publish"], [1, 0, 2])
def test_after_a_recall_and_its_undoing_all_stands_as_if_there_had_been_none(
    home: str, before: list[str], recalled: list[int], meanwhile: list[str], order: list[int]
) -> None:
    (undone,) = lived(before, recalled, meanwhile, order)
    (without,) = lived(before, recalled, meanwhile, None)

    assert undone == without
