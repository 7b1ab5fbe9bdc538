"""Reading the parts of a registered name."""

from functools import lru_cache

from registry.names.normal import normal_form
from registry.names.parsed import Parsed, Part


@lru_cache(maxsize=1 << 18)
def parse(name: str) -> Parsed:
    """The parts of a name, whatever its spelling; the last parses are kept."""
    normal = normal_form(name)
    nothing = Part("", 0, 0)
    return Parsed(normal, (), Part(normal, 0, len(normal)), nothing, nothing)
