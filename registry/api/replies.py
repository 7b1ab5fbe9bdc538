"""How a JSON answer leaves: encoded once, tagged by its content (ETag), revalidated each time it is used."""

from hashlib import sha256
from http import HTTPStatus
from typing import Any

import msgspec
from litestar import Response
from litestar.types import ASGIApp, Receive, Scope, Send

from registry.errors import Refusal

_encode = msgspec.json.Encoder(decimal_format="string").encode
# A withdrawal counts at once: a cache may keep an answer but must ask again before each use.
CACHE = (b"cache-control", b"public, no-cache")
JSON = (b"content-type", b"application/json")
NO_SNIFF = (b"x-content-type-options", b"nosniff")


def tagged(answer: Any) -> ASGIApp:
    """A JSON reply with a strong ETag; 304 without a body if the client names that tag in If-None-Match.

    It is written to the connection as it stands: the framework's own response objects would cost more than the
    SQL of a lookup.
    """
    body = _encode(answer)
    tag = b'"%s"' % sha256(body).hexdigest()[:24].encode()
    headers = [JSON, NO_SNIFF, CACHE, (b"etag", tag)]

    async def reply(scope: Scope, _: Receive, send: Send) -> None:
        known = next((value for name, value in scope["headers"] if name == b"if-none-match"), None)
        fresh = known is None or not names(known, tag)
        sized = [*headers, (b"content-length", b"%d" % len(body))] if fresh else headers
        await send({"type": "http.response.start", "status": 200 if fresh else 304, "headers": sized})
        await send({"type": "http.response.body", "body": body if fresh else b"", "more_body": False})

    return reply


def private(answer: Any) -> Response[bytes]:
    """A JSON reply to one of the office's people, which nothing on the way may keep."""
    headers = {"cache-control": "no-store", "x-content-type-options": "nosniff"}
    return Response(_encode(answer), media_type="application/json", headers=headers)


def names(if_none_match: bytes, tag: bytes) -> bool:
    """Whether an If-None-Match header (a list of tags, weak ones too, or `*`) names this tag (RFC 9110 13.1.2)."""
    named = {one.strip().removeprefix(b"W/") for one in if_none_match.split(b",")}
    return b"*" in named or tag in named


class Problem(msgspec.Struct, frozen=True):
    """A refusal as RFC 9457 tells it; `code` is stable, `detail` is Chinese and `detail_en` English."""

    type: str
    title: str
    status: int
    detail: str
    detail_en: str
    code: str


def problem(refusal: Refusal, status: int) -> Response[bytes]:
    """The reply to a refusal. It depends on its kind and sentence alone: nothing that was asked is repeated."""
    told = Problem(
        type=f"urn:chengxin:problem:{refusal.code}",
        title=refusal.code.replace("-", " "),
        status=status,
        detail=refusal.zh,
        detail_en=refusal.en,
        code=refusal.code,
    )
    return Response(
        _encode(told),
        status_code=status,
        media_type="application/problem+json",
        headers={"cache-control": "no-cache", "x-content-type-options": "nosniff"}
        | ({"www-authenticate": "Bearer"} if status == HTTPStatus.UNAUTHORIZED else {}),
    )
