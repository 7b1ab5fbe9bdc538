"""The made-up city of `tests.city`: the same for the same seed, valid where it says so, and honest about its faults."""

import csv
import json
from collections import Counter
from pathlib import Path

import polars as pl
import pytest
from stdnum.cn import uscc
from typer.testing import CliRunner

from registry.cli.app import command_line
from registry.identifiers import is_organisation_code
from tests.city.__main__ import truth_of, write_city
from tests.city.penalties import BATCH, FATES, penalties
from tests.city.subjects import MOST, subjects

ROWS = 6000


@pytest.fixture(scope="module")
def city(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("city")
    write_city(ROWS, folder / "penalties.csv", folder / "subjects.csv")
    return folder


def _rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


def test_the_same_seed_writes_the_same_bytes_and_another_seed_does_not(city: Path, tmp_path: Path) -> None:
    again = write_city(ROWS, tmp_path / "penalties.csv", tmp_path / "subjects.csv")
    other = write_city(ROWS, tmp_path / "other.csv", tmp_path / "other-subjects.csv", seed=2)

    for file_name in ("penalties.csv", "subjects.csv", "penalties.truth.json"):
        assert (tmp_path / file_name).read_bytes() == (city / file_name).read_bytes()
    assert other != again
    assert (tmp_path / "other.csv").read_bytes() != (city / "penalties.csv").read_bytes()


def test_the_truth_adds_up_to_the_rows_of_the_file(tmp_path: Path) -> None:
    truth = write_city(ROWS, tmp_path / "penalties.csv", tmp_path / "subjects.csv")
    counted, rejected = truth["penalties"], truth["rejected_by_check"]

    assert isinstance(counted, dict)
    assert isinstance(rejected, dict)
    assert counted["read"] == len(_rows(tmp_path / "penalties.csv")) == ROWS
    assert counted["read"] == counted["accepted"] + counted["duplicate"] + counted["rejected"]
    assert counted["rejected"] == sum(rejected.values())
    assert truth_of(tmp_path / "penalties.csv").exists()


def test_every_fate_comes_about_as_often_as_declared() -> None:
    fates: Counter[str] = Counter()
    rows = 2 * BATCH
    for batch in penalties(rows, subjects(rows // 10, 1), 1):
        fates.update(batch["fate"].to_list())

    for fate, share in FATES.items():
        assert fates[fate] == pytest.approx(rows * share / 10_000, rel=0.25)


def test_every_code_of_the_register_is_valid_and_nobodys(city: Path) -> None:
    codes = [row["统一社会信用代码"] for row in _rows(city / "subjects.csv")]

    assert [code for code in codes if not uscc.is_valid(code)] == []
    assert len(set(codes)) == len(codes) == ROWS // 10
    assert {code[8:12] for code in codes} == {"0000"}
    assert {code[2:4] for code in codes} == {"15"}


def test_organisation_codes_are_valid_for_every_check_digit() -> None:
    register = subjects(20_000, 1)

    assert register.select(is_organisation_code(pl.col("organisation_code")).all()).item()
    assert register["organisation_code"].str.tail(1).n_unique() == len("0123456789X")


def test_a_register_larger_than_the_codes_there_are_is_refused() -> None:
    with pytest.raises(ValueError, match=str(MOST)):
        subjects(MOST + 1, 1)


def test_an_import_counts_exactly_what_the_truth_says(city: Path, tmp_path: Path) -> None:
    truth = json.loads((city / "penalties.truth.json").read_text(encoding="utf-8"))
    place = ("--database", str(tmp_path / "chengxin.db"))
    assert CliRunner().invoke(command_line(), ["init", *place]).exit_code == 0

    for source in ("subjects", "penalties"):
        take = ["import", str(city / f"{source}.csv"), "--source", source, "--received", truth["received_on"], "--json"]
        (receipt,) = json.loads(CliRunner().invoke(command_line(), [*take, *place]).stdout)

        assert receipt["counts"] == truth[source]
        assert receipt["rejected_by_check"] == (truth["rejected_by_check"] if source == "penalties" else {})


def test_duplicates_are_whole_rows_once_more_and_nothing_else_is(city: Path) -> None:
    rows = [tuple(row.values()) for row in _rows(city / "penalties.csv")]
    documents = [row["行政处罚决定书文号"] for row in _rows(city / "penalties.csv")]

    assert len(rows) - len(set(rows)) == len(documents) - len(set(documents)) > 0


def test_a_row_is_about_five_hundred_bytes_long(city: Path) -> None:
    assert (city / "penalties.csv").stat().st_size / ROWS == pytest.approx(500, rel=0.03)
