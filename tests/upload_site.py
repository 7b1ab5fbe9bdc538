"""A site that takes uploads, and its worker, as both are really started."""

import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import datetime
from pathlib import Path
from typing import Any

import httpx

from registry.actions.audit import verify
from registry.actions.inbox import Inbox
from registry.actions.upload_parts import Ticket
from registry.vocabulary import SourceKind
from tests.office_people import Keys
from tests.receiving import NOW, RECEIVED_ON, code, office_in, penalties, penalty, reopened

CHENGXIN = str(Path(sys.executable).with_name("chengxin"))
PATIENCE = 60
PENALTIES = {"source": "penalties", "received": RECEIVED_ON.isoformat()}


def many(first: int = 0, *, rows: int) -> bytes:
    """Penalties, of which every tenth is wrong and the last repeats the first."""
    told = [
        penalty(
            行政处罚决定书文号=f"乌市监罚〔2026〕{number}号",
            统一社会信用代码=code(number % 90_000),
            处罚决定日期="明天" if number % 10 == 9 else "2026-03-05",
        )
        for number in range(first, first + rows)
    ]
    return penalties(*told, told[0]).encode()


class Site:
    """A registry that is served, and its people's keys."""

    def __init__(self, folder: Path, keys: Keys, place: str) -> None:
        self.folder, self.keys, self.place = folder, keys, place
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        self.client = httpx.Client(base_url=f"http://127.0.0.1:{self.port}", timeout=30)

    def begin(self, *words: str) -> "subprocess.Popen[bytes]":
        """Start a command in the registry's folder."""
        with (self.folder / "log").open("ab") as log:
            return subprocess.Popen(
                [CHENGXIN, *words, "--database", self.place], cwd=self.folder, stdout=log, stderr=log
            )

    def work(self) -> int:
        """Have all that waits taken in."""
        worker = self.begin("work", "--once")
        return worker.wait(PATIENCE)

    def upload(self, content: bytes, *, file: str = "处罚.csv", key: str | None = None, **told: Any) -> httpx.Response:
        headers = {"Authorization": f"Bearer {key or self.keys.maker}"}
        return self.client.post(
            "/v1/deliveries", params=PENALTIES | {"file": file, **told}, content=content, headers=headers
        )

    def status(self, upload: httpx.Response) -> Any:
        headers = {"Authorization": f"Bearer {self.keys.auditor}"}
        return self.client.get(upload.headers["location"], headers=headers).json()


def unserved(folder: Path) -> Site:
    """A site whose server is not started."""
    with office_in(folder) as (counter, keys):
        return Site(folder, keys, counter.desk.database.place)


@contextmanager
def served(folder: Path) -> Iterator[Site]:
    """A site that answers."""
    site = unserved(folder)
    server = site.begin("serve", "--port", str(site.port))
    try:
        until = time.monotonic() + PATIENCE
        while time.monotonic() < until:
            with suppress(httpx.TransportError):
                site.client.get("/healthz")
                break
            time.sleep(0.1)
        yield site
    finally:
        server.terminate()
        server.wait(PATIENCE)
        site.client.close()


def laid_in(folder: Path, content: bytes, at: datetime = NOW) -> str:
    """Lay a file where the door lays those that are uploaded; its number."""
    ticket = Ticket("a.csv", SourceKind.PENALTIES, None, RECEIVED_ON, 2, at, len(content))
    arriving = Inbox(folder).arriving(ticket)
    arriving.write(content)
    return arriving.keep()


def held(folder: Path) -> tuple[Any, ...]:
    """All that the deliveries brought, and who brought each; the ledger verifies."""
    with reopened(folder) as counter:
        with counter.desk.database.session() as session:
            verify(session)
        return tuple(
            counter.ask(select)
            for select in (
                "SELECT id, sha256, read, accepted, duplicate, rejected FROM delivery ORDER BY id",
                "SELECT count(*), count(DISTINCT document) FROM record",
                "SELECT count(*) FROM rejection",
                "SELECT count(*) FROM {links} l",
                "SELECT about, person_id FROM event WHERE kind = 'delivery_uploaded' ORDER BY id",
            )
        )


def taken_up(site: Site, worker: "subprocess.Popen[bytes]") -> float:
    """Wait until a worker has taken something up, or has ended; the moment."""
    begun = time.time()
    while worker.poll() is None:
        noted = [one.stat().st_mtime for one in (site.folder / "inbox").glob("*/progress.json")]
        if noted and max(noted) >= begun:
            break
        time.sleep(0.01)
    return time.monotonic()
