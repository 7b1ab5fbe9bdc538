"""The application that answers over HTTP: one database and one rulebook per worker, wired here and nowhere else."""

import re
from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime
from http import HTTPStatus
from typing import Any

from litestar import Litestar, Request, Response, Router
from litestar.datastructures import State
from litestar.di import Provide
from litestar.exceptions import HTTPException, NotFoundException, ValidationException
from litestar.types import ControllerRouterHandler
from sqlmodel import Session

from registry.actions.china_time import CHINA
from registry.actions.lookup import nothing_public
from registry.actions.window import Desk, Window
from registry.api.cases import cases
from registry.api.changes import changes
from registry.api.deliveries import deliveries
from registry.api.faults import note
from registry.api.health import healthz, readyz
from registry.api.metrics import metrics
from registry.api.past import past
from registry.api.questions import only_declared_parameters
from registry.api.reconcile import reconcile
from registry.api.replies import problem
from registry.api.review import review
from registry.api.rules import rules
from registry.api.subjects import subjects
from registry.api.why import reasons
from registry.errors import (
    BadQuery,
    CaseRefused,
    ClockBehind,
    DatabaseNotReady,
    FileTooLarge,
    FourEyes,
    JudgementRefused,
    KeyRefused,
    LawUnsettled,
    Moved,
    NotFound,
    NotPermitted,
    Refusal,
    RegistryBusy,
    RuleNotWritten,
    StorageRefused,
    UnknownUpload,
)
from registry.rulebook import Rulebook, load
from registry.store.database import Database, open_database
from registry.store.reading import hold, let_go

STATUS: dict[type[Refusal], int] = {
    BadQuery: 400,
    NotFound: 404,
    UnknownUpload: 404,
    FileTooLarge: 413,
    StorageRefused: 507,
    KeyRefused: 401,
    NotPermitted: 403,
    FourEyes: 409,
    JudgementRefused: 409,
    CaseRefused: 409,
    LawUnsettled: 409,
    ClockBehind: 503,
    RegistryBusy: 503,
    RuleNotWritten: 404,
    DatabaseNotReady: 503,
    Refusal: 400,
}


def status_of(refusal: Refusal) -> int:
    """The HTTP status of a refusal: that of its class or the nearest one above it."""
    return next(STATUS[kind] for kind in type(refusal).__mro__ if kind in STATUS)


def create_app(
    database_place: str,
    *,
    pages: Sequence[ControllerRouterHandler] = (),
    law: Callable[[Database], Rulebook] = lambda _: load(),
    today: Callable[[], date] = lambda: datetime.now(CHINA).date(),
    now: Callable[[], datetime] = lambda: datetime.now(UTC),
) -> Litestar:
    """The site over the database at this place: the JSON API under /v1, and whatever `pages` are handed in.

    Handlers ask for `window`, those for the office's people for `desk`. `law` reads the rules of that registry; `today`
    is the day each request is answered for: the calendar day in China.

    Raises:
        DatabaseNotReady: there is no database at this place.
    """
    database = open_database(database_place)
    session = Session(database.engine)
    hold(session)
    book = law(database)

    def close() -> None:
        let_go(session)
        database.close()

    def window() -> Window:
        return Window(session, book, today())

    return Litestar(
        route_handlers=[
            Router(
                "/v1",
                route_handlers=[subjects, rules, changes, reconcile, review, past, cases, reasons, deliveries],
                before_request=only_declared_parameters,
            ),
            healthz,
            readyz,
            metrics,
            *pages,
        ],
        dependencies={
            "window": Provide(window, sync_to_thread=False),
            "desk": Provide(lambda: Desk(database, now), sync_to_thread=False),
        },
        exception_handlers={Moved: _moved, Refusal: _refused, HTTPException: _misasked, Exception: _failed},
        on_shutdown=[close],
        state=State({"demo": window().demo, "window": window}),
        openapi_config=None,
        logging_config=None,  # of a request no more is logged than `registry.api.faults` does
    )


def _refused(_: Request[Any, Any, Any], refusal: Refusal) -> Response[bytes]:
    return problem(refusal, status_of(refusal))


def _moved(request: Request[Any, Any, Any], moved: Moved) -> Response[bytes]:
    """To the same address under the code of now."""
    path = re.sub("(/subjects/)[^/]+", rf"\g<1>{moved.to}", request.url.path)
    query = f"?{request.url.query}" if request.url.query else ""
    reply = problem(moved, HTTPStatus.PERMANENT_REDIRECT)
    reply.headers["location"] = path + query
    return reply


def _misasked(_: Request[Any, Any, Any], error: HTTPException) -> Response[bytes]:
    """What the framework itself declines: an unknown address, a parameter of another type, a method not offered."""
    if isinstance(error, NotFoundException):
        return problem(nothing_public(), 404)
    if isinstance(error, ValidationException):
        return problem(BadQuery("参数缺失或格式有误。", "A parameter is missing or malformed."), 400)
    phrase = HTTPStatus(error.status_code).phrase
    return problem(Refusal("不支持的请求。", f"{phrase}."), error.status_code)


def _failed(request: Request[Any, Any, Any], error: Exception) -> Response[bytes]:
    note(error, request.scope.get("path_template", ""))
    return problem(Refusal("系统内部错误，已记录。", "An internal fault; it has been logged."), 500)
