"""Clusters: which records and which subject people's answers put together. Pure; a test holds it to a graph library.

A node is a record or a subject; a pair that people answered about is an edge while somebody said `same` and nobody
`different`. An edge is firm once a maker and another person as checker said so. A subject ends a way: two records
are not the same decision-bearer because a third record names the subject of both, but because each leads to it.
"""

from collections.abc import Callable, Iterable
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


def edges(said: Iterable[Said], *, firm: bool = False) -> set[frozenset[Node]]:
    """The pairs held to be the same; with `firm` only those that a maker and another person as checker hold so."""
    told = list(said)
    disputed = {one.pair for one in told if one.answer == Answer.DIFFERENT}
    held = {one.pair for one in told if one.answer == Answer.SAME} - disputed
    return {pair for pair in held if not firm or _two_people(one for one in told if one.pair == pair)}


def cluster(start: Node, held: Iterable[frozenset[Node]]) -> set[Node]:
    """All nodes that lead to `start` over these edges; a way ends at a subject."""
    neighbours: dict[Node, set[Node]] = {}
    for pair in held:
        for node in pair:
            neighbours.setdefault(node, set()).update(pair - {node})
    met, ahead = {start}, [start]
    while ahead:
        node = ahead.pop()
        if node.kind == "subject" and node != start:
            continue
        new = neighbours.get(node, set()) - met
        met |= new
        ahead += new
    return met


def subject_of(nodes: Iterable[Node]) -> int | None:
    """The one subject in a cluster."""
    return next((node.id for node in nodes if node.kind == "subject"), None)


def codes(nodes: Iterable[Node], code_of: Callable[[Node], str | None]) -> set[str]:
    """The unified codes in a cluster: never more than one."""
    return {code for node in nodes if (code := code_of(node)) is not None}


def contradiction(nodes: set[Node], said: Iterable[Said]) -> Said | None:
    """An answer `different` about two nodes of one cluster, if there is one."""
    return next((one for one in said if one.answer == Answer.DIFFERENT and one.pair <= nodes), None)


def _two_people(said: Iterable[Said]) -> bool:
    same = [one for one in said if one.answer == Answer.SAME]
    makers = {one.person_id for one in same if one.role == Role.MAKER}
    checkers = {one.person_id for one in same if one.role == Role.CHECKER}
    return any(maker != checker for maker in makers for checker in checkers)
