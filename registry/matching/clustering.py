"""Clusters of what may be one subject's (名称簇), without chains: no two of a cluster are told apart.

鑫源商贸 may be 集宁鑫源商贸 and may be 丰镇鑫源商贸, which are two: one of them is put together with it, never both.
"""

from collections.abc import Callable, Hashable, Iterable
from typing import TypeVar

MOST = 20  # of one cluster: what a person can look through

Each = TypeVar("Each", bound=Hashable)


def clustered(
    near: Iterable[tuple[Each, Each]], may_be_one: Callable[[Each, Each], bool], *, most: int = MOST
) -> list[set[Each]]:
    """Clusters of at least two and at most `most`, no two with anything in common; each pair of `near`, the likeliest
    first, puts together what its two are in, if every two of it may be one."""
    cluster_of: dict[Each, set[Each]] = {}
    for a, b in near:
        one, other = cluster_of.get(a, {a}), cluster_of.get(b, {b})
        if one is other or len(one) + len(other) > most:
            continue
        if all(may_be_one(left, right) for left in one for right in other):
            cluster_of |= dict.fromkeys(together := one | other, together)
    return list({id(each): each for each in cluster_of.values()}.values())
