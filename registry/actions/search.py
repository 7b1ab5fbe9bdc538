"""Finding subjects by a unified code or by the beginning of a name, a few at a time; never a way to list them all."""

import re
from datetime import date

import msgspec
from sqlmodel import Session

from registry.actions.lookup import compact_code, county, public_subject
from registry.actions.public_items import Term
from registry.errors import BadQuery
from registry.names import normal_form
from registry.store import subject_lookups
from registry.store.reading import is_demo

MOST = 20
_CODE = re.compile(r"[0-9A-Z]{18}")
_TWO_HAN = re.compile(r"[\u3400-\u9fff\U00020000-\U000323af].*[\u3400-\u9fff\U00020000-\U000323af]")


class Found(msgspec.Struct, frozen=True, kw_only=True):
    """A subject that fits; `matched` is the name that fitted if that is not its present one."""

    code: str
    name: str
    matched: str | None
    status: str | None
    county: Term | None


class Results(msgspec.Struct, frozen=True):
    """Some subjects in order of the fitting name; `after` is the key of the last one if there are more."""

    subjects: list[Found]
    demo: bool
    after: tuple[str, int] | None


def search(
    session: Session, text: str, *, on: date, limit: int = MOST, after: tuple[str, int] | None = None
) -> Results:
    """Organisations with exactly this code, or with a name, present or former, that begins with this text.

    Raises:
        BadQuery: neither a full code nor two Han characters, or a limit outside 1 to 20.
    """
    if not 1 <= limit <= MOST:
        raise BadQuery(f"limit 应在 1 至 {MOST} 之间。", f"limit must be from 1 to {MOST}.", limit=limit)
    code = compact_code(text)
    if _CODE.fullmatch(code):
        return Results(_by_code(session, code, on=on), is_demo(session), None)
    prefix = normal_form(text)
    if not _TWO_HAN.search(prefix):
        raise BadQuery(
            "请输入至少两个汉字的名称，或完整的18位统一社会信用代码。",
            "Give at least two Han characters of a name, or a full unified social credit code of 18 characters.",
        )
    hits = subject_lookups.subjects_by_name(session, prefix, on=on, limit=limit + 1, after=after)
    last = hits[limit - 1] if len(hits) > limit else None
    return Results(
        [
            Found(
                code=hit.code,
                name=hit.name,
                matched=None if hit.matched == hit.name else hit.matched,
                status=hit.status,
                county=county(hit.county_code),
            )
            for hit in hits[:limit]
        ],
        is_demo(session),
        (last.normal, last.subject_id) if last else None,
    )


def _by_code(session: Session, code: str, *, on: date) -> list[Found]:
    subject = public_subject(session, code, on=on)
    if subject is None:
        return []
    return [
        Found(
            code=subject.code,
            name=subject.name,
            matched=None,
            status=subject.status,
            county=county(subject.county_code),
        )
    ]
