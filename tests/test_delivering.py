"""Delivering: receipts, the same again, versions, and what must never be kept."""

import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from hashlib import sha256
from pathlib import Path

import pytest
from xlsxwriter.workbook import Workbook

from loaders.delivering import Sender, deliver_each
from registry.actions.receipts import Counts
from registry.errors import FileRefused, Refusal, RegistryBusy
from registry.vocabulary import SourceKind
from tests.homes import SQLITE, stored
from tests.receiving import PENALTY, PENALTY_HEADERS, RECEIVED_ON, Counter, csv_text, penalties, penalty

CANARIES = ("15090218990101006X", "150902189901010748", "150902189901011230")
FIELDS = (
    *PENALTY_HEADERS, "证件号码", "法定代表人", "工商注册号", "组织机构代码", "税务登记号", "处罚依据",
    "处罚内容", "违法行为类型", "数据来源单位", "数据来源单位统一社会信用代码", "处罚机关统一社会信用代码",
    "当前状态", "罚款金额（万元）", "处罚有效期", "公示截止期", "行政相对人类别", "地方编码", "处罚程序", "",
)  # fmt: skip


def test_a_receipt_says_what_came_of_a_file(counter: Counter) -> None:
    content = penalties(PENALTY, penalty(处罚决定日期="明天"), PENALTY, ("",) * 8).encode("gb18030")
    receipt = counter.take(content)

    assert receipt.counts == Counts(read=3, accepted=1, duplicate=1, rejected=1)
    assert (receipt.blank, receipt.rejected_by_check) == (1, {"decided_on_unreadable": 1})
    assert (receipt.sha256, receipt.encoding, receipt.sheet) == (sha256(content).hexdigest(), "gb18030", "")
    assert receipt.duration_ms >= 0
    assert all(Path(file).exists() for file in receipt.feedback)


def test_the_same_file_again_changes_nothing_and_gets_the_first_receipt(counter: Counter) -> None:
    first = counter.take(penalties(PENALTY, penalty(处罚决定日期="明天")))
    again = counter.take(penalties(PENALTY, penalty(处罚决定日期="明天")), name="renamed.csv")

    assert (again.delivery, again.repeated, again.counts) == (first.delivery, True, first.counts)
    assert again.rejected_by_check == first.rejected_by_check
    assert counter.ask("SELECT count(*) FROM delivery") == [(1,)]


def test_of_several_files_those_before_a_broken_one_are_taken_and_nothing_of_the_others(
    counter: Counter, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    held = tmp_path / "held"
    held.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(held))
    numbered = [penalties(penalty(行政处罚决定书文号=f"{n}号")) for n in range(3)]
    contents = [*numbered, "什么,也不是\n", penalties(penalty(行政处罚决定书文号="9号"))]
    paths = [tmp_path / f"{n}.csv" for n in range(len(contents))]
    for path, content in zip(paths, contents, strict=True):
        path.write_text(content, encoding="gb18030")
    sender = Sender(None, RECEIVED_ON, tmp_path / "feedback")
    coming = deliver_each(
        counter.desk, paths, SourceKind.PENALTIES, sender, now=counter.now, progress=lambda _: lambda _: None
    )

    receipts = [next(coming) for _ in range(3)]
    with pytest.raises(FileRefused):
        next(coming)

    assert [receipt.file for receipt in receipts] == ["0.csv", "1.csv", "2.csv"]
    assert counter.ask("SELECT document FROM record ORDER BY id") == [(f"{n}号",) for n in range(3)]
    assert counter.ask("SELECT count(*) FROM delivery") == [(3,)]
    assert [*held.iterdir()] == []


def test_a_file_that_is_there_twice_among_several_is_taken_once(counter: Counter, tmp_path: Path) -> None:
    for name in ("a.csv", "b.csv"):
        (tmp_path / name).write_text(penalties(PENALTY), encoding="utf-8")
    sender = Sender(None, RECEIVED_ON, tmp_path / "feedback")
    paths = [tmp_path / "a.csv", tmp_path / "b.csv"]

    first, again = deliver_each(
        counter.desk, paths, SourceKind.PENALTIES, sender, now=counter.now, progress=lambda _: lambda _: None
    )

    assert (first.repeated, again.repeated, again.delivery) == (False, True, first.delivery)


def test_the_same_decision_from_another_file_has_both_provenances(counter: Counter) -> None:
    first = counter.take(penalties(PENALTY))
    second = counter.take(penalties(penalty(备注="补报", 行政处罚决定书文号="乌市监罚(2026)1号")), name="b.csv")

    assert (first.counts.accepted, second.counts.duplicate) == (1, 1)
    assert counter.ask("SELECT delivery_id FROM record") == [(first.delivery,)]
    assert counter.ask("SELECT delivery_id FROM provenance") == [(second.delivery,)]


@pytest.mark.parametrize(("body", "relation"), [("市场监督管理局", "supersedes"), ("应急管理局", "conflicts")])
def test_a_changed_decision_supersedes_only_within_its_source_body(counter: Counter, body: str, relation: str) -> None:
    headers = (*PENALTY_HEADERS, "数据来源单位")
    counter.take(csv_text(headers, (*PENALTY, "市场监督管理局")))
    changed = counter.take(csv_text(headers, (*penalty(处罚类别="罚款"), body)), name="b.csv")

    assert changed.counts.accepted == 1
    assert counter.ask("SELECT relation FROM version") == [(relation,)]


def test_a_dry_run_keeps_nothing(counter: Counter) -> None:
    receipt = counter.take(penalties(PENALTY), dry_run=True)

    assert (receipt.delivery, receipt.counts.accepted) == (None, 1)
    assert counter.ask("SELECT count(*) FROM record") == [(0,)]


def test_a_refused_file_leaves_nothing(counter: Counter) -> None:
    with pytest.raises(FileRefused):
        counter.take(penalties(PENALTY) + '"丙公司,3,三\n')

    assert counter.ask("SELECT count(*) FROM delivery") == [(0,)]
    assert not list(counter.folder.glob("feedback/*"))


def test_every_sheet_gets_a_receipt_and_a_hidden_list_of_choices_none(counter: Counter, tmp_path: Path) -> None:
    with Workbook(tmp_path / "a.xlsx") as book:
        for name in ("一", "二"):
            sheet = book.add_worksheet(name)
            sheet.write_row(0, 0, PENALTY_HEADERS)
            sheet.write_row(1, 0, penalty(行政处罚决定书文号=name))
        choices = book.add_worksheet("选项")
        choices.write(0, 0, "警告")
        choices.hide()
    receipts = counter.take_file(tmp_path / "a.xlsx")

    assert [(receipt.sheet, receipt.counts.accepted) for receipt in receipts] == [("一", 1), ("二", 1)]


def test_a_file_and_sheets_of_long_names_have_feedback_of_their_own(counter: Counter, tmp_path: Path) -> None:
    path = tmp_path / f"{'名' * 80}.xlsx"
    sheets = [f"{'表' * 30}{number}" for number in range(2)]
    with Workbook(path) as book:
        for name in sheets:
            sheet = book.add_worksheet(name)
            sheet.write_row(0, 0, PENALTY_HEADERS)
            sheet.write_row(1, 0, penalty(行政处罚决定书文号=name, 处罚决定日期="明天"))
    receipts = counter.take_file(path)

    feedback = [file for receipt in receipts for file in receipt.feedback]
    assert len(set(feedback)) == 4
    assert all(Path(file).exists() for file in feedback)


def test_a_sheet_that_fits_no_table_refuses_the_whole_workbook(counter: Counter, tmp_path: Path) -> None:
    with Workbook(tmp_path / "a.xlsx") as book:
        book.add_worksheet("一").write_row(0, 0, PENALTY_HEADERS)
        book.add_worksheet("说明").write(0, 0, "填表说明")

    with pytest.raises(FileRefused, match=r"a.xlsx\[说明\].*删去或隐藏") as refusal:
        counter.take_file(tmp_path / "a.xlsx")
    assert "delete or hide it and send the file again" in refusal.value.en
    assert counter.ask("SELECT count(*) FROM delivery") == [(0,)]


def test_people_and_individual_businesses_are_counted(counter: Counter) -> None:
    headers = (*PENALTY_HEADERS, "行政相对人类别")
    placeholder = "0" * 17 + "X"
    receipt = counter.take(
        csv_text(
            headers,
            (*penalty(行政相对人名称="王某某", 统一社会信用代码=""), "自然人"),
            (*penalty(行政相对人名称="某某小吃店", 统一社会信用代码=placeholder), "个体工商户"),
        )
    )

    assert receipt.counts.accepted == 2
    assert counter.ask("SELECT category, name, uscc FROM {records} r ORDER BY line") == [
        ("natural_person", None, None),
        ("individual_business", "某某小吃店", None),
    ]
    assert counter.ask("SELECT category, rows FROM tally ORDER BY category") == [
        ("individual_business", 1),
        ("natural_person", 1),
    ]


def _spoiled(headers: tuple[str, ...], number: str) -> list[tuple[str, ...]]:
    """A row for each column with an identity number in it, alone and inside of text; once good and once faulty."""
    rows: list[tuple[str, ...]] = []
    for place, header in enumerate(headers):
        for spelling in (number, f"号码：{number},{number}", f"{number[:6]} {number[6:14]} {number[14:]}"):
            for decided in ("2026-03-05", "明天"):
                known = dict(zip(PENALTY_HEADERS, penalty(处罚决定日期=decided), strict=True))
                known |= {"处罚依据": "某法第一条", "处罚内容": "警告"}
                row = [known.get(each, "") for each in headers]
                row[place] = spelling if header != "处罚决定日期" else row[place]
                row[2] = row[2] if place == 2 else f"{place}-{len(rows)}号"
                rows.append(tuple(row))
    return rows


def _bytes(path: Path) -> bytes:
    if path.suffix != ".xlsx":
        return path.read_bytes()
    with zipfile.ZipFile(path) as archive:
        return b"".join(archive.read(name) for name in archive.namelist())


def test_an_identity_number_is_kept_nowhere(counter: Counter, capfd: pytest.CaptureFixture[str]) -> None:
    receipts = []
    sent = [counter.folder / f"王某{number}.csv" for number in CANARIES]
    for number, path in zip(CANARIES, sent, strict=True):
        receipts.append(counter.take(csv_text(FIELDS, *_spoiled(FIELDS, number)), name=path.name))
    accepted = sum(receipt.counts.accepted for receipt in receipts)
    ours = [path for path in counter.folder.rglob("*") if path.is_file() and path not in sent]
    kept = b"".join(_bytes(path) for path in ours) + str(ours).encode() + stored(counter.desk.database)
    told = "".join(str(receipt.as_json()) for receipt in receipts) + "".join(capfd.readouterr())

    assert accepted > len(FIELDS)
    for number in CANARIES:
        spellings = [number, f"{number[:6]} {number[6:14]} {number[14:]}"]
        assert not [each for each in spellings if each.encode() in kept or each in told]


@pytest.mark.parametrize("kind", list(SourceKind))
def test_a_table_of_people_without_a_header_is_refused_without_repeating_them(
    counter: Counter, kind: SourceKind
) -> None:
    with pytest.raises(Refusal) as refusal:
        counter.take(f"王某某,{CANARIES[0]}\n李某某,{CANARIES[1]}\n", kind)

    assert not [number for number in CANARIES if number in str(refusal.value)]


_HOLD_THE_FILE = """
import sqlite3, sys, time
held = sqlite3.connect(sys.argv[1], isolation_level=None)
held.execute("PRAGMA journal_mode=TRUNCATE")
held.execute("BEGIN EXCLUSIVE")
print("held", flush=True)
time.sleep(float(sys.argv[2]))
held.execute("ROLLBACK")
"""
_HOLD_THE_TURN = """
import psycopg, sys, time
held = psycopg.connect(sys.argv[1])
held.execute("UPDATE ledger_head SET event_id = event_id")
print("held", flush=True)
time.sleep(float(sys.argv[2]))
held.rollback()
"""


@contextmanager
def another_writes(counter: Counter, home: str, seconds: float) -> Iterator[None]:
    """Another process has the right to write, and keeps it for so long."""
    counter.desk.database.close()
    holding = [sys.executable, "-c", _HOLD_THE_FILE if home == SQLITE else _HOLD_THE_TURN, counter.desk.database.place]
    with subprocess.Popen([*holding, str(seconds)], stdout=subprocess.PIPE, text=True) as other:
        assert other.stdout is not None
        assert other.stdout.readline() == "held\n"
        yield
        other.kill()


def test_a_delivery_waits_while_another_process_keeps_writing(counter: Counter, home: str) -> None:
    with another_writes(counter, home, 1.5):
        assert counter.take(penalties(PENALTY)).counts == Counts(read=1, accepted=1, duplicate=0, rejected=0)


def test_a_delivery_that_has_waited_too_long_for_another_process_is_told_so(
    counter: Counter, home: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(f"registry.store.{home}.BUSY_SECONDS", 1)

    with another_writes(counter, home, 60), pytest.raises(RegistryBusy):
        counter.take(penalties(PENALTY))

    assert counter.take(penalties(PENALTY)).counts.accepted == 1
