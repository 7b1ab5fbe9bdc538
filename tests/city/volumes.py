"""How much there is of everything in the whole city, at any scale."""

from dataclasses import dataclass
from fractions import Fraction

FIGURES = {  # what the year's return must state at scale 1
    "records": 9_000_000,  # rows accepted, of all sources
    "list_entries": 21_286,
    "honoured": 12_259,  # enterprises
    "restored": 61_516,  # subjects
    "serious": 8,  # market entities on a serious list
    "persons": 4_751,  # on a serious list: a count only
}
_SUBJECTS, _PENALTIES, _COMMITMENTS = 350_000, 1_500_000, 2_400_000


@dataclass(frozen=True)
class Volumes:
    """Figures and rows of one scale; each is at least 1, so that no kind is missing however small the city."""

    scale: Fraction

    def of(self, full: int) -> int:
        """A full figure at this scale, half up."""
        return max(1, (2 * full * self.scale.numerator + self.scale.denominator) // (2 * self.scale.denominator))

    @property
    def figures(self) -> dict[str, int]:
        """What the year's return must state."""
        return {name: self.of(full) for name, full in FIGURES.items()}

    @property
    def waiting(self) -> int:
        """Restorations of what was never delivered; and as many again by a body that decided nothing of it."""
        return -(-self.figures["restored"] // 50)

    @property
    def accepted(self) -> dict[str, int]:
        """Rows accepted of each kind of file; they add up to `records`, whatever the permits have to make up for."""
        figures = self.figures
        rows = {
            "subjects": self.of(_SUBJECTS),
            "penalties": self.of(_PENALTIES),
            "commitments": self.of(_COMMITMENTS),
            "list-entries": figures["list_entries"],
            "honours-tax": figures["honoured"],
            "honours": -(-figures["honoured"] // 4),  # every fourth has a second honour
            "restorations": figures["restored"] + 2 * self.waiting,
        }
        return {**rows, "permits": figures["records"] - sum(rows.values())}
