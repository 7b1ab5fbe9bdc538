"""An upload that breaks the worker off, by a really killed process: it is set aside, and the next one taken."""

import json
import signal
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import psycopg
import pytest

from registry.actions.inbox import MOST_ATTEMPTS, Inbox
from registry.actions.upload_parts import Reading
from registry.vocabulary import UploadState
from tests.homes import POSTGRESQL, living_in
from tests.receiving import NOW, reopened
from tests.terminal import chengxin
from tests.upload_site import PATIENCE, Site, held, laid_in, many, served, taken_up, unserved

LARGE = 30_000  # rows: some seconds of work


@pytest.fixture(scope="module")
def site(home: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    with served(tmp_path_factory.mktemp("site")) as opened:
        yield opened


def ended(site: Site, how: signal.Signals) -> int:
    """Start a worker, and end it when it has taken something up; its exit code."""
    worker = site.begin("work")
    taken_up(site, worker)
    worker.send_signal(how)
    return worker.wait(PATIENCE)


def logged(folder: Path, event: str) -> list[Any]:
    lines = (folder / "log").read_text("utf-8").splitlines()
    told = [json.loads(line) for line in lines if line.startswith("{")]
    return [line for line in told if line["event"] == event]


def broken_off(inbox: Inbox, number: str) -> None:
    """Spend every attempt at an upload."""
    for _ in range(MOST_ATTEMPTS):
        with suppress(ZeroDivisionError), inbox.attempt(number):
            raise ZeroDivisionError


def test_a_file_whose_worker_is_killed_each_time_is_set_aside_and_the_next_is_taken(site: Site) -> None:
    killer, next_one = site.upload(many(rows=LARGE)), site.upload(many(rows=7))

    codes = [ended(site, signal.SIGKILL) for _ in range(MOST_ATTEMPTS)]
    waiting = site.status(killer)["state"]
    assert site.work() == 0

    assert (codes, waiting) == ([-signal.SIGKILL] * MOST_ATTEMPTS, "waiting")
    told = site.status(killer)
    assert (told["state"], told["refusal"]["code"]) == ("refused", "upload-set-aside")
    assert told["receipts"] == []
    assert site.status(next_one)["receipts"][0]["counts"]["accepted"] == 7
    metrics = site.client.get("/metrics").text
    assert "chengxin_inbox 0.0" in metrics
    assert "chengxin_inbox_set_aside 1.0" in metrics
    assert [line["attempt"] for line in logged(site.folder, "again")] == list(range(2, MOST_ATTEMPTS + 1))
    assert [(line["level"], line["code"]) for line in logged(site.folder, "refused")] == [
        ("error", told["refusal"]["code"])
    ]
    assert Inbox(site.folder).file(told["id"]).exists()


def test_a_worker_that_is_told_to_end_does_so_in_order_and_it_is_not_laid_to_the_file(tmp_path: Path) -> None:
    site = unserved(tmp_path)
    number = laid_in(tmp_path, many(rows=LARGE))

    codes = [ended(site, signal.SIGTERM) for _ in range(MOST_ATTEMPTS + 1)]
    waiting = Inbox(tmp_path).status(number).state

    assert codes == [0] * len(codes)
    assert waiting is UploadState.WAITING
    assert site.work() == 0
    assert Inbox(tmp_path).status(number).state is UploadState.TAKEN
    assert "Traceback" not in (tmp_path / "log").read_text("utf-8")


def test_what_was_taken_in_before_a_file_was_set_aside_is_told_with_it(home: str, tmp_path: Path) -> None:
    content = many(rows=3)
    unserved(tmp_path)
    number, inbox = laid_in(tmp_path, content), Inbox(tmp_path)
    inbox.note(number, Reading(0, NOW, NOW))
    with reopened(tmp_path) as counter:
        receipt = counter.take(content)
    broken_off(inbox, number)

    done = chengxin(tmp_path, "work", "--once")

    assert done.returncode == 0
    status = inbox.status(number)
    assert (status.state, (status.refusal or {})["code"]) == (UploadState.REFUSED, "upload-set-aside")
    assert [(told["delivery"], told["repeated"]) for told in status.receipts] == [(receipt.delivery, False)]
    assert held(tmp_path)[-1] == [(f"delivery:{receipt.delivery}", 2)]


def test_a_fault_of_ours_is_logged_without_a_value_and_the_file_set_aside_after_as_many(tmp_path: Path) -> None:
    site, inbox = unserved(tmp_path), Inbox(tmp_path)
    number = laid_in(tmp_path, many(rows=1))
    (tmp_path / "feedback").write_bytes(b"")  # no folder, and nothing that we know to say of a disk

    assert site.work() == 0

    assert (inbox.status(number).refusal or {})["code"] == "upload-set-aside"
    faults = logged(tmp_path, "broke off")
    assert [fault["kind"] for fault in faults] == ["FileExistsError"] * MOST_ATTEMPTS
    assert all(fault["at"] for fault in faults)
    log = (tmp_path / "log").read_text("utf-8")
    assert [said for said in ("Traceback", "a.csv", "a-") if said in log] == []


def test_a_server_that_goes_away_lets_a_file_wait(tmp_path: Path) -> None:
    with living_in(POSTGRESQL):
        site = unserved(tmp_path)
        number = laid_in(tmp_path, many(rows=LARGE))
        worker = site.begin("work", "--once")
        taken_up(site, worker)
        with psycopg.connect(site.place, autocommit=True) as beside:
            cut = (
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE backend_xid IS NOT NULL AND datname = %s"
            )
            while not beside.execute(cut, (beside.info.dbname,)).fetchall():
                pass
        code = worker.wait(PATIENCE)
        waiting = Inbox(tmp_path).status(number).state
        attempts = list((tmp_path / "inbox").glob("*/attempt-*"))
        assert site.work() == 0

        assert (code, waiting, attempts) == (2, UploadState.WAITING, [])
        assert "[database-not-ready]" in (tmp_path / "log").read_text("utf-8")
        assert Inbox(tmp_path).status(number).state is UploadState.TAKEN


def test_a_note_that_lost_its_content_is_none(tmp_path: Path) -> None:
    number, inbox = laid_in(tmp_path, many(rows=1)), Inbox(tmp_path)
    (inbox.folder / number / "progress.json").write_bytes(b"")  # a failure of power may leave it so

    assert inbox.reading(number) is None
    assert inbox.status(number).state is UploadState.WAITING
