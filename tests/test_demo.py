"""`chengxin demo`: made anew from the samples, all of it counted, and never over anything else."""

import json
import re
import shutil
from pathlib import Path

import pytest
from litestar.testing import TestClient
from typer.testing import CliRunner

from registry.api.app import create_app
from registry.cli.app import command_line
from registry.errors import BadQuery
from registry.store.settings import mode_of
from registry.web.pages import pages

SAMPLES = Path(__file__).parents[1] / "sample_data"


@pytest.fixture(autouse=True)
def english(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LC_ALL", "C")


def _demo(home: Path, *more: str) -> str:
    done = CliRunner().invoke(
        command_line(), ["demo", "--no-serve", "--home", str(home), *more], catch_exceptions=False
    )
    assert done.exit_code == 0
    return done.stdout


@pytest.fixture
def few(tmp_path: Path) -> tuple[str, str]:
    """Two of the samples only, as the option that takes them: quick to go through."""
    told = (SAMPLES / "deliveries.csv").read_text(encoding="utf-8-sig").splitlines()
    kept = [line for line in told if line.startswith(("file,", "subjects-2026-09", "commitments-short"))]
    folder = tmp_path / "samples"
    folder.mkdir()
    for line in kept[1:]:
        shutil.copy(SAMPLES / line.partition(",")[0], folder)
    (folder / "deliveries.csv").write_text("\n".join(kept), encoding="utf-8")
    shutil.copytree(SAMPLES / "rules", folder / "rules")
    return "--samples", str(folder)


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    home = tmp_path_factory.mktemp("demo") / "home"
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("LC_ALL", "C")
        return home, _demo(home)


def test_the_demo_makes_a_registry_that_says_it_is_one_with_feedback_and_a_return(made: tuple[Path, str]) -> None:
    home, _ = made

    assert mode_of(home / "chengxin.db") == "demo"
    assert {path.name for path in (home / "return").iterdir()} >= {"return-2026-10.xlsx", "return-2026-10.html"}
    assert list((home / "feedback").glob("penalties-2026-10-faulty-*.csv"))


def test_it_has_rules_of_its_own_that_say_they_are_a_demonstration(
    made: tuple[Path, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    home, _ = made
    monkeypatch.setenv("CHENGXIN_DATABASE", str(home / "chengxin.db"))

    said = CliRunner().invoke(command_line(), ["rules", "show", "procedures.notice"], catch_exceptions=False).stdout

    assert "Demonstration values" in said
    assert "unread" not in said


def test_its_totals_are_the_sums_of_its_receipts_and_every_decision_has_an_outcome(made: tuple[Path, str]) -> None:
    _, told = made
    row = r"read (\d+) = accepted (\d+) \+ duplicate (\d+) \+ rejected (\d+)"
    receipts = [tuple(map(int, found)) for found in re.findall(rf"^#\d+ .*{row}", told, re.MULTILINE)]
    total = re.search(rf"^(\d+) deliveries: {row}", told, re.MULTILINE)
    stand = re.search(r"Judged (\d+); now shown (\d+), held (\d+), not publishable (\d+)", told)

    assert total
    assert tuple(map(int, total.groups())) == (len(receipts), *map(sum, zip(*receipts, strict=True)))
    assert stand
    judged, *outcomes = map(int, stand.groups())
    assert judged == sum(outcomes) > 0


def test_it_says_that_it_is_a_demo_in_the_language_of_the_user(
    few: tuple[str, str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert _demo(tmp_path / "demo", *few).startswith("A demo: all data are invented")

    monkeypatch.setenv("LC_ALL", "zh_CN.UTF-8")
    assert _demo(tmp_path / "演示", *few).startswith("演示：全部数据均为虚构")


def test_it_is_made_anew_and_leaves_what_is_not_its_own(few: tuple[str, str], tmp_path: Path) -> None:
    home = tmp_path / "demo"
    first = _demo(home, *few)
    (home / "notes.txt").write_text("mine", encoding="utf-8")
    (home / "feedback" / "old.csv").write_text("old", encoding="utf-8")

    again = _demo(home, *few)

    assert (home / "notes.txt").read_text(encoding="utf-8") == "mine"
    assert not (home / "feedback" / "old.csv").exists()
    assert _counts(again) == _counts(first)


def _counts(told: str) -> list[str]:
    return re.findall(r"^(?:\d+ deliveries|Linked|Judged|  held).*", told, re.MULTILINE)


def test_a_folder_that_holds_anything_else_is_refused_and_untouched(tmp_path: Path) -> None:
    assert (
        CliRunner().invoke(command_line(), ["init", "--database", str(tmp_path / "real" / "chengxin.db")]).exit_code
        == 0
    )
    (tmp_path / "letters").mkdir()
    (tmp_path / "letters" / "chengxin.db").write_text("no database", encoding="utf-8")
    before = sorted((path, path.stat().st_size) for path in tmp_path.rglob("*"))

    for folder in ("real", "letters", "letters/chengxin.db"):
        with pytest.raises(BadQuery, match="not an earlier demo"):
            _demo(tmp_path / folder)

    assert sorted((path, path.stat().st_size) for path in tmp_path.rglob("*")) == before


def test_without_the_samples_it_says_where_to_run_it_and_touches_nothing(tmp_path: Path) -> None:
    with pytest.raises(BadQuery, match="run the demo from the source tree"):
        _demo(tmp_path / "demo", "--samples", str(tmp_path))

    assert not (tmp_path / "demo").exists()


SUBJECT = "91150902000020191U"


def test_whatever_is_asked_of_the_law_or_of_a_subject_says_that_this_is_a_demo(
    made: tuple[Path, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    place = str(made[0] / "chengxin.db")
    monkeypatch.setenv("CHENGXIN_DATABASE", place)

    def told(*asked: str) -> str:
        return CliRunner().invoke(command_line(), [*asked], catch_exceptions=False).output

    with TestClient(create_app(place, pages=[pages])) as client:
        law, looked_up = client.get("/v1/rules/commitments").json(), client.get(f"/v1/subjects/{SUBJECT}").json()
        page = client.get(f"/subjects/{SUBJECT}").text

    commitments = told("rules", "show", "commitments")
    assert [told("rules", word).startswith("A demo: ") for word in ("list", "check")] == [True, True]
    assert commitments.startswith("A demo: values of the law that nobody has verified and signed apply here too.")
    assert "unverified and unsigned: applied in a demo only" in commitments
    assert json.loads(told("rules", "check", "--json"))["demo"]
    assert (law["demo"], looked_up["demo"]) == (True, True)
    assert looked_up["bases"]["commitments/2022-09-07/standard"]["confidence"] == "unverified"
    assert "this value of the law is not verified" in told("lookup", SUBJECT)
    assert "演示数据：虚构的主体与信息，不具有任何效力。" in page
    assert "此规则值尚未核实。" in page


def test_elsewhere_nothing_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    shown = CliRunner().invoke(command_line(), ["rules", "show", "commitments"], catch_exceptions=False).output

    assert "demo" not in shown
