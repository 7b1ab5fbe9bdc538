"""Restorations of the penalty that an office begins with: the papers, the application, the grant."""

from typing import Any

from tests.casework import Casework
from tests.test_restorations import BODY

PAPERS: dict[str, Any] = {"performance": "缴款凭证2026-8", "commitment": "信用承诺书2026-3"}
DECISION = {"document": "信用修〔2026〕1号", "reason": "罚没款已缴清，承诺已公示"}
GRANT = {**DECISION, "authority": BODY}


def applied(office: Casework, **changed: Any) -> int:
    return office.open("restoration_applied", {"record": office.record, **PAPERS, **changed}).case


def granted(office: Casework) -> int:
    case = applied(office)
    office.take(case, "restoration_accepted", {})
    office.take(case, "restoration_granted", GRANT)
    return case
