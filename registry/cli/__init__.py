"""The terminal: one file per command group."""

import ctypes
import gc
import os
import sys

# To start makes some hundred thousand objects and hardly any garbage: to look for it again and again, and once more at
# the end, took a tenth of a second of every command. Once all is loaded `registry.cli.app` has it looked for as ever.
USUAL = gc.get_threshold()
gc.set_threshold(200_000)

# polars takes its memory from jemalloc, which would give every thread an arena of its own; what one thread freed the
# others could not use again, and the system cleared new pages instead (a third of the processor time of an import).
# What was freed, be it small or large, is kept for a second, as long as some batches take, since to clear a page costs
# more than to use it; then it is given back for good. It is read when polars is first imported: here is before that.
os.environ.setdefault("_RJEM_MALLOC_CONF", "narenas:1,dirty_decay_ms:1000,muzzy_decay_ms:0,oversize_threshold:0")

# SQLite takes its memory from the C library, which would do the same, where it is glibc (M_ARENA_MAX, of its malloc.h).
_libc = ctypes.CDLL(None)
if hasattr(_libc, "mallopt"):
    _libc.mallopt(-8, 1)

# numpy begins a thread for each core, and these wait for matrices, which nobody has here, by turning round and round.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

# Some threads work on a delivery, and each asks for Python some hundred times a batch: while another one has it they
# would wait five milliseconds each time before it is taken away.
sys.setswitchinterval(0.0003)
