"""The question that nearly everyone asks, `GET /v1/subjects/{code}`, answered before the framework sees it.

To find the way to a handler costs the framework more than the whole lookup. Only what is found leaves from here:
whatever else there is to say of such an address, the handler behind the framework says, in the same words as ever.
"""

import re
from collections.abc import Callable

from litestar.enums import ScopeType
from litestar.types import ASGIApp, HTTPScope, Receive, Scope, Send

from registry.actions.lookup import lookup
from registry.actions.window import Window
from registry.api.replies import tagged

_address = re.compile(r"/v1/subjects/([0-9A-Z]{18})").fullmatch


def hot_path(site: ASGIApp, window: Callable[[], Window]) -> ASGIApp:
    """The site with a short way to a subject by its code exactly as the standard writes it."""

    async def door(scope: Scope, receive: Receive, send: Send) -> None:
        answer = _subject(scope, window) if scope["type"] == ScopeType.HTTP else None
        await (answer or site)(scope, receive, send)

    return door


def _subject(scope: HTTPScope, window: Callable[[], Window]) -> ASGIApp | None:
    """The reply; None for another question, for nothing public, for a fault that the long way will meet and tell."""
    found = _address(scope["path"])
    if found is None or scope["method"] != "GET" or scope["query_string"]:
        return None
    session, book, today = window()
    try:
        return tagged(lookup(session, found[1], on=today, book=book))
    except Exception:  # noqa: BLE001
        return None
