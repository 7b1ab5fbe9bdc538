"""Cells that a spreadsheet would run instead of show: an apostrophe in front keeps them text.

`guarded` and `unguarded` are each other's inverse for any text, so a cell that already had an apostrophe gets one more.
"""

import re

import polars as pl

_START = r"'*(?:[\s\x00-\x20]*[=+\-@＝＋－＠]|[\t\r])"
_GUARDED = re.compile(f"^{_START}")


def guarded(cell: pl.Expr) -> pl.Expr:
    """The cell as it may be written to a file that people open."""
    return cell.str.replace(f"^({_START})", "'$1")


def unguarded(cell: pl.Expr) -> pl.Expr:
    """The cell as it was before `guarded`."""
    return cell.str.replace(f"^'({_START})", "$1")


def guarded_text(cell: str) -> str:
    """The same as `guarded` for one text."""
    return f"'{cell}" if _GUARDED.match(cell) else cell
