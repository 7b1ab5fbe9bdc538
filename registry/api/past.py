"""`/v1/past`: what was public on a past day, for the office's people, behind a key and with a stated purpose."""

from datetime import date
from typing import Any

import msgspec
from litestar import Request, Response, Router, post
from litestar.di import NamedDependency
from litestar.params import JSONBody

from registry.actions.past import lookup_on
from registry.actions.window import Desk, Window
from registry.api.replies import private
from registry.api.review import key_of


class Asking(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A subject by its unified code, a day, and what for."""

    code: str
    on: date
    purpose: str


@post("/", status_code=200, sync_to_thread=True)
def ask(
    request: Request[Any, Any, Any],
    desk: NamedDependency[Desk],
    window: NamedDependency[Window],
    data: JSONBody[Asking],
) -> Response[bytes]:
    """A subject as the public saw it on that day; the asking is recorded in the ledger."""
    return private(
        lookup_on(
            desk.database.brief_session,
            key_of(request),
            data.code,
            on=data.on,
            purpose=data.purpose,
            book=window.book,
            today=window.today,
            now=desk.now(),
        )
    )


past = Router("/past", route_handlers=[ask])
