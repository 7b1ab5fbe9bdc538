"""Names in Latin script 外文名称: they find the company that was registered with them, and link nothing."""

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from litestar.testing import TestClient
from sqlmodel import Session

from registry.actions.recall import recall
from registry.actions.reconcile import Query, reconcile
from registry.actions.search import Found, search
from registry.api.app import create_app
from registry.matching import Verdict
from registry.names.latin import latin_words, latin_words_expr
from registry.store import links
from registry.store.bulk import snapshot
from registry.vocabulary import SourceKind
from registry.web.pages import pages
from tests.receiving import NOW, RECEIVED_ON, Begun, Counter, code, csv_text, penalties, penalty

HEADERS = ("企业名称", "统一社会信用代码", "英文名称", "核准日期")
MENGTAI, XINYUAN = code(7), code(8)
REGISTER = csv_text(
    HEADERS,
    ("乌兰察布市蒙泰煤业有限公司", MENGTAI, "Ulanqab Mengtai Coal Co., Ltd.", "2020-01-01"),
    ("集宁区鑫源食品有限公司", XINYUAN, "Jining Xinyuan Foods Co., Ltd.；Xinyuan Foods", "2020-01-01"),
    ("集宁区鑫海食品有限公司", code(9), "", "2020-01-01"),
)


@pytest.fixture
def begun() -> tuple[Begun, ...]:
    return (_registered,)


def _registered(counter: Counter) -> None:
    counter.take(REGISTER, SourceKind.SUBJECTS)


def found(counter: Counter, name: str) -> list[Found]:
    with Session(counter.desk.database.engine) as session:
        return search(session, name, on=RECEIVED_ON).subjects


@pytest.mark.parametrize(
    "written", ["Ulanqab Mengtai Coal Co., Ltd.", "MENGTAI COAL", "Mengtai Coal Company Limited", "mengtai"]
)
def test_a_foreign_name_finds_its_company_and_says_by_which_name(counter: Counter, written: str) -> None:
    first = found(counter, written)[0]

    assert (first.code, first.matched) == (MENGTAI, "Ulanqab Mengtai Coal Co., Ltd.")
    assert first.because[0].zh == "外文名称"


def test_the_same_foreign_name_is_plausible_and_never_more(counter: Counter) -> None:
    told = found(counter, "Xinyuan Foods")

    assert [one.code for one in told] == [XINYUAN]
    assert told[0].verdict is Verdict.REVIEW


def test_reconciling_never_matches_by_a_foreign_name_alone(counter: Counter) -> None:
    with Session(counter.desk.database.engine) as session:
        candidates = reconcile(session, {"q": Query(query="Xinyuan Foods")}, on=RECEIVED_ON)["q"].result

    assert candidates[0].id == XINYUAN
    assert not candidates[0].match


def test_a_record_under_a_foreign_name_is_linked_to_nobody(counter: Counter) -> None:
    counter.take(penalties(penalty(行政相对人名称="Xinyuan Foods", 统一社会信用代码="")), SourceKind.PENALTIES)

    with snapshot(counter.desk.database) as seen:
        standing = links.standing(seen)
    assert standing["confirmed"] == standing["review"] == 0


def test_the_foreign_names_of_a_recalled_register_are_gone(counter: Counter) -> None:
    recall(counter.desk.database, 1, reason="报送错误", now=NOW)

    assert found(counter, "Mengtai Coal") == []


def test_the_chooser_shows_the_name_that_fits_and_why(counter: Counter) -> None:
    with TestClient(create_app(str(counter.desk.database.place), pages=[pages], today=lambda: RECEIVED_ON)) as client:
        page = client.get("/subjects", params={"q": "Mengtai Coal"}).text

    assert "Ulanqab Mengtai Coal Co., Ltd." in page
    assert "外文名称" in page


@given(st.text(alphabet=st.characters(codec="utf-8", categories=("L", "N", "P", "Z", "Mn")), max_size=30))
def test_the_words_of_a_column_are_those_of_each_name(name: str) -> None:
    assert pl.select(latin_words_expr(pl.lit(name))).item().to_list() == list(latin_words(name))
