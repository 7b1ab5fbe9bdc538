"""Looking up one subject: what is in force of it on the day asked, and nothing else.

Expired, withdrawn, held and never-existing all read the same: absent. Every item names its basis; the answer says of
each basis, once, how to object and how to have an item restored.
"""

from collections import Counter
from collections.abc import Iterable
from datetime import date, datetime
from functools import cache, lru_cache
from typing import NamedTuple, TypeVar

import msgspec
from sqlmodel import Session

from registry import divisions
from registry.actions.china_time import CHINA
from registry.actions.disputes import disputed_since
from registry.actions.public_items import PENALTY_KINDS_ZH, Term
from registry.actions.red_lists import barred, standing, without_barred
from registry.actions.remedies import Basis, basis_of, restorable_from
from registry.errors import Moved, NotFound, Refusal
from registry.names import normal_form
from registry.rulebook import Rulebook
from registry.store import publications, subject_events, subject_lookups
from registry.store.publications import ItemRow
from registry.store.reading import is_demo
from registry.store.subject_lookups import SubjectRow
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

KINDS = msgspec.Raw(msgspec.json.encode({kind.value: zh for kind, zh in PENALTY_KINDS_ZH.items()}))


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


class Item(msgspec.Struct, frozen=True, gc=False):
    """One record in force. `content` is what its kind tells (`public_items`); `shown_until` is exclusive, null = no
    end; `basis` is a key of the answer's `bases`; `restorable_from` is the earliest day restoration can be applied
    for, null where there is nothing to restore or no such day is known; `disputed_since` marks an item to which an
    objection is open (异议处理中), null where there is none."""

    id: str
    source: str
    title: str | None
    document: str | None
    authority: str | None
    delivered_by: str | None
    decided_on: date | None
    shown_from: date
    shown_until: date | None
    content: msgspec.Raw
    basis: str
    restorable_from: date | None
    disputed_since: date | None


class Section(msgspec.Struct, frozen=True, gc=False):
    """A section of the public report: how much is in force, and that, newest decision first."""

    key: str
    zh: str
    en: str
    count: int
    items: list[Item]


_EMPTY = {kind.key: Section(*kind, 0, []) for kind in SECTIONS}


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
    sections = _sections(rows, _items(session, rows, book, on))
    if counts is not None:
        told = (count for count in counts if not barred(*count[:2], listed, on=on, book=book))
        sections = _counted(sections, told)
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
        bases=_bases(rows, book),
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
    return Page(_items(session, told, book, on), _bases(told, book), KINDS, is_demo(session), following)


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
    return One(_items(session, [row], book, on)[0], _bases([row], book), KINDS, is_demo(session))


def public_subject(session: Session, code: str, *, on: date) -> SubjectRow | None:
    """The organisation with this code, unless it is provisional and nothing of it is in force on the day `on`."""
    subject = subject_lookups.subject_by_code(session, compact_code(code))
    if subject and subject.provisional and not publications.any_in_force(session, subject.id, on=on):
        return None
    return subject


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
    if not standing(rows, on=on, book=book):
        return rows
    listed = {code for _, code, _ in publications.counts_in_force(session, subject_id, on=on)}
    return without_barred(rows, listed, on=on, book=book)


def _sections(rows: list[ItemRow], items: list[Item]) -> list[Section]:
    shelves: dict[str, list[Item]] = {}
    for row, item in zip(rows, items, strict=True):
        shelves.setdefault(_section(row.source, row.list_code), []).append(item)
    return [
        Section(kind.key, kind.zh, kind.en, len(shelf), shelf) if (shelf := shelves.get(kind.key)) else _EMPTY[kind.key]
        for kind in SECTIONS
    ]


def _counted(sections: list[Section], counts: Iterable[tuple[str, str | None, int]]) -> list[Section]:
    """The sections with the counts of all that is in force, told or not."""
    totals: Counter[str] = Counter()
    for source, list_code, count in counts:
        totals[_section(source, list_code)] += count
    return [msgspec.structs.replace(section, count=totals[section.key]) for section in sections]


def _section(source: str, list_code: str | None) -> str:
    """The key of the section for records of this source, on the list with this code."""
    if source != "list-entries":
        return source
    return "abnormal-operation" if list_code == "abnormal_operation" else "serious-lists"


def _items(session: Session, rows: list[ItemRow], book: Rulebook, on: date) -> list[Item]:
    body = publications.body_names(session, rows).get
    disputed = disputed_since(session, [row.record_id for row in rows if row.objected], on=on)
    return [
        Item(
            str(row.record_id),
            row.source,
            row.title,
            row.document,
            body(row.body_id),
            body(row.source_body_id),
            row.decided_on,
            row.shown_from,
            row.shown_until,
            row.content,
            row.basis,
            restorable_from(book, row.basis, row.decided_on, row.shown_from),
            disputed.get(row.record_id),
        )
        for row in rows
    ]


def _bases(rows: list[ItemRow], book: Rulebook) -> dict[str, Basis]:
    return {basis: basis_of(book, basis) for basis in sorted({row.basis for row in rows})}


@cache
def _division_names() -> dict[str, str]:
    return dict(divisions.table().select("code", "name").iter_rows())
