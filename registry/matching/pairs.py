"""Two parsed names side by side, and what can be said about them before any weight is given."""

from functools import cached_property

from registry.matching.differing import Difference, Kind, differences
from registry.names import Branch, Essence, Parsed
from registry.names.places import Region, inside, one_place

# what makes another branch of one that differs in it; all else is spelling
TELLING = frozenset({Kind.PLACE, Kind.ORDINAL, Kind.DIRECTION, Kind.BRAND, Kind.TRADE, Kind.ADDED})


class Pair:
    """Two names that are not the same, and their differences, worked out when first asked for."""

    def __init__(self, one: Parsed, other: Parsed) -> None:
        self.one, self.other = one, other

    @cached_property
    def found(self) -> dict[Kind, Difference]:
        """The differences of the companies (of branches: of their parents) by kind, and spelling ones of branches."""
        parents = _differences(self.one.essence, self.other.essence)
        found = {difference.kind: difference for difference in map(self._placed, parents)}
        for difference in self.branch_differences:
            if difference.kind not in TELLING:
                found.setdefault(difference.kind, difference)
        return found

    @cached_property
    def branch_differences(self) -> list[Difference]:
        """Of the branches' own names."""
        return _differences(self.one.branch_essence, self.other.branch_essence)

    @cached_property
    def renamed_place(self) -> tuple[Region, Region] | None:
        """Two places of one stem that are not one: 吉安市, 吉安县."""
        if not (self.one.regions or self.one.branches):
            return None
        ones, others = _regions(self.one), _regions(self.other)
        for a in ones:
            alike = [b for b in others if b.place.stem == a.place.stem]
            if alike and not any(one_place(a.place, b.place) for b in alike):
                return a, alike[0]
        return None

    @cached_property
    def links(self) -> tuple[Branch | None, Branch | None]:
        """The last link of either branch chain: the branch itself."""
        one, other = self.one.branches, self.other.branches
        return one[-1] if one else None, other[-1] if other else None

    def _placed(self, difference: Difference) -> Difference:
        """A place in the stead of a wider one that it lies in says more, not otherwise."""
        if difference.kind is not Kind.PLACE:
            return difference
        a = next((region.place for region in self.one.regions if region.place.stem == difference.one), None)
        b = next((region.place for region in self.other.regions if region.place.stem == difference.other), None)
        if a and b and (inside(a, b) or inside(b, a)):
            return difference._replace(kind=Kind.PLACE_LEFT_OUT)
        return difference


def _regions(name: Parsed) -> list[Region]:
    return [*name.regions, *(region for branch in name.branches for region in branch.regions)]


def _differences(one: Essence, other: Essence) -> list[Difference]:
    """The differences, the same whichever name comes first."""
    if one.text == other.text:
        return []
    if one.text < other.text:
        return differences(one, other)
    return [Difference(kind, b, a) for kind, a, b in differences(other, one)]
