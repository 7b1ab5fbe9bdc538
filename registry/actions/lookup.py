"""Looking up one subject: what is in force of it on the day asked, and nothing else.

Expired, withdrawn, held and never-existing all read the same: absent. Every item names its basis; the answer says of
each basis, once, how to object and how to have an item restored.
"""

from datetime import date, datetime
from functools import cache, lru_cache
from typing import TypeVar

import msgspec
from sqlmodel import Session

from registry import divisions
from registry.actions.china_time import CHINA
from registry.actions.items import KINDS, Item, Section, bases_of, counted, items_of, sections_of
from registry.actions.public_items import Term
from registry.actions.red_lists import barred, standing, without_barred
from registry.actions.remedies import Basis
from registry.errors import Moved, NotFound, Refusal
from registry.names import normal_form
from registry.rulebook import Rulebook
from registry.store import publications, subject_events, subject_lookups
from registry.store.publications import ItemRow
from registry.store.reading import is_demo
from registry.store.subject_lookups import SubjectRow, WithItems
from registry.vocabulary import SourceKind

T = TypeVar("T")
PAGE, MOST = 50, 200
NOTHING_ZH = "查询期内无相关信息"
NOTHING_EN = "No relevant information within the period of the query."
DEMO_ZH = "演示数据：虚构的主体与信息，不具有任何效力。"
DEMO_EN = "Demo data: invented subjects and records, of no effect whatever."
LIMITS_ZH = (
    "本页只列出今日依法处于公示期内的信息。“查询期内无相关信息”仅表示本登记范围内没有应当公示的信息，"
    "不是信用良好的评价，也不能证明从未受过处罚或从未被列入名单。"
)
LIMITS_EN = (
    "Only what the law has on display on this day is listed. An empty section says that this registry has nothing "
    "to show; it is no finding of good credit and no proof that there never was a penalty or a listing."
)


class FormerName(msgspec.Struct, frozen=True, gc=False):
    """A name once borne; `until` is exclusive."""

    name: str
    since: date | None
    until: date | None


class SubjectView(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """A subject as the public sees it on the day `on`; `data_as_of` is when that was last derived.

    `kinds` names the kinds of penalty in Chinese. Of more than `MOST` items the newest are told, and `more` is the
    address that gives them all, page by page.
    """

    code: str
    name: str
    category: str
    status: str | None
    county: Term | None
    kind: str | None
    provisional: bool
    former_names: list[FormerName]
    on: date
    data_as_of: datetime | None
    demo: bool
    bases: dict[str, Basis]
    kinds: msgspec.Raw
    sections: list[Section]
    more: str | None
    limits_zh: str = LIMITS_ZH
    limits_en: str = LIMITS_EN


class Page(msgspec.Struct, frozen=True, gc=False):
    """Some items of a subject, newest decision first; `after` is the key of the last one if there are more."""

    items: list[Item]
    bases: dict[str, Basis]
    kinds: msgspec.Raw
    demo: bool
    after: tuple[date, int] | None


class One(msgspec.Struct, frozen=True, gc=False):
    """One item, with its basis."""

    item: Item
    bases: dict[str, Basis]
    kinds: msgspec.Raw
    demo: bool


def lookup(session: Session, code: str, *, on: date, book: Rulebook) -> SubjectView:
    """The subject with this unified code and what is in force of it on the day `on`.

    Raises:
        NotFound: no organisation has this code, or it is provisional and nothing of it is in force.
        Moved: the code was replaced by another one.
    """
    found = subject_lookups.subject_with_items(session, compact_code(code), on=on, most=MOST)
    return _seen(session, code, found, on=on, book=book)


async def lookup_soon(session: Session, code: str, *, on: date, book: Rulebook) -> SubjectView:
    """The same, while others ask too: a server answers one while this process attends to another.

    Raises:
        psycopg.Error: the line to the server was lost.
    """
    found = await subject_lookups.subject_with_items_soon(session, compact_code(code), on=on, most=MOST)
    return _seen(session, code, found, on=on, book=book)


def _seen(session: Session, code: str, found: WithItems | None, *, on: date, book: Rulebook) -> SubjectView:
    if found is None:
        raise _absent(session, code)
    subject, rows = found
    counts = None
    if rows is None:
        rows = publications.page_in_force(session, subject.id, on=on, source=None, limit=MOST, after=None)
        counts = publications.counts_in_force(session, subject.id, on=on)
    return view(session, subject, rows, counts, on=on, book=book)


def view(
    session: Session,
    subject: SubjectRow,
    rows: list[ItemRow],
    counts: list[tuple[str, str | None, int]] | None,
    *,
    on: date,
    book: Rulebook,
) -> SubjectView:
    """A subject with what is in force of it on the day `on`: `rows`, which are all unless `counts` counts more.

    Raises:
        NotFound: it is provisional and nothing of it is in force.
    """
    if subject.provisional and not rows:
        raise nothing_public()
    listed = {row.list_code for row in rows} if counts is None else {code for _, code, _ in counts}
    rows = without_barred(rows, listed, on=on, book=book)
    sections = sections_of(rows, items_of(session, rows, book, on))
    if counts is not None:
        told = (count for count in counts if not barred(*count[:2], listed, on=on, book=book))
        sections = counted(sections, told)
    return SubjectView(
        code=subject.code,
        name=subject.name,
        category=subject.category,
        status=subject.status,
        county=county(subject.county_code),
        kind=subject.kind,
        provisional=subject.provisional,
        former_names=former_names(subject),
        on=on,
        data_as_of=in_china(subject.derived_at),
        demo=is_demo(session),
        bases=bases_of(rows, book),
        kinds=KINDS,
        sections=sections,
        more=f"/v1/subjects/{subject.code}/records" if counts is not None else None,
    )


def records(
    session: Session,
    code: str,
    *,
    on: date,
    book: Rulebook,
    source: SourceKind | None = None,
    limit: int = PAGE,
    after: tuple[date, int] | None = None,
) -> Page:
    """One page of what is in force of a subject, of every source or of one; `after` as an earlier page gave it.

    Raises:
        NotFound, Moved: as `lookup`.
    """
    subject = public_subject(session, code, on=on)
    if subject is None:
        raise _absent(session, code)
    rows = publications.page_in_force(session, subject.id, on=on, source=source, limit=limit + 1, after=after)
    last = rows[limit - 1] if len(rows) > limit else None
    following = (last.ordered_on, last.record_id) if last else None
    told = _unbarred(session, subject.id, rows[:limit], on=on, book=book)
    return Page(items_of(session, told, book, on), bases_of(told, book), KINDS, is_demo(session), following)


def record(session: Session, code: str, record_id: int, *, on: date, book: Rulebook) -> One:
    """One record in force of a subject.

    Raises:
        NotFound: it expired, was withdrawn, is held, or never was; all the same.
        Moved: the code was replaced by another one.
    """
    subject = public_subject(session, code, on=on)
    if subject is None:
        raise _absent(session, code)
    found = publications.one_in_force(session, subject.id, record_id, on=on)
    row = _required(next(iter(_unbarred(session, subject.id, [found] if found else [], on=on, book=book)), None))
    return One(items_of(session, [row], book, on)[0], bases_of([row], book), KINDS, is_demo(session))


def public_subject(session: Session, code: str, *, on: date) -> SubjectRow | None:
    """The organisation with this code, unless it is provisional and nothing of it is in force on the day `on`."""
    subject = subject_lookups.subject_by_code(session, compact_code(code))
    if subject and subject.provisional and not publications.any_in_force(session, subject.id, on=on):
        return None
    return subject


def present_subject(session: Session, code: str, *, on: date) -> SubjectRow | None:
    """The same; of a code that was replaced, the one with the code of today."""
    asked = compact_code(code)
    return public_subject(session, subject_events.successors(session, [asked]).get(asked, asked), on=on)


def data_as_of(session: Session) -> datetime | None:
    """When what is public was last derived, in Chinese time; None in an empty registry."""
    return in_china(subject_lookups.derived_at(session))


@lru_cache(64)
def in_china(instant: datetime | None) -> datetime | None:
    """An instant in Chinese time."""
    return instant.astimezone(CHINA) if instant else None


def compact_code(text: str) -> str:
    """A code as typed → as written in the standard: half width, no blanks or hyphens, upper case."""
    if text.isascii() and text.isalnum():
        return text.upper()
    return normal_form(text).replace("-", "").replace("_", "")


def county(code: str | None) -> Term | None:
    """A county's code with the name the standard of divisions gives it."""
    return None if code is None else Term(code, _division_names().get(code, code))


def nothing_public() -> NotFound:
    """The one refusal for whatever is not public, whyever it is not."""
    return NotFound(
        "没有查到可以公示的信息。请核对统一社会信用代码。",
        "Nothing is public under this identifier. Check the unified social credit code.",
    )


def _absent(session: Session, code: str) -> Refusal:
    """Why there is no subject under a code: it has another one now, or nothing is public."""
    successors = subject_events.successors(session, [compact_code(code)])
    return Moved(successors[compact_code(code)]) if successors else nothing_public()


def _required(found: T | None) -> T:
    if found is None:
        raise nothing_public()
    return found


def former_names(subject: SubjectRow) -> list[FormerName]:
    """The names a subject once bore that may be told; of a provisional one none."""
    if subject.provisional:
        return []
    return [FormerName(*name) for name in subject.other_names]


def _unbarred(session: Session, subject_id: int, rows: list[ItemRow], *, on: date, book: Rulebook) -> list[ItemRow]:
    """Some of the items in force of a subject, without those that its other items bar."""
    if not any(row.source == SourceKind.HONOURS and standing(row.list_code, on=on, book=book) for row in rows):
        return rows
    listed = {code for _, code, _ in publications.counts_in_force(session, subject_id, on=on)}
    return without_barred(rows, listed, on=on, book=book)


@cache
def _division_names() -> dict[str, str]:
    return dict(divisions.table().select("code", "name").iter_rows())
