"""Records without a code whose names are like: which are put to people together, what an answer does, what undoing."""

from pathlib import Path
from typing import Any

import pytest

from registry.actions.review_items import Item
from registry.actions.review_queue import next_for, queue, show
from registry.errors import Contradicted
from registry.vocabulary import Answer
from tests.office_people import Keys
from tests.receiving import Counter, code, office_in
from tests.standing import delivered, penalty, registered, settled, standing
from tests.test_review import answered, links, records, undone

WHOLE, FULL, TYPED = "乌兰察布市鑫源商贸有限公司", "内蒙古乌兰察布市鑫源商贸有限责任公司", "乌兰察布市鑫沅商贸有限公司"
BARE, ONE_COUNTY, OTHER_COUNTY = "隆鼎建材有限公司", "集宁隆鼎建材有限公司", "丰镇隆鼎建材有限公司"
BODIES = ("集宁区市场监督管理局", "集宁区应急管理局", "集宁区农牧局")
_numbers = iter(range(1, 10_000))


def waits(counter: Counter, *names: str, **cells: str) -> list[int]:
    """Penalties without a code, each name from another body; returns their records."""
    for number, name in enumerate(names):
        body = BODIES[number % len(BODIES)]
        document = f"〔2024〕{next(_numbers)}号"
        delivered(counter, penalty(name=name, code="", document=document, body=body, source=body, **cells))
    return records(counter)[-len(names) :]


def asked(counter: Counter, keys: Keys) -> list[Item]:
    with counter.desk.database.session() as session:
        return queue(session, keys.maker)


def named(counter: Counter, keys: Keys) -> list[set[str]]:
    """The names of each item."""
    return [{one.name for one in item.names} for item in asked(counter, keys)]


def test_names_that_may_be_one_are_asked_about_together_with_who_delivered_them_and_what_differs(
    counter: Counter, keys: Keys
) -> None:
    waits(counter, WHOLE, FULL, TYPED, WHOLE)
    waits(counter, "集宁无名粮油店", "集宁无名粮油店")
    settled(counter)
    first, second = asked(counter, keys)

    assert (first.kind, first.waiting, first.negative, first.bodies) == ("cluster", 4, 4, 3)
    assert (second.name, second.waiting) == ("集宁无名粮油店", 2)
    told = {one.name: one for one in first.names}
    assert [*told] == [WHOLE, FULL, TYPED]
    assert told[WHOLE].bodies == [BODIES[0]]
    assert (told[FULL].bodies, told[FULL].waiting) == ([BODIES[1]], 1)
    assert [piece.text for piece in told[TYPED].this_name if piece.differs] == ["沅"]
    assert [piece.text for piece in told[TYPED].item_name if piece.differs] == ["源"]
    assert "sound alike" in told[TYPED].because[0].en


def test_what_one_body_delivers_under_like_names_is_no_question(counter: Counter, keys: Keys) -> None:
    for name in (WHOLE, FULL):
        delivered(counter, penalty(name=name, code="", document=f"〔2024〕{next(_numbers)}号"))
    settled(counter)

    assert asked(counter, keys) == []


def test_nothing_is_chained_through_a_name_that_may_be_either_of_two(counter: Counter, keys: Keys) -> None:
    waits(counter, ONE_COUNTY, BARE, OTHER_COUNTY)
    settled(counter)
    (together,) = named(counter, keys)
    assert together in ({ONE_COUNTY, BARE}, {OTHER_COUNTY, BARE})


def test_what_was_told_apart_is_put_together_no_more_and_the_rest_is_asked_about_anew(
    counter: Counter, keys: Keys
) -> None:
    waits(counter, ONE_COUNTY, BARE, OTHER_COUNTY)
    settled(counter)
    before = asked(counter, keys)
    event = answered(counter, keys.maker, before[0].record, Answer.DIFFERENT).event
    assert asked(counter, keys) == []

    settled(counter)
    (after,) = named(counter, keys)
    assert after == {BARE, ONE_COUNTY, OTHER_COUNTY} - {one.name for one in before[0].names} | {BARE}
    waits(counter, *[one.name for one in before[0].names])
    settled(counter)
    assert {BARE, ONE_COUNTY, OTHER_COUNTY} - named(counter, keys)[0]

    undone(counter, keys.checker, event)
    settled(counter)
    assert {one.name for one in before[0].names} == named(counter, keys)[0]


def test_undoing_gives_back_the_question_at_once_and_after_the_next_linking(counter: Counter, keys: Keys) -> None:
    waits(counter, WHOLE, FULL, TYPED)
    settled(counter)
    before, stood = asked(counter, keys), links(counter)
    for answer in (Answer.DIFFERENT, Answer.SAME, Answer.UNSURE):
        event = answered(counter, keys.maker, before[0].record, answer).event
        assert asked(counter, keys) != before
        settled(counter)
        undone(counter, keys.checker, event)
        settled(counter)
        assert (asked(counter, keys), links(counter)) == (before, stood)


def test_a_name_in_the_middle_is_told_apart_by_its_own_record_and_the_others_stay_together(
    counter: Counter, keys: Keys
) -> None:
    whole, full, typed = waits(counter, WHOLE, FULL, TYPED)
    settled(counter)
    done = answered(counter, keys.maker, typed, Answer.DIFFERENT)

    assert done.records == 2
    assert named(counter, keys) == [{WHOLE, FULL}]
    with pytest.raises(Contradicted):
        answered(counter, keys.other_maker, typed, Answer.SAME, other=whole)
    assert answered(counter, keys.other_maker, whole, Answer.SAME).records == 1
    assert counter.ask("SELECT count(*) FROM {links} l") == [(0,)]
    assert full in records(counter)


def test_records_of_a_name_told_apart_from_others_are_still_asked_about_among_themselves(
    counter: Counter, keys: Keys
) -> None:
    waits(counter, WHOLE, WHOLE, FULL)
    settled(counter)
    (item,) = asked(counter, keys)
    assert answered(counter, keys.maker, item.record, Answer.DIFFERENT).records == 1

    (rest,) = asked(counter, keys)
    assert ({one.name for one in rest.names}, rest.waiting) == ({WHOLE}, 2)


def test_held_to_be_one_they_have_no_subject_and_no_publication_until_two_people_name_it(
    counter: Counter, keys: Keys
) -> None:
    company = code(31)
    registered(counter, (company, "集宁永昌贸易有限公司", "", "", "", "", ""))
    whole, full, typed = waits(counter, WHOLE, FULL, TYPED)
    settled(counter)
    stood, shown = links(counter), standing(counter)
    subjects = counter.ask("SELECT count(*) FROM subject")
    events = [answered(counter, keys.maker, whole, Answer.SAME).event]
    settled(counter)
    assert (links(counter), standing(counter)) == (stood, shown)
    assert counter.ask("SELECT count(*) FROM subject") == subjects
    assert asked(counter, keys)[0].put_off

    events.append(answered(counter, keys.maker, typed, Answer.SAME, subject=company).event)
    settled(counter)
    assert {because for _, _, because in standing(counter)} == {"link_unconfirmed", "checker_awaited"}
    assert all(state == "review" for _, _, _, state, _ in links(counter))

    for event in events:
        undone(counter, keys.checker, event)
    settled(counter)
    assert (links(counter), standing(counter)) == (stood, shown)
    assert full in records(counter)


def test_a_subject_named_for_one_is_put_for_the_others_to_a_maker_and_then_to_a_checker(
    counter: Counter, keys: Keys
) -> None:
    company = code(35)
    registered(counter, (company, "集宁永昌贸易有限公司", "", "", "", "", ""))
    whole, full = waits(counter, WHOLE, FULL)
    settled(counter)
    answered(counter, keys.maker, whole, Answer.SAME)
    answered(counter, keys.maker, whole, Answer.SAME, subject=company)

    def put(key: str) -> int | None:
        with counter.desk.database.session() as session:
            shown = next_for(session, key)
        return shown.item.record if shown else None

    assert (put(keys.maker), put(keys.checker)) == (full, whole)
    answered(counter, keys.checker, whole, Answer.SAME)
    assert (put(keys.maker), put(keys.checker)) == (full, None)
    assert answered(counter, keys.maker, full, Answer.SAME).waiting == 1
    assert (put(keys.maker), put(keys.checker)) == (None, full)
    answered(counter, keys.checker, full, Answer.SAME)
    assert put(keys.checker) is None
    assert [link[2:4] for link in links(counter)] == [("maker_and_checker", "confirmed")] * 2


def test_a_checker_confirms_what_a_maker_proposed_of_records_whose_names_nobody_asks_about_together(
    counter: Counter, keys: Keys
) -> None:
    one, other = waits(counter, ONE_COUNTY, OTHER_COUNTY)
    settled(counter)
    answered(counter, keys.maker, one, Answer.SAME, other=other)
    checked = answered(counter, keys.checker, one, Answer.SAME)

    assert checked.role == "checker"
    with pytest.raises(Contradicted):
        answered(counter, keys.maker, one, Answer.DIFFERENT, other=other)


def test_two_organisation_codes_are_never_asked_about_together(counter: Counter, keys: Keys) -> None:
    for name, organisation in ((WHOLE, "000000190"), (FULL, "000000270"), (FULL, "000000190")):
        waits(counter, name, name, organisation=organisation)
    waits(counter, TYPED)
    settled(counter)

    told = {frozenset(one.name for one in item.names): item.waiting for item in asked(counter, keys)}
    assert told == {frozenset((WHOLE, FULL, TYPED)): 5, frozenset((FULL,)): 2}


def test_a_name_that_suggests_a_subject_is_asked_about_with_that_subject(counter: Counter, keys: Keys) -> None:
    company = code(33)
    registered(counter, (company, FULL, "", "", "", "", ""))
    waits(counter, WHOLE, FULL, TYPED)
    settled(counter)
    items = asked(counter, keys)

    assert {item.kind for item in items} == {"suggestion"}
    assert {item.suggestions[0].code for item in items} == {company}


def test_a_days_records_join_those_that_wait(counter: Counter, keys: Keys) -> None:
    waits(counter, WHOLE, FULL)
    settled(counter)
    waits(counter, TYPED)
    waits(counter, WHOLE)
    (before,) = asked(counter, keys)
    assert ({one.name for one in before.names}, before.waiting) == ({WHOLE, FULL}, 3)

    settled(counter)
    (after,) = asked(counter, keys)
    assert ({one.name for one in after.names}, after.waiting) == ({WHOLE, FULL, TYPED}, 4)


def test_clusters_do_not_depend_on_what_came_first(home: str, tmp_path: Path) -> None:
    names = [WHOLE, FULL, TYPED, BARE, ONE_COUNTY, OTHER_COUNTY, "集宁隆鼎建材公司", "乌兰察布鑫源商贸公司"]
    formed: list[list[list[str]]] = []
    for order, one_by_one in ((names, False), (names[::-1], False), (names[3:] + names[:3], True)):
        folder = tmp_path / str(len(formed))
        folder.mkdir()
        with office_in(folder) as (counter, keys):
            for name in order:
                waits(counter, name, name)
                if one_by_one:
                    settled(counter)
            settled(counter)
            formed.append(sorted(map(sorted, named(counter, keys))))

    assert formed[0] == formed[1] == formed[2]


def test_a_name_under_which_nothing_waits_any_more_is_forgotten(counter: Counter, keys: Keys) -> None:
    company = code(34)
    waits(counter, WHOLE, FULL)
    registered(counter, (company, "集宁永昌贸易有限公司", "", "", "", "", ""))
    settled(counter)
    assert counter.ask("SELECT count(*) FROM like_name") == [(1,)]

    for key in (keys.maker, keys.checker):
        answered(counter, key, records(counter)[0], Answer.SAME, subject=company)
    settled(counter)
    assert counter.ask("SELECT normal FROM waiting_name") == [(FULL,)]
    assert counter.ask("SELECT count(*) FROM like_name") == [(0,)]


def test_any_record_of_a_cluster_shows_all_of_it_its_own_name_first(counter: Counter, keys: Keys) -> None:
    waiting: list[Any] = waits(counter, WHOLE, FULL, TYPED)
    settled(counter)
    for record, name in zip(waiting, (WHOLE, FULL, TYPED), strict=True):
        with counter.desk.database.session() as session:
            shown = show(session, keys.maker, record)
        assert (shown.item.record, shown.item.name) == (record, name)
        assert [one.record for one in shown.records] == waiting
