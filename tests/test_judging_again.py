"""Another law: every record is judged again in one sweep, which comes to the same as judging each by itself."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import polars as pl
import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from sqlalchemy import text

from registry.actions.link import link
from registry.actions.publish import publish
from registry.actions.recall import recall
from registry.rulebook import Rulebook, load
from registry.rulebook.book import HERE
from registry.store import unjudged
from registry.store.bulk import bulk, snapshot
from registry.vocabulary import SourceKind
from tests.homes import fast_folder
from tests.receiving import BOOK, NOW, RECEIVED_ON, Counter, code, counter_in, csv_text, penalties, penalty

FILE = "penalties.toml"
Step = tuple[str, Any]
REGISTER = ("统一社会信用代码", "企业名称", "核准日期")
STEPS = st.one_of(
    st.tuples(st.just("deliver"), st.lists(st.tuples(st.integers(1, 4), st.integers(1, 5)), min_size=1, max_size=6)),
    st.tuples(st.just("register"), st.tuples(st.integers(1, 4), st.sampled_from("源海"))),
    st.tuples(st.just("recall"), st.integers(1, 4)),
    st.tuples(st.just("publish"), st.integers(0, 2)),
)


@contextmanager
def fresh() -> Iterator[Counter]:
    with TemporaryDirectory(dir=fast_folder()) as folder, counter_in(Path(folder)) as counter:
        yield counter


def _name(of: int, brand: str = "源") -> str:
    return f"乌兰察布市鑫{brand}{of}商贸有限公司"


@pytest.fixture(autouse=True)
def small_pages(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("registry.store.unjudged.READ", 2)
    monkeypatch.setattr("registry.store.unjudged._AT_ONCE", 2)


BEGUN: list[Step] = [("deliver", [(1, 1), (2, 2), (3, 3)])]


def test_all_is_read_alike_by_readers_of_their_own_and_by_the_work_itself(home: str, tmp_path: Path) -> None:
    with counter_in(tmp_path) as counter:
        for number, step in enumerate([*BEGUN, ("publish", 0)]):
            _do(counter, number, step, [BOOK])
        database = counter.desk.database

        with bulk(database) as work, snapshot(database) as one, snapshot(database) as other:
            alone, beside = pl.concat(unjudged.everything(work)), pl.concat(unjudged.everything(work, one, other))

        assert alone.height == len(counter.ask(CURRENT)) > 0
        assert alone.equals(beside)


def test_outcomes_of_many_are_loaded_and_are_those_of_few(
    home: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = []
    for many, folder in ((1_000, "few"), (0, "many")):
        monkeypatch.setattr("registry.actions.publish._MANY", many)
        (tmp_path / folder).mkdir()
        with counter_in(tmp_path / folder) as counter:
            for number, step in enumerate([*BEGUN, ("publish", 0), ("deliver", [(4, 4)]), ("publish", 0)]):
                _do(counter, number, step, [BOOK])
            found.append(counter.ask(CURRENT))

    few, loaded = found
    assert few == loaded != []


@settings(max_examples=settings().max_examples // 50, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=st.lists(STEPS, max_size=10))
@example([("deliver", [(1, 1)]), ("publish", 1), ("recall", 1)])
@example(
    [
        ("register", (1, "源")),
        ("publish", 0),
        ("deliver", [(1, 1), (3, 2)]),
        ("register", (1, "海")),
        ("deliver", [(2, 5)]),
    ]
)
@example([("publish", 2), ("register", (2, "源")), ("recall", 2), ("deliver", [(4, 4), (2, 1)]), ("publish", 0)])
@pytest.mark.usefixtures("home")
def test_a_sweep_leaves_what_judging_every_record_by_itself_would(
    tmp_path_factory: pytest.TempPathFactory, steps: list[Step]
) -> None:
    folder = tmp_path_factory.mktemp("law")
    laws = [BOOK, *(_law(folder / str(months), months) for months in (24, 12))]
    with fresh() as counter:
        for number, step in enumerate([("deliver", [(1, 1), (2, 2)]), *steps, ("publish", 1)]):
            _do(counter, number, step, laws)
        before = counter.ask(CURRENT)
        with counter.desk.database.session() as session:
            session.connection().execute(text("INSERT INTO unjudged SELECT id FROM record WHERE source <> 'subjects'"))

        again = publish(counter.desk.database, laws[1], on=RECEIVED_ON, now=NOW + timedelta(hours=2))

        assert again.judged == 0
        assert counter.ask(CURRENT) == before
        assert counter.ask(NOT_ONCE) == []


CURRENT = """
SELECT record_id, subject_id, outcome, because, basis_id, shown_from, shown_until, first_shown_on FROM publication
WHERE retired_at IS NULL ORDER BY record_id
"""
NOT_ONCE = """
SELECT r.id FROM record r LEFT JOIN publication p ON p.record_id = r.id AND p.retired_at IS NULL
WHERE r.source <> 'subjects' AND r.id NOT IN (SELECT record_id FROM withdrawal WHERE lifted_at IS NULL)
  AND r.id NOT IN (SELECT earlier_id FROM version)
GROUP BY r.id HAVING count(p.record_id) <> 1
"""


def _law(folder: Path, months: int) -> Rulebook:
    """The law, but a penalty is shown so many months at most."""
    folder.mkdir()
    written = (HERE / FILE).read_text("utf-8").replace("max_months = 36", f"max_months = {months}")
    (folder / FILE).write_text(written, "utf-8")
    return load(folder)


def _do(counter: Counter, number: int, step: Step, laws: Sequence[Rulebook]) -> None:
    database, moment = counter.desk.database, NOW + timedelta(minutes=number)
    counter.now = lambda: moment
    match step:
        case "deliver", rows:
            told = [_decided(of, f"{what}号", f"第{number % 3}次") for of, what in rows]
            counter.take(penalties(*told), name=f"{number}.csv")
        case "register", (of, brand):
            row = (code(of), _name(of, brand), "")
            counter.take(csv_text(REGISTER, row), SourceKind.SUBJECTS, name=f"{number}.csv")
        case "recall", delivery if (delivery,) in counter.ask("SELECT id FROM delivery"):
            recall(database, delivery, reason="报错", now=moment)
        case "publish", law:
            link(database, now=moment)
            publish(database, laws[law], on=RECEIVED_ON, now=moment)


def _decided(of: int, document: str, facts: str) -> tuple[str, ...]:
    who = {"行政相对人名称": _name(of), "统一社会信用代码": code(of)}
    return penalty(**who, 行政处罚决定书文号=document, 处罚决定日期="2024-03-05", 违法事实=facts)
