"""The law as dated data: which record is shown, from when, until when, and on what basis.

Every rule is a TOML file of dated versions; beside it stands the small Python file that applies it.
"""

from registry.rulebook.bases import Basis
from registry.rulebook.book import Rulebook, load
from registry.rulebook.explaining import explain, restorable_from
from registry.rulebook.judging import judged
from registry.rulebook.procedures import due_by
from registry.rulebook.timeliness import due_on, late

__all__ = ["Basis", "Rulebook", "due_by", "due_on", "explain", "judged", "late", "load", "restorable_from"]
