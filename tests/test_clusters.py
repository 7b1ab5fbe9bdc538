"""Clusters, on graphs that are made up, against networkx; and judgements on a real registry, in any order."""

from itertools import combinations, count
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory
from typing import Any

import networkx as nx
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from registry.actions.clusters import Node, Said, cluster, edges, neighbours
from registry.actions.link import link
from registry.actions.review import judge, undo
from registry.actions.review_queue import queue
from registry.actions.settling import settle
from registry.errors import Refusal
from registry.matching import told_apart
from registry.matching.clustering import clustered
from registry.names import normal_form
from registry.vocabulary import Answer, Role
from tests.receiving import NOW, Counter, code, office_in
from tests.standing import delivered, now, penalty, registered

RECORDS = [Node("record", number) for number in range(8)]
SUBJECTS = [Node("subject", number) for number in range(3)]


@st.composite
def answers(draw: st.DrawFn) -> list[Said]:
    """Answers of five people about eight records and three subjects."""
    found = []
    for event in range(draw(st.integers(0, 25))):
        record = draw(st.sampled_from(RECORDS))
        other = draw(st.sampled_from([node for node in (*RECORDS, *SUBJECTS) if node != record]))
        said = Said(
            event,
            record,
            other,
            draw(st.sampled_from(list(Answer))),
            draw(st.integers(1, 5)),
            draw(st.sampled_from([Role.MAKER, Role.CHECKER])),
        )
        found.append(said)
    return found


@given(answers())
def test_a_cluster_is_what_a_graph_library_reaches_when_ways_end_at_subjects(said: list[Said]) -> None:
    held = edges(said)
    whole = nx.Graph([tuple(pair) for pair in held])
    whole.add_nodes_from(RECORDS)
    between_records = whole.subgraph(RECORDS)

    for record in RECORDS:
        near = nx.node_connected_component(between_records, record)
        subjects = {node for each in near for node in whole.neighbors(each) if node.kind == "subject"}
        assert cluster(record, neighbours(held)) == near | subjects


@given(answers())
def test_firm_pairs_are_held_pairs_that_a_maker_and_another_checker_said(said: list[Said]) -> None:
    for pair in edges(said, firm=True):
        same = [one for one in said if one.pair == pair and one.answer == Answer.SAME]
        makers = {one.person_id for one in same if one.role == Role.MAKER}
        checkers = {one.person_id for one in same if one.role == Role.CHECKER}
        assert makers
        assert checkers
        assert len(makers | checkers) > 1
    assert edges(said, firm=True) <= edges(said)
    assert not {one.pair for one in said if one.answer == Answer.DIFFERENT} & edges(said)


@st.composite
def likenesses(draw: st.DrawFn) -> tuple[nx.Graph, nx.Graph]:
    """Names of which some are like, and of which some that need not be like are told apart; at most ten."""
    names = range(draw(st.integers(2, 10)))
    pairs = st.sets(st.tuples(st.sampled_from(names), st.sampled_from(names)).filter(lambda pair: pair[0] < pair[1]))
    like, apart = nx.Graph(), nx.Graph()
    for graph in (like, apart):
        graph.add_nodes_from(names)
        graph.add_edges_from(draw(pairs))
    return like, apart


@given(likenesses(), st.randoms(use_true_random=False), st.integers(2, 6))
def test_a_cluster_of_names_is_connected_by_likeness_and_holds_no_two_that_are_told_apart(
    graphs: tuple[nx.Graph, nx.Graph], draw: Random, most: int
) -> None:
    like, apart = graphs
    near = list(like.edges)
    draw.shuffle(near)
    found = clustered(near, lambda one, other: not apart.has_edge(one, other), most=most)

    assert sum(map(len, found)) == len(set().union(*found))
    for each in found:
        assert 2 <= len(each) <= most
        assert nx.is_connected(like.subgraph(each))
        assert not apart.subgraph(each).edges
    cluster_of = {name: each for each in found for name in each} | {
        n: {n} for n in like if not any(n in c for c in found)
    }
    for one, other in near:  # nothing that may be one is left apart
        together = cluster_of[one] | cluster_of[other]
        assert cluster_of[one] == cluster_of[other] or apart.subgraph(together).edges or len(together) > most


@given(likenesses())
def test_where_nobody_tells_names_apart_clusters_are_the_connected_components(
    graphs: tuple[nx.Graph, nx.Graph],
) -> None:
    like, _ = graphs
    components = [each for each in nx.connected_components(like) if len(each) > 1]

    assert sorted(map(sorted, clustered(like.edges, lambda *_: True))) == sorted(map(sorted, components))


CODES = [code(20), code(21)]
NUMBER = "150900000077777"
NAMED = [(each, f"乌兰察布市云岭{n}号建材有限公司") for n, each in enumerate(CODES)]
REGISTERED = [
    *[(*each, "") for each in NAMED],
    (code(22), "集宁云岭石材有限公司", NUMBER),
    (code(23), "集宁云岭木材有限公司", NUMBER),
    (CODES[0], "集宁云岭建材公司", ""),
]
NAMES = ["集宁云岭建材公司", "集宁云岭建材厂", "集宁区云岭建材", "云岭建材有限公司"]

BODIES = ["集宁区市场监督管理局", "集宁区应急管理局", "集宁区农牧局", "丰镇市水利局"]


def _named(counter: Counter) -> None:
    registered(counter, *[(*each, "", "", "", "", "") for each in NAMED])
    delivered(
        counter,
        *[
            penalty(name=name, code="", document=f"{body}〔2024〕{n}号", body=body, source=body)
            for n, (name, body) in enumerate(zip(NAMES, BODIES, strict=True))
        ],
        *[penalty(name=NAMES[0], code=each, document=f"乌市监罚〔2024〕{each}号") for each in CODES],
        penalty(name=NAMES[1], code="", number=NUMBER, document="乌市监罚〔2024〕99号"),
    )
    link(counter.desk.database, now=now())


class Judging(RuleBasedStateMachine):
    """Four people judge seven records, two with a code, against two subjects and each other, and take it back; in
    between the register comes again."""

    def __init__(self) -> None:
        super().__init__()
        self.folder = TemporaryDirectory()
        self.opening = office_in(Path(self.folder.name), _named)
        self.counter, keys = self.opening.__enter__()
        self.keys = [keys.maker, keys.other_maker, keys.checker, keys.both]
        self.records = [n for (n,) in self.counter.ask("SELECT id FROM record WHERE source <> 'subjects' ORDER BY id")]
        self.days = count(1)
        self.stands: dict[int, tuple[int, dict[str, Any]]] = {}
        self.happened = True  # something since the register came
        self.before: dict[frozenset[int], list[Any]] = {frozenset(): self.links()}

    def links(self) -> list[Any]:
        held = self.counter.ask(
            "SELECT record_id, subject_id, how, state, because FROM {links} l WHERE retired_at IS NULL ORDER BY 1"
        )
        return [*held, *self.counter.ask("SELECT record_id FROM unlinked ORDER BY 1")]

    @rule(data=st.data(), who=st.integers(0, 3), answer=st.sampled_from([Answer.SAME] * 4 + list(Answer)))
    def answers(self, data: st.DataObject, who: int, answer: Answer) -> None:
        record = data.draw(st.sampled_from(self.records))
        about: dict[str, Any] = data.draw(
            st.one_of(
                st.sampled_from([{"subject": each} for each in CODES]),
                st.sampled_from([{"other": each} for each in self.records]),
                st.just({}),
            )
        )
        self.ask(record, who, answer, about)

    @precondition(lambda self: self.stands)
    @rule(data=st.data(), who=st.integers(0, 3), answer=st.sampled_from([Answer.SAME] * 4 + list(Answer)))
    def another_answers_too(self, data: st.DataObject, who: int, answer: Answer) -> None:
        record, about = data.draw(st.sampled_from([*self.stands.values()]))
        self.ask(record, who, answer, about)

    @rule(data=st.data(), who=st.integers(0, 3))
    def somebody_answers_what_is_asked(self, data: st.DataObject, who: int) -> None:
        with self.counter.desk.database.session() as session:
            asked = [item.record for item in queue(session, self.keys[who])]
        if asked:
            self.ask(data.draw(st.sampled_from(asked)), who, Answer.SAME, {})

    def ask(self, record: int, who: int, answer: Answer, about: dict[str, Any]) -> None:
        try:
            with self.counter.desk.database.session() as session:
                done = judge(session, self.keys[who], record, answer, reason="核对", now=now(), **about)
        except Refusal:
            return
        self.stands[done.event] = (record, about)
        self.happened = True
        self.same_as_before()

    @precondition(lambda self: self.happened)
    @rule(row=st.sampled_from(REGISTERED))
    def the_register_comes(self, row: tuple[str, ...]) -> None:
        """Again, with nothing changed, or with a company that a record's number or name leads to."""
        approved = f"2026-01-{next(self.days) % 28 + 1:02d}"
        registered(self.counter, (*row, "", approved, "", ""))
        link(self.counter.desk.database, now=now())
        self.before = {frozenset(self.stands): self.links()}
        self.happened = False

    @precondition(lambda self: self.stands)
    @rule(data=st.data())
    def takes_back(self, data: st.DataObject) -> None:
        event = data.draw(st.sampled_from([*self.stands]))
        try:
            with self.counter.desk.database.session() as session:
                undo(session, self.keys[2], event, reason="误判", now=now())
        except Refusal:
            return
        del self.stands[event]
        self.happened = True
        self.same_as_before()

    def same_as_before(self) -> None:
        """The same answers standing, the same links: in whatever order they were given and taken back."""
        assert self.before.setdefault(frozenset(self.stands), self.links()) == self.links()

    def led(self) -> list[tuple[int, int | None]]:
        """Records that an identifier leads to a subject, whatever people said; None where that is certain."""
        made = self.counter.ask(
            """SELECT record_id, subject_id, how, state, retired_at IS NULL OR retired_by IS NOT NULL FROM {links} l
            WHERE how NOT IN ('maker', 'maker_and_checker')
            ORDER BY retired_at IS NULL, recorded_at"""
        )
        newest = {record: rest for record, *rest in made}
        return [
            (record, None if state == "confirmed" and how != "name" else subject)
            for record, (subject, how, state, stands) in newest.items()
            if stands
        ]

    @invariant()
    def two_codes_are_never_in_one_cluster(self) -> None:
        said = self.counter.ask("SELECT record_id, subject_id, other_id, answer FROM judgement WHERE undone_by IS NULL")
        pairs = [
            (frozenset((Node("record", r), Node("subject", s) if s else Node("record", o))), answer)
            for r, s, o, answer in said
        ]
        different = {pair for pair, answer in pairs if answer == "different"}
        refuted = {(r, s) for r, s, _, answer in said if answer == "different"}
        of_record = dict(self.counter.ask("SELECT id, uscc FROM {records} r"))
        of_subject = dict(self.counter.ask("SELECT id, uscc FROM subject"))
        of_link = self.counter.ask("SELECT record_id, subject_id, how FROM {links} l WHERE retired_at IS NULL")
        identified = {Node("record", r) for r, s in self.led() if (r, s) not in refuted}
        graph = nx.Graph()
        graph.add_edges_from(
            tuple(pair)
            for pair, answer in pairs
            if answer == "same" and pair not in different and not pair & identified
        )
        graph.add_edges_from((Node("record", r), Node("subject", s)) for r, s, _ in of_link)
        for nodes in nx.connected_components(graph):
            held = {(of_record if node.kind == "record" else of_subject)[node.id] for node in nodes} - {None}
            assert len(held) <= 1

    @invariant()
    def a_negative_link_that_is_confirmed_by_people_was_confirmed_by_two(self) -> None:
        confirmed = self.counter.ask(
            "SELECT record_id FROM {links} l WHERE retired_at IS NULL AND state = 'confirmed' AND how <> 'code'"
        )
        said = self.counter.ask(
            "SELECT record_id, other_id, person_id FROM judgement WHERE undone_by IS NULL AND answer = 'same'"
        )
        for (record,) in confirmed:
            assert len({person for one, other, person in said if record in (one, other)}) >= 2

    @invariant()
    def every_link_is_what_the_answers_and_the_register_make_it(self) -> None:
        stands = self.links()
        with self.counter.desk.database.session() as session:
            settle(session, self.records, 1, NOW)
        assert self.links() == stands

    @invariant()
    def nobody_is_asked_whether_what_was_told_apart_is_one(self) -> None:
        with self.counter.desk.database.session() as session:
            items = [item for item in queue(session, self.keys[0]) if item.kind == "cluster"]
        different = self.counter.ask(
            "SELECT normal, other_normal FROM judgement WHERE undone_by IS NULL AND answer = 'different'"
        )
        for item in items:
            names = [normal_form(one.name) for one in item.names]
            assert item.code is None
            assert item.bodies > 1
            for one, other in combinations(names, 2):
                assert not told_apart(one, other)
                assert not {(one, other), (other, one)} & {*different}

    def teardown(self) -> None:
        for event in reversed([*self.stands]):
            with self.counter.desk.database.session() as session:
                undo(session, self.keys[2], event, reason="误判", now=now())
        assert self.links() == self.before.get(frozenset(), self.links())
        self.opening.__exit__(None, None, None)
        self.folder.cleanup()


def test_whatever_people_answer_and_take_back_is_what_stands(home: str) -> None:
    examples = settings().max_examples // 50  # more by the profile `soak`
    run_state_machine_as_test(Judging, settings=settings(max_examples=examples, stateful_step_count=25, deadline=None))
