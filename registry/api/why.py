"""`/v1/why/{item}`: the reason for any item, for the office's people behind a key."""

from typing import Any

from litestar import Request, Response, Router, get
from litestar.di import NamedDependency
from litestar.params import FromPath

from registry.actions.why import why
from registry.actions.window import Desk, Window
from registry.api.replies import private
from registry.api.review import key_of


@get("/{item:str}", sync_to_thread=True)
def explained(
    request: Request[Any, Any, Any],
    desk: NamedDependency[Desk],
    window: NamedDependency[Window],
    item: FromPath[str],
) -> Response[bytes]:
    """Why an item is what it is today: a record's number, a row as `DELIVERY:LINE`, or `case:NUMBER`."""
    with desk.database.brief_session() as session:
        return private(why(session, key_of(request), item, on=window.today, book=window.book))


reasons = Router("/why", route_handlers=[explained])
