"""Cases in a test: an office with keys, a registered company, and the law that a listing needs, signed by two."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

from registry.actions import cases, signing
from registry.actions.cases import Stepped
from registry.actions.law import law_in
from registry.actions.lookup import lookup
from registry.actions.publish import publish
from registry.cases import Case, State, state_on
from registry.errors import NotFound, Refusal
from registry.rulebook import Rulebook, load
from registry.store.database import Database
from registry.vocabulary import Role
from tests.homes import copied
from tests.office_people import Keys
from tests.receiving import Counter, office_in, reopened
from tests.signed_law import CATALOGUE
from tests.standing import FIRM, A, delivered, penalty, registered

BEGINNING = date(2026, 3, 2)
LIST = "tax_serious"
SIGNED = ("lists.tax_serious/2022-02-01", "procedures.notice/2022-02-01", CATALOGUE)
SIGNING = datetime(2026, 3, 1, tzinfo=UTC)
PROPOSAL = {
    "code": A, "list_code": LIST, "ground": "5", "document": "税稽罚〔2026〕12号", "document_on": "2026-02-03",
    "evidence": "卷宗2026-12第3页", "authority": "乌兰察布市税务局",
}  # fmt: skip
NOTICE = {"document": "信用告〔2026〕1号", "channel": "直接送达", "proof": "送达回证2026-1"}
DECISION = {"document": "信用列〔2026〕1号", "reason": "事实清楚，未提出新的证据"}
SERVICE = {
    "document": "信用列〔2026〕1号", "restoration_notice": "信用修告〔2026〕1号", "channel": "直接送达",
    "proof": "送达回证2026-2",
}  # fmt: skip
BOOK = load()


class Casework:
    """A registry on a day that goes on, its people, and its law."""

    def __init__(self, counter: Counter, keys: Keys, book: Rulebook, begun: "Casework | None" = None) -> None:
        self.counter, self.keys, self.book = counter, keys, book
        self.database = counter.desk.database
        self.today: date = begun.today if begun else BEGINNING
        self.record: int = begun.record if begun else 0  # the first penalty
        self._ticks: int = begun._ticks if begun else 0
        counter.now = self.now

    def now(self, day: date | None = None) -> datetime:
        """A moment of today (China), later than any before."""
        self._ticks += 1
        day = day or self.today
        return datetime(day.year, day.month, day.day, 1, tzinfo=UTC) + timedelta(milliseconds=self._ticks)

    def open(self, kind: str, said: dict[str, Any], key: str | None = None) -> Stepped:
        with self.database.session() as session:
            return cases.open_case(session, key or self.keys.maker, cases.told(kind, said), self.book, now=self.now())

    def take(self, number: int, kind: str, said: dict[str, Any], key: str | None = None) -> Stepped:
        step = cases.told(kind, said)
        role = self.keys.checker if step.by is Role.CHECKER else self.keys.maker
        with self.database.session() as session:
            return cases.take(session, key or role, number, step, self.book, now=self.now())

    def case(self, number: int) -> Case:
        with self.database.session() as session:
            return cases.required(session, number)

    def state(self, number: int, on: date | None = None) -> State:
        with self.database.session() as session:
            law = cases.law_here(session, self.book)
        return state_on(self.case(number), law, on or self.today)

    def listed(self, number: int = 1) -> Stepped:
        """A case of listing brought to its end, the shortest lawful way."""
        self.open("listing_proposed", PROPOSAL)
        self.take(number, "listing_notified", NOTICE)
        self.today += timedelta(days=10)
        self.take(number, "listing_decided", DECISION)
        return self.take(number, "listing_served", SERVICE)

    def publish(self) -> None:
        publish(self.database, self.book, on=self.today, now=self.now())

    def penalised(self, **changed: str) -> int:
        """A penalty that is delivered and shown; its number."""
        delivered(self.counter, penalty(**changed))
        self.publish()
        number = int(self.counter.ask("SELECT max(id) FROM record")[0][0])
        self.record = self.record or number
        return number

    def public(self, code: str = A, on: date | None = None) -> list[str]:
        """The documents that a lookup shows of a company."""
        with self.database.session() as session:
            try:
                view = lookup(session, code, on=on or self.today, book=self.book)
            except NotFound:
                return []
        return [item.document or "" for section in view.sections for item in section.items]

    def disputed(self) -> dict[str | None, date | None]:
        """The items that a lookup shows, each with the day since which it is marked."""
        with self.database.session() as session:
            view = lookup(session, A, on=self.today, book=self.book)
        return {item.document: item.disputed_since for section in view.sections for item in section.items}


class AtWork:
    """People of an office who try things on days near today: what the state machines of cases share."""

    office: Casework
    opened: int  # the number of the newest case

    def tried(self, act: Callable[[str], Stepped], person: str) -> None:
        """Act with the key of a person; a refusal changes nothing."""
        try:
            done = act(getattr(self.office.keys, person))
        except Refusal:
            return
        self.opened = max(self.opened, done.case)

    def day(self, on: int | None) -> dict[str, str]:
        """A day so far from today, as a step says it; none says nothing."""
        return {} if on is None else {"on": (self.office.today + timedelta(days=on)).isoformat()}


@contextmanager
def casework_in(folder: Path, *begun: Callable[[Casework], object], sign: Sequence[str] = SIGNED) -> Iterator[Casework]:
    """A registry with one company, an office of six, and the law of the list signed; what is `begun` in it is done
    once for each home."""
    made = copied(folder, _casework, tuple(sign), *begun)
    with reopened(folder) as counter:
        yield Casework(counter, made.keys, made.book, made)


def signed(database: Database, keys: Keys, versions: Sequence[str], at: datetime = SIGNING) -> None:
    """Two people sign these versions of rules, each given as `rule/since`."""
    with database.session() as session:
        for rule, since in (version.split("/") for version in versions):
            day, said = date.fromisoformat(since), "信用办〔2026〕1号"
            for key in (keys.maker, keys.checker):
                signing.sign(session, key, BOOK, rule, day, document=said, by=None, on=at.date(), now=at)


def _casework(folder: Path, sign: Sequence[str], *begun: Callable[[Casework], object]) -> Casework:
    if begun:
        with casework_in(folder, sign=sign) as office:
            for begin in begun:
                begin(office)
            return office
    with office_in(folder) as (counter, keys):
        counter.now = lambda: SIGNING
        registered(counter, (A, FIRM, "", "", "", "", ""))
        signed(counter.desk.database, keys, sign)
        with counter.desk.database.session() as session:
            return Casework(counter, keys, law_in(session, BOOK))
