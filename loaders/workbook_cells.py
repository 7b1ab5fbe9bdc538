"""The cells of a workbook, read in a process of its own within limits: no file can take more than these from the
process that asks. It is run by path and imports nothing of ours.

    python -I workbook_cells.py BOOK FOLDER BYTES SECONDS

writes each sheet's cells, all as text, to FOLDER as `0.arrow`, `1.arrow` …, and to standard output one JSON object:
`sheets`, a list of [name, hidden]; or `unreadable`, null or the name of a sheet; or `fault`, what the disk said.
"""

import json
import resource
import sys
from errno import ENOMEM
from pathlib import Path
from typing import Any


def read(book: str, folder: Path) -> dict[str, Any]:
    """Write the cells of every sheet; what is to be told."""
    import fastexcel

    name = None
    told = []
    try:
        held = fastexcel.read_excel(book)
        for number, name in enumerate(held.sheet_names):
            sheet = held.load_sheet(name, header_row=None, skip_rows=0, dtypes="string")
            sheet.to_polars().write_ipc(folder / f"{number}.arrow", compat_level=None)
            told.append([name, sheet.visible != "visible"])
    except fastexcel.FastExcelError:
        return {"unreadable": name}
    except OSError as fault:
        if fault.errno == ENOMEM:  # the limit, wherever it is met, and not the disk
            raise
        return {"fault": str(fault)}
    return {"sheets": told}


if __name__ == "__main__":
    most, seconds = int(sys.argv[3]), int(sys.argv[4])
    resource.setrlimit(resource.RLIMIT_DATA, (most, most))
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    sys.stdout.write(json.dumps(read(sys.argv[1], Path(sys.argv[2]))))
