"""Why an item is what it is, in one sentence: what stands of it, for which reason, on which article."""

from collections.abc import Collection
from datetime import date

from registry.rulebook import Rulebook
from registry.rulebook.law import Said
from registry.store.explaining import OutcomeRow, VersionRow, WithdrawalRow
from registry.vocabulary import Because, Outcome, Withdrawn

_UNJUDGED = Said("尚未生成公示结果，待关联或公示。", "Not judged yet: it waits for linking or publishing.")

_UNREAD = Said(
    "期限没有人读到，须先由本机构写入规则。",
    "Nobody has read the term: the office has to write it into the rule first.",
)


def rejected(checks: Collection[str]) -> Said:
    """Of a row that was not accepted."""
    return Said(f"退回：未通过校验 {'、'.join(checks)}。", f"Rejected: it failed {', '.join(checks)}.")


def withdrawn(withdrawals: Collection[WithdrawalRow]) -> Said | None:
    """Of what was withdrawn, if a withdrawal stands."""
    reasons = [Withdrawn(one.reason) for one in withdrawals if one.lifted_at is None]
    return Said(f"已终止公示：{reasons[0].zh}。", f"Withdrawn: {reasons[0]}.") if reasons else None


def unjudged(versions: Collection[VersionRow]) -> Said:
    """Of what has no outcome that stands."""
    later = [one.record for one in versions if one.relation == "supersedes" and not one.earlier]
    if not later:
        return _UNJUDGED
    return Said(f"已被后来的版本（记录 {later[-1]}）取代。", f"Superseded by a later version, record {later[-1]}.")


def judged(outcome: OutcomeRow, bars: Collection[str], unsigned: Collection[str], *, on: date, book: Rulebook) -> Said:
    """Of an outcome that stands; `bars` are the lists that keep a standing honour from being shown on the day,
    `unsigned` the bases that keep anything from it until they are signed."""
    cited = _cited(outcome, book)
    if outcome.because is not None:
        because, held = Because(outcome.because), outcome.outcome == Outcome.HELD
        said = Said(
            f"{'暂不公示' if held else '不予公示'}：{because.zh}。",
            f"{'Held' if held else 'Not publishable'}: {because.en}.",
        )
        return _joined(_joined(said, cited), _to_sign(unsigned, book))
    until = outcome.shown_until
    shown = Said(
        f"公示期自 {outcome.shown_from} {f'至 {until}（不含）' if until else '起，无期限'}。",
        f"On display from {outcome.shown_from} {f'until {until}, exclusive' if until else 'without an end'}.",
    )
    if until is not None and on.isoformat() >= until:
        shown = _joined(Said("公示期已满。", "Its display is over."), shown)
    elif bars:
        lists = "、".join(book.lists[code].title.zh for code in bars)
        barred = Said(f"主体现列入{lists}，不作展示。", f"Not shown while its holder is on {', '.join(bars)}.")
        shown = _joined(barred, shown)
    return _joined(shown, cited)


def _to_sign(unsigned: Collection[str], book: Rulebook) -> Said | None:
    """The versions that have to be signed, as `chengxin rules sign` takes them."""
    if not unsigned:
        return None
    if any(book.bases[key].values.get("ends") == "unread" for key in unsigned):
        return _UNREAD
    versions = dict.fromkeys(f"{book.bases[key].rule} --version {book.bases[key].since}" for key in unsigned)
    return Said(
        f"待两人签认（chengxin rules sign）：{'；'.join(versions)}。",
        f"For chengxin rules sign, to be signed by two people: {'; '.join(versions)}.",
    )


def _cited(outcome: OutcomeRow, book: Rulebook) -> Said | None:
    """The article behind an outcome, since when its version applies, how surely it was read, and what signs it."""
    basis = book.bases.get(outcome.basis or "")
    if basis is None:
        return None
    where = f"《{basis.instrument}》{basis.number} {basis.article}"
    zh, en = (f"，已签认：{basis.signed}", f", signed: {basis.signed}") if basis.signed else ("", "")
    return Said(
        f"依据：{where}（{basis.basis}，自 {basis.since} 起，{basis.confidence}{zh}）。",
        f"Basis: {where} ({basis.basis}, since {basis.since}, {basis.confidence}{en}).",
    )


def _joined(first: Said, then: Said | None) -> Said:
    return first if then is None else Said(first.zh + then.zh, f"{first.en} {then.en}")
