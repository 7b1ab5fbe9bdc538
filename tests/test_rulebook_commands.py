"""`chengxin rules`: what a person and another program read of the law."""

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from registry.cli.rules import app as rules
from registry.errors import RuleBroken, RuleNotWritten
from registry.rulebook import load
from tests.test_rulebook_reading import overlay

RUN = CliRunner()


def test_the_list_names_every_rule(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "200")

    printed = RUN.invoke(rules, ["list"], catch_exceptions=False).output

    for basis in load().bases.values():
        assert basis.rule in printed


def test_the_list_for_a_program_carries_the_digest_and_every_part() -> None:
    told = json.loads(RUN.invoke(rules, ["list", "--json"], catch_exceptions=False).output)

    assert told["digest"] == load().digest
    assert [rule["basis"] for rule in told["rules"]] == list(load().bases)


def test_a_rule_is_shown_in_the_language_of_the_user(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LC_ALL", "zh_CN.UTF-8")
    assert "公示满一年" in RUN.invoke(rules, ["show", "penalties"], catch_exceptions=False).output

    monkeypatch.setenv("LC_ALL", "en_GB.UTF-8")
    shown = RUN.invoke(rules, ["show", "penalties/2026-04-01/serious"], catch_exceptions=False).output
    assert "After one year" in shown
    assert "max_months = 36" in shown
    assert "penalties/2023-05-01" not in shown


def test_a_rule_is_shown_to_a_program() -> None:
    [part] = json.loads(RUN.invoke(rules, ["show", "lists.tax_serious", "--json"], catch_exceptions=False).output)

    assert part["values"]["months"] == 36
    assert part["confidence"] == "unverified"


def test_the_measures_of_a_list_are_told_with_their_own_article_and_mark(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LC_ALL", "en_GB.UTF-8")
    shown = RUN.invoke(rules, ["show", "lists.tax_serious"], catch_exceptions=False).output
    [part] = json.loads(RUN.invoke(rules, ["show", "lists.tax_serious", "--json"], catch_exceptions=False).output)

    assert "measures: 纳税信用级别直接判为D级，适用相应的管理措施（" in shown
    assert (part["confidence"], part["measures_citation"]["confidence"]) == ("unverified", "secondary")


def test_an_unknown_rule_is_refused() -> None:
    with pytest.raises(RuleNotWritten, match="no rule penalty"):
        RUN.invoke(rules, ["show", "penalty"], catch_exceptions=False)


def test_the_offices_own_rules_are_those_beside_its_database(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    own = overlay(tmp_path / "rules", "lists/wage_arrears.toml", "months = 36", "months = 24")
    monkeypatch.setenv("CHENGXIN_DATABASE", str(tmp_path / "chengxin.db"))

    [beside] = json.loads(RUN.invoke(rules, ["show", "lists.wage_arrears", "--json"], catch_exceptions=False).output)
    monkeypatch.setenv("CHENGXIN_RULES", str(own / "nowhere"))

    assert beside["values"]["months"] == 24
    with pytest.raises(RuleBroken, match="no folder of rules"):
        RUN.invoke(rules, ["list"], catch_exceptions=False)


def test_checking_says_how_surely_the_law_was_read_and_how_far_the_calendar_goes() -> None:
    told = json.loads(RUN.invoke(rules, ["check", "--json"], catch_exceptions=False).output)

    assert sum(told["parts"].values()) == len(load().bases)
    assert told["unverified"] == sorted(load().unsigned)
    assert told["calendar_through"] >= 2026
    printed = RUN.invoke(rules, ["check"], catch_exceptions=False).output
    for basis in load().unsigned:
        assert basis in printed


def test_checking_refuses_a_broken_file_with_its_line(tmp_path: Path) -> None:
    own = overlay(tmp_path, "lists/wage_arrears.toml", "months = 36", "months = 0")

    with pytest.raises(RuleBroken, match=r"lists/wage_arrears\.toml, line \d+, is broken"):
        RUN.invoke(rules, ["check", "--rules", str(own)], catch_exceptions=False)
