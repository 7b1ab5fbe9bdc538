"""A restoration finds what it restores under every code that its subject bears or bore."""

from datetime import date
from itertools import permutations
from pathlib import Path

import pytest

from registry.actions import hiding, subject_events
from registry.rulebook import load
from registry.vocabulary import Befell, SourceKind
from tests.office_people import Keys
from tests.receiving import Counter, code, office_in
from tests.standing import FIRM, A, delivered, now, penalty, registered, settled
from tests.test_restorations import DONE, of, restoration, restored


def replaced(counter: Counter, keys: Keys, old: str, new: str) -> int:
    """An old code gives way to a new one, by two people; the number of that event."""
    with counter.desk.database.session() as session:
        number = subject_events.propose(
            session, keys.maker, old, Befell.CODE_REPLACED, on=date(2026, 10, 8), other=new, document="换照1", now=now()
        ).number
        subject_events.confirm(session, keys.checker, number, now=now())
    return number


def undone(counter: Counter, keys: Keys, number: int) -> None:
    """The event is taken back, by two people."""
    for key in (keys.maker, keys.checker):
        with counter.desk.database.session() as session:
            subject_events.undo(session, key, number, reason="录入错误", now=now())


NEW = code(31)
SHOWN = """SELECT r.uscc FROM {records} r JOIN publication p ON p.record_id = r.id
WHERE p.retired_at IS NULL AND p.outcome = 'shown' ORDER BY r.uscc"""


def _three_codes(counter: Counter) -> None:
    registered(counter, *[(each, FIRM, "", "", "", "", "") for each in (A, NEW, code(32))])


@pytest.mark.parametrize("order", list(permutations(("penalty", "restoration", "replaced"))))
@pytest.mark.parametrize(("restored_as", "penalised_as"), [(NEW, A), (A, NEW)])
def test_a_restoration_finds_the_penalty_under_another_code_of_its_subject_whatever_comes_first(
    home: str, tmp_path: Path, order: tuple[str, ...], restored_as: str, penalised_as: str
) -> None:
    with office_in(tmp_path, _three_codes) as (counter, keys):
        does = {
            "penalty": lambda: delivered(counter, penalty(code=penalised_as), penalty(code=code(32))),
            "restoration": lambda: restored(counter, restoration(code=restored_as)),
            "replaced": lambda: replaced(counter, keys, A, NEW),
        }
        done = {step: does[step]() for step in order}
        settled(counter)
        assert counter.ask(SHOWN) == [(code(32),)]
        assert of(counter, SourceKind.RESTORATIONS) == [DONE]

        undone(counter, keys, done["replaced"])
        settled(counter)
        assert sorted(counter.ask(SHOWN)) == sorted([(code(32),), (penalised_as,)])
        assert of(counter, SourceKind.RESTORATIONS) == [("held", "nothing_to_restore")]


def test_of_two_restorations_the_one_under_the_penaltys_own_code_stays_when_the_replacement_is_undone(
    home: str, tmp_path: Path
) -> None:
    with office_in(tmp_path, _three_codes) as (counter, keys):
        number = replaced(counter, keys, A, NEW)
        delivered(counter, penalty(code=NEW))
        restored(counter, restoration(code=A), restoration(code=NEW, document="乌市监修〔2025〕9号"))

        undone(counter, keys, number)
        settled(counter)

        assert counter.ask(SHOWN) == []
        assert of(counter, SourceKind.RESTORATIONS) == [("held", "nothing_to_restore"), DONE]


@pytest.mark.parametrize("replaced_first", [False, True])
def test_what_was_first_shown_under_either_code_keeps_that_day_when_it_is_hidden_and_shown_again(
    home: str, tmp_path: Path, *, replaced_first: bool
) -> None:
    with office_in(tmp_path, _three_codes) as (counter, keys):
        if replaced_first:
            replaced(counter, keys, A, NEW)
        delivered(counter, penalty(code=A, on="2026-05-06"))
        settled(counter, on=date(2026, 6, 1))
        if not replaced_first:
            replaced(counter, keys, A, NEW)
            settled(counter, on=date(2026, 7, 1))
        ((record,),) = counter.ask("SELECT max(id) FROM record WHERE source = 'penalties'")

        with counter.desk.database.session() as session:
            hiding.hide(session, keys.checker, f"record:{record}", load(), reason="核查", now=now())
        for key in (keys.maker, keys.checker):
            with counter.desk.database.session() as session:
                hiding.show_again(session, key, f"record:{record}", reason="无误", now=now())
        settled(counter, on=date(2026, 9, 1))

        assert counter.ask("SELECT shown_from FROM publication WHERE retired_at IS NULL") == [("2026-06-01",)]


@pytest.mark.parametrize("order", list(permutations(("old", "new", "replaced"))))
def test_one_decision_is_shown_once_whatever_the_code_it_came_under(
    home: str, tmp_path: Path, order: tuple[str, ...]
) -> None:
    with office_in(tmp_path, _three_codes) as (counter, keys):
        does = {
            "old": lambda: delivered(counter, penalty(code=A), penalty(code=code(32))),
            "new": lambda: delivered(counter, penalty(code=NEW)),
            "replaced": lambda: replaced(counter, keys, A, NEW),
        }
        done = {}
        for step in order:
            done[step] = does[step]()
            settled(counter)
        last = next(step for step in reversed(order) if step != "replaced")
        assert counter.ask(SHOWN) == sorted([({"old": A, "new": NEW}[last],), (code(32),)])

        undone(counter, keys, done["replaced"])
        settled(counter)
        assert counter.ask(SHOWN) == sorted([(A,), (NEW,), (code(32),)])


def test_one_decision_in_one_file_under_both_codes_is_shown_once(home: str, tmp_path: Path) -> None:
    with office_in(tmp_path, _three_codes) as (counter, keys):
        replaced(counter, keys, A, NEW)
        delivered(counter, penalty(code=A), penalty(code=NEW), penalty(code=NEW, document="2号"))
        settled(counter)

        assert counter.ask(SHOWN) == [(NEW,), (NEW,)]


def test_another_body_restores_nothing_under_another_code_either(home: str, tmp_path: Path) -> None:
    with office_in(tmp_path) as (counter, keys):
        registered(counter, *[(each, FIRM, "", "", "", "", "") for each in (A, NEW)])
        delivered(counter, penalty(code=A))
        restored(counter, restoration(code=NEW, body="丰镇市某局"))
        replaced(counter, keys, A, NEW)
        settled(counter)

        assert of(counter, SourceKind.PENALTIES) == [("shown", None)]
        assert of(counter, SourceKind.RESTORATIONS) == [("held", "restored_by_another")]
