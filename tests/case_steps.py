"""What people say in each step of a case about a restoration, an objection, a revocation or a bankruptcy plan, in
which ways the steps follow each other, and how far each brings a case."""

from typing import Any

from registry.cases import STEPS
from registry.vocabulary import Role, Stage
from tests.standing import A
from tests.test_restorations import BODY

PAPERS = {"performance": "缴款凭证1", "commitment": "信用承诺书1"}
REASON = {"reason": "经核实"}
ANSWER = {"document": "答复1", **REASON}
SAYS: dict[str, dict[str, Any]] = {
    "restoration_applied": PAPERS,
    "restoration_accepted": {},
    "restoration_not_accepted": ANSWER,
    "restoration_extended": REASON,
    "restoration_granted": {**ANSWER, "authority": BODY},
    "restoration_refused": ANSWER,
    "restoration_sharing_ended": {"document": "回执1"},
    "restoration_measures_lifted": {"document": "反馈1"},
    "restoration_false_reported": ANSWER,
    "restoration_undone": ANSWER,
    "restoration_stands": REASON,
    "objection_raised": {"document": "申请1", "ground": "1", **REASON},
    "objection_source_asked": {"document": "核查函1", "body": BODY},
    "objection_corrected": ANSWER,
    "objection_withdrawn": ANSWER,
    "objection_rejected": ANSWER,
    "revocation_reported": {"what": "revoked", "document": "复议决定1", "body": "市人民政府"},
    "revocation_confirmed": REASON,
    "revocation_dismissed": REASON,
    "shielding_proposed": {"code": A, "court": "中级人民法院", "document": "裁定1"},
    "shielded": REASON,
    "shielding_refused": REASON,
    "shielding_end_proposed": {"document": "报告1"},
    "shielding_ended": REASON,
    "shielding_end_refused": REASON,
}
OPENING = [kind for kind in SAYS if kind.endswith(("applied", "raised", "reported", "proposed")) and "end" not in kind]
OPENING.remove("restoration_false_reported")
DECISIONS = {kind for kind in SAYS if STEPS[kind].by is Role.CHECKER}
WAYS = (
    ("restoration_applied", "restoration_accepted", "restoration_granted"),
    ("restoration_false_reported", "restoration_undone"),
    ("objection_raised", "objection_corrected"),
    ("objection_raised", "objection_withdrawn"),
    ("revocation_reported", "revocation_confirmed"),
    ("shielding_proposed", "shielded"),
    ("shielding_end_proposed", "shielding_ended"),
)
COMES_TO = {  # how far a case has come by its newest step, whatever the day
    "restoration_applied": Stage.APPLIED, "restoration_accepted": Stage.ACCEPTED,
    "restoration_extended": Stage.ACCEPTED, "restoration_not_accepted": Stage.NOT_ACCEPTED,
    "restoration_refused": Stage.REFUSED,
    "restoration_false_reported": Stage.DOUBTED, "restoration_consequence": Stage.UNDONE,
    "objection_raised": Stage.EXAMINING, "objection_source_asked": Stage.WITH_SOURCE,
    "objection_corrected": Stage.UPHELD, "objection_withdrawn": Stage.UPHELD, "objection_rejected": Stage.REJECTED,
    "objection_referred": Stage.REFERRED, "revocation_reported": Stage.REPORTED,
    "revocation_confirmed": Stage.WITHDRAWN, "revocation_dismissed": Stage.DISMISSED,
    "shielding_proposed": Stage.REPORTED, "shielded": Stage.SHIELDED, "shielding_refused": Stage.DISMISSED,
    "shielding_end_proposed": Stage.ENDING, "shielding_end_refused": Stage.SHIELDED,
}  # fmt: skip
ENDS = {"restoration_not_accepted", "restoration_refused", "restoration_consequence", "objection_corrected"}
ENDS |= {"objection_withdrawn", "objection_rejected", "objection_referred", "revocation_confirmed"}
ENDS |= {"revocation_dismissed", "shielding_refused", "shielding_ended"}
