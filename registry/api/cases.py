"""`/v1/cases`: listing, objection, revocation, bankruptcy, step by step, behind a key (`Authorization: Bearer …`)."""

from typing import Any

from litestar import Request, Response, Router, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery, JSONBody

from registry.actions import case_views, ruling
from registry.actions import cases as casework
from registry.actions.restoration_decision import restoration_decision
from registry.actions.window import Desk, Window
from registry.api.replies import private, private_page
from registry.api.review import key_of
from registry.cases import Step
from registry.documents.restoration_decision import page_of
from registry.errors import BadQuery
from registry.vocabulary import Procedure

Asked = Request[Any, Any, Any]


@get("/", opt={"asks": ("procedure", "code", "closed", "after", "limit")}, sync_to_thread=True)
def listed(
    *,
    request: Asked,
    desk: NamedDependency[Desk],
    window: NamedDependency[Window],
    procedure: FromQuery[Procedure | None] = None,
    code: FromQuery[str | None] = None,
    closed: FromQuery[bool] = False,
    after: FromQuery[int] = 0,
    limit: FromQuery[int] = 20,
) -> Response[bytes]:
    """Open cases, or closed ones too, in the order of their numbers; `after` is the number of the last one given."""
    with desk.database.brief_session() as session:
        found = case_views.listed(
            session, key_of(request), window.book, procedure=procedure, code=code, closed=closed, after=after,
            limit=min(limit, case_views.MOST), on=window.today,
        )  # fmt: skip
    return private({"items": found})


@get("/overdue", sync_to_thread=True)
def overdue(request: Asked, desk: NamedDependency[Desk], window: NamedDependency[Window]) -> Response[bytes]:
    """Cases in which the office should have acted before today, the longest overdue first."""
    with desk.database.brief_session() as session:
        return private({"items": case_views.overdue(session, key_of(request), window.book, on=window.today)})


@get("/versions", opt={"asks": ("after", "limit")}, sync_to_thread=True)
def versions(
    request: Asked, desk: NamedDependency[Desk], after: FromQuery[int] = 0, limit: FromQuery[int] = 20
) -> Response[bytes]:
    """Records that wait for an earlier version of them: `version_proposed` opens a case about one."""
    with desk.database.brief_session() as session:
        found = ruling.waiting(session, key_of(request), after=after, limit=min(limit, ruling.MOST))
    return private({"items": found})


@get("/{number:int}", sync_to_thread=True)
def show(
    request: Asked,
    desk: NamedDependency[Desk],
    window: NamedDependency[Window],
    number: FromPath[int],
) -> Response[bytes]:
    """One case with its steps, its clocks and what may follow."""
    with desk.database.brief_session() as session:
        return private(case_views.show(session, key_of(request), number, window.book, on=window.today))


@post("/", status_code=201, sync_to_thread=True)
def open_case(
    request: Asked, desk: NamedDependency[Desk], window: NamedDependency[Window], data: JSONBody[dict[str, Any]]
) -> Response[bytes]:
    """Open a case by its first step: `step` and what that step tells, e.g. `{"step": "objection_raised", …}`."""
    step = _step(data)
    with desk.database.brief_session() as session:
        done = casework.open_case(session, key_of(request), step, window.book, now=desk.now())
    return private(done)


@post("/{number:int}/steps", status_code=201, sync_to_thread=True)
def take(
    request: Asked,
    desk: NamedDependency[Desk],
    window: NamedDependency[Window],
    number: FromPath[int],
    data: JSONBody[dict[str, Any]],
) -> Response[bytes]:
    """Take the next step of a case: `step` and what that step tells."""
    step = _step(data)
    with desk.database.brief_session() as session:
        done = casework.take(session, key_of(request), number, step, window.book, now=desk.now())
    return private(done)


@get("/{number:int}/decision", sync_to_thread=True)
def decision(
    request: Asked,
    desk: NamedDependency[Desk],
    window: NamedDependency[Window],
    number: FromPath[int],
) -> Response[bytes]:
    """The decision on an application for restoration (信用修复决定书), granted or refused, as a page to print."""
    with desk.database.brief_session() as session:
        page = page_of(restoration_decision(session, key_of(request), number, window.book))
    return private_page(page)


def _step(data: dict[str, Any]) -> Step:
    kind = data.pop("step", None)
    if not isinstance(kind, str):
        raise BadQuery("请在 step 中写明步骤。", "name the step in `step`.")
    return casework.told(kind, data)


cases = Router("/cases", route_handlers=[listed, overdue, versions, show, open_case, take, decision])
