"""People act with keys: who may what, what is kept of a key, and what is told where."""

import json
import logging
import subprocess
import sys

import pytest
from sqlalchemy import text

from registry.actions import people
from registry.actions.people import acting
from registry.errors import KeyRefused, NotPermitted, PersonRefused
from registry.vocabulary import Role
from tests.homes import stored
from tests.office_people import Keys
from tests.receiving import NOW, Counter
from tests.terminal import chengxin


def test_the_first_person_is_an_administrator_and_that_is_in_the_ledger(counter: Counter) -> None:
    with counter.desk.database.session() as session:
        with pytest.raises(PersonRefused):
            people.add(session, None, "经办甲", [Role.MAKER], now=NOW)
        made = people.add(session, None, "管理员甲", [Role.ADMINISTRATOR], now=NOW)

    assert counter.ask("SELECT kind, about, person_id, payload FROM event") == [
        (
            "person_added",
            "person:1",
            None,
            json.dumps({"key": made.key.split("-")[1], "roles": ["administrator"]}, separators=(",", ":")),
        )
    ]


def test_a_second_person_takes_the_key_of_an_administrator(counter: Counter, keys: Keys) -> None:
    with counter.desk.database.session() as session:
        for key, refusal in ((None, KeyRefused), (keys.maker, NotPermitted), (keys.auditor, NotPermitted)):
            with pytest.raises(refusal):
                people.add(session, key, "经办丙", [Role.MAKER], now=NOW)
        people.add(session, keys.administrator, "经办丙", [Role.MAKER], now=NOW)


def test_a_key_is_kept_nowhere(counter: Counter, keys: Keys) -> None:
    kept = stored(counter.desk.database)

    assert not [key for key in keys if key.split("-", 2)[2].encode() in kept]
    assert all(hashed.startswith("$argon2id$") for (hashed,) in counter.ask("SELECT hash FROM access_key"))


def test_the_program_makes_a_guess_at_a_key_as_dear_as_owasp_asks_for(counter: Counter) -> None:
    words = ["user", "add", "管理员甲", "--role", "administrator", "--database", counter.desk.database.place]
    subprocess.run([sys.executable, "-m", "registry.cli.app", *words], check=True, capture_output=True)

    ((hashed,),) = counter.ask("SELECT hash FROM access_key")
    assert hashed.startswith("$argon2id$v=19$m=19456,t=2,p=1$")


@pytest.mark.parametrize("spoiled", ["{key}x", "{key}!", "", "cx-0-0", "键", "cx-{id}-", "cy-{id}-0", "cx-{id}-\x00"])
def test_any_wrong_key_is_refused_in_the_same_words(counter: Counter, keys: Keys, spoiled: str) -> None:
    wrong = spoiled.format(key=keys.maker, id=keys.maker.split("-")[1])
    with counter.desk.database.session() as session:
        with pytest.raises(KeyRefused) as refused:
            acting(session, wrong)
        with pytest.raises(KeyRefused) as missing:
            acting(session, None)

    assert str(refused.value) == str(missing.value)
    assert keys.maker.split("-")[1] not in str(refused.value)


def test_a_role_allows_what_is_its_own(counter: Counter, keys: Keys) -> None:
    with counter.desk.database.session() as session:
        assert acting(session, keys.maker, Role.MAKER).name == "经办甲"
        assert acting(session, keys.both, Role.MAKER, Role.CHECKER).roles == {Role.MAKER, Role.CHECKER}
        with pytest.raises(NotPermitted):
            acting(session, keys.maker, Role.CHECKER)
        with pytest.raises(NotPermitted):
            acting(session, keys.administrator, Role.MAKER, Role.CHECKER)


def test_an_administrator_decides_nothing(counter: Counter, keys: Keys) -> None:
    with counter.desk.database.session() as session:
        for role in (Role.MAKER, Role.CHECKER):
            with pytest.raises(PersonRefused):
                people.add(session, keys.administrator, "全能", [Role.ADMINISTRATOR, role], now=NOW)


def test_who_is_disabled_acts_no_more_and_the_last_administrator_stays(counter: Counter, keys: Keys) -> None:
    with counter.desk.database.session() as session:
        people.disable(session, keys.administrator, 2, reason="调离", now=NOW)
        with pytest.raises(KeyRefused):
            acting(session, keys.maker)
        with pytest.raises(PersonRefused):
            people.disable(session, keys.administrator, 1, reason="调离", now=NOW)
        with pytest.raises(PersonRefused):
            people.rotate(session, keys.administrator, 2, now=NOW)


def test_a_new_key_ends_the_old_one(counter: Counter, keys: Keys) -> None:
    with counter.desk.database.session() as session:
        own = people.rotate(session, keys.maker, None, now=NOW).key
        with pytest.raises(KeyRefused):
            acting(session, keys.maker)
        given = people.rotate(session, keys.administrator, 2, now=NOW).key
        with pytest.raises(KeyRefused):
            acting(session, own)
        with pytest.raises(NotPermitted):
            people.rotate(session, given, 3, now=NOW)

    assert counter.ask("SELECT kind, about, person_id FROM event WHERE kind = 'key_rotated'") == [
        ("key_rotated", "person:2", 2),
        ("key_rotated", "person:2", 1),
    ]


def test_names_of_people_stand_outside_the_chain(counter: Counter, keys: Keys) -> None:
    chained = str(counter.ask("SELECT * FROM event"))

    assert "经办甲" not in chained
    assert counter.ask("SELECT told FROM event_values WHERE event_id = 2") == [('{"name":"经办甲"}',)]


def test_people_are_kept_from_the_terminal(counter: Counter, caplog: pytest.LogCaptureFixture) -> None:
    first = json.loads(chengxin(counter.folder, "user", "add", "管理员甲", "--role", "administrator", "--json").stdout)
    unkeyed = chengxin(counter.folder, "user", "add", "经办甲", "--role", "maker")
    wrong = chengxin(counter.folder, "user", "add", "经办甲", "--role", "maker", key=first["key"] + "x")
    added = chengxin(counter.folder, "user", "add", "经办甲", "--role", "maker", key=first["key"])
    listed = chengxin(counter.folder, "user", "list", "--json", key=first["key"])
    disabled = chengxin(counter.folder, "user", "disable", "2", "--reason", "调离", "--json", key=first["key"])
    verified = chengxin(counter.folder, "audit", "verify")

    assert [done.returncode for done in (unkeyed, wrong, added, listed, disabled, verified)] == [2, 2, 0, 0, 0, 0]
    assert "[key-refused]" in unkeyed.stderr
    assert json.loads(disabled.stdout) == {"disabled": 2}
    assert first["key"].split("-", 2)[2] not in wrong.stderr + wrong.stdout
    assert added.stdout.splitlines()[-1].startswith("cx-")
    assert [(one["name"], one["roles"]) for one in json.loads(listed.stdout)] == [
        ("管理员甲", ["administrator"]),
        ("经办甲", ["maker"]),
    ]
    assert "3 events" in verified.stdout
    assert not [record for record in caplog.records if record.levelno >= logging.INFO and "cx-" in record.getMessage()]
    with counter.desk.database.session() as session:
        assert session.execute(text("SELECT disabled_at IS NOT NULL FROM person WHERE id = 2")).scalar_one()
