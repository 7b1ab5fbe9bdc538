"""`/v1/deliveries`: a file is uploaded with a key, and waits in the inbox; at its address stands how far it has come.

The body is the file itself (`curl --upload-file`), written to the disk part by part as it comes.
"""

from datetime import date
from typing import Any

from litestar import Request, Response, Router, get, post
from litestar.concurrency import sync_to_thread
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery

from registry.actions.china_time import day_of
from registry.actions.inbox import Inbox
from registry.actions.people import acting
from registry.actions.upload_parts import Ticket
from registry.actions.window import Desk
from registry.api.replies import private
from registry.api.review import key_of
from registry.errors import BadQuery
from registry.store.faults import storage
from registry.vocabulary import Role, SourceKind


@post("/", status_code=202, opt={"asks": ("source", "file", "department", "received")}, request_max_body_size=None)
async def upload(
    request: Request[Any, Any, Any],
    desk: NamedDependency[Desk],
    *,
    source: FromQuery[SourceKind],
    file: FromQuery[str],
    department: FromQuery[str | None] = None,
    received: FromQuery[date | None] = None,
) -> Response[bytes]:
    """Take a file into the inbox: 202 with its address, once it is on the disk."""
    by = await sync_to_thread(_maker, desk, key_of(request))
    now = desk.now()
    ticket = Ticket(file, source, department, received or day_of(now), by, now, _size(request))
    with storage():
        arriving = Inbox(desk.database.folder).arriving(ticket)
        try:
            async for part in request.stream():
                arriving.write(part)
            number = await sync_to_thread(arriving.keep)
        except BaseException:
            arriving.drop()
            raise
    reply = private({"id": number, "status": f"/v1/deliveries/{number}"})
    reply.headers["location"] = f"/v1/deliveries/{number}"
    return reply


@get("/{number:str}", sync_to_thread=True)
def status(request: Request[Any, Any, Any], desk: NamedDependency[Desk], number: FromPath[str]) -> Response[bytes]:
    """How an upload stands: waiting, being read, taken with its receipts, or refused with the reason."""
    with desk.database.brief_session() as session:
        acting(session, key_of(request), Role.MAKER, Role.CHECKER, Role.AUDITOR)
    return private(Inbox(desk.database.folder).status(number))


def _maker(desk: Desk, key: str | None) -> int:
    with desk.database.brief_session() as session:
        return acting(session, key, Role.MAKER).person_id


def _size(request: Request[Any, Any, Any]) -> int:
    """How long the file is said to be; what comes is held against it, and half a file never taken for a whole."""
    said = request.headers.get("content-length", "")
    if not said.isdecimal() or not int(said):
        raise BadQuery("请在请求中给出文件及其长度（Content-Length）。", "send a file, with its Content-Length.")
    return int(said)


deliveries = Router("/deliveries", route_handlers=[upload, status])
