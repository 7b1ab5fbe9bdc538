"""列入: putting a subject on a list: proposed, notified, heard, decided by another person, served; only then public.

It rests on a ground of the list's own article and on one official decision in effect. No step takes a number of
records: minor records never add up to a listing (国办发〔2020〕49号).
"""

from datetime import date
from typing import ClassVar

from registry.cases.case import Case
from registry.cases.clocks import Law, Running, require_known, require_over, running
from registry.cases.proceeding import Proceeding
from registry.cases.step import Decision, Step, Text
from registry.errors import CaseRefused, LawUnsettled, NotYet
from registry.rulebook import restorable_from
from registry.rulebook.lists import ListVersion
from registry.vocabulary import Confidence, Procedure, Stage

NOTICE = "notice"


class Proposed(Step, frozen=True, forbid_unknown_fields=True, kw_only=True, tag="listing_proposed"):
    """Somebody proposes to put the subject with this code on a list: on which ground of its article (by number), on
    which official decision (`document`, of the day `document_on`), with what evidence, decided by which body."""

    zh: ClassVar[str] = "提出列入"
    of_today: ClassVar[bool] = True  # nothing of a case here happens before it is proposed

    code: Text
    list_code: Text
    ground: Text
    document: Text
    document_on: date
    evidence: Text
    authority: Text


class Notified(Step, frozen=True, forbid_unknown_fields=True, kw_only=True, tag="listing_notified"):
    """The subject was told the facts, reasons and basis, and that it may answer: the notice (`document`), how it was
    served and where the proof is."""

    zh: ClassVar[str] = "送达告知书"

    document: Text
    channel: Text
    proof: Text


class Answered(Step, frozen=True, forbid_unknown_fields=True, kw_only=True, tag="listing_answered"):
    """The subject answered; `document` is where its answer is kept."""

    zh: ClassVar[str] = "收到陈述申辩"

    document: Text


class Decided(Decision, frozen=True, forbid_unknown_fields=True, kw_only=True, tag="listing_decided"):
    """Another person decides on the listing, by the instrument `document`; `reason` deals with what was answered."""

    zh: ClassVar[str] = "决定列入"

    document: Text


class Dropped(Decision, frozen=True, forbid_unknown_fields=True, kw_only=True, tag="listing_dropped"):
    """The subject is not put on the list."""

    zh: ClassVar[str] = "决定不予列入"


class Served(Step, frozen=True, forbid_unknown_fields=True, kw_only=True, tag="listing_served"):
    """The decision (`document`) was served together with the restoration notice (两书同达): how, and where the proof
    is."""

    zh: ClassVar[str] = "两书同达"

    document: Text
    restoration_notice: Text
    channel: Text
    proof: Text


class RemovalProposed(Step, frozen=True, forbid_unknown_fields=True, kw_only=True, tag="listing_removal_proposed"):
    """Somebody proposes to take the subject off the list before its term ends, once the law lets it, on a document;
    `corrected_on` is the day on which the wrong was put right, where the law counts from it."""

    zh: ClassVar[str] = "提出移出"

    document: Text
    reason: Text
    corrected_on: date | None = None


class RemovalRefused(Decision, frozen=True, forbid_unknown_fields=True, kw_only=True, tag="listing_removal_refused"):
    """The subject stays on the list."""

    zh: ClassVar[str] = "决定不予移出"


class Removed(Decision, frozen=True, forbid_unknown_fields=True, kw_only=True, tag="listing_removed"):
    """Another person decides that the subject is taken off the list, by the instrument `document`."""

    zh: ClassVar[str] = "决定移出"

    document: Text


class Listing(Proceeding):
    """Listing."""

    kind = Procedure.LISTING
    first = Proposed
    follows: ClassVar = {
        Proposed: (Notified, Dropped),
        Notified: (Notified, Answered, Decided, Dropped),
        Answered: (Notified, Answered, Decided, Dropped),
        Decided: (Served, Dropped),
        Served: (RemovalProposed,),
        RemovalProposed: (Removed, RemovalRefused),
        RemovalRefused: (RemovalProposed,),
        Removed: (),
        Dropped: (),
    }
    stages: ClassVar = {
        Proposed: Stage.PROPOSED,
        Decided: Stage.TO_SERVE,
        Served: Stage.LISTED,
        RemovalProposed: Stage.REMOVING,
        RemovalRefused: Stage.LISTED,
        Removed: Stage.REMOVED,
        Dropped: Stage.DROPPED,
    }

    def stage(self, case: Case, law: Law, on: date) -> Stage:
        newest = case.newest
        if isinstance(newest, Notified | Answered):
            return Stage.TO_DECIDE if answer_clock(case, law).over(on) else Stage.ANSWERING
        if isinstance(newest, Served | RemovalProposed | RemovalRefused):
            ends_on = term_ends_on(case, law)
            if ends_on is not None and ends_on <= on:
                return Stage.EXPIRED
        return super().stage(case, law, on)

    def clocks(self, case: Case, law: Law) -> tuple[Running, ...]:
        return (answer_clock(case, law),) if isinstance(case.newest, Notified | Answered) else ()

    def require_ripe(self, case: Case, kind: type[Step], law: Law, on: date) -> None:
        if kind is Notified:  # a notice says how long there is to answer
            require_known(_clock(case, law, on))
        if kind is Decided:
            require_over(answer_clock(case, law), on)

    def require_fit(self, case: Case | None, step: Step, law: Law) -> None:
        match case, step:
            case None, Proposed():
                version = list_version(law, step.list_code, step.day)
                require_ground(law, step.list_code, version, step.ground)
                if step.document_on > step.day:
                    raise CaseRefused("所依据的决定不得在将来。", "the decision that it rests on lies in the future.")
            case Case(), Decided():
                proposed = case.the(Proposed)
                version = list_version(law, proposed.list_code, step.day)
                require_ground(law, proposed.list_code, version, proposed.ground)
            case Case(), Served():
                if step.document != case.the(Decided).document or step.restoration_notice == step.document:
                    raise CaseRefused(
                        f"须同时送达列入决定 {case.the(Decided).document} 和信用修复告知书，并分别注明文号。",
                        f"the decision {case.the(Decided).document} and the restoration notice are served together: "
                        "name both.",
                    )
            case Case(), RemovalProposed():
                _require_removable(case, step, law)


def answer_clock(case: Case, law: Law) -> Running:
    """The period in which the subject may answer, from the day its newest notice was served."""
    return _clock(case, law, case.the(Notified).day)


def _clock(case: Case, law: Law, started_on: date) -> Running:
    return running(law, NOTICE, case.the(Proposed).list_code, started_on, waits=True)


def term_ends_on(case: Case, law: Law) -> date | None:
    """The first day on which the law no longer lists the subject; null without a term."""
    proposed, decided_on = case.the(Proposed), case.the(Decided).day
    return list_version(law, proposed.list_code, decided_on).ends_on(decided_on, proposed.ground)


def _require_removable(case: Case, step: RemovalProposed, law: Law) -> None:
    """Refuse a removal before the least period of the list is over: it is no way around restoration.

    Raises:
        LawUnsettled: the law of the list knows none, or counts from a correction whose day is not told.
        CaseRefused: that day lies after the proposal.
        NotYet: the period is not over.
    """
    list_code, decided_on = case.the(Proposed).list_code, case.the(Decided).day
    basis = list_version(law, list_code, decided_on).basis_of(f"lists.{list_code}", "term")
    if step.corrected_on is not None and step.corrected_on > step.day:
        raise CaseRefused("改正日期不得在将来。", "the day of the correction lies in the future.")
    since = restorable_from(law.book, basis, decided_on, decided_on, corrected_on=step.corrected_on)
    if since is None:
        raise LawUnsettled(
            f"名单 {list_code} 的规则没有提前移出，或者自改正之日起算而未填改正日期（corrected_on）。",
            f"the law of {list_code} knows no removal before the term, or counts from the correction: tell its day "
            "(corrected_on).",
            list=list_code,
        )
    if step.day < since:
        raise NotYet(f"可于 {since} 起提前移出。", f"it can be removed from {since} on.", since=since)


def list_version(law: Law, list_code: str, on: date) -> ListVersion:
    """The law of a list on a day.

    Raises:
        LawUnsettled: there is none.
    """
    rule = law.book.lists.get(list_code)
    if rule is None:
        raise LawUnsettled(f"规则库中没有名单 {list_code}。", f"the rulebook has no list {list_code}.", list=list_code)
    return rule.on(on)


def require_ground(law: Law, list_code: str, version: ListVersion, ground: str) -> None:
    """Refuse a ground that is not one of the list's own, or a list whose law may not be used against anybody.

    Raises:
        LawUnsettled: the grounds are not written down, or the version is not signed.
        CaseRefused: it is none of them.
    """
    term = version.basis_of(f"lists.{list_code}", "term")
    if version.grounds is None or law.unsigned(term) or _unsigned_grounds(law, version, term):
        raise LawUnsettled(
            f"名单 {list_code} 的列入事由或期限未经核实签认，不能提出列入。",
            f"the grounds or the term of {list_code} are not written down and signed: nobody can be put on it here.",
            list=list_code,
        )
    if ground not in version.grounds.items:
        known = "、".join(version.grounds.items)
        raise CaseRefused(
            f"{ground} 不是该名单的列入事由。可选：{known}。",
            f"{ground} is no ground of that list. They are: {known}.",
            ground=ground,
        )


def _unsigned_grounds(law: Law, version: ListVersion, term: str) -> bool:
    """Whether nobody has verified the grounds of a version, nor two people signed it."""
    unverified = version.grounds is not None and version.grounds.confidence is Confidence.UNVERIFIED
    return law.production and unverified and law.book.bases[term].signed is None
