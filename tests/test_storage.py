"""When the disk is full, the database read-only or damaged, or two work at once: one sentence, nothing half there."""

import json
import os
import resource
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from registry.errors import StorageRefused
from registry.store.bulk import bulk, snapshot
from registry.store.faults import storage_refusal
from tests.receiving import MANY, Counter, code, counter_in, laid, penalties, penalty

CHENGXIN = Path(sys.executable).with_name("chengxin")


@pytest.fixture
def counter(tmp_path: Path) -> Iterator[Counter]:
    with counter_in(tmp_path) as opened:
        yield opened


def _import(path: Path, database: Path, within: Callable[[], None] | None = None) -> subprocess.CompletedProcess[str]:
    command = [CHENGXIN, "import", path, "--source", "penalties", "--received", "2026-11-23", "--json"]
    place = ["--database", str(database)]
    return subprocess.run([*map(str, command), *place], capture_output=True, text=True, check=False, preexec_fn=within)


def _held(counter: Counter) -> tuple[int, int]:
    return counter.ask("SELECT (SELECT count(*) FROM delivery), (SELECT count(*) FROM record)")[0]


def _told(done: subprocess.CompletedProcess[str]) -> str:
    assert done.returncode == 2, done.stderr
    assert "Traceback" not in done.stderr
    return str(json.loads(done.stdout)["code"])


def test_a_file_that_no_room_is_left_to_read_is_not_refused_for_its_own_fault(counter: Counter) -> None:
    path = laid(counter)
    path.write_text(path.read_text("utf-8"), encoding="gb18030")  # it is read from a copy in UTF-8
    counter.desk.database.close()

    database, limits = counter.folder / "c.db", (100_000, 100_000)
    refused = _import(path, database, lambda: resource.setrlimit(resource.RLIMIT_FSIZE, limits))

    assert _told(refused) == "storage-refused"
    assert counter.take_file(path)[0].counts.read == MANY


@pytest.mark.parametrize("room", [16, 400, 1_000])
def test_a_file_that_no_room_is_left_for_is_refused_and_taken_once_there_is(counter: Counter, room: int) -> None:
    path, database = laid(counter), counter.folder / "c.db"
    counter.desk.database.close()
    most = database.stat().st_size + room * 1024
    limits = (most, most)

    refused = _import(path, database, lambda: resource.setrlimit(resource.RLIMIT_FSIZE, limits))

    assert _told(refused) == "storage-refused"
    assert _held(counter) == (0, 0)
    assert list((counter.folder / "feedback").glob("*")) == []
    assert counter.take_file(path)[0].counts.rejected == MANY // 10
    assert _held(counter) == (1, MANY * 9 // 10)


@contextmanager
def _small_disk(folder: Path, size: str) -> Iterator[Path]:
    """A disk of so much room, where this process may make one."""
    folder.mkdir()
    command = ["mount", "-t", "tmpfs", "-o", f"size={size}", "tmpfs", str(folder)]
    if os.geteuid() or subprocess.run(command, capture_output=True, check=False).returncode:
        pytest.skip("only root makes a disk; the limit on the size of files is tested everywhere")
    try:
        yield folder
    finally:
        subprocess.run(["umount", "-l", str(folder)], check=True)


def test_a_full_disk_refuses_a_file_and_keeps_what_was_there(tmp_path: Path) -> None:
    with _small_disk(tmp_path / "disk", "2m") as disk, counter_in(disk) as counter:
        with pytest.raises(StorageRefused) as refusal:
            counter.take_file(laid(counter))

        assert "空间不足" in refusal.value.zh
        assert _held(counter) == (0, 0)
        assert counter.take(penalties(penalty())).counts.accepted == 1


def test_a_read_only_disk_is_told_in_one_sentence(tmp_path: Path) -> None:
    with _small_disk(tmp_path / "disk", "20m") as disk:
        with counter_in(disk) as counter:
            path = laid(counter)
        subprocess.run(["mount", "-o", "remount,ro", str(disk)], check=True)
        looked_up = subprocess.run(
            [CHENGXIN, "lookup", code(1), "--database", str(disk / "c.db"), "--json"],
            capture_output=True, text=True, check=False,
        )  # fmt: skip

        assert _told(_import(path, disk / "c.db")) == "storage-refused"
        assert _told(looked_up) == "storage-refused"


@pytest.mark.parametrize("damage", [slice(0, 100), slice(8192, 200_000)])
def test_a_damaged_database_is_said_to_be_damaged(counter: Counter, damage: slice) -> None:
    path, database = laid(counter), counter.folder / "c.db"
    counter.desk.database.close()
    whole = bytearray(database.read_bytes())
    whole[damage] = b"\xff" * (damage.stop - damage.start)
    database.write_bytes(whole)

    assert _told(_import(path, database)) in ("storage-refused", "database-not-ready")


def test_what_was_acknowledged_outlasts_a_failure_of_power(counter: Counter) -> None:
    full, asked = 2, "PRAGMA synchronous"
    database = counter.desk.database

    assert counter.ask(asked) == [(full,)]
    with snapshot(database) as seen, bulk(database) as work:
        assert [at.one(asked) for at in (seen, work)] == [full, full]


def test_a_fault_of_ours_is_not_laid_to_the_disk() -> None:
    assert storage_refusal(ValueError("x")) is None
    assert storage_refusal(FileNotFoundError(2, "no such file")) is None
