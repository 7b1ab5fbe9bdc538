"""The index of names: every name that a subject ever bore, found by the bigrams of its normal form.

A name once known stays; whether a subject bears it, and may be shown, is asked of the subjects each time. The index
is written by triggers in the transaction that writes the names, so it is never rebuilt. SQLite keeps it as a
contentless FTS5 table, one word a bigram, which itself counts how many names have one. `registry.matching.candidates`
asks in the same way of names held in memory.
"""

from collections.abc import Callable
from typing import TYPE_CHECKING

import polars as pl

from registry.store.bulk import Insert, insert
from registry.store.reading import in_sqlite, rows

if TYPE_CHECKING:
    from sqlmodel import Session

LONGEST = 400  # characters of a name; a longer text is none
BUDGET = 600  # names that the bigrams of one question may lead to; the rarest bigram is always asked
FIRST = 1000  # but of one bigram no more than this
_FREQUENT = 5000  # a bigram of so many names is not counted again by the same session

_KNOW = insert("known_name", ("normal",), conflict="ON CONFLICT DO NOTHING")
_COUNTS = "SELECT j.value, c.doc FROM json_each(:grams) j CROSS JOIN name_gram_count c ON c.term = j.value"
# All bigrams are asked for at once, and the names come as one text, a line each: a row costs more than what
# it tells.
_NEAR = """
SELECT group_concat(k.normal, char(10))
FROM (SELECT rowid AS id FROM name_gram WHERE name_gram MATCH :words LIMIT :first) f
  CROSS JOIN known_name k ON k.id = f.id"""
_NEAR_POSTGRESQL = """
SELECT string_agg(f.normal, chr(10))
FROM (SELECT normal FROM known_name WHERE name_bigrams(normal) && CAST(:grams AS text[]) LIMIT :first) f"""
_WARM_POSTGRESQL = "SELECT count(n) FROM {table} n"  # of whole rows, so that no index answers in the table's place
_SOME = """
SELECT normal FROM known_name WHERE id % (SELECT 1 + max(id) / :some FROM known_name) = 0 ORDER BY normal LIMIT :some"""
_WARMED = 500


def keep(write: Callable[[Insert, pl.DataFrame], object], names: pl.Series) -> None:
    """Take names in normal form into the index, each once; `write` is a bulk transaction's `write` or `put`.

    They are laid down in order: those that begin alike mostly share a rare bigram, and so stand on a few pages.
    """
    write(_KNOW, names.drop_nulls().unique().sort().to_frame("normal"))


def warm(session: "Session") -> list[str]:
    """Read the names and subjects of a server's home once, so that they are in its memory; returns some of the names
    from all over, to ask for: only that brings what indexes tell of them. None in SQLite, which has no memory but the
    system's."""
    if in_sqlite(session):
        return []
    for table in ("known_name", "subject_name", "subject"):
        rows(session, _WARM_POSTGRESQL.format(table=table), {})
    return [name for (name,) in rows(session, _SOME, {"some": _WARMED})]


def near(session: "Session", normal: str) -> list[str]:
    """Every known name that shares one of the rarest bigrams of this one: in normal form, in order."""
    asked = _rarest(session, normal) if len(normal) <= LONGEST else []
    if not asked:
        return []
    words = " OR ".join('"' + gram.replace('"', '""') + '"' for gram in asked)
    sql = _NEAR if in_sqlite(session) else _NEAR_POSTGRESQL
    ((told,),) = rows(session, sql, {"grams": asked, "words": words, "first": FIRST})
    return sorted(told.split("\n")) if told else []


def _rarest(session: "Session", normal: str) -> list[str]:
    """The bigrams to ask for, rarest first."""
    grams = {normal[place : place + 2].lower() for place in range(len(normal) - 1)}
    frequent: dict[str, int] = session.info.setdefault("frequent_bigrams", {})
    counts = {gram: frequent[gram] for gram in grams if gram in frequent}
    for gram, names in rows(session, _COUNTS, {"grams": [*(grams - counts.keys())]}):
        counts[gram] = names
        if names >= _FREQUENT:
            frequent[gram] = names
    chosen: list[str] = []
    led = 0
    for gram in sorted(counts, key=lambda gram: (counts[gram], gram)):
        led += counts[gram]
        if chosen and led > BUDGET:
            break
        chosen.append(gram)
    return chosen
