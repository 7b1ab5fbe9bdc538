"""Write a made-up city: `python -m tests.city --rows 1000000 --out penalties.csv --subjects subjects.csv`."""

import argparse
import json
from collections import Counter
from pathlib import Path

from tests.city import penalties, subjects
from tests.city.truth import truth

FEWEST = 1000
ROWS_PER_SUBJECT = 10


def write_city(rows: int, out: Path, register: Path, *, seed: int = 1) -> dict[str, object]:
    """Write `rows` penalties and a subject for every ten; beside the penalties what is expected (.truth.json)."""
    if rows < FEWEST:
        raise ValueError(f"a city has at least {FEWEST} penalties")
    known = subjects.subjects(rows // ROWS_PER_SUBJECT, seed)
    subjects.written(known).write_csv(register)
    fates: Counter[str] = Counter()
    with out.open("wb") as stream:
        for number, batch in enumerate(penalties.penalties(rows, known, seed)):
            penalties.written(batch).write_csv(stream, include_header=number == 0)
            fates.update(dict(batch["fate"].value_counts().iter_rows()))
    expected = truth(fates, subjects=known.height, seed=seed)
    truth_of(out).write_text(json.dumps(expected, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")
    return expected


def truth_of(out: Path) -> Path:
    """Where the expected counts of a file of penalties stand."""
    return out.with_suffix(".truth.json")


def main() -> None:
    """Read the command line and write the city."""
    parser = argparse.ArgumentParser(
        prog="python -m tests.city", description="Write a made-up city, the same for the same seed."
    )
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--out", type=Path, required=True, help="penalties, CSV; FILE.truth.json beside it")
    parser.add_argument("--subjects", type=Path, required=True, help="the register, CSV")
    parser.add_argument("--seed", type=int, default=1)
    asked = parser.parse_args()
    write_city(asked.rows, asked.out, asked.subjects, seed=asked.seed)


if __name__ == "__main__":
    main()
