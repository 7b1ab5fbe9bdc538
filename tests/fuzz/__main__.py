"""Hand in bad files by the thousand, each within its limits: `python -m tests.fuzz [--files 10000] [--start 0]`."""

import argparse
import json
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

from registry.vocabulary import SourceKind
from tests.fuzz.corpus import SEED, Bad, bad
from tests.fuzz.trial import MEGABYTES, SECONDS

CHUNK = 100
WORKERS = 2
_ENDLESS = 2 << 30


def handed_in(numbers: range, seed: int) -> list[dict[str, Any]]:
    """What becomes of some files of the corpus: number, way, end, fault, seconds, peak."""
    with tempfile.TemporaryDirectory(prefix="fuzz-") as place:
        folder = Path(place)
        files = [bad(number, seed) for number in numbers]
        for file in files:
            (folder / file.file_name).write_bytes(file.content)
        return list(_ended(folder, files))


def endless(folder: Path) -> list[dict[str, Any]]:
    """One line of two gigabytes, and a quote that is not closed for two gigabytes."""
    files = []
    for number, (way, start, part) in enumerate(
        [("a line of 2 GB", b"", b"a" * (1 << 20)), ("a quote open for 2 GB", b'"', b"a,b,c,d\n" * (1 << 17))]
    ):
        files.append(Bad(-1 - number, way, SourceKind.PENALTIES, f"endless-{number}.csv", b""))
        with (folder / files[-1].file_name).open("wb") as stream:
            stream.write(start)
            for _ in range(_ENDLESS // len(part)):
                stream.write(part)
    return list(_ended(folder, files))


def _ended(folder: Path, files: list[Bad]) -> Iterator[dict[str, Any]]:
    """Start a worker for the files, and another one for those after a file that ended it."""
    while files:
        told = [{"number": f.number, "way": f.way, "kind": f.kind, "file_name": f.file_name} for f in files]
        (folder / "files.json").write_text(json.dumps(told), encoding="utf-8")
        command = [sys.executable, "-m", "tests.fuzz.worker", str(folder)]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        lines = [json.loads(line) for line in done.stdout.splitlines()]
        yield from ({"way": file.way, **line} for file, line in zip(files, lines, strict=False))
        if len(lines) < len(files):
            said = f"the process ended with {done.returncode}: {done.stderr[-300:]}"
            lost = files[len(lines)]
            yield {"number": lost.number, "way": lost.way, "end": "lost", "fault": said, "seconds": 0, "peak": 0}
        files = files[len(lines) + 1 :]


def main() -> int:
    """Hand all of them in, tell how they ended; 1 if one did not end as it must."""
    parser = argparse.ArgumentParser(prog="python -m tests.fuzz", description="Hand in bad files by the thousand.")
    parser.add_argument("--files", type=int, default=10_000)
    parser.add_argument("--start", type=int, default=0)
    parser.add_argument("--seed", type=int, default=SEED)
    asked = parser.parse_args()
    last = asked.start + asked.files
    chunks = [range(first, min(first + CHUNK, last)) for first in range(asked.start, last, CHUNK)]
    ends: Counter[str] = Counter()
    faults, slowest, largest = [], 0.0, 0.0
    with tempfile.TemporaryDirectory(prefix="fuzz-") as place, ThreadPoolExecutor(WORKERS) as pool:
        for results in (endless(Path(place)), *pool.map(lambda chunk: handed_in(chunk, asked.seed), chunks)):
            for result in results:
                ends[result["end"]] += 1
                slowest, largest = max(slowest, result["seconds"]), max(largest, result["peak"])
                if result["fault"]:
                    faults.append(f"{result['number']} ({result['way']}): {result['fault']}")
    for fault in faults:
        sys.stdout.write(fault + "\n")
    sys.stdout.write(
        f"{ends.total()} bad files: {', '.join(f'{count} {end}' for end, count in sorted(ends.items()))}; "
        f"slowest {slowest:.1f} s of {SECONDS}, largest {largest:.0f} MB of {MEGABYTES}\n"
    )
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
