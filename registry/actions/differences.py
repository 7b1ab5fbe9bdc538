"""Two names side by side, with what differs marked, for people to judge by."""

from difflib import SequenceMatcher
from typing import NamedTuple

from registry.names import normal_form


class Piece(NamedTuple):
    """Some characters of a name, and whether the other name has others there."""

    text: str
    differs: bool


def marked(left: str, right: str) -> tuple[list[Piece], list[Piece]]:
    """Both names in normal form, cut into pieces; the text of all pieces is the name."""
    a, b = normal_form(left), normal_form(right)
    pieces: tuple[list[Piece], list[Piece]] = ([], [])
    for what, start, end, other_start, other_end in SequenceMatcher(None, a, b, autojunk=False).get_opcodes():
        for told, piece in zip(pieces, (a[start:end], b[other_start:other_end]), strict=True):
            if piece:
                told.append(Piece(piece, what != "equal"))
    return pieces
