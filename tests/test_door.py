"""What goes through the door the long way: bodies of any size, replies whole or in parts."""

import socket
import subprocess
import sys
import time
from collections.abc import Iterator

import httpx
import pytest

START, STOP = 60, 10
PROGRAM = """
import multiprocessing
from collections.abc import AsyncIterator
from sys import argv

from granian import Granian
from granian.constants import Interfaces
from litestar import Litestar, Request, get, post
from litestar.response import Stream

from registry.api.door import Door


@post("/length")
async def length(request: Request) -> dict[str, int]:
    return {"bytes": len(await request.body())}


@get("/parts")
async def parts() -> Stream:
    async def made() -> AsyncIterator[bytes]:
        for number in range(100):
            yield b"%03d" % number * 1000

    return Stream(made())


def site():
    return Door(Litestar([length, parts], openapi_config=None), lambda: None)


if __name__ == "__main__":
    multiprocessing.set_start_method("spawn", force=True)
    Granian("program:site", factory=True, interface=Interfaces.RSGI, port=int(argv[1]), websockets=False).serve()
"""


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a site with a handler that reads and one that streams."""
    folder = tmp_path_factory.mktemp("door")
    (folder / "program.py").write_text(PROGRAM)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    with (folder / "log").open("wb") as log:
        server = subprocess.Popen([sys.executable, "program.py", str(port)], cwd=folder, stdout=log, stderr=log)
    address, end = f"http://127.0.0.1:{port}", time.monotonic() + START
    while time.monotonic() < end and server.poll() is None:
        try:
            httpx.get(address)
            break
        except httpx.TransportError:
            time.sleep(0.1)
    yield address
    server.terminate()
    server.wait(STOP)
    written = (folder / "log").read_text()
    assert not [said for said in ("raised an exception", "Traceback", "panicked") if said in written]


@pytest.mark.parametrize("size", [0, 1, 3_000_000])
def test_a_body_arrives_whole(site: str, size: int) -> None:
    assert httpx.post(f"{site}/length", content=bytes(size)).json() == {"bytes": size}


def test_a_reply_made_in_parts_leaves_in_parts_and_is_whole(site: str) -> None:
    with httpx.stream("GET", f"{site}/parts") as reply:
        received = b"".join(reply.iter_bytes())

    assert "content-length" not in reply.headers
    assert received == b"".join(b"%03d" % number * 1000 for number in range(100))
