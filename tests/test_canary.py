"""The canary: personal values planted in every delivered column of every kind of source reach no public byte.

Identity numbers and telephones go from any text at reading. A person's name or address cannot be told from other words:
they are planted in the columns that hold them, and in those that the public may not read.
"""

import csv
import json
import logging
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path

import pytest
from litestar import Litestar
from litestar.testing import TestClient

from loaders.headers import is_personal, normal_header
from loaders.sources import SOURCES
from registry.actions.count import counted
from registry.actions.publish import publish
from registry.api.app import create_app
from registry.documents.figures import period
from registry.documents.monthly_return import files
from registry.errors import Refusal
from registry.rulebook import load
from registry.vocabulary import SourceKind
from registry.web.pages import pages
from tests.receiving import NOW, RECEIVED_ON, Counter, counter_in, csv_text
from tests.test_sample_data import FOLDER, tables

BOOK = load()
IDENTITY, PHONE, ADDRESS, PERSON = "15090218990101006X", "13800138000", "金丝雀巷三号院二单元", "司马金丝雀"
EVERYWHERE = f" 证号{IDENTITY} 电话{PHONE}"
PRIVATELY = f"{EVERYWHERE} {PERSON} {ADDRESS}"
CANARIES = [text.encode() for text in (IDENTITY, PHONE, ADDRESS, PERSON)]
PUBLIC_PROSE = {
    "name", "document", "title", "facts", "ground", "content", "licence", "licence_number", "kind", "kinds",
    "authority", "source_body", "commendation", "performance", "list", "status", "district", "former_names", "year",
    "grade", "restored_document", "restored_list", "body",
}  # fmt: skip
"""Fields that are public in the words of their delivery, or decide what is."""
PERSONAL_HEADERS = ("身份证号", "联系电话", "家庭住址", "经办人", "法定代表人身份证号")
with (FOLDER / "deliveries.csv").open(encoding="utf-8") as stream:
    GOOD = [row for row in csv.DictReader(stream) if "faulty" not in row["file"]]


def table(file: str) -> list[dict[str, str]]:
    """The rows of a sample."""
    _, (headers, *rows) = next(tables(FOLDER / file))
    return [dict(zip(headers, row, strict=True)) for row in rows]


def planted(row: dict[str, str], kind: SourceKind) -> Iterator[dict[str, str]]:
    """The row with canaries in one column after another, and in columns of personal values beside them."""
    known = {
        normal_header(header): field
        for layout in SOURCES[kind].layouts
        for field, headers in layout.columns.items()
        for header in headers
    }
    for place, header in enumerate(row):
        public = known.get(normal_header(header)) in PUBLIC_PROSE
        other = {**row, header: row[header] + (EVERYWHERE if public else PRIVATELY)}
        more = dict.fromkeys(PERSONAL_HEADERS[:1] if place else PERSONAL_HEADERS, PRIVATELY)
        yield {**dict.fromkeys(PERSONAL_HEADERS, ""), **more, **other}


@contextmanager
def plagued(folder: Path) -> Iterator[Counter]:
    """A registry of which every kind of source was delivered with canaries in every column."""
    with counter_in(folder) as counter:
        counter.ask("UPDATE setting SET value = 'demo' WHERE key = 'mode' RETURNING value")  # shows the most
        for delivery in GOOD:
            kind, rows = SourceKind(delivery["source"]), table(delivery["file"])
            told = [*rows, *(one for row in rows[:3] for one in planted(row, kind))]
            headers = [*dict.fromkeys(header for row in told for header in row)]
            content = csv_text(headers, *[[row.get(header, "") for header in headers] for row in told])
            counter.take(content, kind, name=f"{delivery['file']}.csv")
        publish(counter.desk.database, BOOK, on=RECEIVED_ON, now=NOW)
        yield counter


def public_bytes(counter: Counter) -> Iterator[tuple[str, bytes]]:
    """Everything that the public can read, with the address it is read at."""
    codes = [code for (code,) in counter.ask("SELECT uscc FROM subject")]
    names = sorted({name[:4] for (name,) in counter.ask("SELECT name FROM subject_name")})
    records = [record for (record,) in counter.ask("SELECT id FROM record")]
    with TestClient[Litestar](
        create_app(counter.desk.database.place, pages=[pages], today=lambda: RECEIVED_ON)
    ) as client:

        def read(address: str, **asked: str) -> tuple[str, bytes]:
            reply = client.get(address, params=asked)
            return address, reply.content + repr(reply.headers).encode()

        for code in codes:
            yield read(f"/v1/subjects/{code}")
            yield read(f"/v1/subjects/{code}/records")
            yield read(f"/subjects/{code}")
            yield read(f"/subjects/{code}/records")
        for record in records[:200]:
            yield read(f"/v1/subjects/{codes[0]}/records/{record}")
        for text in names:
            yield read("/subjects", q=text)
        for text in (*names, IDENTITY, PHONE, f"{PERSON}{ADDRESS}"):  # a page repeats what was asked, JSON does not
            yield read("/v1/subjects", q=text)
            yield read("/v1/reconcile", queries=json.dumps({"q": {"query": text}}))
        yield read("/v1/changes")
        yield read("/v1/rules")
    made = counted(counter.desk.database, counter.desk.office, period("2026-11"), made_on=date(2026, 12, 1))
    yield from files(made)


def test_no_personal_value_reaches_a_public_byte_or_the_log(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    with plagued(tmp_path) as counter:
        shown = counter.ask(
            "SELECT r.source, count(*) FROM publication p JOIN record r ON r.id = p.record_id "
            "WHERE p.outcome = 'shown' GROUP BY 1"
        )
        read = dict(public_bytes(counter))
        everything = ("SELECT * FROM record", "SELECT * FROM counterparty", "SELECT * FROM rejection")
        kept = str([counter.ask(each) for each in everything])

    assert {source for source, _ in shown} == set(SourceKind) - {SourceKind.SUBJECTS, SourceKind.RESTORATIONS}
    assert [(where, canary.decode()) for where, told in read.items() for canary in CANARIES if canary in told] == []
    assert "已删除".encode() in b"".join(read.values())  # canaries were planted in what is public, and went
    assert IDENTITY not in kept
    ours = [record.getMessage() for record in caplog.records if not record.name.startswith("httpx")]  # the client's
    written = "\n".join(ours)
    assert [canary.decode() for canary in CANARIES if canary.decode() in written] == []


@pytest.mark.parametrize("kind", SOURCES)
def test_a_refused_file_repeats_no_personal_value(tmp_path: Path, kind: SourceKind) -> None:
    faulty = [csv_text([f"列{IDENTITY}", PHONE], [PERSON, ADDRESS]), csv_text(["企业名称"], [PERSON]), f'"{PERSON}\n']
    with counter_in(tmp_path) as counter:
        for content in faulty:
            with pytest.raises(Refusal) as refused:
                counter.take(content, kind)
            told = str(refused.value) + str(refused.value.where)
            assert [text for text in (IDENTITY, PERSON, ADDRESS) if text in told] == []


def test_the_columns_of_personal_values_are_known_as_such() -> None:
    assert [header for header in PERSONAL_HEADERS if not is_personal(header)] == []
    never_shown = {name for name, how in BOOK.masking.versions[-1].items.items() if not how.shown}
    assert never_shown == {"identity_number", "birth_date", "address", "phone"}
    assert is_personal("出生日期")
