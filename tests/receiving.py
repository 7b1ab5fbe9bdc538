"""A credit office's desk in a test: a real registry in a folder, files written as departments write them."""

import csv
import io
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from sqlalchemy import text
from stdnum.cn import uscc

from loaders.delivering import Desk, Sender, deliver
from registry.actions.found import found
from registry.actions.receipts import Receipt
from registry.office import load_office
from registry.rulebook import load
from registry.store.counterparties import TOLD
from registry.store.links import LINKS
from registry.vocabulary import SourceKind
from tests.homes import copied, new_database, opened
from tests.office_people import Keys, let_in

FIRST_DAY = datetime(2026, 1, 1, tzinfo=UTC)  # when the people of an office are let in
OFFICE, BOOK = load_office(None), load()
RECEIVED_ON, NOW = date(2026, 11, 23), datetime(2026, 11, 23, 4, tzinfo=UTC)
PENALTY_HEADERS = (
    "行政相对人名称", "统一社会信用代码", "行政处罚决定书文号", "处罚类别", "处罚决定日期", "处罚机关",
    "违法事实", "备注",
)  # fmt: skip


def code(organisation: int = 1, front: str = "91150900") -> str:
    """An invented unified code with a right check character."""
    body = f"{front}MA0N{organisation:05d}"
    return body + str(uscc.calc_check_digit(body))


PENALTY = ("集宁某某商贸有限公司", code(), "乌市监罚〔2026〕1号", "警告", "2026-03-05", "市场监督管理局", "过期", "")


def penalty(**changed: str) -> tuple[str, ...]:
    """One row under PENALTY_HEADERS, with other cells as told."""
    return tuple({**dict(zip(PENALTY_HEADERS, PENALTY, strict=True)), **changed}.values())


def csv_text(headers: Sequence[str], *rows: Sequence[str], delimiter: str = ",") -> str:
    """A table as CSV."""
    written = io.StringIO()
    csv.writer(written, delimiter=delimiter, lineterminator="\n").writerows([headers, *rows])
    return written.getvalue()


def penalties(*rows: Sequence[str]) -> str:
    """A CSV of penalties."""
    return csv_text(PENALTY_HEADERS, *rows)


MANY = 4000  # penalties that do not fit into half a megabyte

_RECORDS = f"""(SELECT r.*, {", ".join(f"c.{name}" for name in TOLD)}
  FROM record r JOIN counterparty c ON c.id = r.counterparty_id)"""  # noqa: S608


class Counter:
    """Where files are handed in."""

    def __init__(self, desk: Desk, folder: Path) -> None:
        self.desk = desk
        self.folder = folder
        self.now: Callable[[], datetime] = lambda: NOW

    def take(
        self,
        content: str | bytes,
        kind: SourceKind = SourceKind.PENALTIES,
        *,
        name: str = "delivery.csv",
        dry_run: bool = False,
    ) -> Receipt:
        """The only receipt of a file with this content."""
        path = self.folder / name
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        (receipt,) = self.take_file(path, kind, dry_run=dry_run)
        return receipt

    def take_file(self, path: Path, kind: SourceKind = SourceKind.PENALTIES, *, dry_run: bool = False) -> list[Receipt]:
        sender = Sender(None, RECEIVED_ON, self.folder / "feedback", dry_run)
        return deliver(self.desk, path, kind, sender, now=self.now(), progress=lambda _: None)

    def ask(self, sql: str) -> list[tuple[Any, ...]]:
        """Rows of the registry, as stored; `{links}` are all links, those that records carry too, and `{records}` the
        records with their counterparties."""
        with self.desk.database.session() as session:
            asked = sql.replace("{links}", LINKS).replace("{records}", _RECORDS)
            return [tuple(row) for row in session.execute(text(asked))]


def laid(counter: Counter, name: str = "many.csv", first: int = 0) -> Path:
    """A file of MANY penalties, of which one in ten is wrong."""
    rows = [
        penalty(
            行政处罚决定书文号=f"乌市监罚〔2026〕{number}号",
            统一社会信用代码=code(number),
            处罚决定日期="明天" if number % 10 == 0 else "2026-03-05",
        )
        for number in range(first, first + MANY)
    ]
    path = counter.folder / name
    path.write_text(penalties(*rows), encoding="utf-8")
    return path


Begun = Callable[[Counter], object]


@contextmanager
def counter_in(folder: Path, *begun: Begun) -> Iterator[Counter]:
    """A fresh registry; in SQLite the file c.db in `folder`. What is `begun` in it is done once for each home."""
    copied(folder, _founded, *begun)
    with reopened(folder) as counter:
        yield counter


@contextmanager
def office_in(folder: Path, *begun: Begun) -> Iterator[tuple[Counter, Keys]]:
    """A fresh registry in which six people decide, and in which something may have begun."""
    keys = copied(folder, _peopled, *begun)
    with reopened(folder) as counter:
        yield counter, keys


@contextmanager
def reopened(folder: Path) -> Iterator[Counter]:
    """The registry that was made or copied there."""
    database = opened(folder)
    with database.session() as session:  # a bulk connection, by which the program reads it, takes far longer to make
        secret = str(session.execute(text("SELECT value FROM setting WHERE key = 'digest_key'")).scalar_one())
    yield Counter(Desk(database, OFFICE, BOOK, secret), folder)
    database.close()


def _founded(folder: Path, *begun: Begun) -> None:
    database = new_database(folder)
    found(database)
    database.close()
    _begin(folder, begun)


def _peopled(folder: Path, *begun: Begun) -> Keys:
    with counter_in(folder) as counter:
        keys = let_in(counter.desk.database, FIRST_DAY)
    _begin(folder, begun)
    return keys


def _begin(folder: Path, begun: Sequence[Begun]) -> None:
    with reopened(folder) as counter:
        for begin in begun:
            begin(counter)
