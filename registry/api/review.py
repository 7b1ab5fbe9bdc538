"""`/v1/review`: what waits for people and their answers, behind a key (`Authorization: Bearer …`)."""

from typing import Any

import msgspec
from litestar import Request, Response, Router, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery, JSONBody

from registry.actions import review as reviewing
from registry.actions import review_queue
from registry.actions.window import Desk
from registry.api.replies import private
from registry.vocabulary import Answer


class Answering(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """An answer: about the subject with a unified code, or another record without a code; default the subject that
    the record is linked to."""

    answer: Answer
    reason: str
    subject: str | None = None
    record: int | None = None


class Undoing(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Why an answer is taken back."""

    reason: str


@get("/", opt={"asks": ("limit",)}, sync_to_thread=True)
def queue(request: Request[Any, Any, Any], desk: NamedDependency[Desk], limit: FromQuery[int] = 20) -> Response[bytes]:
    """What waits, the most waited on first."""
    with desk.database.brief_session() as session:
        return private({"items": review_queue.queue(session, key_of(request), limit=limit)})


@get("/{record:int}", sync_to_thread=True)
def item(request: Request[Any, Any, Any], desk: NamedDependency[Desk], record: FromPath[int]) -> Response[bytes]:
    """One item, by any of its records, with all of them."""
    with desk.database.brief_session() as session:
        return private(review_queue.show(session, key_of(request), record))


@post("/{record:int}", status_code=200, sync_to_thread=True)
def answer(
    request: Request[Any, Any, Any], desk: NamedDependency[Desk], record: FromPath[int], data: JSONBody[Answering]
) -> Response[bytes]:
    """Answer for all records of an item."""
    with desk.database.brief_session() as session:
        done = reviewing.judge(
            session,
            key_of(request),
            record,
            data.answer,
            subject=data.subject,
            other=data.record,
            reason=data.reason,
            now=desk.now(),
        )
    return private(done)


@post("/events/{event:int}/undo", status_code=200, sync_to_thread=True)
def undo(
    request: Request[Any, Any, Any], desk: NamedDependency[Desk], event: FromPath[int], data: JSONBody[Undoing]
) -> Response[bytes]:
    """Take an answer back."""
    with desk.database.brief_session() as session:
        done = reviewing.undo(session, key_of(request), event, reason=data.reason, now=desk.now())
    return private({"event": done})


def key_of(request: Request[Any, Any, Any]) -> str | None:
    """The key that a request bears; the scheme's name in any case (RFC 9110 11.1)."""
    scheme, _, key = request.headers.get("authorization", "").partition(" ")
    return key.strip() if scheme.lower() == "bearer" else None


review = Router("/review", route_handlers=[queue, item, answer, undo])
