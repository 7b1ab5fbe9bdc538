"""Records without a code that may be about one subject, by their names alone: a question to people, never an answer.

Of the names that were gathered together (`registry.actions.gathering`), each in a cluster is equal to or plausibly the
same as another by `registry.matching.score`, and no two are told apart: by one feature of their names, by people, or by
two different organisation codes. What people told apart from the rest of its own name waits alone.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable
from functools import cache, partial
from itertools import combinations
from typing import NamedTuple

import polars as pl
from sqlmodel import Session

from registry.actions.suggesting import Suggested, suggested
from registry.matching import THRESHOLD, score, told_apart
from registry.matching.clustering import clustered
from registry.names import normal_expr, normal_form
from registry.store import judgements, piles, review
from registry.store.review import Group, Waiting


class _Node(NamedTuple):
    """What goes into a cluster as a whole."""

    normal: str
    organisation_code: str | None


def is_codeless(group: Group) -> bool:
    """Whether it waits with neither a unified code nor a subject."""
    return group.subject_id is None and group.uscc is None


def normal_forms(names: Iterable[str]) -> list[str]:
    """The normal forms of many names."""
    told = pl.DataFrame({"name": [*names]}, schema={"name": pl.String})
    return told.select(normal_expr(pl.col("name"))).to_series().to_list()


def clusters_of(session: Session, groups: list[Group]) -> list[list[Group]]:
    """Codeless groups, cluster by cluster; each of those that are alone by itself."""
    normals = normal_forms(group.name for group in groups)
    gathered = piles.clusters(session, {*normals})
    held: dict[int | str, dict[_Node, list[Group]]] = defaultdict(lambda: defaultdict(list))
    found = []
    for group, normal in zip(groups, normals, strict=True):
        if group.apart is None:
            held[gathered.get(normal, normal)][_Node(normal, group.organisation_code)].append(group)
        else:
            found.append([group])
    different = judgements.different_names(session) if any(len(nodes) > 1 for nodes in held.values()) else set()
    for nodes in held.values():
        together = _together(nodes, different)
        alone = nodes.keys() - set().union(*together)
        found += [[group for node in sorted(each, key=str) for group in nodes[node]] for each in together]
        found += [nodes[node] for node in nodes if node in alone]
    return found


def _together(nodes: Iterable[_Node], different: set[frozenset[str]]) -> list[set[_Node]]:
    def may_be_one(one: _Node, other: _Node) -> bool:
        codes = {one.organisation_code, other.organisation_code} - {None}
        if len(codes) > 1 or frozenset((one.normal, other.normal)) in different:
            return False
        return one.normal == other.normal or not told_apart(one.normal, other.normal)

    pairs = [pair for pair in combinations(sorted(nodes, key=str), 2) if may_be_one(*pair)]
    likeness = {(one, other): score(one.normal, other.normal).value for one, other in pairs}
    near = sorted((pair for pair in pairs if likeness[pair] >= THRESHOLD), key=lambda pair: -likeness[pair])
    return clustered(near, lambda one, other: (one, other) in likeness or (other, one) in likeness)


def asked_together(suggest: Callable[[str], list[Suggested]], cluster: list[Group]) -> tuple[list[Group], list[Group]]:
    """Of a cluster those groups whose name suggests no subject, which are asked about together, and the others."""
    suggesting = [group for group in cluster if suggest(group.name)]
    return [group for group in cluster if group not in suggesting], suggesting


def waits_with(session: Session, record: Waiting) -> list[Group]:
    """The groups that are asked about together with this codeless record's own, which comes first.

    Where its name suggests a subject they are those of its own name.
    """
    (own,) = review.groups(session, review.alike(session, record.id, None))
    normal = normal_form(record.name)
    gathered = [*piles.clusters(session, [normal]).values()]
    came = piles.unread(session)
    named = normal_forms(name for _, name in came)
    here = piles.clusters(session, {*named})
    records = piles.records(session, "cluster", gathered)
    records += [
        number for (number, _), each in zip(came, named, strict=True) if each == normal or here.get(each) in gathered
    ]
    groups = [group for group in review.groups(session, records) if is_codeless(group)]
    cluster = next(each for each in clusters_of(session, groups) if own in each)
    together, suggesting = asked_together(cache(partial(suggested, session)), cluster)
    if own in suggesting:
        together = [group for group in suggesting if normal_form(group.name) == normal]
    return sorted(together, key=lambda group: (group != own, -group.waiting, group.record))
