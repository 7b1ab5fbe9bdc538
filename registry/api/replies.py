"""How a JSON answer leaves: encoded once, tagged by its content (ETag), revalidated each time it is used."""

from http import HTTPStatus
from typing import Any

import msgspec
from litestar import Response
from litestar.types import ASGIApp, Receive, Scope, Send
from xxhash import xxh3_128_hexdigest

from registry.errors import Refusal

_encode = msgspec.json.Encoder(decimal_format="string").encode
_HEADERS = [
    ("content-type", "application/json"),
    ("x-content-type-options", "nosniff"),
    # A withdrawal counts at once: a cache may keep an answer but must ask again before each use.
    ("cache-control", "public, no-cache"),
]
_PRIVATE = {"cache-control": "no-store", "x-content-type-options": "nosniff"}


def encoded(answer: Any) -> tuple[bytes, str]:
    """An answer as JSON, and its strong entity tag."""
    body = _encode(answer)
    return body, f'"{xxh3_128_hexdigest(body)}"'


def headers_of(tag: str, body: bytes | None = None) -> list[tuple[str, str]]:
    """The headers of an answer with this tag; without a body, of the 304 that stands for it."""
    length = [] if body is None else [("content-length", str(len(body)))]
    return [*_HEADERS, ("etag", tag), *length]


def tagged(answer: Any) -> ASGIApp:
    """A JSON reply with a strong ETag; 304 without a body if the client names that tag in If-None-Match.

    It is written to the connection as it stands, without the framework's own response objects.
    """
    body, tag = encoded(answer)

    async def reply(scope: Scope, _: Receive, send: Send) -> None:
        known = next((value for name, value in scope["headers"] if name == b"if-none-match"), None)
        fresh = known is None or not names(known.decode("latin-1"), tag)
        headers = [(name.encode(), value.encode()) for name, value in headers_of(tag, body if fresh else None)]
        await send({"type": "http.response.start", "status": 200 if fresh else 304, "headers": headers})
        await send({"type": "http.response.body", "body": body if fresh else b"", "more_body": False})

    return reply


def private(answer: Any) -> Response[bytes]:
    """A JSON reply to one of the office's people, which nothing on the way may keep."""
    return Response(_encode(answer), media_type="application/json", headers=_PRIVATE)


def private_page(page: bytes) -> Response[bytes]:
    """A page for one of the office's people, which runs nothing and fetches nothing."""
    policy = {"content-security-policy": "default-src 'none'; style-src 'unsafe-inline'"}
    return Response(page, media_type="text/html; charset=utf-8", headers=_PRIVATE | policy)


def names(if_none_match: str, tag: str) -> bool:
    """Whether an If-None-Match header (a list of tags, weak ones too, or `*`) names this tag (RFC 9110 13.1.2)."""
    named = {one.strip().removeprefix("W/") for one in if_none_match.split(",")}
    return "*" in named or tag in named


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
