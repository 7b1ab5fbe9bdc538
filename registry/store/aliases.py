"""Aliases 外文名称: names in Latin script by which a search finds a subject; nothing is linked by one.

A name in another script has few words, and each stands in an index of its own. As with the names of
`registry.store.candidates` the rarest are asked for.
"""

from typing import TYPE_CHECKING

import polars as pl

from registry.store.bulk import Bulk
from registry.store.candidates import BUDGET, FIRST, LONGEST
from registry.store.reading import rows
from registry.store.record_ids import of_delivery

if TYPE_CHECKING:
    from sqlmodel import Session

_COUNT = "SELECT count(*) FROM (SELECT 1 FROM alias_word WHERE word = :word LIMIT :first)"
_WITH = "SELECT DISTINCT alias FROM alias_word WHERE word = :word LIMIT :first"
_PUT = """
INSERT INTO alias_word (word, alias, subject_id)
SELECT a.word, a.alias, s.id FROM told_alias a JOIN subject s ON s.uscc = a.uscc WHERE TRUE
ON CONFLICT DO NOTHING
"""
_COLUMNS = ("uscc", "alias", "word")


def put(work: Bulk, told: pl.DataFrame) -> None:
    """Keep the aliases of registered subjects, one row a word: uscc, alias, word."""
    if told.is_empty():
        return
    with work.staged("told_alias", told.select(_COLUMNS)):
        work.run(_PUT)


def forget(work: Bulk, delivery_id: int) -> None:
    """Forget the aliases of the subjects that a delivery registered: it was taken back."""
    work.run(
        f"""DELETE FROM alias_word WHERE subject_id IN (
          SELECT s.id FROM record r JOIN counterparty c ON c.id = r.counterparty_id JOIN subject s ON s.uscc = c.uscc
          WHERE r.source = 'subjects' AND (
            {of_delivery("?1")} OR r.id IN (SELECT record_id FROM provenance WHERE delivery_id = ?1)))""",
        delivery_id,
    )


def near(session: "Session", words: tuple[str, ...]) -> list[str]:
    """The aliases that share one of the rarest of these words, in no order."""
    if sum(map(len, words)) > LONGEST:
        return []
    counts = {word: _one(session, word) for word in dict.fromkeys(words)}
    found: dict[str, None] = {}
    led = 0
    for word in sorted((word for word in counts if counts[word]), key=lambda word: (counts[word], word)):
        led += counts[word]
        if found and led > BUDGET:
            break
        found |= dict.fromkeys(alias for (alias,) in rows(session, _WITH, {"word": word, "first": FIRST}))
    return [*found]


def _one(session: "Session", word: str) -> int:
    ((count,),) = rows(session, _COUNT, {"word": word, "first": FIRST})
    return int(count)
