"""Looking up one subject: what is in force of it on the day asked, and nothing else.

Expired, withdrawn, held and never-existing all read the same: absent. Every item names its basis, how to object
and how to have it restored.
"""

from datetime import date, datetime, timedelta, timezone
from functools import cache
from typing import NamedTuple, TypeVar

import msgspec
from sqlmodel import Session

from registry import divisions
from registry.actions.public_items import Content, ListEntry, Term, content_of
from registry.errors import NotFound
from registry.names import normal_form
from registry.rulebook import Rulebook, explain, restorable_from
from registry.store import publications, subject_lookups
from registry.store.publications import ItemRow
from registry.store.reading import day
from registry.store.subject_lookups import SubjectRow
from registry.vocabulary import SourceKind

T = TypeVar("T")
CHINA = timezone(timedelta(hours=8), "Asia/Shanghai")
PAGE = 50
NOTHING_ZH = "查询期内无相关信息"
NOTHING_EN = "No relevant information within the period of the query."
LIMITS_ZH = (
    "本页只列出今日依法处于公示期内的信息。“查询期内无相关信息”仅表示本登记范围内没有应当公示的信息，"
    "不是信用良好的评价，也不能证明从未受过处罚或从未被列入名单。"
)
LIMITS_EN = (
    "Only what the law has on display on this day is listed. An empty section says that this registry has nothing "
    "to show; it is no finding of good credit and no proof that there never was a penalty or a listing."
)


class SectionKind(NamedTuple):
    """A section of the public report."""

    key: str
    zh: str
    en: str


SECTIONS = (
    SectionKind("permits", "行政许可", "Administrative permits"),
    SectionKind("penalties", "行政处罚", "Administrative penalties"),
    SectionKind("honours", "守信荣誉", "Honours for keeping faith"),
    SectionKind("serious-lists", "严重失信主体名单", "Lists of seriously untrustworthy subjects"),
    SectionKind("abnormal-operation", "经营异常名录", "Register of abnormal operations"),
    SectionKind("commitments", "信用承诺", "Credit commitments"),
)


class Basis(msgspec.Struct, frozen=True, kw_only=True):
    """Why an item is shown for as long as it is: the rule, its version and the article it rests on."""

    rule: str
    title: str
    version: date
    part: str
    instrument: str
    article: str
    source: str
    confidence: str


class Item(msgspec.Struct, frozen=True, kw_only=True):
    """One record in force. `shown_until` is exclusive, null = no end; `restorable_from` null = not restorable early."""

    id: str
    source: str
    title: str | None
    document: str | None
    authority: str | None
    delivered_by: str | None
    decided_on: date | None
    shown_from: date
    shown_until: date | None
    content: Content
    basis: Basis
    how_to_object: str
    how_to_restore: str | None
    restorable_from: date | None


class Section(msgspec.Struct, frozen=True):
    """A section of the public report, newest decision first."""

    key: str
    zh: str
    en: str
    count: int
    items: list[Item]


class FormerName(msgspec.Struct, frozen=True):
    """A name once borne; `until` is exclusive."""

    name: str
    since: date | None
    until: date | None


class SubjectView(msgspec.Struct, frozen=True, kw_only=True):
    """A subject as the public sees it on the day `on`; `data_as_of` is when that was last derived."""

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
    sections: list[Section]
    limits_zh: str = LIMITS_ZH
    limits_en: str = LIMITS_EN


class Page(msgspec.Struct, frozen=True):
    """Some items of a subject, newest decision first; `after` is the key of the last one if there are more."""

    items: list[Item]
    after: tuple[date, int] | None


def lookup(session: Session, code: str, *, on: date, book: Rulebook) -> SubjectView:
    """The subject with this unified code and all that is in force of it on the day `on`.

    Raises:
        NotFound: no organisation has this code, or it is provisional and nothing of it is in force.
    """
    subject = _required(public_subject(session, code, on=on))
    rows = publications.in_force(session, subject.id, on=on)
    derived_at = subject_lookups.derived_at(session)
    return SubjectView(
        code=subject.code,
        name=subject.name,
        category=subject.category,
        status=subject.status,
        county=county(subject.county_code),
        kind=subject.kind,
        provisional=subject.provisional,
        former_names=_former_names(subject),
        on=on,
        data_as_of=derived_at.astimezone(CHINA) if derived_at else None,
        sections=_sections(_items(session, rows, book)),
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
        NotFound: as `lookup`.
    """
    subject = _required(public_subject(session, code, on=on))
    rows = publications.page_in_force(session, subject.id, on=on, source=source, limit=limit + 1, after=after)
    last = rows[limit - 1] if len(rows) > limit else None
    following = (date.fromisoformat(last.decided_on or last.shown_from), last.record_id) if last else None
    return Page(_items(session, rows[:limit], book), following)


def record(session: Session, code: str, record_id: int, *, on: date, book: Rulebook) -> Item:
    """One record in force of a subject.

    Raises:
        NotFound: it expired, was withdrawn, is held, or never was; all the same.
    """
    subject = _required(public_subject(session, code, on=on))
    row = _required(publications.one_in_force(session, subject.id, record_id, on=on))
    return _items(session, [row], book)[0]


def public_subject(session: Session, code: str, *, on: date) -> SubjectRow | None:
    """The organisation with this code, unless it is provisional and nothing of it is in force on the day `on`."""
    subject = subject_lookups.subject_by_code(session, compact_code(code))
    if subject and subject.provisional and not publications.any_in_force(session, subject.id, on=on):
        return None
    return subject


def compact_code(text: str) -> str:
    """A code as typed → as written in the standard: half width, no blanks or hyphens, upper case."""
    if text.isascii() and text.isalnum():
        return text.upper()
    return normal_form(text).replace("-", "").replace("_", "")


def county(code: str | None) -> Term | None:
    """A county's code with the name the standard of divisions gives it."""
    return None if code is None else Term(code, _division_names().get(code, code))


def _required(found: T | None) -> T:
    """The one refusal for whatever is not public, whyever it is not."""
    if found is None:
        raise NotFound(
            "没有查到可以公示的信息。请核对统一社会信用代码。",
            "Nothing is public under this identifier. Check the unified social credit code.",
        )
    return found


def _former_names(subject: SubjectRow) -> list[FormerName]:
    if subject.provisional:
        return []
    return [FormerName(*name) for name in subject.names if name.name != subject.name]


def _sections(items: list[Item]) -> list[Section]:
    sorted_in: dict[str, list[Item]] = {kind.key: [] for kind in SECTIONS}
    for item in items:
        sorted_in[_section_of(item)].append(item)
    return [Section(*kind, len(sorted_in[kind.key]), sorted_in[kind.key]) for kind in SECTIONS]


def _section_of(item: Item) -> str:
    if not isinstance(item.content, ListEntry):
        return item.source
    return "abnormal-operation" if item.content.list == "abnormal_operation" else "serious-lists"


def _items(session: Session, rows: list[ItemRow], book: Rulebook) -> list[Item]:
    bodies = publications.body_names(session, rows)
    return [_item(row, bodies, book) for row in rows]


def _item(row: ItemRow, bodies: dict[int, str], book: Rulebook) -> Item:
    decided_on = day(row.decided_on)
    basis = explain(book, row.basis)
    return Item(
        id=str(row.record_id),
        source=row.source,
        title=row.title,
        document=row.document,
        authority=bodies.get(row.body_id) if row.body_id is not None else None,
        delivered_by=bodies.get(row.source_body_id) if row.source_body_id is not None else None,
        decided_on=decided_on,
        shown_from=date.fromisoformat(row.shown_from),
        shown_until=day(row.shown_until),
        content=content_of(row),
        basis=basis,
        how_to_object=basis.how_to_object,
        how_to_restore=basis.how_to_restore,
        restorable_from=restorable_from(book, row.basis, decided_on),
    )


@cache
def _division_names() -> dict[str, str]:
    return dict(divisions.table().select("code", "name").iter_rows())
