"""A fault of our own is answered without a word of it, and logged without a value of any row."""

import json
from pathlib import Path

import pytest
import structlog
from litestar.testing import TestClient
from sqlalchemy import text

from registry.api.app import create_app
from registry.api.faults import log_as_json
from tests.public_city import CODE, TODAY, public_city

PERSON = "司马测试15090119800101123X"


def test_a_fault_tells_and_logs_no_value(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    database = public_city(tmp_path / "city.db")
    with database.session() as session:  # a row such as no program of ours writes
        session.execute(
            text("UPDATE publication SET shown_from = :told WHERE record_id = 1"), {"told": f"2020{PERSON}"}
        )
        session.execute(text("UPDATE publication SET shown_until = NULL WHERE record_id = 1"))
    log_as_json()
    with TestClient(create_app(database.place, today=lambda: TODAY), raise_server_exceptions=False) as client:
        reply = client.get(f"/v1/subjects/{CODE}")
    database.close()
    structlog.reset_defaults()

    assert reply.status_code == 500
    assert PERSON not in reply.text
    logged = json.loads(next(line for line in capsys.readouterr().err.splitlines() if line.startswith("{")))
    assert logged["event"] == "a request failed"
    assert logged["route"] == "/v1/subjects/{code}"
    assert PERSON not in json.dumps(logged, ensure_ascii=False)
    assert CODE not in json.dumps(logged)
