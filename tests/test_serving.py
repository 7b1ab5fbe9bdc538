"""`chengxin serve` as it is really started: it answers at once, and it ends when it is told to."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing, suppress
from pathlib import Path
from threading import Event, Thread

import httpx
import psycopg
import pytest

from tests.homes import POSTGRESQL, living_in, opened
from tests.public_city import CODE, NAME, PROVISIONAL, QUIET, TRADER, UNKNOWN, public_city

START, STOP = 60, 10
TABLES = [("known_name",), ("subject",), ("subject_name",)]
READ_THROUGH = """SELECT relname FROM pg_stat_user_tables
WHERE relname IN ('known_name', 'subject', 'subject_name') AND seq_scan > 0 ORDER BY relname"""
LINES = (
    "SELECT pid FROM pg_stat_activity WHERE query LIKE '%json_build_array(%s.provisional%' AND pid <> pg_backend_pid()"
)
END_ALL = """SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity
WHERE datname = current_database() AND pid <> pg_backend_pid()"""
# the command as installed, after the threads that a polars query leaves behind in the process that starts workers
PROGRAM = """
import sys
import polars
from registry.cli.app import main
if __name__ == "__main__":
    polars.DataFrame({"a": range(1000)}).lazy().group_by("a").len().collect()
    sys.argv = ["chengxin", *sys.argv[1:]]
    main()
"""


def started(folder: Path, *options: str) -> tuple["subprocess.Popen[bytes]", httpx.Client]:
    """The server on a free port over a demo registry, answering; and one who asks it."""
    database = public_city(folder / "city.db", mode="demo")
    database.close()
    program = folder / "program.py"
    program.write_text(PROGRAM)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [sys.executable, str(program), "serve", "--port", str(port), "--database", database.place, *options]
    with (folder / "log").open("wb") as log:
        server = subprocess.Popen(command, cwd=Path(__file__).parents[1], env={**os.environ}, stdout=log, stderr=log)
    client, end = httpx.Client(base_url=f"http://127.0.0.1:{port}"), time.monotonic() + START
    while server.poll() is None and time.monotonic() < end:
        try:
            client.get("/healthz")
            return server, client
        except httpx.TransportError:
            time.sleep(0.1)
    client.close()
    server.kill()
    raise AssertionError((folder / "log").read_text())


@pytest.fixture(scope="module")
def site(home: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[httpx.Client]:
    """A served registry."""
    server, client = started(tmp_path_factory.mktemp("site"))
    with closing(client):
        yield client
    server.terminate()
    server.wait(STOP)


def test_the_served_site_is_alive_and_ready(site: httpx.Client) -> None:
    assert site.get("/healthz").json() == {"status": "ok"}
    ready = site.get("/v1/readyz").json()
    assert (ready["data_as_of"], ready["demo"]) == ("2026-11-23T09:30:00+08:00", True)


def test_the_served_site_answers_programs_and_people(site: httpx.Client) -> None:
    told = site.get(f"/v1/subjects/{QUIET}")
    page = site.get(f"/subjects/{QUIET}")

    assert told.json()["code"] == QUIET
    assert page.headers["content-type"] == "text/html; charset=utf-8"
    again = site.get(f"/v1/subjects/{QUIET}", headers={"If-None-Match": told.headers["etag"]})
    assert again.status_code == 304


def test_the_served_site_gives_one_answer_to_whatever_is_not_public(site: httpx.Client) -> None:
    assert len({site.get(f"/v1/subjects/{code}").content for code in (UNKNOWN, TRADER, PROVISIONAL)}) == 1


def test_the_short_way_to_a_subject_and_the_long_way_give_the_very_same_answer(site: httpx.Client) -> None:
    short, long = (site.get(f"/v1/subjects/{code}") for code in (CODE, CODE.lower()))
    stamped = {"date"}

    assert short.status_code == 200
    assert short.content == long.content
    assert {k: v for k, v in short.headers.items() if k not in stamped} == {
        k: v for k, v in long.headers.items() if k not in stamped
    }


def test_an_answer_already_known_is_not_sent_again_by_the_short_way(site: httpx.Client) -> None:
    first = site.get(f"/v1/subjects/{CODE}")
    tag = first.headers["etag"]

    for known in (tag, f"W/{tag}", "*", f'"other", {tag}'):
        again = site.get(f"/v1/subjects/{CODE}", headers={"If-None-Match": known})
        assert (again.status_code, again.content, again.headers["etag"]) == (304, b"", tag)
    assert site.get(f"/v1/subjects/{CODE}", headers={"If-None-Match": '"other"'}).content == first.content


def test_the_long_way_takes_every_address_and_question_as_it_was_sent(site: httpx.Client) -> None:
    found = site.get("/v1/subjects", params={"q": NAME}).json()
    spaced = site.get(f"/v1/subjects/{CODE[:4]}%20{CODE[4:].lower()}")
    posted = site.post(
        f"/v1/subjects/{CODE}", content=b"x" * 100_000, headers={"connection": "close"}
    )  # it is not read
    headed = site.head(f"/v1/subjects/{CODE}")

    assert [subject["code"] for subject in found["subjects"]] == [CODE]
    assert spaced.json()["code"] == CODE
    assert (posted.status_code, headed.status_code) == (405, 405)
    assert site.get(f"/v1/subjects/{CODE}?on=2026-01-01").json()["code"] == "bad-query"
    assert site.get("/subjects", params={"q": NAME}).headers["location"] == f"/subjects/{CODE}"


@pytest.mark.parametrize(("told", "workers"), [(signal.SIGTERM, 2), (signal.SIGINT, 1)])
def test_told_to_end_under_requests_the_server_does_soon_and_without_a_word(
    told: signal.Signals, workers: int, tmp_path: Path
) -> None:
    server, client = started(tmp_path, "--workers", str(workers))
    ended, answers = Event(), set[int]()

    def ask(address: str) -> None:
        with httpx.Client(base_url=client.base_url) as asking, suppress(httpx.TransportError):
            while not ended.is_set():
                answers.add(asking.get(address).status_code)

    asked = [Thread(target=ask, args=(address,)) for address in (f"/v1/subjects/{CODE}", "/v1/rules", "/metrics")]
    for thread in asked:
        thread.start()
    time.sleep(1)
    processes = _children(server.pid)
    server.send_signal(told)
    code = server.wait(STOP)
    ended.set()
    for thread in asked:
        thread.join()
    client.close()
    time.sleep(1)

    assert (code, answers) == (0, {200})
    assert len(processes) > workers  # one more looks after what they share
    assert processes & set(_running()) == set()
    said = [line for line in (tmp_path / "log").read_text("utf-8").splitlines() if '"event": "serving"' not in line]
    assert len(said) == 1  # where the site is


def test_a_worker_that_dies_is_replaced_and_the_site_goes_on(tmp_path: Path) -> None:
    server, client = started(tmp_path, "--workers", "2")
    begun = '"event": "serving"'
    serving = [json.loads(line) for line in _logged(tmp_path, begun, 2)]

    os.kill(serving[0]["process"], signal.SIGKILL)
    _logged(tmp_path, begun, 3)
    with closing(client), httpx.Client(base_url=client.base_url) as asking:
        answer = asking.get(f"/v1/subjects/{CODE}").status_code
    server.terminate()

    assert (answer, server.wait(STOP)) == (200, 0)


def test_a_server_reads_the_names_into_its_memory_before_anyone_searches(tmp_path: Path) -> None:
    with living_in(POSTGRESQL):
        server, client = started(tmp_path)
        place, end = opened(tmp_path, "city.db").place, time.monotonic() + START
        with closing(client), psycopg.connect(place, autocommit=True) as asking:
            while (read := asking.execute(READ_THROUGH).fetchall()) != TABLES and time.monotonic() < end:
                time.sleep(0.1)
        server.terminate()
        server.wait(STOP)

    assert read == TABLES


def test_a_site_whose_connections_the_server_ended_goes_on_and_nobody_who_asks_sees_it(tmp_path: Path) -> None:
    asked = (f"/v1/subjects/{CODE}", f"/v1/subjects/{UNKNOWN}", f"/v1/subjects?q={QUIET}", f"/v1/subjects/{CODE}")
    with living_in(POSTGRESQL):
        server, client = started(tmp_path)
        place = opened(tmp_path, "city.db").place
        with closing(client), psycopg.connect(place, autocommit=True) as ending:
            client.get(asked[0])
            lines = ending.execute(LINES).fetchall()
            before = [client.get(address).content for address in asked]
            ending.execute(END_ALL)
            after = [client.get(address).content for address in asked]
        server.terminate()
        server.wait(STOP)

    assert len(lines) == 1  # the short way is taken
    assert after == before


def _logged(folder: Path, said: str, times: int) -> list[str]:
    """The lines of the log that say so, once there are so many."""
    lines, end = list[str](), time.monotonic() + START
    while len(lines) < times and time.monotonic() < end:
        time.sleep(0.1)
        lines = [line for line in (folder / "log").read_text("utf-8").splitlines() if said in line]
    assert len(lines) == times
    return lines


def _children(parent: int) -> set[int]:
    return {child for child, its_parent in _running().items() if its_parent == parent}


def _running() -> dict[int, int]:
    """Every process that is no zombie, with its parent."""
    listed = subprocess.run(["ps", "-eo", "pid=,ppid=,stat="], check=True, capture_output=True, text=True).stdout
    rows = [line.split() for line in listed.splitlines()]
    return {int(pid): int(parent) for pid, parent, state in rows if not state.startswith("Z")}
