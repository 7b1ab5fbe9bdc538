"""One command from file to public display: `chengxin import --publish`."""

import json
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text

from registry.vocabulary import SourceKind
from tests.homes import opened
from tests.receiving import code, counter_in, penalties, penalty
from tests.terminal import chengxin

GOOD, FAULTY, UNREADABLE = "good.csv", "faulty.csv", "unreadable.csv"
PUBLISHED = "2026-11-24"
CLOSED = {"处罚类别": "责令停产停业", "处罚决定日期": "2026-05-06"}


def test_it_makes_public_what_three_commands_make_public(office: Path, home: str, tmp_path: Path) -> None:
    apart = founded(tmp_path / "apart")

    told = answer(office, *taking(FAULTY), "--publish", "--on", PUBLISHED)
    receipts, linked = answer(apart, *taking(FAULTY)), answer(apart, "link")
    published = answer(apart, "publish", "--on", PUBLISHED)

    assert [receipt["counts"] for receipt in told["receipts"]] == [receipt["counts"] for receipt in receipts]
    assert told["linked"] == {name: linked[name] for name in ("made", "provisional")}
    assert told["published"] == published
    assert (published["judged"], published["shown"]) == (1, 1)
    assert public(office) == public(apart) != []


def test_it_tells_what_became_of_what_it_judged_and_no_more(office: Path, home: str) -> None:
    answer(office, *taking(GOOD), "--publish", "--on", PUBLISHED)

    again = chengxin(office, *taking(FAULTY), "--publish", "--on", PUBLISHED)

    assert again.returncode == 1, "a row was rejected"
    assert again.stdout.splitlines()[-1] == "Linked 0; judged 0: shown 0, held 0, not publishable 0."


def test_a_refused_file_publishes_nothing_and_what_came_before_it_waits(office: Path, home: str) -> None:
    refused = chengxin(office, *taking(GOOD, UNREADABLE), "--publish", "--on", PUBLISHED)

    assert refused.returncode == 2
    assert public(office) == []
    assert answer(office, "publish", "--on", PUBLISHED)["judged"] == 1


@pytest.mark.parametrize("words", [("--publish", "--dry-run"), ("--on", PUBLISHED), ("--publish", "--recall", "1")])
def test_what_does_not_go_together_is_refused_before_a_file_is_read(
    office: Path,
    home: str,
    words: tuple[str, ...],
) -> None:
    refused = chengxin(office, *taking(GOOD), *words)

    assert (refused.returncode, refused.stdout) == (2, "")
    assert "--publish goes with neither --dry-run nor --recall" in refused.stderr
    assert answer(office, *taking(GOOD))[0]["repeated"] is False


@pytest.fixture
def office(home: str, tmp_path: Path) -> Path:
    return founded(tmp_path / "office")


def founded(folder: Path) -> Path:
    """A registry that knows one subject, and files beside it."""
    folder.mkdir()
    (folder / GOOD).write_text(penalties(penalty(**CLOSED)), encoding="utf-8")
    (folder / FAULTY).write_text(penalties(penalty(**CLOSED), penalty(行政处罚决定书文号="")), encoding="utf-8")
    (folder / UNREADABLE).write_text("不明,列\n1,2\n", encoding="utf-8")
    with counter_in(folder) as counter:
        counter.take(f"统一社会信用代码,企业名称\n{code()},{penalty()[0]}\n", SourceKind.SUBJECTS, name="subjects.csv")
    return folder


def taking(*files: str) -> tuple[str, ...]:
    """The words that have files of penalties taken."""
    return ("import", *files, "--source", "penalties", "--received", "2026-11-23")


def answer(folder: Path, *words: str) -> Any:
    """What a command says in JSON."""
    return json.loads(chengxin(folder, *words, "--json").stdout)


def public(folder: Path) -> list[tuple[object, ...]]:
    """What is on display: document, and from when until when."""
    with closing(opened(folder)) as database, database.session() as session:
        return [tuple(row) for row in session.connection().execute(text(_PUBLIC))]


_PUBLIC = """
SELECT r.document, p.shown_from, p.shown_until FROM publication p JOIN record r ON r.id = p.record_id
WHERE p.retired_at IS NULL AND p.outcome = 'shown' ORDER BY r.document
"""
