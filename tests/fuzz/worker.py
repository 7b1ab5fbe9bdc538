"""Hand in the files of a folder, one after the other, within limits: `python -m tests.fuzz.worker FOLDER`.

The folder holds `files.json`, a list of number, way, kind and file_name. A line of JSON is written for each file as it
ends. A file that takes too long ends the process, so its line is the first that is missing.
"""

import json
import re
import resource
import signal
import sys
import tempfile
import time
from pathlib import Path

from registry.vocabulary import SourceKind
from tests.fuzz.corpus import Bad
from tests.fuzz.trial import MEGABYTES, SECONDS, tried
from tests.receiving import counter_in

GRACE = 12  # times the seconds, before the process is ended
MOST_ADDRESSES = 12 << 30  # bytes; what is held of them is measured file by file


def main(folder: Path) -> None:
    """Hand in every file of the folder."""
    resource.setrlimit(resource.RLIMIT_AS, (MOST_ADDRESSES, MOST_ADDRESSES))
    signal.signal(signal.SIGALRM, signal.SIG_DFL)
    with tempfile.TemporaryDirectory() as place, counter_in(Path(place)) as counter:
        for told in json.loads((folder / "files.json").read_text(encoding="utf-8")):
            path = folder / told["file_name"]
            file = Bad(told["number"], told["way"], SourceKind(told["kind"]), told["file_name"], b"")
            Path("/proc/self/clear_refs").write_text("5", encoding="ascii")  # the peak begins anew
            signal.alarm(GRACE * SECONDS)
            started, most_before = _seconds(), _peak_of_children()
            end, fault = tried(counter, file, path)
            seconds, peak, of_children = _seconds() - started, _peak(), _peak_of_children()
            peak = max(peak, of_children) if of_children > most_before else peak
            signal.alarm(0)
            if seconds > SECONDS or peak > MEGABYTES:
                fault = "; ".join(filter(None, (fault, f"{seconds:.1f} s, {peak:.0f} MB")))
            line = {"number": file.number, "end": end, "fault": fault, "seconds": seconds, "peak": peak}
            sys.stdout.write(json.dumps(line, ensure_ascii=False) + "\n")
            sys.stdout.flush()


def _seconds() -> float:
    """Of the processor, by all threads and by processes that have ended: what else the machine does does not count."""
    ended = resource.getrusage(resource.RUSAGE_CHILDREN)
    return time.process_time() + ended.ru_utime + ended.ru_stime


def _peak_of_children() -> float:
    """The most memory that a process held which has ended, in MB; the most of all of them."""
    return resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss * 1024 / 1e6


def _peak() -> float:
    """The most memory held since the peak began anew, in MB (10^6 bytes)."""
    found = re.search(r"VmHWM:\s+(\d+) kB", Path("/proc/self/status").read_text(encoding="ascii"))
    return int(found[1]) * 1024 / 1e6 if found else 0.0


if __name__ == "__main__":
    main(Path(sys.argv[1]))
