"""Cases (办理) as what they are: the steps that people took, told in the ledger, and what follows from them on a day.

Pure: events and the law in, the state of a case out. Nothing of a state is stored.
"""

from registry.cases.case import Case, Taken
from registry.cases.clocks import Law, Running
from registry.cases.proceedings import FIRST_STEPS, PROCEEDINGS, STEPS, State, is_closed, proceeding_of, state_on
from registry.cases.step import Step

__all__ = [
    "FIRST_STEPS",
    "PROCEEDINGS",
    "STEPS",
    "Case",
    "Law",
    "Running",
    "State",
    "Step",
    "Taken",
    "is_closed",
    "proceeding_of",
    "state_on",
]
