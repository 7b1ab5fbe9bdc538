"""Signing the law (签认): a maker, then a checker, take responsibility for a version that nobody has read in its text.

Every act is an event of the ledger, and the ledger is what counts: the law in force is the rules with its acts.
"""

from dataclasses import dataclass
from datetime import date, datetime

from sqlmodel import Session

from registry.actions.law import acts
from registry.actions.people import acting
from registry.errors import NotPermitted
from registry.rulebook import Rulebook
from registry.rulebook.signatures import said_by, signing
from registry.store import ledger, signed
from registry.vocabulary import Role


@dataclass(frozen=True)
class Signed:
    """An act of signing: its event in the ledger, and whether the version is signed by two now."""

    rule: str
    version: date
    event: int
    complete: bool


def sign(
    session: Session,
    key: str | None,
    book: Rulebook,
    rule: str,
    since: date,
    *,
    document: str,
    by: str | None,
    on: date,
    now: datetime,
) -> Signed:
    """Sign a version as it stands: first a maker, then somebody else as checker, on the same document.

    `by` is the name or the number of the one who signs, where the caller wants to be sure whose key acts.

    Raises:
        KeyRefused, NotPermitted: the key is nobody's in that role, or not that of `by`.
        RuleNotWritten, SignatureRefused: as `registry.rulebook.signatures.signing`.
    """
    now = ledger.take_turn(session, now)
    before = acts(signed.in_session(session))
    digest = said_by(book.version(rule, since))
    second = any((act.rule, act.since, act.digest) == (rule, since, digest) for act in before)
    actor = acting(session, key, Role.CHECKER if second else Role.MAKER)
    if by is not None and by not in (actor.name, str(actor.person_id)):
        raise NotPermitted(f"所用密钥不是“{by}”的。", f"the key that acts is not that of {by}.", by=by)
    act = signing(book, before, rule=rule, since=since, document=document, by=actor.person_id, on=on)
    event = ledger.append(
        session,
        signed.SIGNED,
        f"rule:{rule}/{since}",
        by=actor.person_id,
        now=now,
        document=act.document,
        payload={"digest": act.digest, "on": on.isoformat()},
    )
    return Signed(rule, since, event.id, complete=second)
