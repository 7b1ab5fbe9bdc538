"""What keeps the registry from doing harm, each as something that fails if it is taken away."""

import json
import re
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import polars as pl
import pytest
from litestar import Litestar
from litestar.testing import TestClient
from sqlalchemy import BigInteger, Boolean, Float, Integer, Numeric, text
from sqlalchemy.exc import IntegrityError
from sqlmodel import SQLModel

from registry.actions.publish import derived, publish
from registry.api.app import create_app
from registry.rulebook import Rulebook, load
from registry.rulebook.catalogues import uncatalogued
from registry.store import (
    case_tables,
    ledger_tables,
    review_tables,
    subject_tables,
    tables,
    version_tables,
    withdrawal_tables,
)
from registry.store.database import Database
from registry.store.unjudged import UNJUDGED
from registry.vocabulary import Because, SourceKind
from tests.public_city import CODE, NAME, TODAY, public_city
from tests.receiving import Counter
from tests.standing import FIRM, A, delivered, now, penalty, registered, settled, standing

BOOK = load()
RULES = Path("registry/rulebook")


@pytest.fixture
def city(home: str, tmp_path: Path) -> Iterator[Database]:
    database = public_city(tmp_path / "city.db")
    yield database
    database.close()


def changed(tmp_path: Path, rule: str, old: str, new: str) -> Rulebook:
    """The law with another text of one rule."""
    folder = tmp_path / f"rules-{rule}"
    folder.mkdir()
    said = (RULES / f"{rule}.toml").read_text("utf-8")
    assert old in said
    (folder / f"{rule}.toml").write_text(said.replace(old, new), "utf-8")
    return load(folder)


@pytest.mark.parametrize("lost", ["UPDATE publication SET basis_id = NULL", "UPDATE publication SET shown_from = NULL"])
def test_the_database_itself_refuses_to_show_anything_without_its_basis_and_first_day(
    city: Database, lost: str
) -> None:
    with pytest.raises(IntegrityError, match="shown_on_a_basis"), city.session() as session:
        session.execute(text(lost))


def test_what_is_in_no_category_of_the_catalogue_leaves_the_public_at_the_next_publishing(
    counter: Counter, tmp_path: Path
) -> None:
    registered(counter, (A, FIRM, "", "2015-01-02", "2020-01-01", "", ""))
    delivered(counter, penalty())
    settled(counter)
    assert standing(counter)[0][1:] == ("shown", None)

    without = changed(tmp_path, "catalogue", '"permits", "penalties"', '"permits"')
    publish(counter.desk.database, without, on=TODAY, now=now())

    assert standing(counter)[0][1:] == ("unpublishable", "not_in_catalogue")
    ((basis,),) = counter.ask(
        "SELECT said FROM publication p JOIN basis s ON s.id = p.basis_id WHERE retired_at IS NULL"
    )
    assert without.bases[basis].number == "发改财金规〔2024〕203号"


def test_every_kind_of_source_has_a_category_and_none_has_before_the_catalogue_was_written() -> None:
    assert [kind for kind in SourceKind if uncatalogued(BOOK.catalogue, kind, TODAY)] == []
    assert uncatalogued(BOOK.catalogue, SourceKind.PENALTIES, date(2021, 12, 31)) == (
        Because.BEFORE_FIRST_VERSION,
        None,
    )


@pytest.mark.parametrize("status", ["revoked", "void", "disputed"])
@pytest.mark.parametrize("source", [kind for kind in SourceKind if kind not in ("subjects", "restorations")])
def test_a_decision_that_is_revoked_void_or_disputed_is_of_no_kind_shown(source: SourceKind, status: str) -> None:
    told = derived(record(source=source.value, status=status), BOOK, on=TODAY, production=False)
    final = derived(record(source=source.value, status="valid"), BOOK, on=TODAY, production=False)

    assert told["because"].to_list() == ["not_in_force"]
    assert final["outcome"].to_list() == ["shown"]


@pytest.mark.parametrize(
    ("category", "because"),
    [("natural_person", "natural_person"), ("individual_business", "individual_business")],
)
def test_persons_are_off_by_default_and_the_article_is_named(category: str, because: str) -> None:
    told = derived(record(category=category), BOOK, on=TODAY, production=False)

    assert told["because"].to_list() == [because]
    assert told["basis"][0] in BOOK.bases
    assert told["basis"][0].startswith("persons/")
    before = derived(record(category=category), BOOK, on=date(2021, 10, 31), production=False)
    assert before["because"].to_list() == [because]


def test_what_says_that_individual_businesses_are_published_counts_once_two_people_have_signed_it(
    tmp_path: Path,
) -> None:
    asked = record(category="individual_business")
    old = 'published = false\nbasis = { name = "本机构'
    other = changed(tmp_path, "persons", old, old.replace("false", "true"))

    assert derived(asked, other, on=TODAY, production=True)["because"].to_list() == ["individual_business"]
    assert derived(asked, other, on=TODAY, production=False)["outcome"].to_list() == ["shown"]
    person = record(category="natural_person")
    assert derived(person, other, on=TODAY, production=False)["because"].to_list() == ["natural_person"]


_EVERY = (
    case_tables,
    ledger_tables,
    review_tables,
    subject_tables,
    tables,
    version_tables,
    withdrawal_tables,
)  # so that all are known
NUMBERS = re.compile(
    r"(.+_)?(id|at|by|fen|ms|key)|line|content|read|accepted|duplicate|rejected|blank|linked|rows|cluster"
)
"""Ids, references, instants, durations, digests, places in a file, counts of rows, amounts of money in fen."""
OF_SPELLINGS = ["like_name.likeness"]
"""How like two written names are, which says nothing of anybody."""


def test_no_table_has_a_number_that_could_be_a_score() -> None:
    numeric = [
        f"{table.name}.{column.name}"
        for table in SQLModel.metadata.tables.values()
        for column in table.columns
        if isinstance(getattr(column.type, "impl", column.type), Integer | BigInteger | Numeric | Float)
        and not isinstance(column.type, Boolean)
    ]
    assert "subject.id" in numeric
    assert "record.amount_fen" in numeric
    assert [name for name in numeric if not NUMBERS.fullmatch(name.partition(".")[2])] == OF_SPELLINGS


def test_no_column_is_called_a_score_a_grade_or_a_rank() -> None:
    judging = re.compile("score|grade|rank|rating|points|credit_level|star|risk")
    named = [f"{table.name}.{c.name}" for table in SQLModel.metadata.tables.values() for c in table.columns]
    assert [name for name in named if judging.search(name.partition(".")[2].replace("starts_on", ""))] == []


SUBJECT = """code name category status county kind provisional former_names on data_as_of demo bases kinds sections
  more limits_zh limits_en"""
ITEM = """id source title document authority delivered_by decided_on shown_from shown_until content basis
  restorable_from disputed_since"""
HIT = "code name matched status county"
CANDIDATE = "id name description type score match features"
CHANGES = "changes cursor demo more"
CONTENT = {
    "permits": "category content licence licence_number starts_on ends_on",
    "penalties": "kinds procedure facts ground content fine_fen confiscated_fen licence ends_on",
    "list-entries": "list ground content noticed_on served_on ends_on",
    "honours": "kind year commendation starts_on ends_on",
    "commitments": "kind performance ends_on",
}
"""What the public may read, word for word: whoever adds to it has to say so here."""


def test_every_answer_gives_away_what_is_on_its_list_and_nothing_else(city: Database) -> None:
    with TestClient[Litestar](create_app(city.place, today=lambda: TODAY)) as client:
        subject = client.get(f"/v1/subjects/{CODE}").json()
        page = client.get(f"/v1/subjects/{CODE}/records").json()
        found = client.get("/v1/subjects", params={"q": NAME}).json()
        asked = {"queries": json.dumps({"q": {"query": NAME}})}
        candidates = client.get("/v1/reconcile", params=asked).json()["q"]["result"]
        changes = client.get("/v1/changes").json()

    items = [item for section in subject["sections"] for item in section["items"]]
    contents = {item["source"]: {*item["content"]} for item in items}
    assert {*subject} == {*SUBJECT.split()}
    assert {frozenset(item) for item in (*items, *page["records"])} == {frozenset(ITEM.split())}
    assert contents == {source: {*told.split()} for source, told in CONTENT.items()}
    assert {frozenset(one) for one in found["subjects"]} == {frozenset(HIT.split())}
    assert {key for one in candidates for key in one} <= {*CANDIDATE.split()}
    assert {*changes} == {*CHANGES.split()}


def record(**told: object) -> pl.DataFrame:
    """One record in the columns that the gate and the law ask for, with nothing against it."""
    day = date(2026, 5, 6)
    plain = {
        "record_id": 1, "source": "penalties", "category": "organisation", "procedure": "ordinary", "has_ground": True,
        "classes": "tax_serious" if told.get("source") == "list-entries" else "suspend_business", "has_document": True,
        "decided_on": day, "starts_on": day, "noticed_on": date(2026, 4, 1), "served_on": day, "subject_id": 1,
        "how": "code", "link_state": "confirmed", "provisional": False, "withdrawn_before": None, "conflicts": False,
    }  # fmt: skip
    return pl.DataFrame([{**plain, **told}], schema={**UNJUDGED, "first_shown_on": pl.Date})
