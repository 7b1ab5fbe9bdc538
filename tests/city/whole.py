"""The whole city for the year 2024: some two hundred files of every source, the same for the same seed.

Beside the files stands what an honest registry must find: `truth.json` (counts and the figures of the year's return),
`files.csv` (what each file holds, in the order of delivery), `faults.csv` (which row is wrong and why), `names.csv`
(which names are one company's), `restorations.csv` (which penalty each restoration hits).
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from pathlib import Path

import polars as pl

from tests.city import commitments, honours, listings, parties, penalties, permits, registrations, restorations
from tests.city.draws import ROW, Draws, at
from tests.city.streams import Stream, shares
from tests.city.tally import Tally
from tests.city.volumes import Volumes

ROWS_A_FILE = 500  # a smaller city has fewer files, not tiny ones
FILES = {"permits": 60, "penalties": 48, "commitments": 36, "list-entries": 12, "honours-tax": 6, "honours": 6}
FILES["restorations"] = 11  # from February on, so that there is something to restore
PENALTY_HEADERS = penalties.HEADERS | {"local_code": "地方编码"}
PENALTY_REJECTED = {
    "bad_code": "uscc_check_character",
    "future": "decided_on_after_received",
    "bad_amount": "fine_unreadable",
}
_GB18030_EVERY = 12  # so many files of penalties, one comes from an old system
Made = Callable[[pl.DataFrame, pl.DataFrame, Draws], pl.DataFrame]


@dataclass(frozen=True)
class Source:
    """A stream of files, how its rows are made and headed, which fates fail which check, whom the rows are about."""

    stream: Stream
    made: Made
    headers: dict[str, str]
    rejected: dict[str, str]
    about: pl.Expr

    def rows(self, number: int, register: pl.DataFrame) -> pl.DataFrame:
        """The rows of a file: the columns of its headers, fate, copy, late."""
        lines = self.stream.lines(number).with_columns(about=self.about)
        return pl.concat(
            [self.made(lines, register, self.stream.draws), lines.select("copy", "late")], how="horizontal"
        )


class Whole:
    """The city at a scale: its register and its sources; `write` writes all of it."""

    def __init__(self, scale: Fraction, seed: int = 1) -> None:
        self.volumes, self.seed = Volumes(scale), seed
        self.draws = Draws(seed)
        self.register = registrations.register(self.volumes.accepted["subjects"], seed)

    def write(self, folder: Path) -> dict[str, object]:
        """Write every file and its truth into a folder; returns the truth."""
        folder.mkdir(parents=True, exist_ok=True)
        tally = Tally(folder)
        for number, county in enumerate(registrations.files(self.register, self.draws)):
            name = f"{registrations.RECEIVED:%Y-%m}-subjects-{number + 1:02}.csv"
            _headed(county, registrations.HEADERS).write_csv(folder / name)
            tally.add("subjects", name, str(registrations.RECEIVED), county, registrations.REJECTED)
        hits: list[pl.DataFrame] = []
        for received, source, number in self._deliveries():
            rows = source.rows(number, self.register)
            name = write(rows, source, number, folder)
            tally.add(source.stream.source, name, received, rows, source.rejected)
            if source.stream.source == "restorations":
                hits.append(_hits(rows, name))
        pl.concat(hits).write_csv(folder / "restorations.csv")
        renamed = self.register.filter(pl.col("former_name").is_not_null())
        renamed.select("uscc", "name", "former_name", "renamed_on").write_csv(folder / "names.csv")
        scale = str(self.volumes.scale)
        return tally.write(seed=self.seed, scale=scale, year=2024, figures=self.volumes.figures)

    def _deliveries(self) -> Iterator[tuple[str, Source, int]]:
        """Every file but the register's, in the order of the days on which they arrive."""
        found = [
            (str(source.stream.received_on(number)), source, number)
            for source in self.sources
            for number in range(source.stream.files)
        ]
        yield from sorted(found, key=lambda delivery: delivery[0])

    @cached_property
    def sources(self) -> list[Source]:
        """Every source but the register."""
        about = parties.about(self.register, self.draws)
        accepted = self.volumes.accepted
        kinds = (
            ("permits", permits.made, permits.HEADERS, permits.FATES, permits.REJECTED),
            ("penalties", penalties.made, PENALTY_HEADERS, penalties.FATES, PENALTY_REJECTED),
            ("commitments", commitments.made, commitments.HEADERS, commitments.FATES, commitments.REJECTED),
        )
        many = [
            Source(self._stream(name, accepted[name], fates, rejected), made, headers, rejected, about)
            for name, made, headers, fates, rejected in kinds
        ]
        return [*many, *self._few(), self._restorations(many[1].stream, about)]

    def _restorations(self, of: Stream, about: pl.Expr) -> Source:
        """Restorations of penalties; some wait for a penalty that never comes, or name another body's."""
        waiting = dict.fromkeys(restorations.WAITS, self.volumes.waiting)
        rows = self.volumes.accepted["restorations"]
        stream = self._stream("restorations", rows, restorations.FATES, restorations.REJECTED, waiting)
        made = restorations.Restorations(stream, of, about, wanted=stream.total).made
        return Source(stream, made, restorations.HEADERS, restorations.REJECTED, pl.lit(0))

    def _few(self) -> Iterator[Source]:
        """Honours and list entries: each of their rows is about an enterprise of its own."""
        accepted, figures = self.volumes.accepted, self.volumes.figures
        places = self.register.with_row_index("place").filter(~pl.col("individual"))
        order = places.with_columns(row=pl.col("place").cast(pl.UInt64)).with_columns(
            drawn=self.draws.below("order", 1 << 40)
        )
        some = order.sort("drawn", "place")["place"].cast(pl.Int64)

        graded = self._stream("honours-tax", accepted["honours-tax"], honours.FATES, honours.REJECTED)
        yield Source(graded, honours.graded, honours.TAX_HEADERS, honours.REJECTED, at(some, ROW))
        conferred = self._stream("honours", accepted["honours"], honours.FATES, honours.REJECTED)
        of = pl.concat([graded.lines(n) for n in range(graded.files)]).filter(
            ~pl.col("copy"), pl.col("fate") == "plain"
        )
        again = some[of["row"].cast(pl.UInt32)]
        yield Source(conferred, honours.conferred, honours.HEADERS, honours.REJECTED, at(again, ROW % again.len()))

        both = figures["serious"] // 2  # on a second serious list
        special = {"serious": figures["serious"], "tax": both, "person": figures["persons"]}
        listed = self._stream("list-entries", accepted["list-entries"], listings.FATES, listings.REJECTED, special)
        entries = pl.concat([listed.lines(n) for n in range(listed.files)])
        whom = some[graded.total :].head(listed.total)
        serious = whom[entries.filter(pl.col("fate") == "serious")["row"].cast(pl.UInt32)]
        second = entries.filter(pl.col("fate") == "tax").with_row_index("nth").select("row", at(serious, pl.col("nth")))
        about = (
            pl.select(row=pl.int_range(listed.total, dtype=pl.UInt64))
            .with_columns(place=at(whom, ROW % whom.len()))
            .update(second.rename({second.columns[1]: "place"}), on="row")["place"]
        )
        yield Source(listed, listings.made, listings.HEADERS, listings.REJECTED, at(about, ROW))

    def _stream(
        self,
        name: str,
        accepted: int,
        fates: dict[str, int],
        rejected: dict[str, str],
        special: dict[str, int] | None = None,
    ) -> Stream:
        """So many accepted rows; what is rejected or there twice comes on top."""
        others = shares(accepted, **fates) | (special or {})
        plain = accepted - sum(n for fate, n in others.items() if fate not in rejected and fate != "duplicate")
        files = min(FILES[name], max(1, accepted // ROWS_A_FILE))
        first = 2 if name == "restorations" else 1
        source = name.removesuffix("-tax")
        return Stream(source, name, files, plain, others, Draws(f"{self.seed}/{name}"), first)


def write(rows: pl.DataFrame, source: Source, number: int, folder: Path) -> str:
    """A file in the form in which such a source comes; returns its name."""
    table, stem = _headed(rows, source.headers), source.stream.file_name(number)
    if source.stream.name == "honours":
        table.write_excel(folder / f"{stem}.xlsx")
        return f"{stem}.xlsx"
    if source.stream.source == "penalties" and number % _GB18030_EVERY == 0:
        (folder / f"{stem}.csv").write_bytes(table.write_csv().encode("gb18030"))
    else:
        table.write_csv(folder / f"{stem}.csv")
    return f"{stem}.csv"


def _hits(rows: pl.DataFrame, file: str) -> pl.DataFrame:
    """Which penalty each accepted restoration of a file hits, and whether it takes effect."""
    taken = ~pl.col("copy") & ~pl.col("fate").is_in(list(restorations.REJECTED))
    waits = pl.col("fate").replace_strict(restorations.WAITS, default=None, return_dtype=pl.String)
    told = rows.with_columns(file=pl.lit(file), line=pl.int_range(2, pl.len() + 2), waits=waits).filter(taken)
    return told.select("file", "line", "uscc", "restored", "waits")


def _headed(rows: pl.DataFrame, headers: dict[str, str]) -> pl.DataFrame:
    return rows.select(pl.col(column).cast(pl.String).alias(header) for column, header in headers.items())
