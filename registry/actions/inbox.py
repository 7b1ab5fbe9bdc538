"""The inbox (收件箱): files that were uploaded and wait for the worker, in a folder beside the database.

One folder an upload: the file, its ticket, and what the worker says of it. A door only ever adds a folder, the worker
alone changes one. Every part appears whole or not at all, and what an upload is follows from which parts are there: so
any process may be killed at any moment. See docs/decisions/0017-an-inbox-of-files.md.
"""

import os
import re
import secrets
import shutil
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from datetime import UTC, datetime, timedelta
from fcntl import LOCK_EX, LOCK_NB, LOCK_SH, flock
from pathlib import Path
from typing import Any

import msgspec

from registry.actions.gauges import Gauge
from registry.actions.upload_parts import Outcome, Reading, Status, Ticket, got, put
from registry.disk import settle
from registry.errors import BadQuery, FileTooLarge, Refusal, RegistryBusy, StorageRefused, UnknownUpload, UploadSetAside
from registry.identifiers import masked
from registry.store.faults import storage
from registry.vocabulary import UploadState

MOST_BYTES = 2 << 30
MOST_ATTEMPTS = 3
KEPT_FREE, _TAKES = 256 << 20, 3  # bytes that uploads leave to the database; room for a file and what comes of it
_LONGEST_NAME = 150  # bytes
_ARRIVING, _TICKET, _PROGRESS, _OUTCOME, _LOCK = ".arriving-", "ticket.json", "progress.json", "outcome.json", ".lock"
_ATTEMPT = "attempt-"
_LEFT = timedelta(days=1)  # after which an upload that did not end never will
_number = re.compile(r"\d{8}T\d{12}-[0-9a-f]{16}").fullmatch


class Arriving:
    """An upload that is coming in; nobody sees it before it has been kept."""

    def __init__(self, inbox: "Inbox", number: str, ticket: Ticket) -> None:
        self._inbox, self._number, self._ticket = inbox, number, ticket
        self._folder = inbox.folder / f"{_ARRIVING}{number}"
        self._folder.mkdir(parents=True)
        self._file = (self._folder / ticket.file).open("wb")
        self._size = 0

    def write(self, part: bytes) -> None:
        """Take the next part of it."""
        self._size += len(part)
        if self._size > self._ticket.size:
            raise self.cut()
        self._file.write(part)

    def keep(self) -> str:
        """Have it wait for the worker, on the disk itself; its number.

        Raises:
            BadQuery: not all of it came.
        """
        if self._size != self._ticket.size:
            raise self.cut()
        self._file.flush()
        os.fsync(self._file.fileno())
        self._file.close()
        put(self._folder / _TICKET, self._ticket)
        self._folder.rename(self._inbox.folder / self._number)
        settle(self._inbox.folder)
        return self._number

    def drop(self) -> None:
        """Leave nothing of it."""
        self._file.close()
        shutil.rmtree(self._folder, ignore_errors=True)

    def cut(self) -> BadQuery:
        """The refusal of what came."""
        return BadQuery(
            "上传的内容与所报长度不符，请重新上传。", "what came is not as long as was said: send it again."
        )


class Inbox:
    """The uploads of one registry, in the order in which they came."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder / "inbox"
        self._over = set[str]()  # those known to have an outcome: there may be thousands, and few that wait

    def arriving(self, ticket: Ticket) -> Arriving:
        """Begin to take a file in.

        Raises:
            BadQuery: its name cannot be a file's.
            FileTooLarge: it is larger than any delivery may be.
            StorageRefused: too little room is left for it.
        """
        name = masked(ticket.file.strip())
        if not name or name.startswith(".") or len(name.encode()) > _LONGEST_NAME or re.search(r"[/\\\x00-\x1f]", name):
            raise BadQuery("文件名不符合要求。", "this cannot be the name of a file.")
        if name in (_TICKET, _PROGRESS, _OUTCOME):
            raise BadQuery("请换一个文件名。", "give the file another name.")
        if ticket.size > MOST_BYTES:
            most = MOST_BYTES >> 20
            raise FileTooLarge(f"文件超过 {most} MB，请分批报送。", f"more than {most} MB: deliver it in parts.")
        self.folder.mkdir(parents=True, exist_ok=True)
        if shutil.disk_usage(self.folder).free < ticket.size * _TAKES + KEPT_FREE:
            raise StorageRefused(
                "服务器剩余空间不足，暂不接收上传；请稍后再试或告知管理员。",
                "too little room is left to take an upload: try again later, or tell the administrator.",
            )
        number = f"{ticket.at.astimezone(UTC):%Y%m%dT%H%M%S%f}-{secrets.token_hex(8)}"
        return Arriving(self, number, msgspec.structs.replace(ticket, file=name))

    def waiting(self) -> list[str]:
        """The numbers of uploads without an outcome, the oldest first."""
        found = self.folder.iterdir() if self.folder.is_dir() else ()
        left = [one.name for one in found if one.name not in self._over and _number(one.name)]
        self._over.update(name for name in left if (self.folder / name / _OUTCOME).exists())
        return sorted(name for name in left if name not in self._over and (self.folder / name / _TICKET).exists())

    def ticket(self, number: str) -> Ticket:
        """What was said of an upload.

        Raises:
            UnknownUpload: there is none with this number.
        """
        told = got(self.folder / number / _TICKET, Ticket) if _number(number) else None
        if told is None:
            raise UnknownUpload("没有此编号的上传。", "there is no upload with this number.")
        return told

    def file(self, number: str) -> Path:
        """The file of an upload, for the worker."""
        return self.folder / number / self.ticket(number).file

    def reading(self, number: str) -> Reading | None:
        """How far the worker was with it; None before it was taken up."""
        return got(self.folder / number / _PROGRESS, Reading)

    def note(self, number: str, reading: Reading) -> None:
        """Say how far the worker is."""
        put(self.folder / number / _PROGRESS, reading, lasting=False)

    @contextmanager
    def attempt(self, number: str) -> Iterator[int]:
        """Try an upload: which attempt at it this is, from 1.

        It is noted on the disk itself before it begins, so that the end of the process counts, whatever ended it; it is
        taken back after an outcome, a refusal (of the file, or of a place that is full or busy), or a request to end.

        Raises:
            UploadSetAside: it had all the attempts that one gets.
            StorageRefused: the disk or the database does not take what is written.
        """
        folder = self.folder / number
        made = sum(1 for _ in folder.glob(f"{_ATTEMPT}*"))
        if made >= MOST_ATTEMPTS:
            raise UploadSetAside(
                f"处理此文件时程序 {made} 次异常中断，现予搁置，不再重试；已入库的表见回执。"
                "请核对文件或拆分后重新上传，并告知管理员。",
                f"taking this file in broke off {made} times: it is set aside and not tried again; tables that were "
                "taken in stand in the receipts. Check it or send it in parts, and tell the administrator.",
            )
        noted = folder / f"{_ATTEMPT}{made + 1}"
        with storage():
            noted.touch()
            settle(folder)
        try:
            with storage():
                yield made + 1
        except (Refusal, KeyboardInterrupt, SystemExit):
            noted.unlink()
            raise
        noted.unlink()

    def taken(self, number: str, receipts: Sequence[dict[str, Any]], at: datetime) -> None:
        """It was taken in: its receipts stay, its bytes go."""
        put(self.folder / number / _OUTCOME, Outcome(at, receipts))
        self.file(number).unlink(missing_ok=True)

    def refused(self, number: str, refusal: Refusal, at: datetime, *, receipts: Sequence[dict[str, Any]] = ()) -> None:
        """It cannot be taken in, but for the tables of these receipts: it is kept, with the reason."""
        told = {"code": refusal.code, "zh": refusal.zh, "en": refusal.en}
        put(self.folder / number / _OUTCOME, Outcome(at, receipts, told))

    def status(self, number: str) -> Status:
        """How an upload stands now.

        Raises:
            UnknownUpload: there is none with this number.
        """
        ticket = self.ticket(number)
        told: dict[str, Any] = {}
        if outcome := got(self.folder / number / _OUTCOME, Outcome):
            state = UploadState.REFUSED if outcome.refusal else UploadState.TAKEN
            told = {"receipts": outcome.receipts, "refusal": outcome.refusal}
        elif (reading := self.reading(number)) and self._worked_on():
            state, took = UploadState.READING, (reading.at - reading.since).total_seconds()
            told = {"rows": reading.rows}
            if took and reading.share:
                told["rows_per_second"] = round(reading.rows / took)
                told["seconds_left"] = round(took / reading.share * (1 - reading.share))
        else:
            state, told = UploadState.WAITING, {"ahead": sum(other < number for other in self.waiting())}
        return Status(
            number, state, ticket.file, ticket.source, ticket.received_on, ticket.at, ticket.department, **told
        )

    @contextmanager
    def alone(self) -> Iterator[None]:
        """Be the one worker.

        Raises:
            RegistryBusy: there is one already.
        """
        self.folder.mkdir(parents=True, exist_ok=True)
        with (self.folder / _LOCK).open("w") as lock:
            try:
                flock(lock, LOCK_EX | LOCK_NB)
            except OSError:
                raise RegistryBusy(
                    "已有一个 chengxin work 在处理收件箱。", "another `chengxin work` is at this inbox."
                ) from None
            yield

    def gauges(self, now: datetime) -> Iterator[Gauge]:
        """How many uploads wait, for how long the oldest has, and how many were set aside."""
        waiting = self.waiting()
        oldest = (now - self.ticket(waiting[0]).at).total_seconds() if waiting else 0.0
        yield Gauge("chengxin_inbox", "Uploaded files that wait for the worker", len(waiting), {})
        yield Gauge("chengxin_inbox_oldest_seconds", "How long the oldest of them has waited", oldest, {})
        tried = (got(last.with_name(_OUTCOME), Outcome) for last in self.folder.glob(f"*/{_ATTEMPT}{MOST_ATTEMPTS}"))
        aside = sum(1 for told in tried if told and told.refusal and told.refusal["code"] == UploadSetAside.code)
        yield Gauge("chengxin_inbox_set_aside", "Uploaded files that are not tried again", aside, {})

    def copy_to(self, folder: Path) -> None:
        """Copy every upload while doors and worker go on. A backup does so before it copies the database: what is
        taken in meanwhile is then in both, and the same bytes change nothing."""
        for upload in self.folder.glob("*/"):
            if _number(upload.name):
                (folder / upload.name).mkdir(parents=True)
                for part in (self.ticket(upload.name).file, _TICKET, _PROGRESS, _OUTCOME):
                    with suppress(FileNotFoundError):  # not there yet, or no longer: then its outcome is
                        shutil.copyfile(upload / part, folder / upload.name / part)

    def tidy(self, now: datetime) -> None:
        """Remove what was left of uploads that never ended, and the bytes of those that were taken in."""
        for left in self.folder.glob(f"{_ARRIVING}*"):
            if datetime.fromtimestamp(left.stat().st_mtime, UTC) < now - _LEFT:
                shutil.rmtree(left, ignore_errors=True)
        for told in self.folder.glob(f"*/{_OUTCOME}"):
            if (outcome := got(told, Outcome)) and not outcome.refusal:
                self.file(told.parent.name).unlink(missing_ok=True)

    def _worked_on(self) -> bool:
        """Whether a worker is there: it holds the lock as long as it lives."""
        with (self.folder / _LOCK).open("a") as lock:
            try:
                flock(lock, LOCK_SH | LOCK_NB)
            except OSError:
                return True
        return False
