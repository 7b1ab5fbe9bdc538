"""Where a command writes its table: never over a file that it reads."""

from pathlib import Path

from registry.errors import FileRefused


def writable(out: Path, *read: Path) -> Path:
    """The file to write, its folder made.

    Raises:
        FileRefused: it is a file that is read, or cannot be written there.
    """
    if out.resolve() in [each.resolve() for each in read]:
        raise FileRefused(
            f"{out.name} 是要读取的文件：请用 --out 指定另一个文件。",
            f"{out.name} is the file to be read: name another one with --out.",
        )
    try:
        out.parent.mkdir(parents=True, exist_ok=True)
        if out.is_dir():
            raise IsADirectoryError
    except OSError as error:
        raise FileRefused(f"无法写入 {out}。", f"cannot write {out}.", file=str(out)) from error
    return out
