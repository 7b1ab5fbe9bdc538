"""`chengxin rules sign`: two people with keys, one document; the ledger is what counts."""

import json
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from litestar import Litestar
from litestar.testing import TestClient
from typer.testing import CliRunner

from registry.actions import audit, signing
from registry.actions.law import acts, law_in
from registry.actions.lookup import lookup
from registry.actions.publish import publish, standing
from registry.actions.why import Why, why
from registry.api.app import create_app
from registry.cli.options import law_of
from registry.cli.rules import app as rules
from registry.errors import KeyRefused, NotPermitted, RuleNotWritten, SignatureRefused
from registry.rulebook import load
from registry.store import signed
from registry.store.database import Database
from registry.vocabulary import SourceKind
from tests.casework import signed as signed_by_two
from tests.homes import new_database
from tests.office_people import Keys, let_in
from tests.receiving import NOW, counter_in, csv_text
from tests.signed_law import CATALOGUE
from tests.standing import FIRM, A, now, registered
from tests.terminal import chengxin

BOOK = load()
RUN = CliRunner()
TODAY = date(2026, 11, 23)
RULE, SINCE, PART = "lists.tax_serious", date(2022, 2, 1), "lists.tax_serious/2022-02-01/term"


@pytest.fixture
def office(home: str, tmp_path: Path) -> Iterator[Database]:
    database = new_database(tmp_path)
    yield database
    database.close()


@pytest.fixture
def keys(office: Database) -> Keys:
    return let_in(office, NOW)


def sign(office: Database, key: str | None, *, document: str = "集信用办〔2026〕3号", by: str | None = None) -> bool:
    with office.session() as session:
        return signing.sign(session, key, BOOK, RULE, SINCE, document=document, by=by, on=TODAY, now=NOW).complete


def test_a_maker_and_a_checker_sign_and_the_law_is_signed(office: Database, keys: Keys) -> None:
    assert PART in law_of(office).unsigned

    assert sign(office, keys.maker) is False
    assert PART in law_of(office).unsigned
    assert sign(office, keys.checker) is True

    assert BOOK.unsigned - law_of(office).unsigned == {PART}
    with office.session() as session:
        assert audit.verify(session).events == 8  # six people let in, two acts


def test_one_person_with_both_roles_cannot_sign_alone(office: Database, keys: Keys) -> None:
    sign(office, keys.both)

    with pytest.raises(SignatureRefused, match="two different people"):
        sign(office, keys.both)
    assert PART in law_of(office).unsigned


def test_who_signs_acts_with_a_key_in_a_role(office: Database, keys: Keys) -> None:
    with pytest.raises(KeyRefused):
        sign(office, None)
    with pytest.raises(NotPermitted):
        sign(office, keys.checker)  # the first act is a maker's
    with pytest.raises(NotPermitted):
        sign(office, keys.administrator)
    sign(office, keys.maker)
    with pytest.raises(NotPermitted):
        sign(office, keys.other_maker)  # the second is a checker's


def test_the_name_given_must_be_that_of_the_key(office: Database, keys: Keys) -> None:
    with pytest.raises(NotPermitted, match="not that of 复核甲"):
        sign(office, keys.maker, by="复核甲")

    assert sign(office, keys.maker, by="经办甲") is False


def test_what_was_refused_leaves_no_event(office: Database, keys: Keys) -> None:
    sign(office, keys.maker)
    with pytest.raises(SignatureRefused, match="another document"):
        sign(office, keys.checker, document="另一文件")

    with office.session() as session:
        assert len(acts(signed.in_session(session))) == 1
        assert law_in(session, BOOK).digest == BOOK.digest


def test_the_command_signs_with_the_key_of_whoever_runs_it(
    office: Database, keys: Keys, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = ["sign", RULE, "--version", str(SINCE), "--document", "集信用办〔2026〕3号", "--json"]
    asked += ["--database", office.place]

    monkeypatch.setenv("CHENGXIN_KEY", keys.maker)
    first = json.loads(RUN.invoke(rules, [*asked, "--by", "经办甲"], catch_exceptions=False).output)
    monkeypatch.setenv("CHENGXIN_KEY", keys.checker)
    second = json.loads(RUN.invoke(rules, asked, catch_exceptions=False).output)

    assert (first["complete"], second["complete"]) == (False, True)
    assert second["event"] == first["event"] + 1
    with pytest.raises(RuleNotWritten, match="no version"):
        RUN.invoke(rules, ["sign", RULE, "--version", "2022-02-02", *asked[4:]], catch_exceptions=False)


def test_what_was_held_for_want_of_a_signature_is_shown_after_it(home: str, tmp_path: Path) -> None:
    with counter_in(tmp_path) as counter:
        office = counter.desk.database
        registered(counter, (A, FIRM, "", "2015-01-02", "2015-01-02", "", ""))
        counter.take(entry("重大税收违法失信主体"), SourceKind.LIST_ENTRIES)
        keys = let_in(office, now())
        signed_by_two(office, keys, [CATALOGUE], NOW)

        before = publish(office, law_of(office), on=TODAY, now=now())
        sign(office, keys.maker)
        half = publish(office, law_of(office), on=TODAY, now=now())
        sign(office, keys.checker)
        after = publish(office, law_of(office), on=TODAY, now=now())

        assert (before.outcomes.shown, before.outcomes.held) == (0, {"rule_unverified": 1})
        assert (half.judged, half.outcomes.shown) == (0, 0)
        assert (after.outcomes.shown, after.outcomes.held) == (1, {})


def test_honours_and_serious_lists_wait_for_the_edition_of_the_catalogue_and_appear_once_it_is_signed(
    home: str, tmp_path: Path
) -> None:
    with counter_in(tmp_path) as counter:
        office = counter.desk.database
        registered(counter, (A, FIRM, "", "2015-01-02", "2015-01-02", "", ""))
        counter.take(entry("拖欠农民工工资失信联合惩戒对象"), SourceKind.LIST_ENTRIES)
        counter.take(csv_text(HONOUR, (A, FIRM, "2024")), SourceKind.HONOURS, name="honours.csv")
        keys = let_in(office, now())

        def published() -> tuple[dict[str, int], list[str | None]]:
            publish(office, law_of(office), on=TODAY, now=now())
            with office.session() as session:
                public = lookup(session, A, on=TODAY, book=BOOK)
            return standing(office).held, [item.title for section in public.sections for item in section.items]

        def told() -> list[Why]:
            numbers = counter.ask("SELECT id FROM record WHERE source <> 'subjects' ORDER BY id")
            with office.session() as session:
                return [why(session, keys.auditor, str(one), on=TODAY, book=BOOK) for (one,) in numbers]

        assert published() == ({"rule_unverified": 2}, [])
        waiting = told()
        assert [one.unsigned for one in waiting] == [["catalogue/2025-01-01/serious"], ["catalogue/2025-01-01/honours"]]
        for one in waiting:
            assert one.bases.keys() > {*one.unsigned}
            assert one.said.en.endswith("to be signed by two people: catalogue --version 2025-01-01.")

        with office.session() as session:
            signing.sign(session, keys.maker, BOOK, "catalogue", date(2025, 1, 1), **SAID)
        assert published() == ({"rule_unverified": 2}, [])
        with office.session() as session:
            signing.sign(session, keys.checker, BOOK, "catalogue", date(2025, 1, 1), **SAID)

        held, public = published()
        assert (held, len(public)) == ({}, 2)
        assert [one.unsigned for one in told()] == [[], []]


HONOUR = ("统一社会信用代码", "纳税人名称", "评价年度")
ENTRY = (
    "企业名称",
    "统一社会信用代码",
    "名单名称",
    "列入事由",
    "认定文号",
    "告知日期",
    "认定日期",
    "送达日期",
    "认定单位",
)
SAID: dict[str, Any] = {"document": "集信用办〔2026〕3号", "by": None, "on": TODAY, "now": NOW}


def entry(of_list: str) -> str:
    return csv_text(ENTRY, (FIRM, A, of_list, "事由", "1号", "2025-01-06", "2025-02-10", "2025-02-14", "某局"))


def test_the_rules_say_what_is_signed_at_the_terminal_and_over_http_without_a_restart(tmp_path: Path) -> None:
    def shown(*words: str) -> Any:
        return json.loads(chengxin(tmp_path, "rules", *words, "--json").stdout)

    assert shown("show", RULE)[0]["signed"] is None  # where there is no registry
    with counter_in(tmp_path) as counter:
        office = counter.desk.database
        keys = let_in(office, now())
        sign(office, keys.maker)
        with TestClient[Litestar](create_app(str(office.place))) as client:
            served = [client.get(f"/v1/rules/{RULE}").json()]
            sign(office, keys.checker)
            served.append(client.get(f"/v1/rules/{RULE}").json())
        signed = law_of(office)
        with office.session() as session:
            assert law_in(session, signed).digest == signed.digest

    assert [one["rules"][0]["signed"] for one in served] == [None, "集信用办〔2026〕3号"]
    assert [one["digest"] for one in served] == [BOOK.digest, signed.digest]
    assert shown("show", RULE) == shown("show", RULE, "--database", str(tmp_path / "c.db")) == served[1]["rules"]
    assert BOOK.unsigned - {*shown("check")["unverified"]} == {PART}
