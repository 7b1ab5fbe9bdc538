"""The corpus: file number so-and-so of a seed, the same on any machine."""

from dataclasses import dataclass
from random import Random

from registry.vocabulary import SourceKind
from tests.fuzz import texts, workbooks
from tests.fuzz.tables import table

SEED = 20261125
_WAYS = [*((way, "csv") for way in texts.SPOILED), *((way, "xlsx") for way in workbooks.SPOILED)]
_OF_NOTE = 8  # of so many files of a heavy kind, one is written


@dataclass(frozen=True)
class Bad:
    """A bad file: how it was spoiled, what it is handed in as, its bytes."""

    number: int
    way: str
    kind: SourceKind
    file_name: str
    content: bytes


def bad(number: int, seed: int = SEED) -> Bad:
    """File `number`: the ways to spoil take turns, so any run of files has all of them."""
    random = Random(f"{seed}/{number}")
    way, ending = _WAYS[number % len(_WAYS)]
    if way in workbooks.HEAVY and number // len(_WAYS) % _OF_NOTE:
        way, ending = random.choice([one for one in _WAYS if one[0] not in workbooks.HEAVY])
    of = table(random)
    name = f"{number}.{random.choice([ending, ending, ending, 'csv', 'xlsx', 'txt', 'XLS', 'ods'])}"
    return Bad(number, f"{ending} {way.__name__}", of.kind, name, way(of, random))
