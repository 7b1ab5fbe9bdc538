"""Clusters: which records and which subject people's answers put together. Pure; a test holds it to a graph library.

A node is a record or a subject; a pair that people answered about is an edge while somebody said `same` and nobody
`different`. An edge is firm once a maker and another person as checker said so. A subject ends a way: two records
are not the same decision-bearer because a third record names the subject of both, but because each leads to it.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import NamedTuple

from registry.vocabulary import Answer, Role


class Node(NamedTuple):
    """A record or a subject, by its id."""

    kind: str  # record, subject
    id: int


class Said(NamedTuple):
    """One person's answer about a pair, as it stands."""

    event_id: int
    record: Node
    other: Node
    answer: str
    person_id: int
    role: str

    @property
    def pair(self) -> frozenset[Node]:
        """The two nodes it is about, in no order."""
        return frozenset((self.record, self.other))


Neighbours = Mapping[Node, set[Node]]


def edges(said: Iterable[Said], *, firm: bool = False) -> set[frozenset[Node]]:
    """The pairs held to be the same; with `firm` only those that a maker and another person as checker hold so."""
    of_pair: dict[frozenset[Node], list[Said]] = defaultdict(list)
    for one in said:
        of_pair[one.pair].append(one)
    return {pair for pair, answers in of_pair.items() if _held(answers) and (not firm or _two_people(answers))}


def neighbours(held: Iterable[frozenset[Node]]) -> Neighbours:
    """Each node with those that an edge joins it to."""
    near: dict[Node, set[Node]] = defaultdict(set)
    for pair in held:
        for node in pair:
            near[node] |= pair - {node}
    return dict(near)


def cluster(start: Node, near: Neighbours) -> set[Node]:
    """All nodes that lead to `start`; a way ends at a subject."""
    met, ahead = {start}, [start]
    while ahead:
        node = ahead.pop()
        if node.kind == "subject" and node != start:
            continue
        new = near.get(node, set()) - met
        met |= new
        ahead += new
    return met


def subject_of(nodes: Iterable[Node]) -> int | None:
    """The one subject in a cluster."""
    return next((node.id for node in nodes if node.kind == "subject"), None)


def contradiction(nodes: set[Node], said: Iterable[Said]) -> Said | None:
    """An answer `different` about two nodes of one cluster, if there is one."""
    return next((one for one in said if one.answer == Answer.DIFFERENT and one.pair <= nodes), None)


def _held(answers: list[Said]) -> bool:
    told = {one.answer for one in answers}
    return Answer.SAME.value in told and Answer.DIFFERENT.value not in told


def _two_people(answers: list[Said]) -> bool:
    same = [one for one in answers if one.answer == Answer.SAME]
    makers = {one.person_id for one in same if one.role == Role.MAKER}
    checkers = {one.person_id for one in same if one.role == Role.CHECKER}
    return any(maker != checker for maker in makers for checker in checkers)
