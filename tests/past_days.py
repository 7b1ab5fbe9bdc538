"""A registry in a test that lives from day to day, and keeps what the public was told on the evening of each."""

import itertools
from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import Any

import msgspec

from loaders.delivering import Sender, deliver
from registry.actions import hiding, subject_events
from registry.actions.link import link
from registry.actions.lookup import SubjectView, lookup
from registry.actions.past import lookup_then
from registry.actions.publish import publish
from registry.actions.recall import recall, undo
from registry.errors import Moved, Refusal
from registry.rulebook import load
from registry.vocabulary import Befell, SourceKind
from tests.office_people import Keys
from tests.receiving import Counter, code, csv_text, office_in
from tests.standing import FORMER, PENALTY, A, penalty
from tests.test_restorations import RESTORATION, restoration

BOOK = load()
FIRST = date(2026, 10, 1)
B = code(77)
REGISTER = ("统一社会信用代码", "企业名称", "企业类型", "登记状态", "成立日期", "核准日期", "曾用名", "更名日期")
_file = itertools.count()


class Days:
    """A registry that lives from day to day: what happens, happens at noon of `day`."""

    def __init__(self, counter: Counter, keys: Keys) -> None:
        self.counter, self.keys, self.database = counter, keys, counter.desk.database
        self.day, self.ticks, self.book = FIRST, 0, BOOK
        self.answers: dict[tuple[date, str], bytes] = {}
        self.deliveries: list[int] = []
        self.recalled: list[int] = []

    def now(self) -> datetime:
        self.ticks += 1
        return datetime.combine(self.day, time(4), UTC) + timedelta(seconds=self.ticks)

    def take(self, kind: SourceKind, headers: tuple[str, ...], *rows: tuple[str, ...]) -> int:
        path = self.counter.folder / f"{next(_file)}.csv"
        path.write_text(csv_text(headers, *rows), "utf-8")
        sender = Sender(None, self.day, self.counter.folder / "feedback")
        (receipt,) = deliver(self.counter.desk, path, kind, sender, now=self.now(), progress=lambda _: None)
        assert receipt.counts.rejected == 0
        self.deliveries.append(receipt.delivery or 0)
        return self.deliveries[-1]

    def recall(self, delivery: int) -> None:
        recall(self.database, delivery, key=self.keys.maker, reason="误报", now=self.now())

    def recall_last(self) -> None:
        if self.deliveries:
            self.recalled.append(self.deliveries.pop())
            self.recall(self.recalled[-1])

    def undo_recall(self) -> None:
        if self.recalled:
            delivery = self.recalled.pop()
            self.recalled = [one for one in self.recalled if one != delivery]
            undo(self.database, delivery, key=self.keys.checker, reason="无误", now=self.now())

    def register(self, code: str, name: str, status: str, *, approved: str = "", former: str = "", on: str = "") -> int:
        row = (code, name, "有限责任公司", status, "2015-01-02", approved, former, on)
        return self.take(SourceKind.SUBJECTS, REGISTER, row)

    def penalise(self, **told: str) -> int:
        return self.take(SourceKind.PENALTIES, PENALTY, penalty(**told))

    def publish(self) -> None:
        link(self.database, now=self.now())
        publish(self.database, self.book, on=self.day, now=self.now())

    def replace_code(self) -> None:
        with self.database.session() as session:
            entered = subject_events.propose(
                session, self.keys.maker, A, Befell.CODE_REPLACED, on=FIRST, other=B, document="通知", now=self.now()
            )
        with self.database.session() as session:
            subject_events.confirm(session, self.keys.checker, entered.number, now=self.now())

    def hide(self, document: str) -> None:
        with self.database.session() as session:
            hiding.hide(session, self.keys.checker, self.record(document), self.book, reason="核查", now=self.now())

    def show_again(self, document: str) -> None:
        for key in (self.keys.maker, self.keys.checker):
            with self.database.session() as session:
                hiding.show_again(session, key, self.record(document), reason="无误", now=self.now())

    def restore(self, document: str) -> None:
        self.take(SourceKind.RESTORATIONS, RESTORATION, restoration(name=FORMER, restored=document))

    def record(self, document: str) -> str:
        """The newest record of a decision, as hiding names it."""
        newest = dict(self.counter.ask("SELECT document, max(id) FROM record GROUP BY 1"))
        return f"record:{newest[document]}"

    def over(self) -> None:
        """The day is over: what the public was told in the evening is kept."""
        for asked in (A, B):
            with self.database.session() as session:
                self.answers[self.day, asked] = told(lambda: lookup(session, asked, on=self.day, book=self.book))  # noqa: B023
        self.day += timedelta(days=1)

    def then(self, day: date, asked: str) -> bytes:
        with self.database.session() as session:
            return told(lambda: lookup_then(session, asked, on=day, book=self.book))


def told(answer: Any) -> bytes:
    """An answer as it goes out, but for the day and the instant that it names; a refusal by its code."""
    try:
        view: SubjectView = answer()
    except Moved as moved:
        return f"moved to {moved.to}".encode()
    except Refusal as refusal:
        return refusal.code.encode()
    return msgspec.json.encode(msgspec.structs.replace(view, on=FIRST, data_as_of=None))


def days_in(folder: Path) -> Iterator[Days]:
    with office_in(folder) as (counter, keys):
        yield Days(counter, keys)
