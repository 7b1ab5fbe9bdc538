"""A recall is undone: the registry stands as if the delivery had not been recalled, but for what else came of it."""

import json
from datetime import date

import pytest

from registry.actions import change_feed, recall
from registry.actions.audit import verify
from registry.errors import FourEyes, KeyRefused, NotPermitted, RecallRefused, UnknownDelivery
from tests.office_people import let_in
from tests.receiving import Begun, Counter, csv_text
from tests.standing import (
    BOOK,
    FIRM,
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
from tests.test_restorations import NUMBER, restoration, restored

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
