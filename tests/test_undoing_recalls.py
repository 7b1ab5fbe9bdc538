"""Whatever was delivered and decided, before a recall and while it stood: undone, all stands as without it."""

import shutil
import tempfile
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from registry.actions import hiding, recall
from registry.actions.audit import verify
from registry.actions.count import counted
from registry.documents import monthly_return
from registry.documents.figures import period
from registry.errors import Refusal
from registry.office import load_office
from registry.vocabulary import SourceKind
from tests.past_days import B, Days, days_in
from tests.receiving import code
from tests.standing import BOOK, FIRM, FORMER, PENALTY, A, penalty
from tests.test_recall_undone import ONE, REGISTER, TWO, copy
from tests.test_restorations import ENTRY, RESTORATION, entry, restoration


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
    """SELECT l.record_id, s.uscc, l.how, l.state, l.because FROM {links} l JOIN subject s ON s.id = l.subject_id
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
@example(["correct", "register", "restore"], [0], ["publish"], [0, 1, 2])
@example(["register", "hide", "remove", "list"], [1], [], [0, 1, 2])
@example(["register", "penalise", "correct", "publish"], [1, 2], ["publish"], [0, 1, 2])
@example(["register", "penalise", "penalise twice", "restore", "publish"], [1, 2, 3], ["correct", "publish"], [1, 0, 2])
def test_after_a_recall_and_its_undoing_all_stands_as_if_there_had_been_none(
    home: str, before: list[str], recalled: list[int], meanwhile: list[str], order: list[int]
) -> None:
    (undone,) = lived(before, recalled, meanwhile, order)
    (without,) = lived(before, recalled, meanwhile, None)

    assert undone == without
