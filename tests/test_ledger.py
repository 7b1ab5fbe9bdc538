"""The ledger only grows: whatever is done to it behind the registry's back is found."""

import json
from concurrent.futures import ThreadPoolExecutor

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy.exc import IntegrityError

from registry.actions import audit
from registry.errors import KeyRefused, LedgerBroken, NotPermitted
from registry.store import ledger
from tests.homes import SQLITE, tampered
from tests.office_people import Keys, let_in
from tests.receiving import NOW, Counter
from tests.terminal import chengxin

EVENTS = 12
COPY, NEWEST = "INSERT INTO event SELECT", "FROM event WHERE id = 12"


def grown(counter: Counter, events: int = EVENTS) -> list[str]:
    """A ledger of so many events, every third with personal values; returns the hashes."""
    with counter.desk.database.session() as session:
        return [
            ledger.append(
                session, "noted", f"record:{number % 5}", by=None, now=NOW, payload={"n": number}, document="文〔1〕",
                reason=f"第{number}条", personal=None if number % 3 else {"name": f"某{number}"},
            ).hash
            for number in range(events)
        ]  # fmt: skip


def test_a_ledger_that_only_grew_is_whole(counter: Counter) -> None:
    hashes = grown(counter)
    with counter.desk.database.session() as session:
        found = audit.verify(session, since=hashes[4])
        told = [event.told["n"] for event in ledger.events(session, about="record:1")]
        after = [event.id for event in ledger.events(session, after=10)]

    assert (found.events, found.head) == (EVENTS, hashes[-1])
    assert told == [1, 6, 11]
    assert after == [11, 12]


def test_many_events_appended_together_are_one_chain_with_those_before_and_after(counter: Counter) -> None:
    grown(counter, 2)
    with counter.desk.database.session() as session:
        drafts = [ledger.Draft("noted", f"record:{n}", None, personal={"name": f"某{n}"}) for n in range(3)]
        made = ledger.append_all(session, drafts, now=NOW)
        assert ledger.append_all(session, [], now=NOW) == []
    grown(counter, 1)

    with counter.desk.database.session() as session:
        assert [event.id for event in made] == [3, 4, 5]
        assert audit.verify(session, since=made[-1].hash).events == 6


def test_an_empty_ledger_is_whole(counter: Counter) -> None:
    with counter.desk.database.session() as session:
        assert audit.verify(session, since=audit.head(session).head).events == 0


@pytest.mark.parametrize(
    ("statement", "said"),
    [
        ("UPDATE event SET reason = '改' WHERE id = 5", "event 5 of the ledger was changed"),
        ("UPDATE event SET person_id = NULL, payload = '{}' WHERE id = 1", "event 1 of the ledger was changed"),
        ("UPDATE event SET recorded_at = recorded_at + 1 WHERE id = 12", "event 12 of the ledger was changed"),
        ("DELETE FROM event WHERE id = 5", "event 5 of the ledger is missing"),
        ("DELETE FROM event WHERE id = 1", "event 1 of the ledger is missing"),
        ("UPDATE event SET id = 99 WHERE id = 5", "event 5 of the ledger is missing"),
        ("UPDATE event_values SET told = '{}' WHERE event_id = 4", "event 4 of the ledger has other personal values"),
        ("DELETE FROM event_values WHERE event_id = 4", "event 4 of the ledger lost its personal values"),
    ],
)
def test_what_was_done_to_the_ledger_is_named(counter: Counter, statement: str, said: str) -> None:
    grown(counter)
    tampered(counter.desk.database, statement)

    with counter.desk.database.session() as session, pytest.raises(LedgerBroken, match=said):
        audit.verify(session)


def test_events_that_changed_places_are_found(counter: Counter) -> None:
    grown(counter)
    tampered(
        counter.desk.database,
        "UPDATE event SET id = -5 WHERE id = 5", "UPDATE event SET id = 5 WHERE id = 6",
        "UPDATE event SET id = 6 WHERE id = -5",
    )  # fmt: skip

    with counter.desk.database.session() as session, pytest.raises(LedgerBroken):
        audit.verify(session)


ENDING_AT_NINE = "UPDATE ledger_head SET (event_id, hash) = (SELECT id, hash FROM event WHERE id = 9)"


def test_an_end_cut_off_is_found_by_a_head_noted_before(counter: Counter) -> None:
    noted = grown(counter)[-1]
    tampered(counter.desk.database, "DELETE FROM event_values WHERE event_id > 9", "DELETE FROM event WHERE id > 9")
    with counter.desk.database.session() as session, pytest.raises(LedgerBroken, match="other ones were appended"):
        audit.verify(session)

    tampered(counter.desk.database, ENDING_AT_NINE)
    with counter.desk.database.session() as session:
        assert audit.verify(session).events == 9
        with pytest.raises(LedgerBroken, match="its end was cut off"):
            audit.verify(session, since=noted)


@settings(max_examples=60)
@given(place=st.integers(0, EVENTS - 1), column=st.sampled_from(ledger.CHAINED), value=st.text(min_size=1))
def test_any_other_value_anywhere_breaks_the_chain(place: int, column: str, value: str) -> None:
    events = [
        ledger.Event(ledger.NOTHING, 1, 0, "noted", f"record:{n}", None, "文", "由", "{}", None, "")
        for n in range(EVENTS)
    ]
    event = events[place]
    whole = event._replace(hash=ledger._hashed(event[:-1]))

    assert ledger.holds(whole)
    assert not ledger.holds(ledger.Event(**{**whole._asdict(), column: value}))


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE event SET reason = '改' WHERE id = 5",
        "DELETE FROM event WHERE id = 12",
        "INSERT OR REPLACE INTO event SELECT * FROM event WHERE id = 5",
        f"{COPY} 14, recorded_at, kind, about, person_id, document, reason, payload, personal, hash, '' {NEWEST}",
        f"{COPY} 13, recorded_at, kind, about, person_id, document, reason, payload, personal, previous, '' {NEWEST}",
        "UPDATE event_values SET told = '{}'",
        "INSERT OR REPLACE INTO event_values SELECT * FROM event_values WHERE event_id = 1",
        "DELETE FROM ledger_head",
    ],
)
def test_the_database_refuses_to_change_the_ledger(counter: Counter, home: str, statement: str) -> None:
    grown(counter)
    statement = statement if home == SQLITE else statement.replace("OR REPLACE ", "")

    with counter.desk.database.session() as session, pytest.raises(IntegrityError, match="only grows"):
        session.connection().exec_driver_sql(statement)


def test_personal_values_are_erased_and_the_ledger_stays_whole(counter: Counter) -> None:
    keys: Keys = let_in(counter.desk.database, NOW)
    with counter.desk.database.session() as session:
        with pytest.raises(NotPermitted):
            audit.erase(session, keys.maker, 2, reason="期满", now=NOW)
        with pytest.raises(KeyRefused):
            audit.erase(session, None, 2, reason="期满", now=NOW)
        assert audit.erase(session, keys.administrator, 2, reason="期满", now=NOW)
        assert not audit.erase(session, keys.administrator, 2, reason="期满", now=NOW)
        found = audit.verify(session)

    assert (found.events, found.erased) == (7, 1)
    assert counter.ask("SELECT count(*) FROM event_values WHERE event_id = 2") == [(0,)]


def test_an_identity_number_in_a_reason_is_removed(counter: Counter) -> None:
    with counter.desk.database.session() as session:
        ledger.append(session, "noted", "record:1", by=None, now=NOW, reason="法人 15090219900101006X 一致")

    assert "15090219900101006X" not in str(counter.ask("SELECT * FROM event"))


def test_two_who_append_at_once_come_one_after_the_other(counter: Counter) -> None:
    def append(number: int) -> None:
        with counter.desk.database.session() as session:
            ledger.take_turn(session, NOW)
            ledger.append(session, "noted", f"record:{number}", by=None, now=NOW)

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(append, range(40)))

    with counter.desk.database.session() as session:
        assert audit.verify(session).events == 40


def test_the_ledger_is_verified_from_the_terminal(counter: Counter) -> None:
    noted = grown(counter)[-1]
    head = json.loads(chengxin(counter.folder, "audit", "head", "--json").stdout)
    whole = chengxin(counter.folder, "audit", "verify", "--head", noted, "--json")
    tampered(counter.desk.database, "UPDATE event SET kind = 'other' WHERE id = 3")
    broken = chengxin(counter.folder, "audit", "verify")

    assert head == {"events": EVENTS, "head": noted}
    assert json.loads(whole.stdout) == {"events": EVENTS, "head": noted, "erased": 0}
    assert broken.returncode == 2
    assert "event 3 of the ledger was changed. [ledger-broken]" in broken.stderr
