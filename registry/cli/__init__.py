"""The terminal: one file per command group."""

import os

# polars takes its memory from jemalloc, which would give every thread an arena of its own; what one thread freed the
# others could not use again, and the system cleared new pages instead (a third of the processor time of an import).
# What was freed is kept for two seconds, as long as some batches take, since to clear a page costs more than to use it.
# It is read when polars is first imported, and here is before that.
os.environ.setdefault("_RJEM_MALLOC_CONF", "narenas:1,dirty_decay_ms:2000")
