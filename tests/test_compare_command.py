"""`chengxin compare`: pairs of names from file to file."""

import csv
import os
import subprocess
import sys
from pathlib import Path

import polars as pl
import pytest
from typer.testing import CliRunner

from registry.cli.matching import app
from registry.errors import FileRefused

RUN = CliRunner()
PAIRS = Path(__file__).parent / "bench" / "names" / "disclosure_pairs.csv"


def compared(folder: Path, text: str, encoding: str = "utf-8") -> list[dict[str, str]]:
    (folder / "pairs.csv").write_text(text, encoding=encoding)
    RUN.invoke(app, [str(folder / "pairs.csv"), "--out", str(folder / "out.csv")], catch_exceptions=False)
    with (folder / "out.csv").open(encoding="utf-8", newline="") as written:
        return list(csv.DictReader(written))


def test_every_pair_gets_score_verdict_and_reasons_and_other_columns_pass_through(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LC_ALL", "zh_CN.UTF-8")

    rows = compared(
        tmp_path,
        "id,name_a,name_b,备注\n"
        '1,集宁区鑫源商贸有限公司,集宁区 鑫源商贸有限公司,"甲,乙"\n'
        "2,集宁区鑫源商贸,集宁区鑫源商贸有限公司,\n"
        "\n"
        "3,集宁区鑫源商贸有限公司,集宁区鑫海商贸有限公司,丙\n"
        "4,,集宁区鑫海商贸有限公司,丁\n",
    )

    assert [row["verdict"] for row in rows] == ["same", "review", "different", "different"]
    assert [(row["id"], row["备注"]) for row in rows] == [("1", "甲,乙"), ("2", ""), ("3", "丙"), ("4", "丁")]
    assert rows[0]["score"] == "1.0000"
    assert rows[1]["because"] == "仅组织形式省略：有限公司"
    assert rows[2]["because"] == "字号不同：鑫源 / 鑫海"
    assert list(rows[0]) == ["id", "name_a", "name_b", "备注", "score", "verdict", "because"]


def test_the_file_may_be_in_the_encoding_of_the_offices(tmp_path: Path) -> None:
    rows = compared(tmp_path, "name_a,name_b\n集宁区鑫源商贸,集宁区鑫源商贸\n", encoding="gb18030")

    assert rows[0]["verdict"] == "same"


def test_columns_scored_before_are_scored_again(tmp_path: Path) -> None:
    rows = compared(tmp_path, "name_a,score,name_b\n集宁区鑫源商贸,0.1,集宁区鑫源商贸\n")

    assert list(rows[0]) == ["name_a", "name_b", "score", "verdict", "because"]
    assert rows[0]["score"] == "1.0000"


def test_a_header_may_be_in_any_case(tmp_path: Path) -> None:
    rows = compared(tmp_path, "Name_A,NAME_B \n集宁区鑫源商贸,集宁区鑫源商贸\n")

    assert rows[0]["verdict"] == "same"


def test_a_table_without_the_names_is_refused(tmp_path: Path) -> None:
    (tmp_path / "pairs.csv").write_text("name_a,b\n甲,乙\n", encoding="utf-8")

    with pytest.raises(FileRefused, match="name_b"):
        RUN.invoke(app, [str(tmp_path / "pairs.csv"), "--out", str(tmp_path / "out.csv")], catch_exceptions=False)
    assert not (tmp_path / "out.csv").exists()


def test_the_file_that_is_read_is_not_written(tmp_path: Path) -> None:
    pairs = tmp_path / "pairs.csv"
    pairs.write_text("name_a,name_b\n甲,乙\n", encoding="utf-8")

    with pytest.raises(FileRefused, match=r"--out"):
        RUN.invoke(app, [str(pairs), "--out", str(pairs)], catch_exceptions=False)
    assert pairs.read_text(encoding="utf-8") == "name_a,name_b\n甲,乙\n"


def test_every_start_of_the_program_says_the_same(tmp_path: Path) -> None:
    pairs = pl.read_csv(PAIRS, infer_schema=False).select("name_a", "name_b")
    places = [f"丰达（{place}）文化传媒有限公司" for place in ("乌兰察布", "朝阳", "伊春区", "四子王")]
    also = pl.DataFrame({"name_a": places, "name_b": "集宁区丰达文化传媒有限公司"})
    pl.concat([pairs, also]).write_csv(tmp_path / "pairs.csv")

    told = set()
    command = [str(Path(sys.executable).with_name("chengxin")), "compare", "pairs.csv", "--out", "out.csv"]
    for seed in "05":  # of the order in which sets give what they hold
        environment = os.environ | {"PYTHONHASHSEED": seed}
        subprocess.run(command, cwd=tmp_path, check=True, capture_output=True, env=environment)
        told.add((tmp_path / "out.csv").read_bytes())

    assert len(told) == 1
