"""May this be restored, from when on, and what does it take: answered to anybody, before anybody applies.

It is asked of an item that is public, and tells nothing that its law does not.
"""

from datetime import date

import msgspec
from sqlmodel import Session

from registry.actions import lookup
from registry.actions.remedies import Basis
from registry.actions.restoring import barred_until
from registry.cases import Law
from registry.cases.restoration import RESTORATION
from registry.rulebook import Rulebook, explain, restorable_from
from registry.rulebook.law import Restoration, Said
from registry.rulebook.procedures import ProcedureVersion
from registry.store import outcomes
from registry.store.reading import is_demo
from registry.vocabulary import Confidence


class Asks(msgspec.Struct, frozen=True):
    """Sentences of the law that belong together, the article that they stand in, and how surely that was read."""

    title: Said
    items: tuple[Said, ...]
    instrument: str
    number: str
    article: str
    confidence: Confidence


class Eligibility(msgspec.Struct, frozen=True, kw_only=True):
    """Whether an item can be restored, on the day `on`.

    `restorable_from` is the earliest day, null where there is nothing to restore or no day is known; `longer` the days
    of fields with a least period of their own (`food`); `papers` all that is asked for, and `zh` and `en` the answer in
    a sentence.
    """

    record: str
    on: date
    may_apply: bool
    restorable_from: date | None
    longer: dict[str, date]
    conditions: Asks | None
    papers: Asks | None
    bars: Asks | None
    basis: Basis
    zh: str
    en: str


def eligibility(session: Session, code: str, record_id: int, *, on: date, book: Rulebook) -> Eligibility:
    """What it takes to have a public record of a subject restored.

    Raises:
        NotFound: no such record of the subject is public.
        Moved: the code was replaced by another one.
        RuleNotWritten: the law of restoring is not written down for that day.
    """
    one = lookup.record(session, code, record_id, on=on, book=book)
    item, basis = one.item, one.bases[one.item.basis]
    version = book.procedures[RESTORATION].on(on)
    asks = {
        name: _asks(version, name, book) if name in version.terms else None for name in ("conditions", "papers", "bars")
    }
    law = explain(book, item.basis).restoration
    longer = {
        domain: day
        for domain in (law.min_months_in if law else {})
        if (day := restorable_from(book, item.basis, item.decided_on, item.shown_from, domain=domain))
    }
    since = item.restorable_from
    if law and (bar := _bar(session, code, on=on, book=book)):  # from when on is told, and nothing else
        since = max(since or bar, bar)
    zh, en = _sentence(since, law, asks["papers"], max(longer.values(), default=on), on)
    return Eligibility(
        record=item.id,
        on=on,
        may_apply=since is not None and since <= on,
        restorable_from=since,
        longer=longer,
        **asks,
        basis=basis,
        zh=zh,
        en=en,
    )


def _bar(session: Session, code: str, *, on: date, book: Rulebook) -> date | None:
    """The day before which false papers bar the subject, if it lies ahead."""
    subject = lookup.public_subject(session, code, on=on)
    bar = barred_until(session, subject.id, Law(book, production=not is_demo(session))) if subject else None
    return bar if bar and bar > on else None


def eligibility_of(session: Session, record_id: int, *, on: date, book: Rulebook) -> Eligibility:
    """The same by the record alone.

    Raises:
        NotFound: it is not public.
        RuleNotWritten: as `eligibility`.
    """
    code = outcomes.code_shown(session, record_id)
    if code is None:
        raise lookup.nothing_public()
    return eligibility(session, code, record_id, on=on, book=book)


def _sentence(
    since: date | None, law: Restoration | None, papers: Asks | None, longest: date, on: date
) -> tuple[str, str]:
    """The answer; `longest` is the latest of the days of fields with a least period of their own."""
    if law is None:
        return "该信息不属于可修复的失信信息。", "There is nothing to restore in this item."
    lacking_zh = "、".join(said.zh for said in papers.items) if papers else ""
    lacking_en = "; ".join(said.en for said in papers.items) if papers else ""
    if since is None:  # it is counted from a correction, of which nothing is delivered
        after_zh, after_en = (
            ("后即", "at once") if law.min_months == 0 else (f"满 {law.min_months} 个月", f"{law.min_months} months")
        )
        return (
            f"改正{after_zh}可申请；需提交：{lacking_zh}。",
            f"Restoration can be applied for {after_en} after the wrong was put right; it takes: {lacking_en}.",
        )
    but_zh, but_en = "", ""
    if longest > max(since, on):
        but_zh = f"所在领域另有更长的最短公示期的，最晚自 {longest} 起。"
        but_en = f" In a field with a longer least period it is from {longest} at the latest."
    if since > on:
        return (
            f"可于 {since} 起申请；届时需提交：{lacking_zh}。{but_zh}",
            f"Restoration can be applied for from {since}; it takes: {lacking_en}.{but_en}",
        )
    return (
        f"现可申请；尚缺：{lacking_zh}。{but_zh}",
        f"Restoration can be applied for now; missing: {lacking_en}.{but_en}",
    )


def _asks(version: ProcedureVersion, name: str, book: Rulebook) -> Asks:
    law, terms = book.bases[version.basis_of(f"procedures.{RESTORATION}", name)], version.terms[name]
    return Asks(terms.title, terms.items, law.instrument, law.number, law.article, law.confidence)
