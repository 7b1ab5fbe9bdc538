"""`chengxin match`: names in a file, each with the subjects it may mean."""

from pathlib import Path

import polars as pl
import pytest
from typer.testing import CliRunner

from registry.cli.app import command_line
from registry.errors import FileRefused
from registry.matching import bulk
from tests.city.names import as_written, registered
from tests.terminal import chengxin

COLUMNS = ["query_id", "rank", "subject_id", "score", "verdict", "because"]


def match(folder: Path, queries: str | bytes, subjects: str, *more: str) -> pl.DataFrame:
    paths = [folder / name for name in ("queries.csv", "subjects.csv", "out.csv")]
    paths[0].write_bytes(queries if isinstance(queries, bytes) else queries.encode())
    paths[1].write_text(subjects, encoding="utf-8")
    words = ["match", *map(str, paths[:2]), "--out", str(paths[2]), *more]
    CliRunner().invoke(command_line("match"), words, catch_exceptions=False)
    return pl.read_csv(paths[2], infer_schema=False).cast({"rank": pl.Int64, "score": pl.Float64})


SUBJECTS = "id,name,uscc\ns1,集宁区鑫源商贸有限公司,x\ns2,集宁区鑫海建材有限公司,y\ns3,丰镇市云岭建材有限公司,z\n"


def test_each_name_gets_its_likeliest_subjects_best_first(tmp_path: Path) -> None:
    told = match(tmp_path, "id,name,note\nq1,集宁区鑫源商贸有限公司,a\nq2,集宁区 鑫海建才有限公司,b\n", SUBJECTS)
    first = told.filter(pl.col("rank") == 1)

    assert told.columns == COLUMNS
    assert first["query_id"].to_list() == ["q1", "q2"]
    assert first["subject_id"].to_list() == ["s1", "s2"]
    assert first["verdict"].to_list() == ["same", "review"]
    assert told.group_by("query_id").agg(pl.col("score").is_sorted(descending=True).alias("down"))["down"].all()


def test_the_limit_holds_and_a_file_of_another_encoding_is_read(tmp_path: Path) -> None:
    told = match(tmp_path, "id,name\nq1,集宁区鑫源商贸有限公司\n".encode("gb18030"), SUBJECTS, "--limit", "1")

    assert told.select("query_id", "rank", "subject_id").rows() == [("q1", 1, "s1")]


def test_a_name_left_empty_matches_nothing(tmp_path: Path) -> None:
    assert match(tmp_path, "id,name\nq1,\nq2,丰镇市云岭建材有限公司\n", SUBJECTS)["query_id"].unique().to_list() == [
        "q2"
    ]


def test_a_file_without_names_is_refused(tmp_path: Path) -> None:
    with pytest.raises(FileRefused) as refused:
        match(tmp_path, "id,title\nq1,x\n", SUBJECTS)

    assert "name" in refused.value.en


def test_a_file_without_a_row_is_answered_without_a_row(tmp_path: Path) -> None:
    told = match(tmp_path, "id,name\n", SUBJECTS)

    assert (told.columns, told.height) == (COLUMNS, 0)
    assert match(tmp_path, "id,name\nq1,集宁区鑫源商贸有限公司\n", "id,name\n").height == 0


@pytest.mark.parametrize("out", ["queries.csv", "subjects.csv", ".", "queries.csv/out.csv"])
def test_nothing_is_written_over_what_is_read_or_where_nothing_can_be(tmp_path: Path, out: str) -> None:
    match(tmp_path, "id,name\nq1,集宁区鑫源商贸有限公司\n", SUBJECTS)
    words = ["match", "queries.csv", "subjects.csv", "--out", out]

    refused = chengxin(tmp_path, *words)
    made = chengxin(tmp_path, *words[:-1], "new/out.csv")

    assert (refused.returncode, "[file-refused]" in refused.stderr, "Traceback" in refused.stderr) == (2, True, False)
    assert (tmp_path / "subjects.csv").read_text(encoding="utf-8") == SUBJECTS
    assert (made.returncode, (tmp_path / "new" / "out.csv").exists()) == (0, True)


def test_many_queries_have_the_same_matches_as_few(monkeypatch: pytest.MonkeyPatch) -> None:
    names = registered(3000)["name"]
    queries = as_written(registered(3000).head(600))["name"]
    alone = bulk.matches(queries, names, limit=3)
    monkeypatch.setattr(bulk, "_ALONE", 100)

    assert bulk.matches(queries, names, limit=3).equals(alone)


def test_duplicates_of_a_list_are_found_once_and_names_that_differ_are_not_among_them() -> None:
    names = [
        "集宁区鑫源商贸有限公司",
        "集宁区鑫海商贸有限公司",
        "集宁区 鑫源商贸有限公司",
        "集宁区鑫源商贸公司",
        "集宁区八一商贸有限公司",
        "集宁区81商贸有限公司",
        None,
        "",
    ]
    found = bulk.duplicates(pl.Series(names))

    assert found.select("left", "right", "verdict").rows() == [(0, 2, "same"), (0, 3, "review")]
    assert found["score"][0] == 1
    assert found["because"].to_list() == ["名称相同", "仅组织形式不同：有限公司 / 公司"]


def test_duplicates_of_a_file_are_written_with_both_names_and_the_reasons(tmp_path: Path) -> None:
    names, out = tmp_path / "names.csv", tmp_path / "pairs.csv"
    names.write_text(
        "id,name\na,集宁区鑫源商贸有限公司\nb,集宁区鑫海商贸有限公司\nc,集宁区 鑫源商贸有限公司\n", encoding="utf-8"
    )
    words = ["duplicates", str(names), "--out", str(out)]
    CliRunner().invoke(command_line("duplicates"), words, catch_exceptions=False)

    told = pl.read_csv(out, infer_schema=False)
    assert told.columns == ["id_a", "name_a", "id_b", "name_b", "score", "verdict", "because"]
    assert told.drop("because").rows() == [
        ("a", "集宁区鑫源商贸有限公司", "c", "集宁区 鑫源商贸有限公司", "1.0", "same")
    ]


def test_many_pairs_have_the_same_scores_as_few(monkeypatch: pytest.MonkeyPatch) -> None:
    names = pl.concat([registered(1500)["name"], as_written(registered(1500).head(500))["name"]])
    alone = bulk.duplicates(names)
    monkeypatch.setattr(bulk, "_PAIRS_ALONE", 10)
    monkeypatch.setattr(bulk, "_PAIRS", 100)

    assert alone.height > 100
    assert bulk.duplicates(names).equals(alone)
