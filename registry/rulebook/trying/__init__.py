"""规则试算: the law applied to rows of a table, without a database, unsigned values included.

A row asks one question; what it does not need may be empty or absent, what no question knows passes through. The
answers come from the same expressions that publishing uses. A row that the law or its data leave open says `review`.
"""

from registry.rulebook.trying.answers import ANSWERS, answered

__all__ = ["ANSWERS", "answered"]
