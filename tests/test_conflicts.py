"""Conflicts: honours beside lists of serious default, and two channels with periods of their own."""

from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import polars as pl
import pytest
from litestar import Litestar
from litestar.testing import TestClient
from sqlmodel import Session

from registry.actions.change_feed import changes
from registry.actions.cursors import PlaceKey
from registry.actions.hiding import hide, show_again
from registry.actions.lookup import MOST, lookup, record, records
from registry.api.app import create_app
from registry.errors import NotFound
from registry.rulebook import load
from registry.rulebook.trying import answered
from registry.store.database import Database
from registry.vocabulary import SourceKind
from tests.casework import Casework, casework_in
from tests.public_city import CODE, TODAY, basis, public_city, publish
from tests.receiving import csv_text
from tests.standing import FIRM, A

BOOK = load()
AEO, TITLE, YEARLY, TAX_A = 30, 31, 32, 7
SERIOUS, ENDS_ON = 8, date(2027, 5, 1)  # of tax_serious, in the city


@pytest.fixture
def city(home: str, tmp_path: Path) -> Iterator[Database]:
    database = public_city(tmp_path / "city.db")
    with database.session() as session:
        for number, kind in ((AEO, "aeo"), (TITLE, "honour"), (YEARLY, "yearly_honour")):
            publish(session, number, "honours", classes=kind, basis=basis("honours", "standard"), shown_until=None)
    yield database
    database.close()


def honours(session: Session, on: date) -> set[int]:
    view = lookup(session, CODE, on=on, book=BOOK)
    (section,) = (one for one in view.sections if one.key == "honours")
    assert section.count == len(section.items)
    return {int(item.id) for item in section.items}


def test_an_entry_on_a_serious_list_takes_its_subject_off_the_standing_red_lists_for_as_long_as_it_lasts(
    city: Database,
) -> None:
    with city.session() as session:
        assert honours(session, TODAY) == {YEARLY, TAX_A}
        assert honours(session, ENDS_ON - timedelta(days=1)) == {YEARLY, TAX_A}
        assert honours(session, ENDS_ON) == {AEO, TITLE, YEARLY}


def test_the_register_of_abnormal_operation_bars_no_honour(city: Database) -> None:
    with city.session() as session:
        for number in (40, 41):
            publish(
                session, number, "list-entries", classes="abnormal_operation", shown_until=None,
                basis=basis("lists.abnormal_operation", "term"),
            )  # fmt: skip
        assert AEO in honours(session, ENDS_ON)


def test_pages_of_records_and_a_record_itself_keep_to_it_as_well(city: Database) -> None:
    with city.session() as session:
        told = {int(item.id) for item in records(session, CODE, on=TODAY, book=BOOK).items}
        assert told >= {YEARLY, TAX_A, SERIOUS}
        assert not told & {AEO, TITLE}
        with pytest.raises(NotFound):
            record(session, CODE, AEO, on=TODAY, book=BOOK)
        assert record(session, CODE, AEO, on=ENDS_ON, book=BOOK).item.id == str(AEO)


def test_so_does_a_subject_with_more_than_one_answer_holds(city: Database) -> None:
    with city.session() as session:
        for number in range(100, 101 + MOST):
            publish(session, number, "permits", basis=basis("permits", "standard"))
        view = lookup(session, CODE, on=TODAY, book=BOOK)

        assert view.more
        assert {section.key: section.count for section in view.sections}["honours"] == 2


def test_over_http_the_barred_honour_reads_as_if_it_had_never_been(city: Database) -> None:
    with TestClient[Litestar](create_app(city.place, today=lambda: TODAY)) as client:
        address = f"/v1/subjects/{CODE}/records"
        assert client.get(f"{address}/{YEARLY}").status_code == 200
        assert client.get(f"{address}/{AEO}").content == client.get(f"{address}/999").content


class Copy:
    """What somebody has who follows the feed of changes, page by page of any size, and acts on everything it tells."""

    def __init__(self, office: Casework, limit: int) -> None:
        self.office, self.limit, self.items = office, limit, set[str]()
        self.place: PlaceKey | None = None
        self.told: list[tuple[str, str]] = []

    def follow(self) -> None:
        more = True
        while more:
            with self.office.database.session() as session:
                page = changes(session, self.place, limit=self.limit, on=self.office.today, book=self.office.book)
            for one in page.items:
                (self.items.discard if one.kind == "withdrawn" else self.items.add)(one.id)
                self.told.append((one.kind, one.id))
            self.place, more = page.place, page.more

    def public(self) -> set[str]:
        with self.office.database.session() as session:
            return {item.id for item in records(session, A, on=self.office.today, book=self.office.book).items}


@pytest.mark.parametrize("limit", [1, 2, 1000])
def test_who_follows_the_changes_has_the_honours_that_the_pages_show_whatever_becomes_of_an_entry(
    home: str, tmp_path: Path, limit: int
) -> None:
    with casework_in(tmp_path) as office:
        copy = Copy(office, limit)
        graded = csv_text(("统一社会信用代码", "纳税人名称", "评价年度"), (A, FIRM, "2024"))
        office.counter.take(csv_text(HONOUR, honour("海关高级认证企业", 1)), SourceKind.HONOURS, name="aeo.csv")
        office.counter.take(graded, SourceKind.HONOURS, name="graded.csv")
        office.publish()
        copy.follow()
        aeo, yearly = sorted(copy.items, key=int)
        assert copy.items == copy.public() == {aeo, yearly}

        entry = str(office.listed().record)
        copy.follow()
        assert copy.items == copy.public() == {yearly, entry}
        assert copy.told[-1] == ("withdrawn", aeo)

        office.counter.take(csv_text(HONOUR, honour("诚信典型企业", 2)), SourceKind.HONOURS, name="later.csv")
        office.publish()
        copy.follow()
        assert copy.items == copy.public() == {yearly, entry}

        anew = Copy(office, limit)
        anew.follow()
        assert anew.items == copy.items

        with office.database.session() as session:
            hide(session, office.keys.checker, "tax_serious", office.book, reason="应急", now=office.now())
        copy.follow()
        assert copy.items == copy.public()
        assert copy.items > {aeo, yearly}
        assert len(copy.items) == 3

        for key in (office.keys.maker, office.keys.checker):
            with office.database.session() as session:
                show_again(session, key, "tax_serious", reason="已查清", now=office.now())
        office.publish()
        copy.follow()
        assert copy.items == copy.public() == {yearly, entry}


HONOUR = ("荣誉名称", "企业名称", "统一社会信用代码", "认定日期", "认定文号", "认定机关")


def honour(title: str, number: int) -> tuple[str, ...]:
    return (title, FIRM, A, "2024-01-01", f"荣〔2024〕{number}号", "集宁海关")


def overlaid(tmp_path: Path, file: str, old: str, new: str) -> Path:
    """An overlay with one rule changed."""
    folder = tmp_path / file.removesuffix(".toml")
    folder.mkdir()
    text = (Path("registry/rulebook") / file).read_text("utf-8")
    assert old in text
    (folder / file).write_text(text.replace(old, new), "utf-8")
    return folder


def test_two_channels_have_periods_of_their_own_and_neither_moves_the_other(tmp_path: Path) -> None:
    row = {
        "question": "display", "on": "2026-11-24", "penalty_kinds": "没收违法所得", "procedure": "ordinary",
        "subject_kind": "organisation", "decided_on": "2023-06-01", "published_on": "2023-06-20",
    }  # fmt: skip
    asked = pl.DataFrame([{**row, "channel": "credit_china"}, {**row, "channel": "gsxt"}])
    changed = load(overlaid(tmp_path, "penalties_gsxt.toml", "max_months = 36", "max_months = 24"))

    here, there = answered(asked, BOOK)["shown_until"]
    here_changed, there_changed = answered(asked, changed)["shown_until"]

    assert (here, there) == ("2026-06-01", "2026-06-20")  # one from the decision, the other from its publication
    assert (here_changed, there_changed) == (here, "2025-06-20")
