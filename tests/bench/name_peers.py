"""Well-known matchers on the same list of names, each in an environment of its own: their requirements conflict.

Each script takes a CSV (id, name, and the parsed columns region, brand, trade, form), a CSV to write (left, right,
score) and the least score that is kept. Chinese has no ASCII form, so string_grouper is told not to look for one.
"""

import json
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

from tests.bench.measured import run

STRING_GROUPER = """
import sys
import pandas
from string_grouper import match_strings
names = pandas.read_csv(sys.argv[1], dtype=str, keep_default_na=False)
found = match_strings(names["name"], master_id=names["id"], ngram_size=2, min_similarity=float(sys.argv[3]),
                      normalize_to_ascii=False)
found = found[found["left_id"] < found["right_id"]]
found[["left_id", "right_id", "similarity"]].to_csv(sys.argv[2], index=False, header=["left", "right", "score"])
"""
SPLINK = """
import sys
import duckdb
import splink.comparison_library as cl
from splink import DuckDBAPI, Linker, SettingsCreator, block_on
connection = duckdb.connect()
connection.execute("CREATE TABLE names AS SELECT id AS unique_id, name, nullif(region, '') AS region, "
                   "nullif(brand, '') AS brand, nullif(trade, '') AS trade, nullif(form, '') AS form "
                   "FROM read_csv(?, all_varchar=true)", [sys.argv[1]])
api = DuckDBAPI(connection)
rules = [block_on("brand"), block_on("trade", "substr(brand, 1, 1)"), block_on("trade", "substr(brand, -1)")]
settings = SettingsCreator(link_type="dedupe_only", blocking_rules_to_generate_predictions=rules, comparisons=[
    cl.JaroWinklerAtThresholds("name", [0.95, 0.88, 0.8]), cl.LevenshteinAtThresholds("brand", 1),
    cl.ExactMatch("region"), cl.LevenshteinAtThresholds("trade", 1), cl.ExactMatch("form")])
linker = Linker(api.register("names"), settings)
linker.training.estimate_probability_two_random_records_match([block_on("name")], recall=0.5)
linker.training.estimate_u_using_random_sampling(max_pairs=1e6, seed=1)
for rule in (block_on("brand", "trade"), block_on("region", "trade", "substr(brand, 1, 1)")):
    linker.training.estimate_parameters_using_expectation_maximisation(rule, record_sample_proportion=1.0)
found = linker.inference.predict(threshold_match_probability=float(sys.argv[3]))
connection.execute(f"COPY (SELECT unique_id_l AS left, unique_id_r AS right, match_probability AS score "
                   f"FROM {found.physical_name}) TO '{sys.argv[2]}' (HEADER)")
"""
NOMENKLATURA = """
import csv, sys, tempfile
from pathlib import Path
from followthemoney import Dataset, StatementEntity
from nomenklatura.blocker.index import Index
from nomenklatura.matching import LogicV1, ScoringConfig
from nomenklatura.resolver import Linker
from nomenklatura.store.memory import MemoryStore
dataset = Dataset.make({"name": "names", "title": "names"})
store = MemoryStore(dataset, Linker({}))
entities = {}
with open(sys.argv[1], encoding="utf-8") as stream, store.writer() as writer:
    for row in csv.DictReader(stream):
        entity = StatementEntity.from_data(dataset, {"id": f"n{row['id']}", "schema": "Company",
                                                     "properties": {"name": [row["name"]]}})
        entities[entity.id] = entity
        writer.add_entity(entity)
config = ScoringConfig.defaults()
with tempfile.TemporaryDirectory() as folder, open(sys.argv[2], "w") as out:
    index = Index(store.default_view(), Path(folder))
    index.build()
    out.write("left,right,score\\n")
    for (left, right), _ in index.pairs(max_pairs=500_000):
        score = LogicV1.compare(entities[left.id], entities[right.id], config).score
        if score >= float(sys.argv[3]):
            out.write(f"{left.id[1:]},{right.id[1:]},{score}\\n")
"""
CDIST = """
import csv, sys
import numpy
from rapidfuzz import fuzz, process
with open(sys.argv[1], encoding="utf-8") as stream:
    names = [row["name"] for row in csv.DictReader(stream)]
least = float(sys.argv[3])
with open(sys.argv[2], "w") as out:
    out.write("left,right,score\\n")
    for start in range(0, int(sys.argv[4]), 500):
        part = process.cdist(names[start:start + 500], names, scorer=fuzz.ratio, score_cutoff=100 * least,
                             dtype=numpy.uint8, workers=-1)
        for left, right in numpy.argwhere(part):
            if start + left < right:
                out.write(f"{start + left},{right},{part[left, right] / 100}\\n")
"""
LONGEST = 900  # seconds after which a peer is stopped
PEERS = {  # name: packages, script, the least score with which it is asked for all it knows
    "string_grouper": (("string-grouper==0.8.*",), STRING_GROUPER, 0.5),
    "splink": (("splink==5.*",), SPLINK, 0.01),
    "nomenklatura": (("nomenklatura==4.*",), NOMENKLATURA, 0.3),
    "rapidfuzz": (("rapidfuzz==3.*", "numpy"), CDIST, 0.75),
}


class Peer:
    """One of PEERS, its environment made where it is missing."""

    def __init__(self, name: str, folder: Path) -> None:
        packages, self._script, self.least = PEERS[name]
        self.name, self._place = name, folder / f"peer-{name}" / "bin"
        if not self._place.exists():
            run([sys.executable, "-m", "venv", self._place.parent])
            run([self._place / "pip", "install", "--quiet", *packages])

    @property
    def version(self) -> str:
        """Of the peer's own package."""
        listed = subprocess.run([self._place / "pip", "list", "--format", "json"], check=True, capture_output=True)
        versions = {each["name"].lower().replace("-", "_"): each["version"] for each in json.loads(listed.stdout)}
        return str(versions[self.name])

    def pairs(self, names: Path, out: Path, least: float, more: Sequence[str] = ()) -> float:
        """Write the pairs that it finds with at least this score; the seconds it took, at most about LONGEST."""
        out.write_text("left,right,score\n", encoding="utf-8")
        python: list[str | Path] = ["timeout", str(LONGEST), self._place / "python", "-u", "-c", self._script]
        return run([*python, names, out, str(least), *more], good=(0, 124)).seconds
