"""信用修复决定书: the decision that restores a record, as its subject keeps it: one page that needs nothing else."""

from datetime import date

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


class RestorationDecision(msgspec.Struct, frozen=True, kw_only=True):
    """What the decision says; `results` is what it brings about, by the law (`instrument`, `number`, `article`).

    `kind` says what was restored, `restored` is the number of that decision; `hash` is that of its event in the ledger.
    """

    document: str
    decided_on: date
    authority: str
    subject: str
    code: str
    kind: str
    title: str | None
    restored: str | None
    restored_on: date | None
    recognised_by: str
    applied_on: date
    reason: str
    results: tuple[Title, ...]
    instrument: str
    number: str
    article: str
    case: int
    hash: str
    demo: bool


def page_of(decision: RestorationDecision) -> bytes:
    """The decision as a page that can be kept and printed."""
    return _PAGES.get_template("restoration_decision.html.j2").render(decision=decision).encode()
