"""What the disk or the database will not take, in one sentence: no room left, read-only, damaged, gone.

Nothing of the transaction is kept then. The words are those of SQLite, of PostgreSQL and of the system.
"""

import errno
from collections.abc import Iterator
from contextlib import contextmanager

from registry.errors import DatabaseNotReady, Refusal, StorageRefused

_FULL = (
    "磁盘空间不足，本次操作未保留任何内容；腾出空间后重做即可。",
    "no room is left on the disk: nothing was kept, do it again once there is.",
)
_FAILING = (
    "磁盘读写失败（空间不足、文件大小受限或设备故障），本次操作未保留任何内容。",
    "the disk failed (no room, a limit on the size of files, or a fault of the device): nothing was kept.",
)
_READ_ONLY = (
    "数据库或其文件夹为只读或无写入权限，不能写入。",
    "the database or its folder is read-only, or not ours to write to.",
)
_DAMAGED = (
    "数据库文件损坏或不是数据库，请从备份恢复。",
    "the database is damaged or is none: restore it from a backup.",
)
_GONE = (
    "数据库服务器没有应答或正在重启，本次操作未保留任何内容；稍后重做即可。",
    "the database's server does not answer, or is being started anew: nothing was kept, do it again later.",
)
_NUMBERS = {
    **dict.fromkeys((errno.ENOSPC, errno.EFBIG, errno.EDQUOT), _FULL),
    **dict.fromkeys((errno.EROFS, errno.EACCES, errno.EPERM), _READ_ONLY),
    errno.EIO: _FAILING,
}
_WORDS = {
    "database or disk is full": _FULL,
    "No space left on device": _FULL,
    "File too large": _FULL,
    "disk I/O error": _FAILING,
    "attempt to write a readonly database": _READ_ONLY,
    "unable to open database file": _READ_ONLY,
    "read-only transaction": _READ_ONLY,
    "database disk image is malformed": _DAMAGED,
    "file is not a database": _DAMAGED,
    "terminating connection": _GONE,
    "server closed the connection": _GONE,
    "no connection to the server": _GONE,
    "connection is closed": _GONE,
    "connection is lost": _GONE,
    "Connection refused": _GONE,
    "system is shutting down": _GONE,
    "system is starting up": _GONE,
    "in recovery mode": _GONE,
}


def storage_refusal(fault: BaseException) -> Refusal | None:
    """What a fault says of the disk or the database; None if it is about something else."""
    said = _NUMBERS.get(fault.errno or 0) if isinstance(fault, OSError) else None
    said = said or next((told for words, told in _WORDS.items() if words in str(fault)), None)
    if said is _GONE:
        return DatabaseNotReady(*said)
    return StorageRefused(*said) if said else None


@contextmanager
def storage() -> Iterator[None]:
    """Say in one sentence what the disk or the database will not take.

    Raises:
        StorageRefused: no room is left, it is read-only or damaged.
        DatabaseNotReady: its server is gone.
    """
    try:
        yield
    except Refusal:
        raise
    except Exception as fault:
        refusal = storage_refusal(fault)
        if refusal is None:
            raise
        raise refusal from fault
