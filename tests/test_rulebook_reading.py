"""How the rule files are read: what is refused, what an office may lay over them, what the page of rules says."""

import re
from datetime import date, timedelta
from pathlib import Path
from shutil import copytree

import pytest

from registry.errors import RuleBroken
from registry.rulebook import judged, load
from registry.rulebook.book import HERE
from registry.rulebook.manual import PAGE, page
from registry.vocabulary import SourceKind
from tests.signed_law import CATALOGUE, signed_law
from tests.test_rulebook_cases import frame

BOOK = load()
TODAY = date(2026, 11, 24)
ROOT = Path(__file__).parents[1]


def overlay(tmp_path: Path, file: str, old: str, new: str) -> Path:
    """A folder with one rule file, `old` replaced in it once."""
    text = (HERE / file).read_text("utf-8")
    assert old in text
    place = tmp_path / file
    place.parent.mkdir(parents=True, exist_ok=True)
    place.write_text(text.replace(old, new, 1), "utf-8")
    return tmp_path


@pytest.mark.parametrize(
    ("old", "new", "told", "at"),
    [
        (
            ', article = "公示期限各条（条次未核）"',
            "",
            "missing required field `article` - at `$.versions[1].basis`",
            "国家发展改革委令第58号",
        ),
        (
            "max_months = 12\n",
            "",
            "missing required field `max_months` - at `$.versions[0].general`",
            "[versions.general]",
        ),
        (
            "max_months = 12",
            "max_months = 12\nmonths = 3  # unknown",
            "unknown field `months` - at `$.versions[0].general`",
            "# unknown",
        ),
        (
            'confidence = "secondary"',
            'confidence = "certain"',
            "Invalid enum value 'certain' - at `$.versions[0].confidence`",
            'confidence = "certain"',
        ),
        (
            "since = 2026-04-01",
            "since = 2023-05-01  # again",
            "versions must ascend: since 2023-05-01 stands after since 2023-05-01",
            "since = 2023-05-01  # again",
        ),
        ("since = 2026-04-01", "since = 2020-01-01", "versions must ascend", "since = 2020-01-01"),
        (
            "min_months = 3\n",
            "min_months = 37\n",
            "min_months exceeds max_months - at `$.versions[0].general`",
            "[versions.general]",
        ),
        (
            '"suspend_licence", "downgrade"]',
            '"downgraded"]',
            "'downgraded' - at `$.versions[2].general.kinds[2]`",
            '"downgraded"]',
        ),
        ("picked_by", "picked", "unknown field `picked`", "picked ="),
        ("[[versions]]", "[[versions", "Expected ']]'", "[[versions"),
    ],
)
def test_a_broken_rule_file_is_refused_with_its_name_and_the_line(
    tmp_path: Path, old: str, new: str, told: str, at: str
) -> None:
    folder = overlay(tmp_path, "penalties.toml", old, new)

    with pytest.raises(RuleBroken, match=re.escape(told)) as refusal:
        load(folder)

    lines = (folder / "penalties.toml").read_text("utf-8").splitlines()
    line = next(number for number, line in enumerate(lines, start=1) if at in line and not line.startswith("#"))
    assert refusal.value.where == {"file": "penalties.toml", "line": line}
    assert refusal.value.zh.startswith(f"规则文件 penalties.toml 第 {line} 行有误")


def test_a_kind_named_twice_is_refused_at_its_version(tmp_path: Path) -> None:
    folder = overlay(tmp_path, "penalties.toml", '"fine", "confiscate_gains"', '"warning", "confiscate_gains"')

    with pytest.raises(RuleBroken, match="line 49, is broken: kinds named more than once: warning"):
        load(folder)


def test_an_overlay_stands_in_for_the_packaged_file_and_changes_the_digest(tmp_path: Path) -> None:
    changed = load(overlay(tmp_path, "lists/wage_arrears.toml", "months = 36", "months = 24"))
    book = signed_law(CATALOGUE, book=changed)

    entry = {
        "classes": "wage_arrears", "has_document": True, "has_ground": True,
        "noticed_on": date(2025, 1, 6), "decided_on": date(2025, 2, 10), "served_on": date(2025, 2, 14),
    }  # fmt: skip
    until = judged(SourceKind.LIST_ENTRIES, frame(entry), book, on=TODAY, production=True).collect()["shown_until"]
    assert until.to_list() == [date(2027, 2, 10)]
    assert changed.digest != BOOK.digest


def test_an_overlay_may_add_a_list(tmp_path: Path) -> None:
    text = (HERE / "lists" / "work_safety.toml").read_text("utf-8")
    (tmp_path / "lists").mkdir()
    (tmp_path / "lists" / "local_fire_safety.toml").write_text(text, "utf-8")

    assert load(tmp_path).lists.keys() - BOOK.lists.keys() == {"local_fire_safety"}


def test_an_overlay_with_a_file_that_is_no_rule_is_refused(tmp_path: Path) -> None:
    (tmp_path / "penaltys.toml").write_text("", "utf-8")

    with pytest.raises(RuleBroken, match=r"no rule called penaltys\.toml"):
        load(tmp_path)


def test_a_missing_overlay_is_refused(tmp_path: Path) -> None:
    with pytest.raises(RuleBroken, match="no folder of rules"):
        load(tmp_path / "nowhere")


def test_the_digest_is_that_of_the_texts_and_of_nothing_else(tmp_path: Path) -> None:
    copytree(HERE, tmp_path / "rules", ignore=lambda _, names: [n for n in names if n.endswith((".py", ".pyc"))])

    assert load(tmp_path / "rules").digest == BOOK.digest


def test_the_law_was_compared_with_its_texts_within_the_year() -> None:
    for basis in BOOK.bases.values():
        for cited in basis.citations:
            assert TODAY - timedelta(days=366) < cited.checked <= TODAY, basis.basis


FINES = """
[versions.fines]
general_from_fen = 5_000_000
serious_from_fen = 100_000_000
basis = { name = "某市处罚信息分类标准", number = "某信用办〔2026〕1号", article = "第一条" }
source = "某信用办〔2026〕1号"
checked = 2026-11-23
confidence = "CONFIDENCE"

[versions.minor]"""


@pytest.mark.parametrize(
    ("classes", "amount_fen", "outcome", "told"),
    [
        ("fine", 4_999_999, "unpublishable", "penalties/2026-04-01/minor"),
        ("fine", 5_000_000, "shown", "penalties/2026-04-01/general"),
        ("fine;warning", 99_999_999, "shown", "penalties/2026-04-01/general"),
        ("confiscate_gains;fine", 1, "shown", "penalties/2026-04-01/general"),
        ("confiscate_gains;fine", 100_000_000, "shown", "penalties/2026-04-01/serious"),
        ("confiscate_gains", 100_000_000, "shown", "penalties/2026-04-01/general"),
        ("fine", None, "held", "amount_undecided"),
        ("close;fine", None, "shown", "penalties/2026-04-01/serious"),
    ],
)
def test_a_signed_local_threshold_decides_the_tier_of_a_fine(
    tmp_path: Path, classes: str, amount_fen: int | None, outcome: str, told: str
) -> None:
    fines = FINES.replace("CONFIDENCE", "text")
    book = load(overlay(tmp_path, "penalties.toml", "\n[versions.minor]", fines))
    record = {"classes": classes, "amount_fen": amount_fen, "decided_on": date(2026, 6, 1)}

    [row] = judged(SourceKind.PENALTIES, frame(record), book, on=TODAY, production=True).collect().to_dicts()

    assert (row["outcome"], row["basis"] or row["because"]) == (outcome, told)


def test_an_unsigned_threshold_shows_nothing_outside_a_demo(tmp_path: Path) -> None:
    book = load(overlay(tmp_path, "penalties.toml", "\n[versions.minor]", FINES.replace("CONFIDENCE", "unverified")))
    record = frame({"classes": "fine", "amount_fen": 5_000_000, "decided_on": date(2026, 6, 1)})

    outcomes = [
        judged(SourceKind.PENALTIES, record, book, on=TODAY, production=production).collect()["outcome"].item()
        for production in (True, False)
    ]

    assert outcomes == ["held", "shown"]


def test_the_committed_page_of_rules_is_the_one_the_rules_write() -> None:
    assert (ROOT / PAGE).read_text("utf-8") == page(BOOK)
