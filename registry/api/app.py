"""The application that answers over HTTP: one database and one rulebook per worker, wired here and nowhere else."""

import logging
from collections.abc import Callable, Sequence
from datetime import date, datetime
from typing import Any

from litestar import Litestar, Request, Response, Router
from litestar.config.app import AppConfig
from litestar.di import Provide
from litestar.exceptions import HTTPException
from litestar.types import ControllerRouterHandler
from sqlalchemy import text
from sqlmodel import Session

from registry import rulebook
from registry.actions.desk import Desk
from registry.actions.lookup import CHINA
from registry.api.questions import only_declared_parameters
from registry.api.replies import problem
from registry.api.subjects import subjects
from registry.errors import BadQuery, DatabaseNotReady, NotFound, Refusal, RuleNotWritten
from registry.store.database import open_database

STATUS: dict[type[Refusal], int] = {
    BadQuery: 400,
    NotFound: 404,
    RuleNotWritten: 422,
    DatabaseNotReady: 503,
    Refusal: 400,
}


def create_app(
    database_place: str,
    *,
    pages: Sequence[ControllerRouterHandler] = (),
    today: Callable[[], date] = lambda: datetime.now(CHINA).date(),
) -> Litestar:
    """The site over the database at this place: the JSON API under /v1, and whatever `pages` are handed in.

    Handlers ask for `session`, `book` and `today` by these names. Nothing can be written through this session.
    """
    database = open_database(database_place)
    session = Session(database.engine)
    session.connection().exec_driver_sql("PRAGMA query_only=ON")
    book = rulebook.load(None)
    v1 = Router("/v1", route_handlers=[subjects], guards=[only_declared_parameters])
    return Litestar(
        route_handlers=[v1, *pages],
        dependencies={"desk": Provide(lambda: Desk(session, book, today()), sync_to_thread=False)},
        openapi_config=None,
    )
