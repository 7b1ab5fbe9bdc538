"""The command line as other programs use it: exit codes, JSON, refusals in one sentence, no traceback."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from registry.rulebook.book import HERE as RULES
from tests.receiving import code, csv_text, penalties, penalty
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
        (("import", "good.csv", "--source", "fines"), "bad-query", "list-entries"),
        (
            ("import", "good.csv", "--source", "penalties", "--received", "05/10/2026"),
            "bad-query",
            "a day, as 2026-10-08",
        ),
        (("import", "--recall", "last"), "bad-query", "a number"),
        (("stats", "show", "2026-10"), "bad-query", "--out is missing"),
        (("stats", "show", "2026-10", "--out"), "bad-query", "--out lacks its value"),
        (("lookup",), "bad-query", "code is missing"),
        (("lookup", "a", "b"), "bad-query", "chengxin lookup --help"),
        (("lookup", "--jsno", "a"), "bad-query", "--json"),
        (("look",), "bad-query", "'look'"),
    ],
)
def test_a_refusal_is_one_clear_sentence_with_a_stable_code(
    folder: Path, words: tuple[str, ...], code: str, sentence: str
) -> None:
    refused = chengxin(folder, *words)

    assert refused.returncode == 2
    assert f"[{code}]" in refused.stderr
    assert sentence in refused.stderr
    assert refused.stderr.count("\n") == 1
    assert "Traceback" not in refused.stderr + refused.stdout


def test_a_refusal_speaks_the_language_of_the_user(folder: Path) -> None:
    refused = program(folder, "import", "nowhere.csv", "--source", "penalties", lang="zh_CN.UTF-8")

    assert (refused.returncode, "[file-refused]" in refused.stderr) == (2, True)
    assert "找不到该文件" in refused.stderr


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (
            ("import", "--received", "x"),
            "--received 的值无效，应为 2026-10-08 这样的日期；用法见 chengxin import --help。",
        ),
        (("stats", "show", "2026-10"), "缺少 --out；用法见 chengxin stats show --help。"),
        (("look",), "没有这条命令；用法见 chengxin --help。"),
    ],
)
def test_a_command_that_is_none_is_told_in_the_language_of_the_user(
    folder: Path, words: tuple[str, ...], told: str
) -> None:
    assert chengxin(folder, *words, language="zh_CN.UTF-8").stderr == f"{told} [bad-query]\n"


def test_of_several_files_those_before_a_refused_one_get_their_receipts(folder: Path) -> None:
    for number in "45":
        (folder / f"{number}.csv").write_text(penalties(penalty(行政处罚决定书文号=f"{number}号")), encoding="utf-8")
    words = ("import", "4.csv", "nowhere.csv", "5.csv", "--source", "penalties")

    told, refused = chengxin(folder, *words), json.loads(chengxin(folder, *words, "--json").stdout)

    assert told.returncode == 2
    assert told.stdout.startswith("#")
    assert "4.csv: read 1 = accepted 1" in told.stdout
    assert "nowhere.csv" in told.stderr
    assert (refused["code"], [receipt["file"] for receipt in refused["receipts"]]) == ("file-refused", ["4.csv"])


def test_a_second_recall_says_that_it_changed_nothing(folder: Path) -> None:
    (folder / "back.csv").write_text(penalties(penalty(行政处罚决定书文号="6号")), encoding="utf-8")
    (receipt,) = json.loads(chengxin(folder, "import", "back.csv", "--source", "penalties", "--json").stdout)

    first, second = (chengxin(folder, "import", "--recall", str(receipt["delivery"])).stdout for _ in "12")

    assert "1 records" in first
    assert "recalled before: nothing changed" in second


def test_what_an_item_lacks_is_a_dash_at_the_terminal(folder: Path) -> None:
    catalogue = (RULES / "catalogue.toml").read_text(encoding="utf-8")
    (folder / "rules").mkdir()  # an office that has read the catalogue
    read = catalogue.replace('confidence = "unverified"', 'confidence = "text"')
    (folder / "rules" / "catalogue.toml").write_text(read, encoding="utf-8")
    honour = csv_text(
        ("统一社会信用代码", "纳税人名称", "评价年度", "数据来源"),
        (code(88), "集宁某某粮油有限公司", "2025", "国家税务总局"),
    )
    (folder / "a.csv").write_text(honour, encoding="utf-8")
    chengxin(folder, "import", "a.csv", "--source", "honours")
    chengxin(folder, "publish")

    told = chengxin(folder, "lookup", code(88)).stdout

    assert "国家税务总局, —" in told
    assert "None" not in told


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


@pytest.mark.parametrize("group", ["imports", "publishing", "stats", "match"])
def test_a_bulk_command_begins_without_all_that_a_session_or_a_bar_needs(group: str) -> None:
    told = f"import registry.cli.{group}, sys; sys.exit(bool({{'sqlalchemy', 'rich.progress'}} & {{*sys.modules}}))"

    assert subprocess.run([sys.executable, "-c", told], check=False).returncode == 0
