"""Two who work at once, in both homes: whoever writes waits, whoever asks does not."""

import json
import socket
import subprocess
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import httpx

from loaders.delivering import Sender, deliver
from registry.actions.progress import Advance
from registry.vocabulary import SourceKind
from tests.receiving import MANY, NOW, RECEIVED_ON, Counter, code, laid

CHENGXIN = Path(sys.executable).with_name("chengxin")


def imported(counter: Counter, path: Path) -> subprocess.CompletedProcess[str]:
    """Take it in by another process."""
    command = [CHENGXIN, "import", path, "--source", "penalties", "--received", "2026-11-23", "--json"]
    told = [*map(str, command), "--database", counter.desk.database.place]
    return subprocess.run(told, cwd=counter.folder, capture_output=True, text=True, check=False)


def held(counter: Counter) -> tuple[int, int]:
    return counter.ask("SELECT (SELECT count(*) FROM delivery), (SELECT count(*) FROM record)")[0]


def test_two_importers_at_once_take_both_files_whole(counter: Counter) -> None:
    paths = [laid(counter, "one.csv"), laid(counter, "other.csv", MANY)]
    with ThreadPoolExecutor(2) as pool:
        done = list(pool.map(lambda path: imported(counter, path), paths))

    assert [each.returncode for each in done] == [1, 1]
    assert held(counter) == (2, 2 * MANY * 9 // 10)


def test_the_same_file_in_two_hands_is_taken_once_and_keeps_its_feedback(counter: Counter) -> None:
    path, second = laid(counter), list[subprocess.CompletedProcess[str]]()
    other = threading.Thread(target=lambda: second.append(imported(counter, path)))

    def while_rows_are_judged(_: Advance) -> None:
        if not other.ident:
            other.start()
            time.sleep(4)  # it has seen that nobody delivered this, and waits for its turn

    sender = Sender(None, RECEIVED_ON, counter.folder / "feedback")
    (first,) = deliver(counter.desk, path, SourceKind.PENALTIES, sender, now=NOW, progress=while_rows_are_judged)
    other.join()
    (receipt,) = json.loads(second[0].stdout)

    assert (second[0].returncode, receipt["repeated"], receipt["delivery"]) == (1, True, first.delivery)
    assert held(counter) == (1, MANY * 9 // 10)
    assert len(Path(first.feedback[0]).read_text(encoding="utf-8-sig").splitlines()) == MANY // 10 + 1


def test_lookups_are_answered_while_a_file_is_taken_in(counter: Counter) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    place = counter.desk.database.place
    served = subprocess.Popen(
        [CHENGXIN, "serve", "--port", str(port), "--workers", "1", "--database", place],
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    client = httpx.Client(base_url=f"http://127.0.0.1:{port}")
    try:
        for _ in range(100):
            try:
                client.get("/healthz")
                break
            except httpx.TransportError:
                time.sleep(0.2)
        with ThreadPoolExecutor(1) as pool:
            taken = pool.submit(imported, counter, laid(counter))
            answers = set()
            while not taken.done():
                answers.add(client.get(f"/v1/subjects/{code(1)}").status_code)
                time.sleep(0.005)
        after = client.get("/readyz").status_code
    finally:
        client.close()
        served.terminate()
        served.wait()

    assert taken.result().returncode == 1
    assert answers == {404}
    assert after == 200
