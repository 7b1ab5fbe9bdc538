"""Where a page of an answer ended, as an opaque text that asks for the next one."""

import base64
from datetime import date
from typing import Any

import msgspec

from registry.errors import BadQuery

NameKey = tuple[str, int]
DayKey = tuple[date, int]
PlaceKey = tuple[int, int]


def cursor_of(key: NameKey | DayKey | PlaceKey | None) -> str | None:
    """The key of the last item given, as an opaque text."""
    return None if key is None else base64.urlsafe_b64encode(msgspec.json.encode(key)).decode().rstrip("=")


def name_key(cursor: str | None) -> NameKey | None:
    """The key in a cursor of a search.

    Raises:
        BadQuery: it is no cursor of a search.
    """
    return None if cursor is None else _key(cursor, NameKey)


def day_key(cursor: str | None) -> DayKey | None:
    """The key in a cursor of records.

    Raises:
        BadQuery: it is no cursor of records.
    """
    return None if cursor is None else _key(cursor, DayKey)


def place_of(cursor: str) -> PlaceKey:
    """The key in a cursor of changes.

    Raises:
        BadQuery: it is no cursor of changes.
    """
    place: PlaceKey = _key(cursor, PlaceKey)
    return place


def _key(cursor: str, kind: Any) -> Any:
    try:
        return msgspec.json.decode(base64.b64decode(cursor + "=" * (-len(cursor) % 4), b"-_", validate=True), type=kind)
    except ValueError as error:
        raise BadQuery("cursor 无效，请使用上一页给出的值。", "Not a cursor that an earlier page gave.") from error
