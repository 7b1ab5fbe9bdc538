"""The command line as other programs use it: exit codes, JSON, refusals in one sentence, no traceback."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.receiving import penalties, penalty
from tests.terminal import chengxin

GOOD = penalties(penalty())
FAULTY = penalties(penalty(), penalty(行政处罚决定书文号="", 处罚决定日期="2026-99-99"))


def program(folder: Path, *words: str, lang: str = "C.UTF-8") -> subprocess.CompletedProcess[str]:
    """The program itself, in a process of its own."""
    return subprocess.run(
        [sys.executable, "-m", "registry.cli.app", *words],
        cwd=folder,
        env={"PATH": "/usr/bin:/bin", "LANG": lang, "CHENGXIN_DATABASE": str(folder / "c.db")},
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("office")
    assert program(made, "init").returncode == 0
    return made


def test_an_import_tells_by_its_exit_code_whether_rows_were_rejected(folder: Path) -> None:
    (folder / "good.csv").write_text(GOOD, encoding="utf-8")
    (folder / "faulty.csv").write_text(FAULTY, encoding="gb18030")

    good = program(folder, "import", "good.csv", "--source", "penalties", "--json")
    faulty = program(folder, "import", "faulty.csv", "--source", "penalties", "--json")

    assert (good.returncode, faulty.returncode) == (0, 1)
    (receipt,) = json.loads(faulty.stdout)
    assert receipt["counts"] == {"read": 2, "accepted": 0, "duplicate": 1, "rejected": 1}
    assert receipt["rejected_by_check"] == {"decided_on_unreadable": 1, "document_missing": 1}
    assert receipt["encoding"] == "gb18030"
    assert all(Path(file).exists() for file in receipt["feedback"])


def test_the_same_file_again_gives_the_first_receipt(folder: Path) -> None:
    (folder / "twice.csv").write_text(penalties(penalty(行政处罚决定书文号="乌市监罚〔2026〕77号")), encoding="utf-8")

    first, second = (
        json.loads(chengxin(folder, "import", "twice.csv", "--source", "penalties", "--json").stdout)[0] for _ in "12"
    )

    assert second["repeated"]
    assert {**second, "repeated": False} == first


@pytest.mark.parametrize(
    ("words", "code", "sentence"),
    [
        (("import", "nowhere.csv", "--source", "penalties"), "file-refused", "nowhere.csv"),
        (("import", "good.csv"), "bad-query", "--source"),
        (("import", "good.csv", "--source", "penalties", "--department", "NOBODY"), "unknown-department", "NOBODY"),
        (("import", "--recall", "999"), "unknown-delivery", "999"),
        (("lookup", "nonsense"), "not-found", "unified social credit code"),
        (("publish", "--database", "none.db"), "database-not-ready", "none.db"),
    ],
)
def test_a_refusal_is_one_clear_sentence_with_a_stable_code(
    folder: Path, words: tuple[str, ...], code: str, sentence: str
) -> None:
    refused = chengxin(folder, *words)

    assert refused.returncode == 2
    assert f"[{code}]" in refused.stderr
    assert sentence in refused.stderr
    assert "Traceback" not in refused.stderr + refused.stdout


def test_a_refusal_speaks_the_language_of_the_user(folder: Path) -> None:
    refused = program(folder, "import", "nowhere.csv", "--source", "penalties", lang="zh_CN.UTF-8")

    assert (refused.returncode, "[file-refused]" in refused.stderr) == (2, True)
    assert "找不到该文件" in refused.stderr


def test_a_dry_run_keeps_nothing(folder: Path) -> None:
    (folder / "trial.csv").write_text(penalties(penalty(行政处罚决定书文号="乌市监罚〔2026〕88号")), encoding="utf-8")

    trial = chengxin(folder, "import", "trial.csv", "--source", "penalties", "--dry-run", "--json")
    kept = chengxin(folder, "import", "trial.csv", "--source", "penalties", "--json")

    assert json.loads(trial.stdout)[0]["delivery"] is None
    assert json.loads(kept.stdout)[0]["counts"]["accepted"] == 1


def test_a_recall_names_what_it_took_back(folder: Path) -> None:
    (folder / "mistake.csv").write_text(penalties(penalty(行政处罚决定书文号="乌市监罚〔2026〕99号")), encoding="utf-8")
    (receipt,) = json.loads(chengxin(folder, "import", "mistake.csv", "--source", "penalties", "--json").stdout)

    taken = chengxin(folder, "import", "--recall", str(receipt["delivery"]), "--json")

    assert json.loads(taken.stdout)["withdrawn"] == 1
