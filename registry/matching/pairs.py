"""Two parsed names side by side, and what can be said about them before any weight is given."""

from collections.abc import Sequence

from registry.matching.differing import Difference, Kind, differences
from registry.names import Branch, Essence, Parsed
from registry.names.places import Region, inside, one_place

# what makes another branch of one that differs in it; all else is spelling
TELLING = frozenset({Kind.PLACE, Kind.ORDINAL, Kind.DIRECTION, Kind.BRAND, Kind.TRADE, Kind.ADDED})


class Pair:
    """Two names that are not the same, and their differences.

    `found`: the differences of the companies (of branches: of their parents) by kind, and those of the branches' own
    names that are of spelling; `branch_differences`: all of the branches' own names; `links`: the last link of
    either branch chain, the branch itself; `branched`: whether there is one; `same_places`:
    whether the parents' places are written alike.
    """

    __slots__ = ("branch_differences", "branched", "found", "links", "one", "other", "same_places")

    def __init__(self, one: Parsed, other: Parsed) -> None:
        self.one, self.other = one, other
        self.branched = bool(one.branches or other.branches)
        self.same_places = one.regions == other.regions
        self.links: tuple[Branch | None, Branch | None] = (
            one.branches[-1] if one.branches else None,
            other.branches[-1] if other.branches else None,
        )
        self.branch_differences: Sequence[Difference] = (
            _differences(one.branch_essence, other.branch_essence) if self.branched else ()
        )
        self.found: dict[Kind, Difference] = {}
        for difference in _differences(one.essence, other.essence):
            placed = self._placed(difference) if difference.kind is Kind.PLACE else difference
            before = self.found.get(placed.kind)
            self.found[placed.kind] = placed if before is None else before.and_also(placed)
        for difference in self.branch_differences:
            if difference.kind not in TELLING:
                self.found.setdefault(difference.kind, difference)

    def renamed_place(self) -> tuple[Region, Region] | None:
        """Two places of one stem that are not one: 吉安市, 吉安县."""
        if self.same_places and not self.branched:
            return None
        ones, others = _regions(self.one), _regions(self.other)
        for a in ones:
            apart = None
            for b in others:
                if a.place.stem == b.place.stem:
                    if one_place(a.place, b.place):
                        break
                    apart = b
            else:
                if apart is not None:
                    return a, apart
        return None

    def places(self) -> tuple[str, str]:
        """The places of either that the other has not, as they are written."""
        stems = [{region.place.stem for region in _regions(name)} for name in (self.one, self.other)]
        ones, others = (
            "".join(region.text for region in _regions(name) if region.place.stem not in theirs)
            for name, theirs in zip((self.one, self.other), reversed(stems), strict=True)
        )
        return ones, others

    def _placed(self, difference: Difference) -> Difference:
        """A place in the stead of a wider one that it lies in says more, not otherwise."""
        a = next((region.place for region in self.one.regions if region.place.stem == difference.one), None)
        b = next((region.place for region in self.other.regions if region.place.stem == difference.other), None)
        if a and b and (inside(a, b) or inside(b, a)):
            return difference._replace(kind=Kind.PLACE_LEFT_OUT)
        return difference


def _regions(name: Parsed) -> Sequence[Region]:
    if not name.branches:
        return name.regions
    return [*name.regions, *(region for branch in name.branches for region in branch.regions)]


def _differences(one: Essence, other: Essence) -> Sequence[Difference]:
    """The differences, the same whichever name comes first."""
    if one.text == other.text:
        return ()
    if one.text < other.text:
        return differences(one, other)
    return [Difference(kind, b, a) for kind, a, b, _ in differences(other, one)]
