"""Numbers of records: in the order of arrival; on a server by month, so that what is asked by number reads one part."""

from datetime import UTC, datetime, timedelta

import psycopg
import pytest

from registry.actions import change_feed
from registry.actions.link import link
from registry.actions.lookup import lookup
from registry.actions.publish import publish
from registry.actions.recall import recall
from tests.homes import POSTGRESQL, SQLITE
from tests.receiving import Counter
from tests.standing import BOOK, FIRM, A, delivered, penalty, registered

NOVEMBER = datetime(2026, 11, 30, 15, 59, tzinfo=UTC)
DECEMBER = NOVEMBER + timedelta(minutes=1)  # in China
DOCUMENT = "乌市监罚〔2024〕{}号"
PARTS = "SELECT DISTINCT CAST(CAST(tableoid AS regclass) AS text) FROM record ORDER BY 1"


def _two_months(counter: Counter) -> tuple[int, int]:
    """The register and a penalty in November, two more in December; their deliveries."""
    counter.now = lambda: NOVEMBER
    registered(counter, (A, FIRM, "", "", "", "", ""))
    november = delivered(counter, penalty(document=DOCUMENT.format(1)))
    counter.now = lambda: DECEMBER
    return november, delivered(counter, *(penalty(document=DOCUMENT.format(number)) for number in (2, 3)))


def _public(counter: Counter) -> set[str | None]:
    link(counter.desk.database, now=DECEMBER)
    publish(counter.desk.database, BOOK, on=DECEMBER.date(), now=DECEMBER)
    with counter.desk.database.session() as session:
        view = lookup(session, A, on=DECEMBER.date(), book=BOOK)
    return {item.document for section in view.sections for item in section.items}


on_a_server = pytest.mark.parametrize("home", [POSTGRESQL], indirect=True)


@pytest.mark.parametrize("home", [SQLITE], indirect=True)
def test_a_file_numbers_records_from_one(counter: Counter) -> None:
    _two_months(counter)

    assert counter.ask("SELECT id FROM record ORDER BY id") == [(1,), (2,), (3,), (4,)]


def test_the_numbers_of_a_delivery_are_its_own_whatever_it_repeats(counter: Counter) -> None:
    registered(counter, (A, FIRM, "", "", "", "", ""))
    for numbers in ((1,), (2, 1), (1, 3, 2), (2,), (4,)):
        delivered(counter, *(penalty(document=DOCUMENT.format(number)) for number in numbers))

    ends = [end for told in counter.ask("SELECT first_id, last_id FROM delivery ORDER BY id") for end in told]
    assert ends == sorted(ends)
    within = "SELECT count(*) FROM record r JOIN delivery d ON r.id BETWEEN d.first_id AND d.last_id"
    assert counter.ask(f"{within} AND d.id = r.delivery_id") == counter.ask(within) == [(5,)]


@on_a_server
def test_on_a_server_each_month_has_a_part_of_its_own(counter: Counter) -> None:
    _two_months(counter)

    assert counter.ask("SELECT id FROM record ORDER BY id") == [
        (202611_000000001,), (202611_000000002,), (202612_000000001,), (202612_000000002,),
    ]  # fmt: skip
    assert counter.ask(PARTS) == [("record_202611",), ("record_202612",)]


@on_a_server
def test_what_was_there_before_there_were_months_stays_and_is_found(counter: Counter) -> None:
    with counter.desk.database.session() as session:
        session.connection().exec_driver_sql(
            """INSERT INTO record (id, delivery_id, line, source, counterparty_id, title, fields, key)
            VALUES (7, 1, 1, 'penalties', 1, 'x', '{}', 1)"""
        )
    _two_months(counter)

    assert counter.ask(PARTS) == [("record_202611",), ("record_202612",), ("record_before",)]
    assert counter.ask("SELECT title FROM record WHERE id = 7") == [("x",)]


@on_a_server
def test_what_is_asked_by_number_reads_one_part(counter: Counter) -> None:
    _two_months(counter)
    _public(counter)
    asked = """EXPLAIN (ANALYZE, COSTS OFF, TIMING OFF)
        SELECT r.title FROM publication p JOIN record r ON r.id = p.record_id
        WHERE p.subject_id = (SELECT id FROM subject) AND p.record_id < 202612000000000"""
    with psycopg.connect(counter.desk.database.place) as connection:
        connection.execute("SET enable_hashjoin = off; SET enable_mergejoin = off; SET enable_seqscan = off")
        joined = [line for (line,) in connection.execute(asked) if "record_2" in line and "Scan" in line]
        named = "".join(
            str(connection.execute("EXPLAIN SELECT title FROM record WHERE id = 202612000000001").fetchall())
        )

    read = [line for line in joined if "never executed" not in line]
    assert len(read) == 1
    assert "record_202611" in read[0]
    assert "record_202612" in named
    assert "record_202611" not in named


@on_a_server
def test_a_new_month_does_not_wait_for_those_who_read(counter: Counter) -> None:
    counter.now = lambda: NOVEMBER
    registered(counter, (A, FIRM, "", "", "", "", ""))
    with psycopg.connect(counter.desk.database.place) as reader:
        reader.execute("SELECT count(*) FROM record")  # in a transaction that stays open
        counter.now = lambda: DECEMBER
        delivered(counter, penalty())
        seen = reader.execute("SELECT count(*) FROM record").fetchone()

    assert seen == (2,)


@on_a_server
def test_two_months_are_published_told_and_taken_back_like_one(counter: Counter) -> None:
    november, _ = _two_months(counter)
    assert _public(counter) == {DOCUMENT.format(number) for number in (1, 2, 3)}
    with counter.desk.database.session() as session:
        told = change_feed.changes(session, None, on=DECEMBER.date(), book=BOOK)
    recall(counter.desk.database, november, reason="误报", now=DECEMBER)

    assert ([change.kind for change in told.items], told.more) == (["added"] * 3, False)
    assert _public(counter) == {DOCUMENT.format(number) for number in (2, 3)}
