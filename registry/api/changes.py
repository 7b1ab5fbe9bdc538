"""`/v1/changes`: what those who keep copies must take up, replace or take down; and their word that they did."""

from typing import Any

import msgspec
from litestar import Request, Response, Router, get, post
from litestar.di import NamedDependency
from litestar.params import FromQuery, JSONBody
from litestar.types import ASGIApp

from registry.actions import change_feed
from registry.actions.change_feed import Changed
from registry.actions.cursors import cursor_of, place_of
from registry.actions.window import Desk, Window
from registry.api.replies import private, tagged
from registry.api.review import key_of


class ChangePage(msgspec.Struct, frozen=True):
    """Changes in order; ask again with `cursor`, now if there is `more`, else later."""

    changes: list[Changed]
    demo: bool
    cursor: str | None
    more: bool


class Acknowledging(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The cursor up to which everything has been acted on."""

    cursor: str


@get("/", opt={"asks": ("since", "limit")}, sync_to_thread=False)
def feed(
    window: NamedDependency[Window],
    since: FromQuery[str | None] = None,
    limit: FromQuery[int] = change_feed.PAGE,
) -> ASGIApp:
    """What changed since a cursor, oldest first; without one from the beginning."""
    after = place_of(since) if since else None
    told = change_feed.changes(window.session, after, limit=limit, on=window.today, book=window.book)
    return tagged(ChangePage(told.items, told.demo, cursor_of(told.place), told.more))


@post("/acknowledgements", status_code=200, sync_to_thread=True)
def acknowledge(
    request: Request[Any, Any, Any], desk: NamedDependency[Desk], data: JSONBody[Acknowledging]
) -> Response[bytes]:
    """Say, with a key, that everything up to a cursor has been acted on."""
    with desk.database.brief_session() as session:
        covered = change_feed.acknowledge(session, key_of(request), place_of(data.cursor), now=desk.now())
    return private({"acknowledged": covered})


changes = Router("/changes", route_handlers=[feed, acknowledge])
