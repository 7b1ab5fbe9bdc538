"""What befalls subjects: two people enter it, nothing is edited, and an old code leads to the new one."""

import json
from datetime import date
from typing import Any

import networkx as nx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from litestar.testing import TestClient

from registry.actions import review, subject_events
from registry.actions.review_queue import queue
from registry.api.app import create_app
from registry.errors import Contradicted, EventRefused, FourEyes, NotPermitted, Refusal
from registry.vocabulary import Answer, Befell
from registry.web.pages import pages
from tests.office_people import Keys
from tests.receiving import Begun, Counter, code, office_in
from tests.standing import FIRM, FORMER, TODAY, A, delivered, now, penalty, registered, settled, standing
from tests.terminal import chengxin
from tests.test_review import answered

CODES = [A, code(31), code(32), code(33)]
ON = date(2026, 10, 8)
LIKE = "乌兰察布鑫源商贸公司"


@pytest.fixture
def begun() -> tuple[Begun, ...]:
    return (_registered,)


def _registered(counter: Counter) -> None:
    registered(counter, *[(each, FIRM, "", "", "", "", "") for each in CODES])


def proposed(counter: Counter, key: str, old: str, kind: Befell = Befell.CODE_REPLACED, **more: Any) -> int:
    told: dict[str, Any] = {"other": CODES[1], "on": ON, "document": "换照通知〔2026〕5号", **more}
    with counter.desk.database.session() as session:
        return subject_events.propose(session, key, old, kind, now=now(), **told).number


def confirmed(counter: Counter, key: str, number: int) -> None:
    with counter.desk.database.session() as session:
        subject_events.confirm(session, key, number, now=now())


def undone(counter: Counter, keys: Keys, number: int) -> None:
    for key in (keys.maker, keys.checker):
        undo(counter, key, number)


def undo(counter: Counter, key: str, number: int) -> bool:
    with counter.desk.database.session() as session:
        return subject_events.undo(session, key, number, reason="录入错误", now=now()).complete


def answers(counter: Counter, *paths: str) -> list[Any]:
    """What the site says; it is closed again before anything is written in bulk."""
    with TestClient(create_app(counter.desk.database.place, pages=[pages], today=lambda: TODAY)) as client:
        return [client.get(path, follow_redirects=False) for path in paths]


def test_an_old_code_leads_to_the_new_one_with_its_records_and_back_when_undone(counter: Counter, keys: Keys) -> None:
    delivered(counter, penalty())
    settled(counter)
    addresses = [f"/v1/subjects/{A}{rest}" for rest in ("", "/records?source=penalties", "/records/5")]

    def asked(*paths: str) -> list[tuple[int, str | None]]:
        replies = answers(counter, *paths)
        return [(reply.status_code, reply.headers.get("location")) for reply in replies]

    def penalties() -> list[int]:
        told = [reply.json() for reply in answers(counter, *(f"/v1/subjects/{each}" for each in CODES[:2]))]
        return [
            section["count"] for one in told for section in one.get("sections", ()) if section["key"] == "penalties"
        ]

    number = proposed(counter, keys.maker, A)
    assert (penalties(), asked(addresses[0])) == ([1, 0], [(200, None)])

    confirmed(counter, keys.checker, number)
    settled(counter)
    assert asked(*addresses, f"/subjects/{A}", f"/v1/subjects/{A.lower()}") == [
        (308, f"/v1/subjects/{CODES[1]}"),
        (308, f"/v1/subjects/{CODES[1]}/records?source=penalties"),
        (308, f"/v1/subjects/{CODES[1]}/records/5"),
        (308, f"/subjects/{CODES[1]}"),
        (308, f"/v1/subjects/{CODES[1]}"),
    ]
    assert penalties() == [1]

    undone(counter, keys, number)
    settled(counter)
    assert penalties() == [1, 0]


def test_records_that_come_later_under_the_old_code_count_under_the_new_one(counter: Counter, keys: Keys) -> None:
    confirmed(counter, keys.checker, proposed(counter, keys.maker, A))
    delivered(counter, penalty())
    settled(counter)

    assert standing(counter)[0][1:] == ("shown", None)
    assert counter.ask("SELECT l.subject_id, p.subject_id FROM {links} l JOIN publication p USING (record_id)") == [
        (1, 2)
    ]


def test_a_code_that_was_replaced_and_a_name_under_it_find_the_subject_with_the_new_code(
    counter: Counter, keys: Keys
) -> None:
    registered(counter, (A, FIRM, "", "", "2026-01-01", FORMER, "2022-12-30"))
    confirmed(counter, keys.checker, proposed(counter, keys.maker, A))
    questions = json.dumps({"code": {"query": A}, "name": {"query": FORMER}})
    wanted = json.dumps({"ids": [A], "properties": [{"id": "uscc"}]})

    by_code, page, by_name, candidates, extended = answers(
        counter,
        f"/v1/subjects?q={A}",
        f"/subjects?q={A}",
        f"/v1/subjects?q={FORMER}",
        f"/v1/reconcile?queries={questions}",
        f"/v1/reconcile?extend={wanted}",
    )

    assert [one["code"] for one in by_code.json()["subjects"]] == [CODES[1]]
    assert (page.status_code, page.headers["location"]) == (303, f"/subjects/{CODES[1]}")
    first = by_name.json()["subjects"][0]
    assert (first["code"], first["matched"], first["verdict"]) == (CODES[1], FORMER, "same")
    told = candidates.json()
    assert [(told[key]["result"][0]["id"], told[key]["result"][0]["match"]) for key in told] == [(CODES[1], True)] * 2
    assert extended.json()["rows"] == {A: {"uscc": [{"str": CODES[1]}]}}


def test_what_was_held_to_be_different_is_not_suggested_under_a_new_code_either(counter: Counter, keys: Keys) -> None:
    delivered(counter, penalty(name=LIKE, code=""))
    settled(counter)
    ((record,),) = counter.ask("SELECT record_id FROM unlinked")
    for each in CODES[2:]:
        answered(counter, keys.maker, record, Answer.DIFFERENT, subject=each)

    def put() -> list[str]:
        with counter.desk.database.session() as session:
            return [suggestion.code for item in queue(session, keys.maker) for suggestion in item.suggestions]

    assert put() == CODES[:2]
    number = proposed(counter, keys.maker, A)
    confirmed(counter, keys.checker, number)
    assert put() == CODES[1:2]

    different = answered(counter, keys.maker, record, Answer.DIFFERENT, subject=A).event
    assert put() == []
    with pytest.raises(Contradicted):
        answered(counter, keys.other_maker, record, Answer.SAME, subject=CODES[1])
    undone(counter, keys, number)
    assert put() == CODES[1:2]
    with counter.desk.database.session() as session:
        review.undo(session, keys.maker, different, reason="误判", now=now())
    assert put() == CODES[:2]


def test_what_was_held_to_be_different_is_not_linked_under_a_new_code_either(counter: Counter, keys: Keys) -> None:
    delivered(counter, penalty(name=LIKE))
    ((record,),) = counter.ask("SELECT record_id FROM {links} l")
    answered(counter, keys.maker, record, Answer.DIFFERENT)
    confirmed(counter, keys.checker, proposed(counter, keys.maker, A))
    delivered(counter, penalty(name=LIKE, code=CODES[1], document="乌市监罚〔2024〕2号"))
    settled(counter)

    assert counter.ask("SELECT count(*) FROM {links} l WHERE retired_at IS NULL") == [(0,)]


def test_an_event_takes_two_people_and_the_right_roles(counter: Counter, keys: Keys) -> None:
    number = proposed(counter, keys.both, A)
    with pytest.raises(FourEyes):
        confirmed(counter, keys.both, number)
    with pytest.raises(NotPermitted):
        confirmed(counter, keys.maker, number)
    with pytest.raises(NotPermitted):
        proposed(counter, keys.checker, A)
    confirmed(counter, keys.checker, number)
    with pytest.raises(EventRefused):
        confirmed(counter, keys.checker, number)


@pytest.mark.parametrize(
    "told",
    [
        {"other": None},
        {"other": A},
        {"other": code(99)},
        {"document": " "},
        {"on": date(2027, 1, 1)},
        {"kind": Befell.DEREGISTERED},
    ],
)
def test_what_cannot_be_is_not_entered(counter: Counter, keys: Keys, told: dict[str, Any]) -> None:
    with pytest.raises(EventRefused):
        proposed(counter, keys.maker, A, **told)


def test_what_two_people_have_held_one_does_not_undo(counter: Counter, keys: Keys) -> None:
    number = proposed(counter, keys.maker, A)
    confirmed(counter, keys.checker, number)

    assert undo(counter, keys.both, number) is False
    with pytest.raises(FourEyes):
        undo(counter, keys.both, number)
    with pytest.raises(NotPermitted):
        undo(counter, keys.maker, number)
    assert counter.ask("SELECT count(*) FROM subject_redirect WHERE current") == [(1,)]

    assert undo(counter, keys.checker, number) is True
    assert counter.ask("SELECT count(*) FROM subject_redirect WHERE current") == [(0,)]


def test_one_that_waits_is_dropped_by_a_checker(counter: Counter, keys: Keys) -> None:
    number = proposed(counter, keys.maker, A)

    assert undo(counter, keys.checker, number) is True
    with pytest.raises(EventRefused):
        confirmed(counter, keys.checker, number)


def test_a_merger_is_an_event_with_a_day_and_redirects_nobody(counter: Counter, keys: Keys) -> None:
    before = counter.ask("SELECT * FROM subject")
    confirmed(counter, keys.checker, proposed(counter, keys.maker, A, Befell.MERGED))
    confirmed(counter, keys.checker, proposed(counter, keys.maker, CODES[2], Befell.DEREGISTERED, other=None))

    with counter.desk.database.session() as session:
        (merged,) = subject_events.of(session, keys.auditor, A)
    assert (merged.kind, merged.befell_on, merged.other) == ("merged", "2026-10-08", CODES[1])
    assert counter.ask("SELECT * FROM subject") == before
    assert counter.ask("SELECT count(*) FROM subject_redirect") == [(0,)]


@settings(max_examples=8)
@given(st.lists(st.tuples(st.booleans(), st.integers(0, 3), st.integers(0, 3)), min_size=4, max_size=12))
def test_where_codes_lead_is_what_a_graph_library_says_and_ids_never_change(
    home: str, tmp_path_factory: pytest.TempPathFactory, steps: list[tuple[bool, int, int]]
) -> None:
    with office_in(tmp_path_factory.mktemp("events")) as (counter, keys):
        registered(counter, *[(each, FIRM, "", "", "", "", "") for each in CODES])
        ids = counter.ask("SELECT id, uscc, name FROM subject ORDER BY id")
        graph = nx.DiGraph()
        graph.add_nodes_from(range(1, 5))
        entered: dict[int, tuple[int, int]] = {}
        for replaces, old, new in steps:
            if replaces or not entered:
                try:
                    number = proposed(counter, keys.maker, CODES[old], other=CODES[new])
                    confirmed(counter, keys.checker, number)
                except Refusal:
                    assert old == new or graph.out_degree(old + 1) or nx.has_path(graph, new + 1, old + 1)
                    continue
                entered[number] = (old + 1, new + 1)
                graph.add_edge(old + 1, new + 1)
            else:
                number = [*entered][old % len(entered)]
                undone(counter, keys, number)
                graph.remove_edge(*entered.pop(number))
            ends = {
                node: next(end for end in nx.descendants(graph, node) if not graph.out_degree(end))
                for node in graph
                if graph.out_degree(node)
            }
            assert dict(counter.ask("SELECT subject_id, target_id FROM subject_redirect WHERE current")) == ends
            assert nx.is_directed_acyclic_graph(graph)
        assert counter.ask("SELECT id, uscc, name FROM subject ORDER BY id") == ids


def test_events_are_entered_at_the_terminal(counter: Counter, keys: Keys) -> None:
    words = (
        "subject",
        "propose",
        A,
        "code_replaced",
        "--other",
        CODES[1],
        "--on",
        "2026-10-08",
        "--document",
        "通知5号",
    )
    done = [
        chengxin(counter.folder, *words, key=keys.maker),
        chengxin(counter.folder, "subject", "confirm", "1", key=keys.checker),
        chengxin(counter.folder, "subject", "events", A, key=keys.auditor),
        chengxin(counter.folder, "lookup", A),
        chengxin(counter.folder, "subject", "undo", "1", "--reason", "误录", key=keys.maker),
        chengxin(counter.folder, "subject", "undo", "1", "--reason", "误录", key=keys.checker),
        chengxin(counter.folder, "lookup", A),
    ]

    assert [one.returncode for one in done] == [0, 0, 0, 2, 0, 0, 0], [one.stderr for one in done]
    assert "counts" in done[2].stdout
    assert f"replaced by {CODES[1]}. [moved]" in done[3].stderr
