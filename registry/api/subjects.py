"""`/v1/subjects`: find one, read it, read its records page by page."""

import msgspec
from litestar import Router, get
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery
from litestar.types import ASGIApp

from registry.actions import lookup as looking
from registry.actions import search as searching
from registry.actions.cursors import cursor_of, day_key, name_key
from registry.actions.eligibility import eligibility
from registry.actions.items import Item
from registry.actions.remedies import Basis
from registry.actions.search import Found
from registry.actions.window import Window
from registry.api.replies import tagged
from registry.vocabulary import SourceKind


class FoundPage(msgspec.Struct, frozen=True):
    """Subjects that fit; `cursor` asks for the next ones, null if these are all."""

    subjects: list[Found]
    demo: bool
    cursor: str | None


class ItemPage(msgspec.Struct, frozen=True):
    """Items in force; `cursor` asks for the next ones, null if these are all."""

    records: list[Item]
    bases: dict[str, Basis]
    kinds: msgspec.Raw
    demo: bool
    cursor: str | None


@get("/", opt={"asks": ("q", "limit", "cursor")}, sync_to_thread=False)
def find(
    window: NamedDependency[Window],
    q: FromQuery[str],
    limit: FromQuery[int] = searching.MOST,
    cursor: FromQuery[str | None] = None,
) -> ASGIApp:
    """Subjects by a full unified code, or by a name: its beginning, one like it, or a foreign one."""
    found = searching.search(window.session, q, on=window.today, limit=limit, after=name_key(cursor))
    return tagged(FoundPage(found.subjects, found.demo, cursor_of(found.after)))


@get("/{code:str}", sync_to_thread=False)
def subject(
    window: NamedDependency[Window],
    code: FromPath[str],
) -> ASGIApp:
    """A subject and what of it is in force today: all, or the newest 200 and `more`, where all are."""
    return tagged(looking.lookup(window.session, code, on=window.today, book=window.book))


@get("/{code:str}/records", opt={"asks": ("source", "cursor")}, sync_to_thread=False)
def records(
    window: NamedDependency[Window],
    code: FromPath[str],
    source: FromQuery[SourceKind | None] = None,
    cursor: FromQuery[str | None] = None,
) -> ASGIApp:
    """What is in force of a subject today, newest decision first, 50 at a time."""
    session, book, today = window
    page = looking.records(session, code, on=today, book=book, source=source, after=day_key(cursor))
    return tagged(ItemPage(page.items, page.bases, page.kinds, page.demo, cursor_of(page.after)))


@get("/{code:str}/records/{record_id:int}", sync_to_thread=False)
def record(
    window: NamedDependency[Window],
    code: FromPath[str],
    record_id: FromPath[int],
) -> ASGIApp:
    """One record of a subject, while it is in force."""
    return tagged(looking.record(window.session, code, record_id, on=window.today, book=window.book))


@get("/{code:str}/records/{record_id:int}/restoration", sync_to_thread=False)
def restoration(
    window: NamedDependency[Window],
    code: FromPath[str],
    record_id: FromPath[int],
) -> ASGIApp:
    """From when a record can be restored, and what it takes, while it is in force."""
    return tagged(eligibility(window.session, code, record_id, on=window.today, book=window.book))


subjects = Router("/subjects", route_handlers=[find, subject, records, record, restoration])
