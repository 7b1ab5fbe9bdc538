"""Write a made-up city: penalties alone, or the whole of it; check a registry's return of the whole one.

python -m tests.city --rows 1000000 --out penalties.csv --subjects subjects.csv
python -m tests.city --whole city/ [--scale 1/10]
python -m tests.city --whole city/ --check return.json
"""

import argparse
import json
import sys
from collections import Counter
from fractions import Fraction
from pathlib import Path

from tests.city import penalties, subjects
from tests.city.checking import differences
from tests.city.truth import truth
from tests.city.whole import Whole

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
    """Read the command line and write a city, or check what a registry says of the whole one."""
    parser = argparse.ArgumentParser(
        prog="python -m tests.city", description="Write a made-up city, the same for the same seed."
    )
    parser.add_argument("--seed", type=int, default=1)
    many = parser.add_argument_group("penalties and their register")
    many.add_argument("--rows", type=int, default=1_000_000)
    many.add_argument("--out", type=Path, help="penalties, CSV; FILE.truth.json beside it")
    many.add_argument("--subjects", type=Path, help="the register, CSV")
    whole = parser.add_argument_group("the whole city, every source for a year")
    whole.add_argument("--whole", type=Path, metavar="FOLDER", help="where its files and its truth go")
    whole.add_argument("--scale", type=Fraction, default=Fraction(1), help="1 is 9,000,000 records; 1/10, 1/2000")
    whole.add_argument("--check", type=Path, metavar="JSON", help="compare `chengxin stats show 2024 --json` with it")
    asked = parser.parse_args()
    if asked.whole and asked.check:
        sys.exit(check(asked.whole, asked.check))
    elif asked.whole:
        Whole(asked.scale, asked.seed).write(asked.whole)
    elif asked.out and asked.subjects:
        write_city(asked.rows, asked.out, asked.subjects, seed=asked.seed)
    else:
        parser.error("give --whole, or --out and --subjects")


def check(folder: Path, told: Path) -> int:
    """Say where the year's return differs from the truth; 1 if it does."""
    truth = json.loads((folder / "truth.json").read_text(encoding="utf-8"))
    found = differences(truth, json.loads(told.read_text(encoding="utf-8"))["tables"])
    sys.stdout.write("\n".join(found or ["the return states exactly what the city holds"]) + "\n")
    return 1 if found else 0


if __name__ == "__main__":
    main()
