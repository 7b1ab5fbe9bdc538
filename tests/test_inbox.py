"""Files uploaded over HTTP and taken in by a worker of its own, as both are really started; and the worker killed."""

import os
import shutil
import signal
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random

import pytest
from hypothesis import settings

from registry.actions.inbox import Inbox
from registry.actions.upload_parts import Ticket
from registry.errors import BadQuery, StorageRefused
from registry.vocabulary import SourceKind, UploadState
from tests.receiving import NOW, RECEIVED_ON, office_in, reopened
from tests.terminal import chengxin
from tests.upload_site import CHENGXIN, PATIENCE, PENALTIES, Site, held, laid_in, many, served, taken_up, unserved

IDENTITY = "15090119900307002X"


FEW = many(rows=3)


@pytest.fixture(scope="module")
def running(home: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    with served(tmp_path_factory.mktemp("site")) as opened:
        yield opened


@pytest.fixture
def site(running: Site) -> Site:
    """A site where nothing waits; each test uploads files of its own."""
    shutil.rmtree(running.folder / "inbox", ignore_errors=True)
    return running


def test_an_upload_waits_is_taken_in_and_tells_its_receipt(site: Site) -> None:
    first = site.upload(many(rows=20), file=f"处罚{IDENTITY}.csv", department="SCJG")
    second = site.upload(many(100, rows=5))
    assert (first.status_code, first.headers["cache-control"]) == (202, "no-store")
    assert [site.status(one)["state"] for one in (first, second)] == ["waiting", "waiting"]
    assert [site.status(one)["ahead"] for one in (first, second)] == [0, 1]
    assert "chengxin_inbox 2.0" in site.client.get("/metrics").text

    assert site.work() == 0

    told = site.status(first)
    (receipt,) = told["receipts"]
    assert (told["state"], told["file"]) == ("taken", "处罚已删除.csv")
    assert receipt["counts"] == {"read": 21, "accepted": 18, "duplicate": 1, "rejected": 2}
    assert (receipt["repeated"], receipt["department"]) == (False, "SCJG")
    assert Path(receipt["feedback"][0]).exists()
    number = receipt["delivery"]
    assert site.status(second)["receipts"][0]["delivery"] == number + 1
    assert list((site.folder / "inbox").glob("*/*.csv")) == []  # the bytes are not kept
    assert "chengxin_inbox 0.0" in site.client.get("/metrics").text
    assert held(site.folder)[-1][-2:] == [(f"delivery:{number}", 2), (f"delivery:{number + 1}", 2)]
    log = (site.folder / "log").read_text("utf-8")
    assert '"taken"' in log
    assert "处罚" not in log
    assert IDENTITY not in log


def test_an_upload_for_which_there_is_too_little_room_is_not_taken(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ticket = Ticket("处罚.csv", SourceKind.PENALTIES, None, RECEIVED_ON, 1, NOW, 100)
    Inbox(tmp_path).arriving(ticket).drop()
    monkeypatch.setattr("registry.actions.inbox.KEPT_FREE", 1 << 60)

    with pytest.raises(StorageRefused, match="剩余空间不足"):
        Inbox(tmp_path).arriving(ticket)
    assert Inbox(tmp_path).waiting() == []


def test_the_same_file_again_gets_its_first_receipt(site: Site) -> None:
    uploads = [site.upload(many(rows=5)) for _ in range(2)]
    site.work()

    first, again = (site.status(one)["receipts"][0] for one in uploads)
    assert (first["delivery"], first["repeated"], again["repeated"]) == (again["delivery"], False, True)


def test_a_refused_file_is_kept_with_the_reason_and_those_after_it_are_taken(site: Site) -> None:
    bad, unknown, good = (
        site.upload("没有,这样的\n表,头\n".encode()),
        site.upload(many(rows=3), department="没有"),
        site.upload(many(rows=4)),
    )
    assert site.work() == 0

    assert [site.status(one)["state"] for one in (bad, unknown, good)] == ["refused", "refused", "taken"]
    assert [site.status(one)["refusal"]["code"] for one in (bad, unknown)] == ["file-refused", "unknown-department"]
    assert len(list((site.folder / "inbox").glob("*/*.csv"))) == 2


def test_who_may_upload_what_and_who_may_look(site: Site) -> None:
    headers = {"Authorization": f"Bearer {site.keys.maker}"}
    replies = [
        site.upload(many(rows=1), key="cx-1-x"),
        site.upload(many(rows=1), key=site.keys.auditor),
        site.upload(many(rows=1), file="../../etc/passwd"),
        site.upload(many(rows=1), file="ticket.json"),
        site.upload(many(rows=1), source="gossip"),
        site.upload(b""),
        site.client.post("/v1/deliveries", params=PENALTIES | {"file": "x.csv"}, content=iter([b"x"]), headers=headers),
        site.client.get("/v1/deliveries/20261123T040000000000-0123456789abcdef", headers=headers),
        site.client.get("/v1/deliveries/..%2F..%2Fc.db", headers=headers),
        site.client.get(site.upload(many(rows=1)).headers["location"]),
    ]

    assert [reply.status_code for reply in replies] == [401, 403, 400, 400, 400, 400, 400, 404, 404, 401]


def test_half_an_upload_is_none_and_too_large_a_one_is_refused_before_it_comes(site: Site) -> None:
    asked = "POST /v1/deliveries?source=penalties&file=x.csv HTTP/1.1"
    head = f"{asked}\r\nHost: x\r\nAuthorization: Bearer {site.keys.maker}\r\n"
    with closing(socket.create_connection(("127.0.0.1", site.port))) as line:
        line.sendall(f"{head}Content-Length: 1000\r\n\r\n".encode() + b"x" * 10)
        time.sleep(0.5)
    with closing(socket.create_connection(("127.0.0.1", site.port))) as line:
        line.sendall(f"{head}Content-Length: {3 << 30}\r\n\r\n".encode())
        reply = line.recv(4096).decode()

    assert reply.startswith("HTTP/1.1 413")
    until = time.monotonic() + PATIENCE
    while list((site.folder / "inbox").glob(".arriving-*")) and time.monotonic() < until:
        time.sleep(0.1)
    assert [one.name for one in (site.folder / "inbox").glob("*") if one.name != ".lock"] == []


def test_a_worker_killed_at_any_moment_ends_as_an_undisturbed_one(
    home: str, tmp_path_factory: pytest.TempPathFactory
) -> None:
    rows, kills = (settings().max_examples * 80, settings().max_examples // 33)  # more by the profile `soak`
    contents = [many(rows=rows), b"a,b\n1,2\n", many(rows, rows=2_000)]
    other = unserved(tmp_path_factory.mktemp("undisturbed"))
    for place, content in enumerate(contents):
        laid_in(other.folder, content, NOW + timedelta(seconds=place))
    worker = other.begin("work", "--once")
    begun = taken_up(other, worker)
    assert worker.wait(PATIENCE) == 0
    working = time.monotonic() - begun
    random, seen = Random(7), set[str]()
    with served(tmp_path_factory.mktemp("killed")) as site:
        uploads = [site.upload(content) for content in contents]
        for _ in range(kills):
            worker = site.begin("work", "--once")
            until = taken_up(site, worker) + random.uniform(0, working)
            while time.monotonic() < until and worker.poll() is None:
                seen.update(site.status(one)["state"] for one in uploads)
                time.sleep(0.05)
            worker.send_signal(signal.SIGKILL)
            worker.wait()
            for attempt in (site.folder / "inbox").glob("*/attempt-*"):  # these kills are not to be laid to a file
                attempt.unlink()
        assert site.work() == 0
        told = [site.status(one) for one in uploads]

    assert [one["state"] for one in told] == ["taken", "refused", "taken"]
    assert [one["receipts"][0]["repeated"] for one in (told[0], told[2])] == [False, False]
    assert held(site.folder) == held(other.folder)
    assert "reading" in seen


def test_two_workers_are_not_at_one_inbox(site: Site) -> None:
    first = site.begin("work")
    try:
        until = time.monotonic() + PATIENCE
        while not (site.folder / "inbox" / ".lock").exists() and time.monotonic() < until:
            time.sleep(0.05)
        time.sleep(0.3)
        second = subprocess.run(
            [CHENGXIN, "work", "--once", "--database", site.place],
            cwd=site.folder, capture_output=True, text=True, check=False, env={**os.environ, "LC_ALL": "C"},
        )  # fmt: skip
        taken = site.upload(many(rows=3))
        while site.status(taken)["state"] != "taken" and time.monotonic() < until:
            time.sleep(0.1)
    finally:
        first.terminate()
        first.wait()

    assert (second.returncode, "[registry-busy]" in second.stderr) == (2, True)
    assert site.status(taken)["state"] == "taken"


def test_what_is_not_the_files_fault_lets_it_wait(home: str, tmp_path: Path) -> None:
    with office_in(tmp_path) as (counter, _):
        clock = "UPDATE ledger_head SET recorded_at = {}"
        number = laid_in(tmp_path, FEW)
        with counter.desk.database.session() as session:
            session.connection().exec_driver_sql(clock.format(4_000_000_000_000))
    behind = chengxin(tmp_path, "work", "--once")
    waiting = Inbox(tmp_path).status(number)
    with reopened(tmp_path) as counter, counter.desk.database.session() as session:
        session.connection().exec_driver_sql(clock.format(1))
    right = chengxin(tmp_path, "work", "--once")

    assert (behind.returncode, "[clock-behind]" in behind.stderr, waiting.state) == (2, True, UploadState.WAITING)
    assert right.returncode == 0
    assert Inbox(tmp_path).status(number).receipts[0]["counts"]["accepted"] == 3


def test_a_broken_register_of_the_office_lets_a_file_wait(tmp_path: Path) -> None:
    with office_in(tmp_path):
        number = laid_in(tmp_path, FEW)
    departments = tmp_path / "office" / "departments.csv"
    whole = departments.read_bytes()
    departments.write_bytes(whole.replace(b"code", b"kode", 1))
    broken = chengxin(tmp_path, "work", "--once")
    waiting = Inbox(tmp_path).status(number).state
    departments.write_bytes(whole)
    right = chengxin(tmp_path, "work", "--once")

    assert (broken.returncode, "[office-file-broken]" in broken.stderr) == (2, True)
    assert (waiting, right.returncode) == (UploadState.WAITING, 0)
    assert Inbox(tmp_path).status(number).state is UploadState.TAKEN


def test_a_worker_that_ended_before_it_removed_what_it_took_removes_it_later(tmp_path: Path) -> None:
    inbox = Inbox(tmp_path)
    ticket = Ticket("a.csv", SourceKind.PENALTIES, None, RECEIVED_ON, 2, NOW, 1)
    numbers = []
    for _ in range(2):
        arriving = inbox.arriving(ticket)
        arriving.write(b"x")
        numbers.append(arriving.keep())
    (inbox.folder / ".arriving-x").mkdir()  # whose server was killed
    files = [inbox.file(number) for number in numbers]
    inbox.taken(numbers[0], [], NOW)
    files[0].write_bytes(b"x")
    inbox.refused(numbers[1], BadQuery("不", "no"), NOW)

    inbox.tidy(datetime.now(UTC) + timedelta(days=2))

    assert [file.exists() for file in files] == [False, True]
    assert list(inbox.folder.glob(".arriving-*")) == []
