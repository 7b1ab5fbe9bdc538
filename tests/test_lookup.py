"""Looking up and searching: what is in force on the day, and nothing else."""

from collections.abc import Iterator
from contextlib import closing
from datetime import date, timedelta

import msgspec
import pytest
from sqlmodel import Session

from registry.actions.items import Item
from registry.actions.lookup import MOST, PAGE, compact_code, lookup, record, records
from registry.actions.public_items import Penalty, content_of, wan_yuan
from registry.actions.search import search
from registry.errors import NotFound
from registry.rulebook import load
from registry.store import subject_lookups
from registry.store.database import Database
from registry.store.reading import in_sqlite, rows
from registry.store.tables import Setting
from registry.vocabulary import SourceKind
from tests.public_city import (
    CODE,
    EXPIRED,
    FORMER,
    HELD,
    NAME,
    NOW,
    PROVISIONAL,
    PROVISIONAL_SHOWN,
    QUIET,
    QUIET_NAME,
    SECRETS,
    SHOWN,
    TODAY,
    TOMORROW,
    TRADER,
    UNKNOWN,
    WITHDRAWN,
    basis,
    public_city,
    publish,
)

BOOK = load()


@pytest.fixture(scope="module")
def city(home: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Database]:
    with closing(public_city(tmp_path_factory.mktemp("lookup") / "city.db")) as database:
        yield database


@pytest.fixture
def session(city: Database) -> Iterator[Session]:
    """What a test adds is rolled back when it ends."""
    with Session(city.engine) as opened:
        yield opened


def ids(session: Session, on: date) -> set[str]:
    return {item.id for section in lookup(session, CODE, on=on, book=BOOK).sections for item in section.items}


def test_only_what_is_in_force_on_the_day_is_listed(session: Session) -> None:
    assert ids(session, TODAY) == {str(SHOWN), "6", "7", "8", "9", "10"}


def test_an_item_is_shown_from_its_first_day_until_the_day_before_its_end(session: Session) -> None:
    assert str(EXPIRED) in ids(session, TODAY - timedelta(days=1))
    assert str(EXPIRED) not in ids(session, TODAY)
    assert str(TOMORROW) in ids(session, TODAY + timedelta(days=1))
    assert ids(session, date(2026, 4, 30)) == set()


def test_an_item_without_an_end_stays_shown(session: Session) -> None:
    publish(session, 20, "permits", basis=basis("permits", "standard"), shown_until=None)

    assert "20" in ids(session, date(2099, 1, 1))


def test_sections_stand_in_the_order_of_the_public_report_with_their_counts(session: Session) -> None:
    sections = lookup(session, CODE, on=TODAY, book=BOOK).sections

    assert [(section.key, section.count) for section in sections] == [
        ("permits", 1),
        ("penalties", 1),
        ("honours", 1),
        ("serious-lists", 1),
        ("abnormal-operation", 1),
        ("commitments", 1),
    ]


def test_the_newest_decision_stands_first(session: Session) -> None:
    general = basis("penalties", "general")
    publish(session, 21, "penalties", basis=general)
    publish(session, 22, "penalties", basis=general)
    penalties = lookup(session, CODE, on=TODAY, book=BOOK).sections[1].items

    assert [item.id for item in penalties] == ["22", "21", "1"]


def test_an_item_names_its_basis_and_what_its_subject_can_do(session: Session) -> None:
    one = record(session, CODE, SHOWN, on=TODAY, book=BOOK)
    law = one.bases[one.item.basis]

    assert (law.rule, law.version, law.part) == ("penalties", date(2026, 4, 1), "general")
    assert law.article
    assert law.how_to_object is not None
    assert "不收取任何费用" in law.how_to_object.zh
    assert law.how_to_restore is not None
    assert one.item.restorable_from is not None


def test_an_answer_tells_each_basis_of_its_items_and_no_other(session: Session) -> None:
    view = lookup(session, CODE, on=TODAY, book=BOOK)
    page = records(session, CODE, on=TODAY, book=BOOK, source=SourceKind.LIST_ENTRIES)

    assert set(view.bases) == {item.basis for section in view.sections for item in section.items}
    assert set(page.bases) == {item.basis for item in page.items}
    assert len(page.bases) == 2


def test_a_penalty_is_told_by_its_own_columns(session: Session) -> None:
    item = record(session, CODE, SHOWN, on=TODAY, book=BOOK).item

    content = content_of(item.source, item.content)
    assert isinstance(content, Penalty)
    assert content.kinds == ("fine", "warning")
    assert (content.fine_fen, content.confiscated_fen) == (200_000, 0)
    assert (item.authority, item.delivered_by) == ("集宁区市场监督管理局", "集宁区发展和改革委员会")


def test_every_kind_of_record_tells_what_its_allow_list_has_and_no_more(session: Session) -> None:
    items = records(session, CODE, on=TODAY, book=BOOK).items

    assert {item.source for item in items} == set(SourceKind) - {"subjects", "restorations"}
    for item in items:
        allowed = content_of(item.source, item.content).__struct_fields__  # refuses any other member
        assert msgspec.json.decode(item.content).keys() == set(allowed)


@pytest.mark.parametrize(("performance", "told"), [("全部履行", "全部履行"), ("全部未履行", None), ("部分履行", None)])
def test_of_a_commitment_it_is_told_that_it_was_kept_and_nothing_else(
    session: Session, performance: str, told: str | None
) -> None:
    changed = f"UPDATE record SET performance = '{performance}' WHERE id = 10"  # noqa: S608
    session.connection().exec_driver_sql(changed)
    content = msgspec.json.decode(record(session, CODE, 10, on=TODAY, book=BOOK).item.content)

    assert content["performance"] == told


def test_nothing_personal_and_no_note_between_offices_is_in_an_answer(session: Session) -> None:
    found = search(session, NAME, on=TODAY)
    told = msgspec.json.encode([lookup(session, CODE, on=TODAY, book=BOOK), found]).decode()

    assert [secret for secret in SECRETS if secret in told] == []


@pytest.mark.parametrize("code", [UNKNOWN, PROVISIONAL, TRADER, "", "' OR 1=1 --"])
def test_whoever_is_not_public_is_not_found(session: Session, code: str) -> None:
    with pytest.raises(NotFound):
        lookup(session, code, on=TODAY, book=BOOK)
    with pytest.raises(NotFound):
        records(session, code, on=TODAY, book=BOOK)


@pytest.mark.parametrize("number", [EXPIRED, WITHDRAWN, HELD, TOMORROW, 11, 12, 999])
def test_a_record_that_is_not_in_force_of_this_subject_is_not_found(session: Session, number: int) -> None:
    with pytest.raises(NotFound):
        record(session, CODE, number, on=TODAY, book=BOOK)


def test_a_registered_organisation_with_nothing_in_force_is_found_with_empty_sections(session: Session) -> None:
    view = lookup(session, QUIET, on=TODAY, book=BOOK)

    assert view.name == QUIET_NAME
    assert {section.count for section in view.sections} == {0}
    assert "不能证明" in view.limits_zh


def test_a_provisional_subject_is_found_only_while_something_of_it_is_in_force(session: Session) -> None:
    assert lookup(session, PROVISIONAL_SHOWN, on=TODAY, book=BOOK).provisional
    with pytest.raises(NotFound):
        lookup(session, PROVISIONAL_SHOWN, on=date(2028, 1, 1), book=BOOK)


def test_former_names_are_told_with_their_days(session: Session) -> None:
    view = lookup(session, CODE, on=TODAY, book=BOOK)

    assert [(former.name, former.until) for former in view.former_names] == [(FORMER, date(2020, 5, 1))]
    assert view.county is not None
    assert view.county.zh == "集宁区"
    assert view.data_as_of == NOW


def test_a_code_is_read_as_people_type_it(session: Session) -> None:
    assert compact_code(" 9115-0900 ma0n00001a ") == CODE
    assert lookup(session, "９１１５０９００ma0n00001a", on=TODAY, book=BOOK).code == CODE


def test_pages_of_records_give_each_item_once(session: Session) -> None:
    for number in range(100, 100 + 2 * PAGE):
        publish(session, number, "permits", basis=basis("permits", "standard"))
    given: list[Item] = []
    after = None
    while True:
        page = records(session, CODE, on=TODAY, book=BOOK, source=SourceKind.PERMITS, after=after)
        given += page.items
        after = page.after
        if after is None:
            break

    assert [int(item.id) for item in given] == [*range(99 + 2 * PAGE, 99, -1), 6]


def test_of_a_heavy_subject_the_newest_are_told_and_the_counts_are_of_all(session: Session) -> None:
    for number in range(1000, 1000 + MOST):
        publish(session, number, "permits", basis=basis("permits", "standard"))
    view = lookup(session, CODE, on=TODAY, book=BOOK)
    told = {item.id for section in view.sections for item in section.items}

    assert view.more == f"/v1/subjects/{CODE}/records"
    assert told == {str(number) for number in range(1000, 1000 + MOST)}
    assert [section.count for section in view.sections] == [MOST + 1, 1, 1, 1, 1, 1]
    assert lookup(session, QUIET, on=TODAY, book=BOOK).more is None


def test_a_registry_is_as_of_its_last_publishing(session: Session) -> None:
    later = NOW + timedelta(hours=2)
    session.add(Setting(key="derived_at", value=str(round(later.timestamp() * 1000))))
    session.flush()

    assert lookup(session, QUIET, on=TODAY, book=BOOK).data_as_of == later


@pytest.mark.parametrize(("fen", "told"), [(0, "0"), (1, "0.000001"), (200_000, "0.2"), (10**12, "1000000")])
def test_an_amount_in_wan_yuan_is_exact(fen: int, told: str) -> None:
    assert wan_yuan(fen) == told


def plan(session: Session, sql: str) -> str:
    """How the database goes about a statement; PostgreSQL if it may not read a table whole where there is a choice."""
    names = ("low", "high", "prefix", "after_normal", "after_subject", "on", "limit", "most", "code")
    if in_sqlite(session):
        return "\n".join(row[3] for row in rows(session, f"EXPLAIN QUERY PLAN {sql}", dict.fromkeys(names, 1)))
    session.connection().exec_driver_sql("SET LOCAL enable_seqscan = off")
    asked = dict.fromkeys(names, 1) | dict.fromkeys(("low", "high", "prefix", "after_normal", "code"), "1")
    return "\n".join(row[0] for row in rows(session, f"EXPLAIN {sql}", asked | {"on": "2026-11-23"}))


def test_a_search_walks_the_index_of_names_and_never_a_whole_table(session: Session) -> None:
    steps = plan(session, subject_lookups.BY_NAME)

    if in_sqlite(session):
        assert "SEARCH n USING INDEX subject_name_normal (normal>? AND normal<?)" in steps
        assert "SCAN" not in steps
    else:
        assert "Index Cond: (((normal)::text >= '1'::text) AND ((normal)::text < '1'::text))" in steps
        assert "Seq Scan" not in steps


def test_a_lookup_walks_what_is_shown_of_its_subject_and_never_a_whole_table(session: Session) -> None:
    steps = plan(session, subject_lookups.WITH_ITEMS)

    if in_sqlite(session):
        assert "SEARCH p USING PRIMARY KEY (subject_id=?" in steps
        assert {step for step in steps.splitlines() if "SCAN" in step} <= {"SCAN p", "SCAN CONSTANT ROW"}
    else:
        assert "Index Cond: (subject_id = s.id)" in steps
        assert "Seq Scan" not in steps
