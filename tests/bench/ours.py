"""The registry's own commands on a made-up city, and whether what they made is right."""

import json
import sys
from collections import Counter
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from sqlalchemy import Connection, text

from registry.store.database import open_database
from tests.bench.measured import Measured, run

CHENGXIN = Path(sys.executable).with_name("chengxin")
RECEIVED, PUBLISHED, MONTH = "2026-11-20", "2026-11-23", "2026-11"
SOME_REJECTED = (0, 1)


@dataclass(frozen=True)
class City:
    """The files of one made-up city."""

    rows: int
    penalties: Path
    subjects: Path
    truth: Path


@dataclass(frozen=True)
class Apart:
    """The three commands that take a delivery from file to public display, each in its own process."""

    imported: Measured
    linked: Measured
    published: Measured


def city(folder: Path, rows: int, seed: int = 1) -> City:
    """The made-up city of so many penalties, written unless it stands there already."""
    stem = f"city-{rows}-{seed}-{_generator()}"
    made = City(rows, folder / f"{stem}.csv", folder / f"{stem}.subjects.csv", folder / f"{stem}.truth.json")
    if not made.truth.exists():  # it is written last
        files = ("--out", made.penalties, "--subjects", made.subjects)
        run([sys.executable, "-m", "tests.city", "--rows", str(rows), "--seed", str(seed), *files])
    return made


def way(of: City, address: str) -> Measured:
    """The city's subjects in a new database, where nothing is yet; then the penalties, timed: from file to display."""
    take = _registered(of, address)
    return run([*take, of.penalties, "--publish", "--on", PUBLISHED], good=SOME_REJECTED)


def apart(of: City, address: str) -> Apart:
    """The same by three commands."""
    take, here = _registered(of, address), ("--database", address)
    return Apart(
        run([*take, of.penalties], good=SOME_REJECTED),
        run([CHENGXIN, "link", *here]),
        run([CHENGXIN, "publish", "--on", PUBLISHED, *here]),
    )


def _registered(of: City, address: str) -> list[str | Path]:
    """A new registry with the city's subjects; the words that have penalties taken."""
    here: tuple[str | Path, ...] = ("--database", address)
    take: list[str | Path] = [CHENGXIN, "import", "--received", RECEIVED, "--json", *here, "--source"]
    run([CHENGXIN, "init", *here])
    run([*take, "subjects", of.subjects])
    return [*take, "penalties"]


def monthly_return(address: str, out: Path) -> Measured:
    """The return of the month in which everything was delivered."""
    return run([CHENGXIN, "stats", "show", MONTH, "--out", out, "--database", address])


def serving(address: str, port: int) -> list[str | Path]:
    """The command that serves lookups with one worker."""
    return [CHENGXIN, "serve", "--port", str(port), "--workers", "1", "--database", address]


def fresh(database: Path) -> None:
    """Remove a database with its journal."""
    for end in ("", "-wal", "-shm"):
        database.with_name(database.name + end).unlink(missing_ok=True)


def differences(of: City, address: str) -> list[str]:
    """Where the registry's counts are not those of the truth; empty if all is right."""
    truth = json.loads(of.truth.read_text(encoding="utf-8"))
    database = open_database(address)
    try:
        with database.session() as session:
            asked = session.connection()
            found = {
                **{source: _delivered(asked, source) for source in ("subjects", "penalties")},
                "rejected_by_check": _counts(asked, "SELECT checks, count(*) FROM rejection GROUP BY checks"),
                "because": _counts(asked, _BECAUSE, keep=truth["because"]),
                "judged": _counts(asked, _JUDGED),
            }
    finally:
        database.close()
    expected = {part: truth[part] for part in ("subjects", "penalties", "rejected_by_check", "because")}
    expected["judged"] = {"penalties": truth["penalties"]["accepted"]}
    return [f"{part}: {found[part]} instead of {expected[part]}" for part in expected if found[part] != expected[part]]


# a penalty without an identifier is held either way: a subject that bears its name is proposed, and waits for people
_BECAUSE = """
SELECT CASE because WHEN 'link_unconfirmed' THEN 'unlinked' ELSE because END, count(*) FROM publication
WHERE retired_at IS NULL AND because IS NOT NULL GROUP BY 1
"""
_JUDGED = """
SELECT r.source, count(*) FROM publication p JOIN record r ON r.id = p.record_id
WHERE p.retired_at IS NULL AND r.source = 'penalties' GROUP BY r.source
"""
_DELIVERY = "SELECT read, accepted, duplicate, rejected FROM delivery WHERE source = :source"


def _delivered(connection: Connection, source: str) -> dict[str, int]:
    row = connection.execute(text(_DELIVERY), {"source": source}).one()
    return dict(zip(("read", "accepted", "duplicate", "rejected"), row, strict=True))


def _counts(connection: Connection, select: str, keep: dict[str, int] | None = None) -> dict[str, int]:
    counted = Counter({str(name): int(n) for name, n in connection.execute(text(select))})
    return {name: counted[name] for name in (counted if keep is None else keep)}


def _generator() -> str:
    """A short mark of the generator's own text, so that an older city is not mistaken for this one's."""
    sources = sorted((Path(__file__).parent.parent / "city").glob("*.py"))
    return sha256(b"".join(source.read_bytes() for source in sources)).hexdigest()[:8]
