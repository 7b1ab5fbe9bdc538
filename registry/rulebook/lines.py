"""Where in a rule file a value stands: the line of a path such as `$.versions[1].standard.kinds[2]`."""

import re

_HEADER = re.compile(r"\s*(\[\[?)\s*([\w.\-]+)\s*\]\]?\s*(?:#.*)?$")
_KEY = re.compile(r"\s*([\w\-]+)\s*=")
_PATH = re.compile(r"at `\$\.?([^`]*)`")
_UNKNOWN = re.compile(r"unknown field `([^`]*)`")
_SYNTAX = re.compile(r"at line (\d+)")


def line_of(text: str, message: str) -> int:
    """The line that a message of the decoder is about; the first if it names no place.

    Of a field that is missing it is the line of the table that lacks it; inside an array or an inline table, the line
    on which the field begins.
    """
    if syntax := _SYNTAX.search(message):
        return int(syntax[1])
    path, field = _PATH.search(message), _UNKNOWN.search(message)
    wanted = [step for step in re.split(r"[.\[\]]+", path[1] if path else "") if step]
    wanted += [field[1]] if field else []
    places = _places(text)
    while wanted and tuple(wanted) not in places:
        wanted.pop()
    return places.get(tuple(wanted), 1)


def _places(text: str) -> dict[tuple[str, ...], int]:
    """The line of every table and every key, by its path; the tables of an array are numbered from 0."""
    places: dict[tuple[str, ...], int] = {}
    numbered: dict[tuple[str, ...], int] = {}
    table: tuple[str, ...] = ()
    for number, line in enumerate(text.splitlines(), start=1):
        if header := _HEADER.match(line):
            table = ()
            *parents, last = header[2].split(".")
            for step in parents:
                table = _newest((*table, step), numbered)
            table = (*table, last)
            if header[1] == "[[":
                numbered[table] = numbered.get(table, -1) + 1
            table = _newest(table, numbered)
            places[table] = number
        elif key := _KEY.match(line):
            places.setdefault((*table, key[1]), number)
    return places


def _newest(table: tuple[str, ...], numbered: dict[tuple[str, ...], int]) -> tuple[str, ...]:
    return (*table, str(numbered[table])) if table in numbered else table
