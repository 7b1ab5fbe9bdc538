"""Long work on a terminal: a bar for each piece of it, if anybody looks."""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from registry.actions.progress import Progress, untold


@contextmanager
def bars(*, quiet: bool = False) -> Iterator[Callable[[str], Progress]]:
    """A bar for each piece of work that is begun by its name, on standard error, if that is a terminal."""
    if quiet or not sys.stderr.isatty():
        yield lambda _: untold
        return
    from registry.cli.bars import shown  # which nobody waits for where nobody looks

    with shown() as begin:
        yield begin
