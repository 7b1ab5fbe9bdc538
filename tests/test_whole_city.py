"""The whole city at a small scale: exact volumes, the same bytes for a seed, and a return that states what it holds."""

import csv
import json
from collections import Counter as Counted
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

from loaders.delivering import Sender, deliver
from registry.actions.count import counted
from registry.actions.publish import publish
from registry.actions.receipts import Receipt
from registry.documents import monthly_return
from registry.documents.figures import LISTS, NOT_SERIOUS, period
from registry.office import load_office
from registry.rulebook import load
from registry.vocabulary import SourceKind
from tests.city.checking import differences
from tests.city.volumes import FIGURES, Volumes
from tests.city.whole import Whole
from tests.receiving import Counter, counter_in

SCALE = Fraction(1, 2000)
TODAY, NOW = date(2026, 11, 23), datetime(2026, 11, 23, 4, tzinfo=UTC)


@dataclass(frozen=True)
class Delivered:
    """A city on disk, its truth, and a registry that all of it was delivered to."""

    folder: Path
    truth: dict[str, Any]
    files: list[dict[str, str]]
    receipts: list[Receipt]
    counter: Counter


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[str, Any]]:
    """A city on disk, and its truth."""
    folder = tmp_path_factory.mktemp("whole")
    return folder, Whole(SCALE).write(folder)


@pytest.fixture(scope="module")
def delivered(
    home: str, written: tuple[Path, dict[str, Any]], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Delivered]:
    folder, truth = written
    files = _rows(folder / "files.csv")
    with counter_in(tmp_path_factory.mktemp("registry")) as counter:
        receipts = []
        for file in files:
            sender = Sender(None, date.fromisoformat(file["received_on"]), counter.folder / "feedback")
            path, kind = folder / file["file"], SourceKind(file["source"])
            receipts += deliver(counter.desk, path, kind, sender, now=NOW, progress=lambda _: None)
        publish(counter.desk.database, load(), on=TODAY, now=NOW)
        yield Delivered(folder, truth, files, receipts, counter)


def _rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


def test_the_figures_at_full_scale_are_those_of_the_city() -> None:
    assert Volumes(Fraction(1)).figures == FIGURES


@pytest.mark.parametrize("scale", [Fraction(1), Fraction(1, 10), Fraction(3, 7), Fraction(1, 2000)])
def test_the_rows_of_all_files_add_up_to_the_records(scale: Fraction) -> None:
    volumes = Volumes(scale)

    assert sum(volumes.accepted.values()) == volumes.figures["records"]
    assert min(volumes.accepted.values()) > 0


def test_at_full_scale_there_are_some_two_hundred_files() -> None:
    whole = Whole(Fraction(1, 100))
    full = {source.stream.name: source.stream.files for source in whole.sources}

    assert full["permits"] == 60
    assert {source.stream.received_on(n).month for source in whole.sources for n in range(source.stream.files)} == {
        *range(1, 13)
    }


def test_the_same_seed_writes_the_same_bytes_and_another_seed_does_not(
    written: tuple[Path, dict[str, Any]], tmp_path: Path
) -> None:
    Whole(SCALE).write(tmp_path / "again")
    Whole(SCALE, seed=2).write(tmp_path / "other")

    for path in written[0].glob("*.csv"):
        assert (tmp_path / "again" / path.name).read_bytes() == path.read_bytes()
    one = "2024-01-permits-01.csv"
    assert (tmp_path / "other" / one).read_bytes() != (written[0] / one).read_bytes()


def test_every_file_is_received_as_its_truth_says(delivered: Delivered) -> None:
    words = ("read", "accepted", "duplicate", "rejected")
    told = [{word: getattr(receipt.counts, word) for word in words} for receipt in delivered.receipts]

    assert told == [{word: int(file[word]) for word in words} for file in delivered.files]


def test_every_wrong_row_is_rejected_where_it_stands_and_for_its_reason(delivered: Delivered) -> None:
    numbers = {file["file"]: number for number, file in enumerate(delivered.files, start=1)}
    due = {
        (numbers[row["file"]], int(row["line"]), row["check"])
        for row in _rows(delivered.folder / "faults.csv")
        if row["outcome"] == "rejected"
    }

    assert set(delivered.counter.ask("SELECT delivery_id, line, checks FROM rejection")) == due


def test_every_row_that_is_there_twice_is_found(delivered: Delivered) -> None:
    numbers = {file["file"]: number for number, file in enumerate(delivered.files, start=1)}
    due = {
        (numbers[row["file"]], int(row["line"]))
        for row in _rows(delivered.folder / "faults.csv")
        if row["outcome"] == "duplicate" and row["source"] != "subjects"
    }
    found = delivered.counter.ask(
        "SELECT p.delivery_id, p.line FROM provenance p JOIN delivery d ON d.id = p.delivery_id "
        "WHERE d.source <> 'subjects'"
    )

    assert set(found) == due


def test_penalties_are_held_as_often_as_their_truth_says(delivered: Delivered) -> None:
    held = dict(
        delivered.counter.ask(
            "SELECT CASE p.because WHEN 'link_unconfirmed' THEN 'unlinked' ELSE p.because END, count(*) "
            "FROM publication p JOIN record r ON r.id = p.record_id "
            "WHERE p.retired_at IS NULL AND r.source = 'penalties' GROUP BY 1"
        )
    )

    assert {reason: held.get(reason, 0) for reason in delivered.truth["because"]} == delivered.truth["because"]


def test_former_names_and_names_written_otherwise_lead_to_one_company(delivered: Delivered) -> None:
    former = {(row["uscc"], row["former_name"]) for row in _rows(delivered.folder / "names.csv")}
    linked = delivered.counter.ask(
        "SELECT r.uscc, r.name, s.uscc, s.name FROM {records} r "
        "JOIN {links} l ON l.record_id = r.id JOIN subject s ON s.id = l.subject_id "
        "WHERE l.state = 'confirmed' AND r.uscc IS NOT NULL AND r.name <> s.name"
    )
    wide = [(code, name.replace("(", "（").replace(")", "）"), whose, now) for code, name, whose, now in linked]
    by_former_name = {(code, name) for code, name, _, now in wide if name != now}

    assert {code for code, _, whose, _ in wide if code != whose} == set()
    assert by_former_name
    assert by_former_name <= former


def test_every_restoration_hits_the_penalty_of_its_truth_and_no_other(delivered: Delivered) -> None:
    told = _rows(delivered.folder / "restorations.csv")
    found = delivered.counter.ask(
        "SELECT o.uscc, o.document FROM withdrawal w JOIN {records} o ON o.id = w.record_id WHERE w.reason = 'restored'"
    )
    waiting = dict(
        delivered.counter.ask(
            "SELECT p.because, count(*) FROM publication p JOIN record r ON r.id = p.record_id "
            "WHERE r.source = 'restorations' AND p.retired_at IS NULL AND p.outcome = 'held' GROUP BY 1"
        )
    )

    assert sorted(found) == sorted((row["uscc"], row["restored"]) for row in told if not row["waits"])
    assert waiting == Counted(row["waits"] for row in told if row["waits"])
    assert len({code for code, _ in found}) == delivered.truth["figures"]["restored"]


def test_the_years_return_states_the_figures_exactly(delivered: Delivered) -> None:
    made = counted(delivered.counter.desk.database, load_office(None), period("2024"), made_on=TODAY)
    told = monthly_return.as_data(made)["tables"]

    assert differences(delivered.truth, told) == []
    assert {name.en: value for name, value in monthly_return.headline(made)}["Accepted"] == "4,500"


def test_a_return_that_is_off_by_one_is_found_out(delivered: Delivered) -> None:
    made = counted(delivered.counter.desk.database, load_office(None), period("2024"), made_on=TODAY)
    told = json.loads(json.dumps(monthly_return.as_data(made)["tables"]))
    told["subjects"][0]["honoured"] += 1

    assert differences(delivered.truth, told) == ["honoured: 7 instead of 6"]


def test_serious_lists_are_those_that_bar_from_red_lists() -> None:
    barring = {code for rule in load().red_lists.versions for item in rule.items.values() for code in item.barred_by}

    assert set(LISTS) - set(NOT_SERIOUS) == barring
