"""What an honest registry must find in the whole city, counted while it is written."""

import json
from collections import Counter
from pathlib import Path

import polars as pl

from registry.office import load_office
from tests.city.truth import HELD

OUTCOMES = ("accepted", "duplicate", "rejected")
_DUAL = ("permits", "penalties")
_LEVEL = "150900"


class Tally:
    """Counts by source, department, county, check and reason; and every row that is not plain, as it is told."""

    def __init__(self, folder: Path) -> None:
        self.rows: Counter[tuple[str, str]] = Counter()  # source, outcome
        self.departments: Counter[tuple[str, str]] = Counter()
        self.counties: Counter[tuple[str, str]] = Counter()
        self.checks: dict[str, Counter[str]] = {}
        self.late: Counter[str] = Counter()
        self.because: Counter[str] = Counter()
        self.persons: Counter[str] = Counter()
        self.files: list[dict[str, object]] = []
        self._folder = folder
        departments = load_office(None).departments
        self._departments = departments.select(source_body="name", department="code", of_department="county_code")
        self._faults = (folder / "faults.csv").open("wb")

    def add(self, source: str, file: str, received: str, rows: pl.DataFrame, rejected: dict[str, str]) -> None:
        """Count the rows of a file: source_body, local_code, fate, copy, and late where there is such a thing."""
        outcome = (
            pl.when("copy")
            .then(pl.lit("duplicate"))
            .when(pl.col("fate").is_in(list(rejected)))
            .then(pl.lit("rejected"))
            .otherwise(pl.lit("accepted"))
        )
        told = (
            rows.join(self._departments, on="source_body", how="left", maintain_order="left")
            .with_columns(outcome=outcome, line=pl.int_range(2, pl.len() + 2))
            .with_columns(
                county=pl.when(pl.col("of_department") != _LEVEL).then("of_department").otherwise("local_code"),
                check=pl.when(pl.col("outcome") == "rejected").then(
                    pl.col("fate").replace_strict(rejected, default=None, return_dtype=pl.String)
                ),
            )
        )
        of_file = dict(told["outcome"].value_counts().iter_rows())
        for word in OUTCOMES:
            self.rows[source, word] += of_file.get(word, 0)
        for column, counter in (("department", self.departments), ("county", self.counties)):
            for code, word, count in told.group_by(column, "outcome").len().iter_rows():
                counter[code, word] += count
        checks = told["check"].drop_nulls().str.split(";").explode()
        self.checks.setdefault(source, Counter()).update(dict(checks.value_counts().iter_rows()))
        accepted = told.filter(pl.col("outcome") == "accepted")
        self.persons[source] += accepted.filter(pl.col("fate") == "person").height
        if source in _DUAL:
            self.late[source] += int(accepted["late"].sum())
        if source == "penalties":
            fates = dict(accepted["fate"].value_counts().iter_rows())
            self.because.update({because: fates.get(fate, 0) for fate, because in HELD.items()})
        faults = told.filter((pl.col("fate") != "plain") | pl.col("copy")).select(
            pl.lit(file).alias("file"), "line", pl.lit(source).alias("source"), "fate", "outcome", "check"
        )
        faults.write_csv(self._faults, include_header=not self.files)
        self.files.append({"file": file, "source": source, "received_on": received, "read": told.height, **of_file})

    def write(self, **more: object) -> dict[str, object]:
        """Write faults.csv (closed), files.csv and truth.json; returns the truth."""
        self._faults.close()
        files = pl.DataFrame(self.files, infer_schema_length=None)
        counts = [pl.col(word).fill_null(0) if word in files.columns else pl.lit(0).alias(word) for word in OUTCOMES]
        files.select("file", "source", "received_on", "read", *counts).write_csv(self._folder / "files.csv")
        truth: dict[str, object] = {
            **more,
            "sources": {source: _counts(self.rows, source) for source in sorted({key for key, _ in self.rows})},
            "departments": {code: _counts(self.departments, code) for code in sorted({c for c, _ in self.departments})},
            "counties": {code: _counts(self.counties, code) for code in sorted({c for c, _ in self.counties})},
            "rejected_by_check": {source: dict(counted) for source, counted in self.checks.items()},
            "late": dict(self.late),
            "persons": {source: count for source, count in self.persons.items() if count},
            "because": dict(self.because),
        }
        text = json.dumps(truth, ensure_ascii=False, indent=2) + "\n"
        (self._folder / "truth.json").write_text(text, encoding="utf-8")
        return truth


def _counts(counter: Counter[tuple[str, str]], key: str) -> dict[str, int]:
    counted = {word: counter[key, word] for word in OUTCOMES}
    return {"read": sum(counted.values()), **counted}
