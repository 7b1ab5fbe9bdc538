"""Faults of our own while a request is answered: one line of JSON in the log, without anything asked or stored.

What an exception says may hold values of a row; what is kept is its kind, and where in the code it was raised.
"""

import sys
from pathlib import Path
from traceback import extract_tb
from typing import Any

import structlog

_FRAMES = 8


def log_as_json() -> None:
    """Have a process that serves write its log as JSON lines to standard error."""
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.JSONRenderer(ensure_ascii=False),
        ],
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
    )


def note_started(**told: Any) -> None:
    """A process has begun to serve."""
    structlog.get_logger().info("serving", **told)


def note(error: BaseException, route: str) -> None:
    """A request to the address of this form failed."""
    structlog.get_logger().error("a request failed", route=route, **told(error))


def told(error: BaseException) -> dict[str, Any]:
    """What may be logged of a fault: `kind`, and `at`, the places in the code from which it came."""
    frames = [f"{Path(frame.filename).name}:{frame.lineno} {frame.name}" for frame in extract_tb(error.__traceback__)]
    return {"kind": type(error).__name__, "at": frames[-_FRAMES:]}
