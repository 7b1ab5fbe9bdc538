"""The order of the queue of review: what most waits on first, what people have put off last.

What waits is counted in piles, each an upper bound of what is asked together, and a pile is only looked into when
nothing that was found has more waiting. So a page costs what it shows, however much waits.
"""

import heapq
from collections import defaultdict
from itertools import count

from sqlmodel import Session

from registry.actions.codeless import clusters_of, is_codeless, normal_forms
from registry.store import piles, review
from registry.store.review import Asker, Group

_ALONE = 1000  # names that neither a subject bears nor several bodies deliver
_FIRST = 100  # piles that are looked into at first; each time twice as many


class Order:
    """What an asker can answer, to be taken out in order; what was taken out may be put back in parts."""

    def __init__(self, session: Session, asker: Asker) -> None:
        self._session = session
        self._asker = asker
        self._unread = _unread(session)
        self._piles = sorted(self._counted().items(), key=lambda pile: -pile[1])
        self._step = _FIRST
        self._met: set[tuple[object, ...]] = set()
        self._found: list[tuple[tuple[bool, int, int, int], int, list[Group]]] = []
        self._number = count()

    def take(self) -> list[Group] | None:
        """The groups on which most waits together, of those that are left: one, or a cluster of codeless ones; first
        that which stands for them."""
        while self._piles and (not self._found or self._found[0][0][:2] > (False, -self._piles[0][1])):
            self._look()
        return heapq.heappop(self._found)[-1] if self._found else None

    def put(self, groups: list[Group]) -> None:
        """Let groups be asked about together, if the asker can answer for one of them."""
        if any(group.open for group in groups):
            in_order = sorted(
                groups, key=lambda one: (not one.open, one.put_off, -one.waiting, -one.negative, one.record)
            )
            waiting, negative = sum(one.waiting for one in groups), sum(one.negative for one in groups)
            key = (all(one.put_off for one in groups), -waiting, -negative, in_order[0].record)
            heapq.heappush(self._found, (key, next(self._number), in_order))

    def _counted(self) -> dict[tuple[str, int | str], int]:
        counts: dict[tuple[str, int | str], int] = {
            (pile.kind, pile.id): pile.waiting for pile in piles.every(self._session, alone=_ALONE)
        }
        for (kind, number), records in self._unread.items():
            if (kind, number) not in counts and isinstance(number, int):
                counts[kind, number] = len(piles.records(self._session, kind, [number]))
            counts[kind, number] = counts.get((kind, number), 0) + len(records)
        return counts

    def _look(self) -> None:
        looked, self._piles, self._step = self._piles[: self._step], self._piles[self._step :], self._step * 2
        of_kind: dict[str, list[int]] = defaultdict(list)
        records: list[int] = []
        for (kind, number), _ in looked:
            records += self._unread.get((kind, number), ())
            if isinstance(number, int):
                of_kind[kind].append(number)
        for kind, numbers in of_kind.items():
            records += piles.records(self._session, kind, numbers)
        groups = [group for group in review.groups(self._session, records, self._asker) if self._is_new(group)]
        for cluster in clusters_of(self._session, [group for group in groups if is_codeless(group)]):
            self.put(cluster)
        # what people held not to be about its own code's subject can be about no other
        for group in (group for group in groups if group.subject_id is not None):
            self.put([group])

    def _is_new(self, group: Group) -> bool:
        """Whether it was not met yet: a name may be counted alone, and in its cluster since more came."""
        key = group.identity
        new = key not in self._met
        self._met.add(key)
        return new


def _unread(session: Session) -> dict[tuple[str, int | str], list[int]]:
    """The records that came since names were gathered, by the cluster of their name; else by their name."""
    came = piles.unread(session)
    normals = normal_forms(name for _, name in came)
    gathered = piles.clusters(session, {*normals})
    found: dict[tuple[str, int | str], list[int]] = defaultdict(list)
    for (record, _), normal in zip(came, normals, strict=True):
        found[("cluster", gathered[normal]) if normal in gathered else ("came", normal)].append(record)
    return found
