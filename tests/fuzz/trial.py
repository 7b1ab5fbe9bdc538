"""What a bad file may end in: one clear refusal, or receipts in which every row is accounted for."""

import csv
import zipfile
from collections.abc import Sequence
from pathlib import Path

from registry.actions.receipts import Receipt
from registry.errors import Refusal
from tests.fuzz.corpus import Bad
from tests.receiving import Counter

SECONDS, MEGABYTES = 10, 500  # within which any file must end
MOST_WORDS = 2_000  # characters of a refusal
_OWN_COLUMNS = 4


def tried(counter: Counter, file: Bad, path: Path) -> tuple[str, str]:
    """Hand in the file that stands at `path`; what it ended in (refused, read, broken) and what is wrong with that."""
    try:
        receipts = counter.take_file(path, file.kind)
    except Refusal as refusal:
        return "refused", _unclear(refusal)
    except Exception as fault:  # noqa: BLE001  (whatever it is, it is what we look for)
        return "broken", f"{type(fault).__name__}: {str(fault)[:300]}"
    return "read", "; ".join(filter(None, (_unaccounted(counter, receipt) for receipt in receipts)))


def _unclear(refusal: Refusal) -> str:
    for words, stop in ((refusal.zh, "。"), (refusal.en, ".")):
        if not words.endswith(stop) or "\n" in words or not 5 < len(words) < MOST_WORDS:
            return f"not one clear sentence: {words[:200]!r}"
    return ""


def _unaccounted(counter: Counter, receipt: Receipt) -> str:
    counts = receipt.counts
    if counts.read != counts.accepted + counts.duplicate + counts.rejected:
        return f"read {counts}"
    if receipt.repeated:
        return ""
    due = (counts.accepted, counts.duplicate, counts.rejected)
    kept = tuple(
        counter.ask(f"SELECT count(*) FROM {table} WHERE delivery_id = {receipt.delivery}")[0][0]  # noqa: S608
        for table in ("record", "provenance", "rejection")
    )
    if kept != due:
        return f"kept {kept} instead of {due}"
    return _feedback(receipt.feedback, counts.rejected)


def _feedback(files: Sequence[str], rejected: int) -> str:
    table, book = map(Path, files)
    rows = _rows(table)
    if len(rows) != rejected + 1:
        return f"the feedback holds {len(rows) - 1} rows of {rejected}"
    told = [row[:_OWN_COLUMNS] for row in rows[1:]]
    if not all(line and problem and expected for line, _, problem, expected in told):
        return "a row of the feedback does not say what is wrong"
    if running := [
        cell for row in rows for cell in row[_OWN_COLUMNS:] if cell.lstrip().startswith(("=", "+", "-", "@"))
    ]:
        return f"a cell of the feedback would run: {running[0][:40]!r}"
    with zipfile.ZipFile(book) as archive:
        return f"{archive.testzip()} of the feedback is damaged" if archive.testzip() else ""


def _rows(table: Path) -> list[list[str]]:
    usual = csv.field_size_limit(1 << 30)  # set for the whole process, and loaders must meet the usual one
    try:
        with table.open(encoding="utf-8-sig", newline="") as stream:
            return list(csv.reader(stream))
    finally:
        csv.field_size_limit(usual)
