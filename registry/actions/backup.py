"""Backing a registry up while it runs (备份), and restoring it on an empty machine (恢复).

A backup is a folder: the database as it was at one moment, what stands beside it, and a manifest with the sha256 of
each file and the head of the ledger. It is there whole or not at all.
"""

import json
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass
from datetime import datetime
from hashlib import file_digest
from pathlib import Path

from registry.actions import audit
from registry.actions.inbox import Inbox
from registry.disk import settle
from registry.errors import BackupRefused, LedgerBroken
from registry.store.database import Database

MANIFEST, BESIDE, INBOX, FEEDBACK = "backup.json", ("office", "rules"), "inbox", "feedback"


@dataclass(frozen=True)
class Backup:
    """A backup: when it was taken, of which version of the database in which home, up to which event of the ledger,
    and the sha256 of each of its files."""

    taken_at: str
    home: str
    version: str
    events: int
    head: str
    files: dict[str, str]


def back_up(database: Database, folder: Path, *, now: datetime) -> Backup:
    """Copy a registry into a new folder; whoever reads or writes it goes on.

    Raises:
        BackupRefused: something is there already.
        LedgerBroken: the ledger is not whole: what is kept must not be overwritten by such a copy.
    """
    if folder.exists():
        raise BackupRefused(f"{folder} 已存在，请另给。", f"{folder} is there already: give another.", folder=folder)
    with database.session() as session:
        known = audit.verify(session)
    with _made_whole(folder) as partial:
        Inbox(database.folder).copy_to(partial / INBOX)
        database.copy_to(partial)
        for beside in BESIDE:
            if (database.folder / beside).is_dir():
                shutil.copytree(database.folder / beside, partial / beside)
        _copy_feedback(database.folder / FEEDBACK, partial / FEEDBACK)
        files = {path.relative_to(partial).as_posix(): _sha256(path) for path in _files(partial)}
        made = Backup(now.isoformat(), database.home, database.version() or "", known.events, known.head, files)
        (partial / MANIFEST).write_text(json.dumps(asdict(made), ensure_ascii=False, indent=1), encoding="utf-8")
    return made


def restore(folder: Path, database: Database) -> Backup:
    """Put a backup in an empty place, and verify it: files, then the ledger up to the head that it was taken at.

    Raises:
        BackupRefused: the folder holds no backup or not a whole one, of the other home, or the place is not empty.
        LedgerBroken: the ledger in it is not whole.
    """
    manifest = _manifest(folder)
    changed = [name for name, digest in manifest.files.items() if _missing_or_changed(folder / name, digest)]
    if changed:
        raise BackupRefused(
            f"备份不完整：{'、'.join(changed)} 缺失或已改动。",
            f"the backup is not whole: {', '.join(changed)} is missing or was changed.",
            folder=folder,
        )
    if manifest.home != database.home:
        raise BackupRefused(
            f"此备份来自 {manifest.home}，不能恢复到 {database.home}。",
            f"this backup is of {manifest.home} and cannot be restored in {database.home}.",
        )
    if database.version() is not None:
        raise BackupRefused("目标数据库不是空的。", "the database to restore in is not empty.")
    for beside in (*BESIDE, INBOX, FEEDBACK):
        if (folder / beside).is_dir():
            shutil.copytree(folder / beside, database.folder / beside, dirs_exist_ok=True)
    database.fill_from(folder)  # last, and whole or not at all: what breaks off before can be done again
    with database.session() as session:
        found = audit.verify(session, since=manifest.head)
    if found.events < manifest.events:
        raise LedgerBroken("恢复后的台账缺少末尾。", "the end of the restored ledger is missing.")
    return manifest


def _copy_feedback(folder: Path, target: Path) -> None:
    """After the database: of every delivery that is in it the feedback was whole before."""
    target.mkdir()
    for path in folder.glob("*"):
        with suppress(FileNotFoundError):  # of a delivery that was refused meanwhile
            shutil.copyfile(path, target / path.name)


@contextmanager
def _made_whole(folder: Path) -> Iterator[Path]:
    """A folder that comes into being under its name only once all is in it."""
    partial = folder.with_name(f"{folder.name}.partial")
    shutil.rmtree(partial, ignore_errors=True)
    partial.mkdir(parents=True)
    try:
        yield partial
        for path in partial.rglob("*"):
            settle(path)
        settle(partial)
        partial.rename(folder)
        settle(folder.parent)
    finally:
        shutil.rmtree(partial, ignore_errors=True)


def _manifest(folder: Path) -> Backup:
    try:
        return Backup(**json.loads((folder / MANIFEST).read_text(encoding="utf-8")))
    except (OSError, ValueError, TypeError) as error:
        raise BackupRefused(
            f"{folder} 中没有可读的备份清单 {MANIFEST}。", f"{folder} holds no readable {MANIFEST}.", folder=folder
        ) from error


def _files(folder: Path) -> list[Path]:
    return sorted(path for path in folder.rglob("*") if path.is_file())


def _missing_or_changed(path: Path, digest: str) -> bool:
    return not path.is_file() or _sha256(path) != digest


def _sha256(path: Path) -> str:
    with path.open("rb") as stream:
        return file_digest(stream, "sha256").hexdigest()
