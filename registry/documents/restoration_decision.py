"""信用修复决定书: what was decided on an application for restoration, as its subject keeps it: one page for itself.

Granted (准予修复) it says what that brings about; refused (不予修复) or not examined (不予受理) it says why, and what
can be done against it.
"""

from datetime import date
from enum import StrEnum

import msgspec
from jinja2 import Environment, PackageLoader, StrictUndefined

from registry.documents.figures import Title

_PAGES = Environment(
    loader=PackageLoader("registry.documents"),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)


class Answer(StrEnum):
    """What was decided."""

    GRANTED = "granted"
    REFUSED = "refused"
    NOT_ACCEPTED = "not_accepted"


class RestorationDecision(msgspec.Struct, frozen=True, kw_only=True):
    """What the decision says.

    `results` is what a grant brings about, or what can be done against a refusal, by the law (`instrument`, `number`,
    `article`; `signed` unless nobody has verified and signed that part). `kind` says what was to be restored,
    `restored` is the number of that decision; `again_from` the first day on which a refused one can be restored, if
    that is to come; `hash` is that of the decision's event in the ledger. `authority` is null where no body was named.
    """

    answer: Answer
    document: str
    decided_on: date
    authority: str | None
    subject: str
    code: str
    kind: str
    title: str | None
    restored: str | None
    restored_on: date | None
    recognised_by: str
    applied_on: date
    reason: str
    again_from: date | None
    results: tuple[Title, ...]
    instrument: str
    number: str
    article: str
    signed: bool
    case: int
    hash: str
    demo: bool


def page_of(decision: RestorationDecision) -> bytes:
    """The decision as a page that can be kept and printed."""
    return _PAGES.get_template("restoration_decision.html.j2").render(decision=decision, Answer=Answer).encode()
