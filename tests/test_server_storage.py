"""A server whose disk is full or that takes no writing: one sentence, nothing half there, and taken once it can be."""

import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
import pytest
from sqlalchemy import make_url

from registry.errors import StorageRefused
from tests.homes import POSTGRESQL, living_in
from tests.receiving import Counter, code, counter_in, penalties, penalty
from tests.terminal import chengxin

ROWS = 20_000


@pytest.fixture
def counter(tmp_path: Path) -> Iterator[Counter]:
    with living_in(POSTGRESQL), counter_in(tmp_path) as opened:
        yield opened


@contextmanager
def administered(counter: Counter) -> Iterator[tuple["psycopg.Connection", str]]:
    """A connection beside the registry's database, and the name of that; nobody else is in it."""
    counter.desk.database.close()
    place = counter.desk.database.place
    name = str(make_url(place).database)
    with psycopg.connect(place.replace(f"/{name}", "/postgres"), autocommit=True) as connection:
        yield connection, name


def held(counter: Counter) -> tuple[int, int]:
    return counter.ask("SELECT (SELECT count(*) FROM delivery), (SELECT count(*) FROM record)")[0]


def many() -> str:
    return penalties(
        *[
            penalty(行政处罚决定书文号=f"乌市监罚〔2026〕{number}号", 统一社会信用代码=code(number))
            for number in range(ROWS)
        ]
    )


def test_a_server_that_only_reads_refuses_a_file_and_answers_lookups(counter: Counter) -> None:
    counter.take(penalties(penalty()))
    with administered(counter) as (connection, name):
        connection.execute(f"ALTER DATABASE {name} SET default_transaction_read_only = on".encode())

    with pytest.raises(StorageRefused) as refusal:
        counter.take(penalties(penalty(行政处罚决定书文号="2号")), name="b.csv")
    looked_up = chengxin(counter.folder, "lookup", code(1))

    assert "只读" in refusal.value.zh
    assert held(counter) == (1, 1)
    assert "[not-found]" in looked_up.stderr  # nothing was published


@contextmanager
def small_disk(counter: Counter) -> Iterator[None]:
    """The registry's database on a disk of its own, with little room left, where this process may make one."""
    with administered(counter) as (connection, name):
        ((server,),) = connection.execute("SHOW data_directory").fetchall()
        folder, owner = Path(server).with_name("small"), Path(server).stat()
        folder.mkdir()
        command = ["mount", "-t", "tmpfs", "-o", "size=24m", "tmpfs", str(folder)]
        if os.geteuid() or subprocess.run(command, capture_output=True, check=False).returncode:
            pytest.skip("only root makes a disk")
        try:
            os.chown(folder, owner.st_uid, owner.st_gid)
            connection.execute(f"CREATE TABLESPACE small LOCATION '{folder}'".encode())
            connection.execute(f"ALTER DATABASE {name} SET TABLESPACE small".encode())
            yield
            counter.desk.database.close()
            connection.execute(f"ALTER DATABASE {name} SET TABLESPACE pg_default".encode())
            connection.execute("DROP TABLESPACE small")
        finally:
            subprocess.run(["umount", "-l", str(folder)], check=True)
            folder.rmdir()


def test_a_full_disk_refuses_a_file_which_is_taken_once_there_is_room(counter: Counter) -> None:
    with small_disk(counter):
        with pytest.raises(StorageRefused) as refusal:
            counter.take(many())

        assert "空间不足" in refusal.value.zh
        assert held(counter) == (0, 0)
        assert list((counter.folder / "feedback").glob("*")) == []
        assert counter.take(penalties(penalty()), name="few.csv").counts.accepted == 1

    assert counter.take(many()).counts.read == ROWS
