"""How far long work has come: what is told adds up, and a terminal sees rows, their rate and the time that remains."""

import os
import pty
import re
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path

import polars as pl
import pytest

from loaders.delivering import Sender, deliver
from registry.actions.link import link
from registry.actions.progress import Advance
from registry.actions.publish import publish
from registry.vocabulary import SourceKind
from tests.receiving import NOW, RECEIVED_ON, Counter, code, counter_in, penalties, penalty

CHENGXIN = Path(sys.executable).with_name("chengxin")
ROWS = 250_000


@pytest.fixture(scope="module")
def counter(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Counter]:
    with counter_in(tmp_path_factory.mktemp("counter")) as opened:
        yield opened


def _told(counter: Counter, path: Path) -> list[Advance]:
    told: list[Advance] = []
    sender = Sender(None, RECEIVED_ON, counter.folder / "feedback", dry_run=True)
    deliver(counter.desk, path, SourceKind.PENALTIES, sender, now=NOW, progress=told.append)
    return told


@pytest.mark.parametrize("encoding", ["utf-8", "gb18030"])
def test_the_parts_of_a_file_add_up_to_it(counter: Counter, encoding: str) -> None:
    path = counter.folder / f"{encoding}.csv"
    header, row = penalties(penalty(备注="短")).splitlines()
    path.write_text("\n".join([header, *[row] * ROWS, ""]), encoding=encoding)

    told = _told(counter, path)

    assert len(told) > 1
    assert sum(advance.rows for advance in told) == ROWS
    assert sum(advance.share for advance in told) == pytest.approx(1, abs=0.01)
    assert told[0].share == pytest.approx(told[0].rows / ROWS, abs=0.01)


def test_the_sheets_of_a_workbook_are_parts_of_it(counter: Counter) -> None:
    path = counter.folder / "two.xlsx"
    rows = penalties(penalty(), penalty(行政处罚决定书文号="2号")).encode()
    import xlsxwriter

    with xlsxwriter.Workbook(path) as book:
        for sheet in ("一", "二"):
            pl.read_csv(rows).write_excel(book, worksheet=sheet)

    assert _told(counter, path) == [Advance(2, 0.5), Advance(2, 0.5)]


def test_linking_and_publishing_tell_how_far_they_are(counter: Counter) -> None:
    counter.take(penalties(*(penalty(行政处罚决定书文号=f"{number}号", 统一社会信用代码="") for number in range(9))))
    linked, published = list[Advance](), list[Advance]()
    link(counter.desk.database, now=NOW, progress=linked.append)
    publish(counter.desk.database, counter.desk.book, on=RECEIVED_ON, now=NOW, progress=published.append)

    assert linked == [Advance(9, 1.0)]
    assert published == [Advance(9, 1.0)]


def _until_the_end(terminal: int) -> str:
    read = b""
    with suppress(OSError), open(terminal, "rb", buffering=0) as drawn:  # an error is how it ends
        while part := drawn.read(1 << 16):
            read += part
    return read.decode("utf-8", "replace")


def test_a_terminal_sees_rows_their_rate_and_what_remains_and_a_pipe_nothing(tmp_path: Path) -> None:
    with counter_in(tmp_path) as counter:
        place = counter.desk.database.place
    path = tmp_path / "many.csv"
    header, row = penalties(penalty(统一社会信用代码=code(7))).splitlines()
    path.write_text("\n".join([header, *[row] * 150_000, ""]), encoding="utf-8")
    command = [CHENGXIN, "import", path, "--source", "penalties", "--dry-run", "--database", place]
    surroundings = {**os.environ, "LC_ALL": "C.UTF-8", "TERM": "xterm", "COLUMNS": "120"}
    ours, theirs = pty.openpty()
    with ThreadPoolExecutor(1) as pool:
        drawn = pool.submit(_until_the_end, ours)
        shown = subprocess.run(
            [*map(str, command)], stderr=theirs, stdout=subprocess.DEVNULL, env=surroundings, check=False
        )
        os.close(theirs)
    piped = subprocess.run([*map(str, command)], capture_output=True, text=True, env=surroundings, check=False)

    assert shown.returncode == piped.returncode == 0
    plain = re.sub(r"\x1b\[[\d;?]*\w", "", drawn.result())
    assert re.search(r"100% 150,000 rows, [\d,]+ rows/s \d:\d\d:\d\d", plain)
    assert piped.stderr == ""
