"""What must outlast a failure of power is on the disk itself before anybody is told that it is there."""

import os
from pathlib import Path


def settle(path: Path) -> None:
    """Have what a file holds, or the names in a folder, on the disk itself."""
    held = os.open(path, os.O_RDONLY)
    try:
        os.fsync(held)
    finally:
        os.close(held)
