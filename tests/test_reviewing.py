"""A clerk's sitting at a real terminal, and which items are put to whom."""

import pytest

from registry.actions.review_queue import Shown, next_for
from registry.vocabulary import Answer
from tests.clerk import at_a_terminal
from tests.office_people import Keys
from tests.receiving import Begun, Counter
from tests.standing import FIRM, A, delivered, penalty, registered, settled, standing
from tests.terminal import chengxin
from tests.test_review import OTHER, WRONG, B, answered, links, records, undone

LIKE = "乌兰察布鑫源商贸公司"


@pytest.fixture
def begun() -> tuple[Begun, ...]:
    return (_waiting,)


def _waiting(counter: Counter) -> None:
    registered(counter, (A, FIRM, "", "", "", "", ""), (B, OTHER, "", "", "", "", ""))
    delivered(counter, *[penalty(name=WRONG, document=f"乌市监罚〔2024〕{n}号") for n in range(2)])
    delivered(counter, penalty(name=LIKE, code="", document="乌市监罚〔2024〕15号"))
    settled(counter)


def put(counter: Counter, key: str, *passed: int) -> Shown | None:
    with counter.desk.database.session() as session:
        return next_for(session, key, passed)


def name_put(counter: Counter, key: str, *passed: int) -> str | None:
    shown = put(counter, key, *passed)
    return shown.item.name if shown else None


def judgements(counter: Counter) -> list[tuple[object, ...]]:
    return counter.ask("SELECT answer, role, undone_by IS NOT NULL FROM judgement ORDER BY event_id, record_id")


def test_a_maker_sits_down_and_judges_one_item_after_the_other(office: tuple[Counter, Keys]) -> None:
    counter, keys = office
    typed = ("x", "s", "", "s", "登记档案载明", "z", "误判", "same", "登记档案载明", "k")
    code, screen = at_a_terminal(counter.folder, "review", key=keys.maker, lines=typed)

    assert code == 0
    assert judgements(counter) == [("same", "maker", True)] * 2 + [("same", "maker", False)] * 2
    told = (
        "2 wait, 2 of them negative",
        "unified code", "agree",
        "乌兰察布市鑫【沅】商贸有限公司",
        "乌兰察布市鑫【源】商贸有限公司",
        "characters that sound alike: 沅 / 源",
        "乌市监罚〔2024〕1号",
        "There is no choice x.",
        "waiting for a second person 2",
        "乌兰察布【市】鑫源商贸【有限】公司",
        "what was before stands again",
        "乌兰察布市鑫【沅】商贸有限公司",
        "waiting for a second person 2",
        "Nothing more waits for your answer.",
        "Answered in this sitting: 1; passed over: 1.",
    )  # fmt: skip
    at = 0
    for each in told:
        at = screen.find(each, at)
        assert at >= 0, f"{each}\n{screen}"


def test_a_checker_is_asked_in_chinese_what_a_maker_proposed_and_can_take_the_last_answer_back(
    office: tuple[Counter, Keys],
) -> None:
    counter, keys = office
    answered(counter, keys.maker, records(counter)[0], Answer.SAME)
    typed = ("同一", b"\xe6\xa0\xb8\xe5\xaf", "z", "误判", "不确定", "待查")  # the second is a character cut in half
    code, screen = at_a_terminal(counter.folder, "review", key=keys.checker, lines=typed, language="zh_CN.UTF-8")

    assert code == 0, screen
    assert "经办甲（经办）：同一" in screen
    assert "已确认 2，待复核 0。运行 chengxin publish 后生效。" in screen
    assert "恢复原状" in screen
    assert "已放到队尾" in screen
    assert LIKE not in screen
    assert "Traceback" not in screen
    assert judgements(counter) == [
        *[("same", "maker", False)] * 2,
        *[("same", "checker", True)] * 2,
        *[("unsure", "checker", False)] * 2,
    ]


def test_an_answer_that_came_too_late_is_refused_in_one_sentence_and_the_sitting_goes_on(
    office: tuple[Counter, Keys],
) -> None:
    counter, keys = office

    def another_was_quicker() -> str:
        answered(counter, keys.other_maker, records(counter)[0], Answer.DIFFERENT)
        return "核对"

    code, screen = at_a_terminal(
        counter.folder, "review", key=keys.maker, lines=("s", another_was_quicker, "k", "d", "另一企业")
    )

    assert (code, "[judgement-refused]" in screen, "Traceback" in screen) == (0, True, False)
    assert judgements(counter) == [("different", "maker", False)] * 3


def test_somebody_who_decides_nothing_is_not_asked(office: tuple[Counter, Keys]) -> None:
    counter, keys = office
    code, screen = at_a_terminal(counter.folder, "review", key=keys.auditor, lines=())

    assert (code, "[not-permitted]" in screen) == (2, True)


def test_where_nobody_can_answer_it_says_what_to_do_instead(office: tuple[Counter, Keys]) -> None:
    counter, keys = office
    done = chengxin(counter.folder, "review", key=keys.maker)

    assert (done.returncode, done.stdout) == (2, "")
    assert "[no-terminal]" in done.stderr
    assert "chengxin review list --json" in done.stderr


def test_an_item_is_put_to_those_who_can_move_it_on(office: tuple[Counter, Keys]) -> None:
    counter, keys = office
    record = records(counter)[0]
    assert (name_put(counter, keys.maker), name_put(counter, keys.checker)) == (WRONG, None)

    proposed = answered(counter, keys.maker, record, Answer.SAME).event
    asked = {key: name_put(counter, key) for key in (keys.maker, keys.other_maker, keys.checker, keys.both)}
    assert asked == {keys.maker: LIKE, keys.other_maker: LIKE, keys.checker: WRONG, keys.both: WRONG}

    undone(counter, keys.maker, proposed)
    assert (name_put(counter, keys.maker), name_put(counter, keys.checker)) == (WRONG, None)


def test_an_item_is_put_again_once_more_waits_than_was_answered(office: tuple[Counter, Keys]) -> None:
    counter, keys = office
    answered(counter, keys.maker, records(counter)[0], Answer.SAME)
    delivered(counter, penalty(name=WRONG, document="乌市监罚〔2024〕9号"))

    assert name_put(counter, keys.maker) == WRONG


def test_what_was_passed_over_is_not_asked_again_in_a_sitting(office: tuple[Counter, Keys]) -> None:
    counter, keys = office
    names = ("集宁无名（商贸）公司", "集宁无名〔商贸〕公司")  # one name, written in two ways
    for body in ("集宁区市场监督管理局", "集宁区应急管理局"):
        for number, name in enumerate(names):
            delivered(counter, penalty(name=name, code="", document=f"{body}{number}号", body=body, source=body))
    asked: list[str] = []
    passed: list[int] = []
    while (shown := put(counter, keys.maker, *passed)) is not None:
        passed.append(shown.item.record)
        asked.append(shown.item.name)

    assert asked.count(names[0]) + asked.count(names[1]) == 1
    assert sorted(set(asked) - set(names)) == sorted([WRONG, LIKE])


def test_what_was_told_apart_is_put_to_nobody_again_and_the_rest_still_is(office: tuple[Counter, Keys]) -> None:
    counter, keys = office
    for body in ("集宁区市场监督管理局", "集宁区应急管理局", "集宁区农牧局"):
        row = penalty(name="集宁无名商贸公司", code="", document=f"{body}1号", body=body, source=body)
        delivered(counter, row)
    first, second, third = records(counter)[-3:]
    others = records(counter)[:-3]

    def put_to(key: str) -> list[int] | None:
        shown = put(counter, key, *others)
        return [one.record for one in shown.records] if shown else None

    assert put_to(keys.maker) == [first, second, third]
    event = answered(counter, keys.maker, first, Answer.DIFFERENT).event
    assert (put_to(keys.maker), put_to(keys.other_maker)) == ([second, third], [second, third])
    last = answered(counter, keys.other_maker, third, Answer.DIFFERENT, other=second).event
    assert (put_to(keys.maker), put_to(keys.other_maker)) == (None, None)

    undone(counter, keys.checker, last)
    undone(counter, keys.checker, event)
    assert put_to(keys.maker) == [first, second, third]


def test_one_that_was_told_apart_is_answered_alone(office: tuple[Counter, Keys]) -> None:
    counter, keys = office
    for body in ("集宁区市场监督管理局", "集宁区应急管理局"):
        row = penalty(name="集宁无名商贸公司", code="", document=f"{body}1号", body=body, source=body)
        delivered(counter, row)
    first, second = records(counter)[-2:]
    answered(counter, keys.maker, first, Answer.DIFFERENT)

    assert answered(counter, keys.maker, first, Answer.SAME, subject=A).records == 1
    assert answered(counter, keys.maker, second, Answer.SAME, subject=B).records == 1


def test_whoever_bears_the_name_that_came_with_anothers_code_is_told(office: tuple[Counter, Keys]) -> None:
    counter, keys = office
    delivered(counter, *[penalty(name=OTHER, document=f"乌市监罚〔2024〕{n}号") for n in range(20, 23)])
    shown = put(counter, keys.maker)

    assert shown is not None
    (suggestion,) = shown.item.suggestions
    assert (suggestion.code, suggestion.because[1].en) == (A, f"another subject bears it: {B} {OTHER}")


def test_a_name_held_to_be_a_subjects_is_suggested_first_later_and_links_nothing(office: tuple[Counter, Keys]) -> None:
    counter, keys = office
    nickname = "集宁老李百货公司"
    delivered(counter, penalty(name=nickname, code="", document="乌市监罚〔2024〕30号"))
    first = records(counter)[-1]
    events = [answered(counter, key, first, Answer.SAME, subject=B).event for key in (keys.maker, keys.checker)]
    delivered(counter, *[penalty(name=nickname, code="", document=f"乌市监罚〔2024〕{n}号") for n in range(31, 35)])
    settled(counter)
    shown = put(counter, keys.maker)

    assert shown is not None
    assert [(one.code, one.because[0].en) for one in shown.item.suggestions] == [(B, "judged the same before")]
    assert (shown.item.name, shown.item.waiting) == (nickname, 4)
    assert {outcome[1:] for outcome in standing(counter)[-4:]} == {("held", "unlinked")}
    assert set(records(counter)[-4:]) <= {row[0] for row in links(counter) if len(row) == 1}

    for event in events:
        undone(counter, keys.checker, event)
    asked = {name_put(counter, keys.maker, *records(counter)[:number]) for number in range(len(records(counter)))}
    assert (WRONG in asked, nickname in asked) == (True, False)
