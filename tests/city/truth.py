"""What an honest registry must find in the made-up city: counted while it is written, not by reading it back."""

from collections import Counter

from tests.city.penalties import FATES, RECEIVED

REJECTED = {"bad_code": "uscc_check_character", "future": "decided_on_after_received", "bad_amount": "fine_unreadable"}
HELD = {
    "uncoded": "unlinked",
    "misnamed": "name_disagrees",
    "person": "natural_person",
    "individual": "individual_business",
}


def truth(fates: Counter[str], *, subjects: int, seed: int) -> dict[str, object]:
    """Counts expected of the import of the subjects, of the penalties, and of the gate before publication."""
    rejected = {check: fates[fate] for fate, check in REJECTED.items()}
    read, duplicate = fates.total(), fates["duplicate"]
    return {
        "seed": seed,
        "received_on": RECEIVED.isoformat(),
        "fates": {fate: fates[fate] for fate in ("plain", *FATES)},
        "subjects": {"read": subjects, "accepted": subjects, "duplicate": 0, "rejected": 0},
        "penalties": {
            "read": read,
            "accepted": read - duplicate - sum(rejected.values()),
            "duplicate": duplicate,
            "rejected": sum(rejected.values()),
        },
        "rejected_by_check": rejected,
        "because": {because: fates[fate] for fate, because in HELD.items()},
    }
