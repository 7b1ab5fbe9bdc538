"""A register that is asked only for what a batch may mean gives the links that the whole of it gives."""

from datetime import date
from pathlib import Path
from typing import Any

import pytest

from registry.actions import link as linking
from registry.actions import subject_events
from registry.vocabulary import Befell
from tests.receiving import code, office_in
from tests.standing import FIRM, FORMER, A, delivered, now, penalty, registered

B, C, D, UNKNOWN = code(41), code(42), code(43), code(44)
NUMBER, SHARED = "150900000012345", "150900000054321"
NAMES = ("集宁云岭建材有限公司", "集宁双生商贸有限公司")


def links(folder: Path) -> list[tuple[Any, ...]]:
    """What is linked of a delivery with a row of every kind, and then of another one."""
    with office_in(folder) as (counter, keys):
        registered(
            counter,
            (A, FIRM, NUMBER, "2015-01-02", "2023-01-01", FORMER, "2022-12-30"),
            (B, NAMES[0], SHARED, "", "", "", ""),
            (C, NAMES[1], SHARED, "", "", "", ""),
            (D, NAMES[1], "", "", "", "", ""),
        )
        with counter.desk.database.session() as session:
            told: dict[str, Any] = {"other": B, "on": date(2026, 10, 8), "document": "换照通知〔2026〕5号"}
            replaced = subject_events.propose(session, keys.maker, D, Befell.CODE_REPLACED, now=now(), **told).number
        with counter.desk.database.session() as session:
            subject_events.confirm(session, keys.checker, replaced, now=now())
        rows = [
            {},
            {"name": FORMER},
            {"name": "乌兰察布市鑫源物资有限公司"},
            {"code": B, "name": NAMES[0]},
            {"code": D, "name": NAMES[0]},  # by the new name under the old code
            {"code": UNKNOWN, "name": "集宁新设商贸有限公司"},
            {"code": UNKNOWN, "name": "集宁改名商贸有限公司"},
            {"code": "", "organisation": A[8:17]},
            {"code": "", "number": NUMBER},
            {"code": "", "number": SHARED, "name": NAMES[0]},
            {"code": "", "name": NAMES[0]},
            {"code": "", "name": NAMES[1]},
            {"code": "", "name": "集宁无名商贸有限公司"},
        ]
        for content in ("停业十日", "停业五日"):
            told_rows = [penalty(document=f"{content}{n}号", **row) for n, row in enumerate(rows)]
            for coded in (True, False):  # what one batch asks for does not help the other
                delivered(counter, *[row for row in told_rows if bool(row[1]) is coded])
        return counter.ask(
            """SELECT r.document, l.subject_id, l.how, l.state, l.because FROM record r
            LEFT JOIN {links} l ON l.record_id = r.id AND l.retired_at IS NULL
            WHERE r.source = 'penalties' ORDER BY r.id"""
        )


def test_it_gives_the_links_that_the_whole_register_gives(
    home: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = []
    for larger in (0, 1_000):
        monkeypatch.setattr(linking, "_LARGER", larger)
        folder = tmp_path / str(larger)
        folder.mkdir()
        found.append(links(folder))

    assert found[0] == found[1]
    assert {how for _, _, how, _, _ in found[0]} == {"code", "organisation_code", "registration_number", "name", None}
