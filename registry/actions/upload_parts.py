"""The parts of an upload's folder: what was said of it, how far the worker is with it, what became of it.

Each part appears whole or not at all.
"""

import os
from collections.abc import Sequence
from datetime import date, datetime
from pathlib import Path
from typing import Any, TypeVar

import msgspec

from registry.actions.progress import Advance
from registry.disk import settle
from registry.vocabulary import SourceKind, UploadState

_Told = TypeVar("_Told")


class Ticket(msgspec.Struct, frozen=True):
    """What was said of an upload; `by` is the person who brought it, `size` in bytes."""

    file: str
    source: SourceKind
    department: str | None
    received_on: date
    by: int
    at: datetime
    size: int


class Reading(msgspec.Struct, frozen=True):
    """How far the worker is with an upload since `since`; `before` was the newest delivery before it was taken up."""

    before: int
    since: datetime
    at: datetime
    rows: int = 0
    share: float = 0.0

    def further(self, advance: Advance, at: datetime) -> "Reading":
        """After some more rows."""
        rows, share = self.rows + advance.rows, min(1.0, self.share + advance.share)
        return Reading(self.before, self.since, at, rows, share)


class Outcome(msgspec.Struct, frozen=True):
    """What became of an upload: receipts, or the `code` and sentences of a refusal."""

    at: datetime
    receipts: Sequence[dict[str, Any]] = ()
    refusal: dict[str, str] | None = None


class Status(msgspec.Struct, frozen=True, omit_defaults=True):
    """An upload as its sender sees it; `ahead` uploads are taken before it, `seconds_left` of reading its rows."""

    id: str
    state: UploadState
    file: str
    source: SourceKind
    received_on: date
    uploaded_at: datetime
    department: str | None = None
    ahead: int | None = None
    rows: int | None = None
    rows_per_second: int | None = None
    seconds_left: int | None = None
    receipts: Sequence[dict[str, Any]] = ()
    refusal: dict[str, str] | None = None


def put(path: Path, told: msgspec.Struct, *, lasting: bool = True) -> None:
    """Write a part, whole or not at all; `lasting`, so that a failure of power keeps it."""
    beside = path.with_name(f".{path.name}")
    with beside.open("wb") as file:
        file.write(msgspec.json.encode(told))
        if lasting:
            file.flush()
            os.fsync(file.fileno())
    beside.rename(path)
    if lasting:
        settle(path.parent)


def got(path: Path, kind: type[_Told]) -> _Told | None:
    """A part; None if it is not there, or if a failure of power left one that was not to last without its content."""
    try:
        return msgspec.json.decode(path.read_bytes(), type=kind)
    except (FileNotFoundError, msgspec.DecodeError):
        return None
