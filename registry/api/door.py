"""How the site stands behind granian: by its own interface, RSGI, which costs a third of what ASGI does.

The question that nearly everyone asks, `GET /v1/subjects/{code}`, is answered here, before the framework sees it: to
find the way to a handler costs the framework more than the whole lookup. Only what is found leaves from here. Whatever
else there is to say of such an address, and every other question, goes the long way, through the framework as ASGI.
"""

import os
import re
from asyncio import AbstractEventLoop, Event, Task
from collections.abc import Callable
from typing import cast

from granian._granian import RSGIHTTPProtocol as HTTPProtocol
from granian.rsgi import Scope
from litestar import Litestar
from litestar.types import HTTPScope, Message, ReceiveMessage

from registry.actions.lookup import lookup_soon
from registry.actions.window import Window
from registry.api.replies import encoded, headers_of, names

_address = re.compile(r"/v1/subjects/([0-9A-Z]{18})").fullmatch


class Door:
    """The site as granian runs it; `window` is opened anew for each question."""

    def __init__(self, site: Litestar, window: Callable[[], Window]) -> None:
        self.site, self.window = site, window
        self.begun, self.told_to_end = Event(), Event()

    def __rsgi_init__(self, loop: AbstractEventLoop) -> None:
        self.life: Task[None] = loop.create_task(self._live())
        loop.run_until_complete(self.begun.wait())

    def __rsgi_del__(self, loop: AbstractEventLoop) -> None:
        self.told_to_end.set()
        loop.run_until_complete(self.life)
        os._exit(0)  # the server's threads outlive it, and abort in an interpreter that is being taken down

    async def _live(self) -> None:
        """The site's life in one task: what the framework opens in a task it must close in the same."""
        async with self.site.lifespan():
            self.begun.set()
            await self.told_to_end.wait()

    async def __rsgi__(self, scope: Scope, protocol: HTTPProtocol) -> None:
        code = _address(scope.path)
        if code is None or scope.method != "GET" or scope.query_string:
            return await _through(self.site, scope, protocol)
        session, book, today = self.window()
        try:
            body, tag = encoded(await lookup_soon(session, code[1], on=today, book=book))
        except Exception:  # noqa: BLE001  nothing public, or a fault that the long way will meet and tell
            return await _through(self.site, scope, protocol)
        known = scope.headers.get("if-none-match")
        if known is not None and names(known, tag):
            return protocol.response_empty(304, headers_of(tag))
        return protocol.response_bytes(200, headers_of(tag, body), body)


async def _through(site: Litestar, scope: Scope, protocol: HTTPProtocol) -> None:
    """One request through the site by ASGI: its body read as it is asked for, its reply sent as it is made."""
    body = protocol.__aiter__()
    read_whole, begun, answered = False, None, Event()
    status, headers = 500, list[tuple[str, str]]()

    async def receive() -> ReceiveMessage:
        nonlocal read_whole
        if read_whole:
            await answered.wait()  # not on granian's own word that the client has gone: that wait cannot be cancelled
            return {"type": "http.disconnect"}
        part = await anext(body, b"")  # once begun, only the next part can be asked for
        read_whole = not part
        return {"type": "http.request", "body": part, "more_body": not read_whole}

    async def send(message: Message) -> None:
        nonlocal begun, status, headers
        if message["type"] == "http.response.start":
            status = message["status"]
            headers = [(name.decode("latin-1"), value.decode("latin-1")) for name, value in message["headers"]]
        elif message["type"] == "http.response.body":
            if begun is None and not message["more_body"]:
                protocol.response_bytes(status, headers, message["body"])
            else:
                begun = begun or protocol.response_stream(status, headers)
                await begun.send_bytes(message["body"])
            if not message["more_body"]:
                answered.set()

    await site(_asgi(scope), receive, send)


def _asgi(scope: Scope) -> HTTPScope:
    client, _, port = scope.client.rpartition(":")
    host, _, own_port = scope.server.rpartition(":")
    told = {
        "type": "http",
        "asgi": {"version": "3.0", "spec_version": "2.3"},
        "http_version": scope.http_version,
        "method": scope.method,
        "scheme": scope.scheme,
        "path": scope.path,
        "raw_path": scope.path.encode(),
        "query_string": scope.query_string.encode("latin-1"),
        "root_path": "",
        "headers": [(name.encode("latin-1"), value.encode("latin-1")) for name, value in scope.headers.items()],
        "client": (client, int(port)) if port.isdigit() else None,
        "server": (host, int(own_port)) if own_port.isdigit() else None,
        "state": {},
        "extensions": {},
    }
    return cast("HTTPScope", told)
