"""`/v1/subjects`: find one, read it, read its records page by page."""

import msgspec
from litestar import Router, get
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery

from registry.actions import lookup as looking
from registry.actions import search as searching
from registry.actions.lookup import Item, SubjectView
from registry.actions.search import Found
from registry.api.questions import cursor_of, day_key, name_key
from registry.api.replies import Tagged
from registry.actions.desk import Desk
from registry.vocabulary import SourceKind


class FoundPage(msgspec.Struct, frozen=True):
    """Subjects that fit; `cursor` asks for the next ones, null if these are all."""

    subjects: list[Found]
    cursor: str | None


class ItemPage(msgspec.Struct, frozen=True):
    """Items in force; `cursor` asks for the next ones, null if these are all."""

    records: list[Item]
    cursor: str | None


@get("/", opt={"asks": ("q", "limit", "cursor")}, sync_to_thread=False, response_class=Tagged)
def find(
    desk: NamedDependency[Desk],
    q: FromQuery[str],
    limit: FromQuery[int] = searching.MOST,
    cursor: FromQuery[str | None] = None,
) -> FoundPage:
    """Subjects by a full unified code, or by the beginning (two Han characters or more) of a name."""
    found = searching.search(desk.session, q, on=desk.today, limit=limit, after=name_key(cursor))
    return FoundPage(found.subjects, cursor_of(found.after))


@get("/{code:str}", sync_to_thread=False, response_class=Tagged)
def subject(
    desk: NamedDependency[Desk],
    code: FromPath[str],
) -> SubjectView:
    """A subject and everything of it that is in force today."""
    return looking.lookup(desk.session, code, on=desk.today, book=desk.book)


@get("/{code:str}/records", opt={"asks": ("source", "cursor")}, sync_to_thread=False, response_class=Tagged)
def records(
    desk: NamedDependency[Desk],
    code: FromPath[str],
    source: FromQuery[SourceKind | None] = None,
    cursor: FromQuery[str | None] = None,
) -> ItemPage:
    """What is in force of a subject today, newest decision first, 50 at a time."""
    page = looking.records(desk.session, code, on=desk.today, book=desk.book, source=source, after=day_key(cursor))
    return ItemPage(page.items, cursor_of(page.after))


@get("/{code:str}/records/{record_id:int}", sync_to_thread=False, response_class=Tagged)
def record(
    desk: NamedDependency[Desk],
    code: FromPath[str],
    record_id: FromPath[int],
) -> Item:
    """One record of a subject, while it is in force."""
    return looking.record(desk.session, code, record_id, on=desk.today, book=desk.book)


subjects = Router("/subjects", route_handlers=[find, subject, records, record])
