"""SQL as PostgreSQL has it: statements are written once, in SQLite's words; the few that are others are said here."""

import re
from functools import lru_cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from registry.store.bulk import Value

_WORDS = {
    "CROSS JOIN": "JOIN",  # there it keeps the order of joining, here nothing does
    "json_group_array(": "json_agg(",
    "json_array(": "json_build_array(",
    "json_object(": "json_build_object(",
    "AS BLOB)": "AS json)",
}
_word = re.compile("|".join(map(re.escape, _WORDS)))
_named = re.compile(r"(?<![:\w]):([a-z]\w*)")
_EACH = "(SELECT value, place - 1 AS key FROM unnest(CAST(:{0} AS {1}[])) WITH ORDINALITY u(value, place))"


@lru_cache(1024)
def spoken(sql: str) -> str:
    """A statement as PostgreSQL has it."""
    return _word.sub(lambda found: _WORDS[found[0]], sql)


@lru_cache(1024)
def placed(sql: str, numbers: tuple[str, ...], texts: tuple[str, ...]) -> str:
    """The same for psycopg, which marks the place of a value as `%(name)s` where SQLite has `:name`; with the names of
    lists of numbers and of texts, which are arrays here and JSON in SQLite."""
    for names, kind in ((numbers, "bigint"), (texts, "text")):
        for name in names:
            sql = sql.replace(f"json_each(:{name})", _EACH.format(name, kind))
    return _named.sub(r"%(\1)s", spoken(sql).replace("%", "%%"))


def numbered(sql: str) -> tuple[str, tuple[str, ...]]:
    """The same for the driver's lower layer, which marks places as `$1`, `$2` …; with the names of the values in that
    order."""
    names = tuple(dict.fromkeys(_named.findall(sql)))
    return _named.sub(lambda found: f"${names.index(found[1]) + 1}", spoken(sql)), names


def filled(sql: str, values: "tuple[Value, ...]") -> str:
    """A statement with its values in place of `?1`, `?2` …"""
    return re.sub(r"\?(\d+)", lambda place: _literal(values[int(place[1]) - 1]), spoken(sql))


def _literal(value: "Value") -> str:
    if isinstance(value, int):
        return str(value)
    return "E'" + value.replace("\\", "\\\\").replace("'", "''") + "'"
