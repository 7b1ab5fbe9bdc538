"""The emergency stop: a list or a record is out of every output at once, and two people show it again."""

import json

import pytest

from registry.actions import hiding
from registry.actions.audit import verify
from registry.errors import FourEyes, HidingRefused, KeyRefused, NotPermitted
from registry.rulebook import load
from registry.vocabulary import SourceKind
from tests.office_people import Keys
from tests.receiving import Begun, Counter, csv_text
from tests.standing import FIRM, A, delivered, now, penalty, registered, settled, standing
from tests.terminal import chengxin
from tests.test_restorations import BODY, ENTRY

BOOK = load()
LIST = "abnormal_operation"
OF_LIST = "经营异常名录"
ONE, TWO, NINE = (f"乌市监列严字〔2024〕{number}号" for number in (1, 2, 9))
PENALTY = "乌市监罚〔2024〕1号"


def entry(*, number: str, on: str = "2024-05-20") -> tuple[str, ...]:
    return (OF_LIST, FIRM, A, "通过登记的住所无法联系", number, "", on, "", BODY)


@pytest.fixture
def begun() -> tuple[Begun, ...]:
    return (_listed,)


def _listed(counter: Counter) -> None:
    registered(counter, (A, FIRM, "", "", "", "", ""))
    rows = [entry(number=ONE), entry(number=TWO, on="2024-06-20")]
    counter.take(csv_text(ENTRY, *rows), SourceKind.LIST_ENTRIES, name="entries.csv")
    delivered(counter, penalty())
    settled(counter)


def hide(office: tuple[Counter, Keys], what: str = LIST, *, reason: str = "数据有误") -> hiding.Hid:
    with office[0].desk.database.session() as session:
        return hiding.hide(session, office[1].checker, what, BOOK, reason=reason, now=now())


def show_again(office: tuple[Counter, Keys], key: str, what: str = LIST) -> hiding.ShownAgain:
    with office[0].desk.database.session() as session:
        return hiding.show_again(session, key, what, reason="已核实", now=now())


def shown(counter: Counter) -> set[str]:
    return {document for document, outcome, _ in standing(counter) if outcome == "shown"}


def test_a_hidden_list_is_gone_at_once_with_whatever_arrives_on_it_and_nothing_else_is(
    office: tuple[Counter, Keys],
) -> None:
    counter, _ = office
    assert shown(counter) == {ONE, TWO, PENALTY}

    done = hide(office)

    assert (done.what, done.ended) == (f"list:{LIST}", 2)
    assert shown(counter) == {PENALTY}
    other = entry(number=NINE, on="2024-07-20")
    counter.take(csv_text(ENTRY, other, entry(number=ONE)), SourceKind.LIST_ENTRIES, name="more.csv")
    settled(counter)
    assert shown(counter) == {PENALTY}


def test_two_people_show_it_again_and_each_display_goes_on_as_it_was(office: tuple[Counter, Keys]) -> None:
    counter, keys = office
    periods = "SELECT record_id, shown_from, shown_until FROM publication WHERE retired_at IS NULL ORDER BY 1"
    before = counter.ask(periods)
    hide(office)

    assert not show_again(office, keys.both).complete
    settled(counter)
    assert shown(counter) == {PENALTY}
    with pytest.raises(FourEyes):
        show_again(office, keys.both)
    with pytest.raises(NotPermitted):
        show_again(office, keys.maker)
    done = show_again(office, keys.checker)
    settled(counter)

    assert (done.complete, done.records) == (True, 2)
    assert counter.ask(periods) == before
    events = counter.ask(f"SELECT kind FROM event WHERE about = 'list:{LIST}' ORDER BY id")  # noqa: S608
    assert events == [("hidden",), ("showing_asked",), ("shown_again",)]
    with counter.desk.database.session() as session:
        assert verify(session).events > 3
    with pytest.raises(HidingRefused):
        show_again(office, keys.checker)


def test_one_record_can_be_hidden_and_stays_so_while_its_list_comes_and_goes(office: tuple[Counter, Keys]) -> None:
    counter, keys = office
    ((number,),) = counter.ask(f"SELECT id FROM record WHERE document = '{ONE}'")  # noqa: S608
    hide(office, f"record:{number}")
    assert shown(counter) == {TWO, PENALTY}

    hide(office)
    assert shown(counter) == {PENALTY}
    show_again(office, keys.maker)
    show_again(office, keys.checker)
    settled(counter)
    assert shown(counter) == {TWO, PENALTY}


def test_a_record_shown_again_stays_hidden_while_its_list_is(office: tuple[Counter, Keys]) -> None:
    counter, keys = office
    ((number,),) = counter.ask(f"SELECT id FROM record WHERE document = '{ONE}'")  # noqa: S608
    hide(office, f"record:{number}")
    hide(office)

    for key in (keys.maker, keys.checker):
        show_again(office, key, f"record:{number}")
    settled(counter)

    assert shown(counter) == {PENALTY}


def test_who_may_and_what_can_be_hidden(office: tuple[Counter, Keys]) -> None:
    counter, keys = office
    with counter.desk.database.session() as session, pytest.raises(NotPermitted):
        hiding.hide(session, keys.maker, LIST, BOOK, reason="误", now=now())
    with counter.desk.database.session() as session, pytest.raises(KeyRefused):
        hiding.hide(session, None, LIST, BOOK, reason="误", now=now())
    for what, reason in (("no_such_list", "误"), ("record:999", "误"), ("record:x", "误"), (LIST, " ")):
        with pytest.raises(HidingRefused):
            hide(office, what, reason=reason)
    hide(office)
    with pytest.raises(HidingRefused):
        hide(office)


def test_at_the_terminal(office: tuple[Counter, Keys]) -> None:
    counter, keys = office
    hidden = chengxin(counter.folder, "hide", LIST, "--reason", "误", key=keys.administrator)
    told = chengxin(counter.folder, "hide", "--json", key=keys.auditor)
    asked = chengxin(counter.folder, "hide", LIST, "--undo", "--reason", "核实", key=keys.maker)
    listed = chengxin(counter.folder, "hide", key=keys.auditor)
    done = chengxin(counter.folder, "hide", LIST, "--undo", "--reason", "核实", key=keys.checker)

    assert "2 publications ended" in hidden.stdout
    assert json.loads(told.stdout)[0]["records"] == 2
    assert "waits for another person" in asked.stdout
    assert "asks to show it again" in listed.stdout
    assert "judges 2 records" in done.stdout
    assert chengxin(counter.folder, "hide", "--undo", key=keys.checker).returncode == 2
