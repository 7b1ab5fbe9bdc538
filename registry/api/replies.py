"""How a JSON answer leaves: encoded once, tagged by its content (ETag), revalidated each time it is used."""

from hashlib import blake2b
from typing import Any, TypeVar

import msgspec
from litestar import Request, Response
from litestar.response.base import ASGIResponse

from registry.errors import Refusal

T = TypeVar("T")
_encode = msgspec.json.Encoder(decimal_format="string").encode
# A withdrawal counts at once: a cache may keep an answer but must ask again before each use.
CACHE = (b"cache-control", b"public, no-cache")
NO_SNIFF = (b"x-content-type-options", b"nosniff")


class Tagged(Response[T]):
    """A JSON reply with a strong ETag; 304 without a body if the client names that tag in If-None-Match."""

    def to_asgi_response(self, request: Request[Any, Any, Any], **_: Any) -> ASGIResponse:  # type: ignore[override]
        body = _encode(self.content)
        tag = f'"{blake2b(body, digest_size=12).hexdigest()}"'
        headers = [(b"etag", tag.encode()), CACHE, NO_SNIFF]
        known = request.headers.get("if-none-match")
        if known is not None and matches(known, tag):
            return ASGIResponse(status_code=304, encoded_headers=headers)
        return ASGIResponse(body=body, media_type="application/json", encoded_headers=headers)


def matches(if_none_match: str, tag: str) -> bool:
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
        headers={"cache-control": "no-cache", "x-content-type-options": "nosniff"},
    )
