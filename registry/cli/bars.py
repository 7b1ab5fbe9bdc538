"""Bars: rows, rows a second, and the time that remains."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import BarColumn, ProgressColumn, Task, TaskProgressColumn, TextColumn, TimeRemainingColumn
from rich.progress import Progress as Bars
from rich.text import Text

from registry.actions.progress import Advance, Progress
from registry.cli.options import say


class RowsColumn(ProgressColumn):
    """Rows so far, and how many a second."""

    def render(self, task: Task) -> Text:
        """As it stands now."""
        rows = task.fields["rows"]
        pace = f"{rows / task.elapsed:,.0f}" if task.elapsed else "–"
        return Text(say(f"{rows:,} 行，{pace} 行/秒", f"{rows:,} rows, {pace} rows/s"), style="progress.data.speed")


@contextmanager
def shown() -> Iterator[Callable[[str], Progress]]:
    """A bar for each piece of work that is begun by its name, on standard error, and gone when it is done."""
    columns = (TextColumn("{task.description}"), BarColumn(), TaskProgressColumn(), RowsColumn(), TimeRemainingColumn())
    with Bars(*columns, console=Console(stderr=True), transient=True) as bars:

        def begin(name: str) -> Progress:
            for task in bars.task_ids:
                bars.remove_task(task)  # the piece before is done
            task, rows = bars.add_task(name, total=1.0, rows=0), 0

            def told(advance: Advance) -> None:
                nonlocal rows
                rows += advance.rows
                bars.update(task, advance=advance.share, rows=rows)

            return told

        yield begin
