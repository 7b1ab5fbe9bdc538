"""Restorations decided elsewhere: they act by the natural key, whichever comes first, and only from the right body."""

from collections.abc import Iterator
from itertools import count
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from registry.actions.recall import recall
from registry.actions.receipts import Counts
from registry.actions.waiting_restorations import waiting
from registry.vocabulary import Because, SourceKind
from tests.office_people import let_in
from tests.receiving import Begun, Counter, counter_in, csv_text
from tests.standing import FIRM, FORMER, PENALTY, REGISTER, A, delivered, now, penalty, settled, standing
from tests.terminal import chengxin

BODY = "乌兰察布市市场监督管理局"
NUMBER = "乌市监罚〔2024〕1号"
RESTORATION = (
    "企业名称", "统一社会信用代码", "原决定文号", "名单名称", "列入日期", "修复决定文号", "修复日期", "修复结果",
    "修复机关",
)  # fmt: skip
ENTRY = (
    "名单名称", "企业名称", "统一社会信用代码", "列入事由", "认定文号", "告知日期", "列入日期", "送达日期", "认定单位",
)  # fmt: skip
DONE = ("unpublishable", "restoration_done")
NOT_RESTORED = ("未修复", "暂未移出", "撤销修复", "撤销信用修复", "修复已撤销", "取消修复", "恢复公示")


@pytest.fixture
def begun() -> tuple[Begun, ...]:
    return (_registered,)


def _registered(counter: Counter) -> None:
    counter.take(csv_text(REGISTER, (A, FIRM, "150900000012345", "", "2023-01-01", "", "")), SourceKind.SUBJECTS)


def restoration(
    *,
    name: str = FIRM,
    code: str = A,
    restored: str = NUMBER,
    listed: tuple[str, str] = ("", ""),
    document: str = "乌市监修〔2025〕1号",
    on: str = "2025-05-06",
    kind: str = "准予修复",
    body: str = BODY,
) -> tuple[str, ...]:
    return (name, code, restored, *listed, document, on, kind, body)


def entry(*, number: str = "乌市监列严字〔2024〕2号", on: str = "2024-05-20") -> tuple[str, ...]:
    return ("市场监管严重违法失信名单", FIRM, A, "假冒专利", number, "2024-04-28", on, "2024-05-24", BODY)


def restored(counter: Counter, *rows: tuple[str, ...]) -> int:
    receipt = counter.take(
        csv_text(RESTORATION, *rows), SourceKind.RESTORATIONS, name=f"restored{now().microsecond}.csv"
    )
    assert receipt.counts.rejected == 0
    return receipt.delivery or 0


def of(counter: Counter, source: SourceKind) -> list[tuple[str, str | None]]:
    return counter.ask(
        f"""SELECT p.outcome, p.because FROM publication p JOIN record r ON r.id = p.record_id
        WHERE p.retired_at IS NULL AND r.source = '{source}' ORDER BY r.id"""  # noqa: S608
    )


def test_a_restored_penalty_is_public_no_more_once_its_restoration_arrives(counter: Counter) -> None:
    delivered(counter, penalty())
    settled(counter)
    assert of(counter, SourceKind.PENALTIES) == [("shown", None)]

    restored(counter, restoration())

    assert of(counter, SourceKind.PENALTIES) == []
    assert counter.ask("SELECT reason FROM withdrawal") == [("restored",)]
    settled(counter)
    assert of(counter, SourceKind.RESTORATIONS) == [DONE]


def test_a_penalty_that_arrives_after_its_restoration_is_never_shown(counter: Counter) -> None:
    restored(counter, restoration())
    settled(counter)
    assert of(counter, SourceKind.RESTORATIONS) == [("held", "nothing_to_restore")]

    delivered(counter, penalty())
    settled(counter)

    assert of(counter, SourceKind.PENALTIES) == []
    assert of(counter, SourceKind.RESTORATIONS) == [DONE]
    assert counter.ask("SELECT count(*) FROM public_change") == [(0,)]


def test_neither_the_same_penalty_again_nor_another_version_nor_a_new_link_brings_it_back(counter: Counter) -> None:
    delivered(counter, penalty())
    settled(counter)
    restored(counter, restoration())
    delivered(counter, penalty(document="乌市监罚［2024］１号"), penalty(document="乌市监罚〔2024〕2号"))
    delivered(counter, penalty(content="停业一年"))
    counter.take(csv_text(REGISTER, (A, FIRM, "", "", "2024-12-01", "", "")), SourceKind.SUBJECTS, name="again.csv")

    settled(counter)

    assert standing(counter)[0][1:] == DONE
    assert [row[:2] for row in standing(counter)[1:]] == [("乌市监罚〔2024〕2号", "shown")]


@pytest.mark.parametrize(
    "identified",
    [
        penalty(code="", organisation=A[8:17]),
        penalty(code="", number="150900000012345"),
        penalty(code="", name=f"{FIRM} "),
        penalty(name=FORMER),
        penalty(document=" 乌市监罚【2024】1号"),
    ],
    ids=["organisation code", "registration number", "name alone", "a former name", "another spelling"],
)
def test_it_finds_the_penalty_however_its_own_delivery_identified_the_subject(
    counter: Counter, identified: tuple[str, ...]
) -> None:
    delivered(counter, identified)
    numbered = (*RESTORATION, "工商注册号")

    counter.take(csv_text(numbered, (*restoration(), "150900000012345")), SourceKind.RESTORATIONS, name="r.csv")

    assert counter.ask("SELECT count(*) FROM withdrawal") == [(1,)]


@pytest.mark.parametrize("number", ["乌市监列严字〔2024〕2号", ""], ids=["numbered", "delivered without its number"])
def test_a_removal_takes_an_entry_of_that_list_and_day_away_and_no_other(counter: Counter, number: str) -> None:
    other = entry(number="乌市监列严字〔2024〕9号", on="2024-06-20")
    counter.take(csv_text(ENTRY, entry(number=number), other), SourceKind.LIST_ENTRIES, name="entries.csv")

    restored(
        counter,
        restoration(restored="乌市监列严字〔2024〕2号", listed=("严重违法失信名单", "2024/5/20"), kind="移出"),
    )

    assert counter.ask("SELECT w.reason, r.decided_on FROM withdrawal w JOIN record r ON r.id = w.record_id") == [
        ("removed", "2024-05-20")
    ]


def test_another_body_cannot_restore_and_its_restoration_waits_for_people(counter: Counter) -> None:
    delivered(counter, penalty())
    restored(counter, restoration(body="丰镇市某局"))
    settled(counter)

    assert of(counter, SourceKind.PENALTIES) == [("shown", None)]
    assert of(counter, SourceKind.RESTORATIONS) == [("held", "restored_by_another")]

    restored(counter, restoration(document="乌市监修〔2025〕2号"))
    settled(counter)
    assert of(counter, SourceKind.PENALTIES) == []
    assert of(counter, SourceKind.RESTORATIONS) == [("held", "restored_by_another"), DONE]


def test_people_see_what_waits_and_for_what(counter: Counter) -> None:
    keys = let_in(counter.desk.database, now())
    delivered(counter, penalty(), penalty(document="乌市监罚〔2024〕2号"))
    rows = [restoration(body="丰镇市某局"), restoration(restored="9号"), restoration(restored="乌市监罚〔2024〕2号")]
    person = (*restoration(name="王某某", code="", restored="8号"), "自然人")
    restored(counter, *rows)
    counter.take(csv_text((*RESTORATION, "主体类别"), person), SourceKind.RESTORATIONS, name="person.csv")

    with counter.desk.database.session() as session:
        other, nothing = waiting(session, keys.auditor)
        assert waiting(session, keys.auditor, after=other.id) == [nothing]
    told = chengxin(counter.folder, "case", "restorations", key=keys.maker).stdout

    assert (other.because, other.by, other.bodies) == (Because.RESTORED_BY_ANOTHER, "丰镇市某局", [BODY])
    assert (nothing.because, nothing.restored, nothing.record) == (Because.NOTHING_TO_RESTORE, "9号", None)
    assert told.count("\n") == 4


def test_the_source_body_may_restore_what_another_body_decided(counter: Counter) -> None:
    delivered(counter, penalty(body="集宁区市场监督管理局", source=BODY))

    restored(counter, restoration())

    assert counter.ask("SELECT count(*) FROM withdrawal") == [(1,)]


def test_a_restoration_sent_by_mistake_is_recalled_and_the_penalty_is_judged_again(counter: Counter) -> None:
    delivered(counter, penalty())
    settled(counter)
    mistaken = restored(counter, restoration())
    settled(counter)

    recall(counter.desk.database, mistaken, reason="错报", now=now())
    settled(counter)

    assert of(counter, SourceKind.PENALTIES) == [("shown", None)]
    assert counter.ask("SELECT kind FROM public_change ORDER BY id") == [("added",), ("withdrawn",), ("added",)]


def test_a_recall_leaves_what_another_restoration_restored_as_well(counter: Counter) -> None:
    delivered(counter, penalty())
    mistaken = restored(counter, restoration())
    counter.take(
        csv_text(RESTORATION, restoration(document="乌市监修〔2025〕7号")), SourceKind.RESTORATIONS, name="other.csv"
    )

    recall(counter.desk.database, mistaken, reason="错报", now=now())
    settled(counter)

    assert of(counter, SourceKind.PENALTIES) == []


def test_what_was_not_granted_and_what_names_nothing_is_given_back(counter: Counter) -> None:
    rows = [
        restoration(kind="不予修复"),
        restoration(kind="审核中"),
        *(restoration(kind=kind) for kind in NOT_RESTORED),
        restoration(restored=""),
        restoration(listed=("严重违法失信名单", "")),
    ]

    receipt = counter.take(csv_text(RESTORATION, *rows), SourceKind.RESTORATIONS, name="faulty.csv")

    assert receipt.rejected_by_check == {
        "kind_not_granted": 2 + len(NOT_RESTORED),
        "listed_on_missing": 1,
        "restored_missing": 1,
    }


def test_a_person_is_told_by_nothing_but_a_count_and_the_restoration_acts_all_the_same(counter: Counter) -> None:
    of_person = (*RESTORATION, "主体类别")
    people = (*PENALTY, "行政相对人类别")
    counter.take(csv_text(people, (*penalty(name="王某某", code=""), "自然人")), name="person.csv")

    told = csv_text(of_person, (*restoration(name="王某某", code=""), "自然人"))
    counter.take(told, SourceKind.RESTORATIONS, name="restored-person.csv")
    settled(counter)

    assert counter.ask("SELECT count(*) FROM withdrawal") == [(1,)]
    assert of(counter, SourceKind.RESTORATIONS) == [("held", "natural_person")]
    assert counter.ask("SELECT name, document, fields FROM {records} r WHERE source = 'restorations'")[0][0::2] == (
        None,
        "{}",
    )


@pytest.fixture(scope="module")
def shared(home: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Counter]:
    with counter_in(tmp_path_factory.mktemp("restorations")) as made:
        made.take(csv_text(REGISTER, (A, FIRM, "", "", "", "", "")), SourceKind.SUBJECTS)
        yield made


_years = count(3000)
STEPS = st.one_of(
    st.tuples(st.just("penalty"), st.sampled_from(["停业十日", "停业五日"]), st.booleans()),
    st.just(("restoration",)),
    st.tuples(st.just("recall"), st.integers(0, 9)),
    st.just(("publish",)),
)


@settings(deadline=None, max_examples=settings().max_examples // 20, suppress_health_check=[HealthCheck.too_slow])
@given(steps=st.lists(STEPS, min_size=4, max_size=8))
def test_what_is_restored_is_never_in_force_again_whatever_is_delivered_recalled_and_published_in_whatever_order(
    shared: Counter, steps: list[tuple[Any, ...]]
) -> None:
    year = next(_years)
    counts: list[Counts] = []
    penalties: list[int] = []
    is_restored = False

    def take(headers: tuple[str, ...], row: tuple[str, ...], kind: SourceKind) -> int:
        receipt = shared.take(csv_text((*headers, "备注"), (*row, str(now()))), kind, name=f"{next(_years)}.csv")
        counts.append(receipt.counts)
        return receipt.delivery or 0

    for step in [*steps, ("publish",)]:
        match step:
            case ("penalty", content, by_code):
                code, organisation = (A, "") if by_code else ("", A[8:17])
                row = penalty(document=f"{year}号", content=content, code=code, organisation=organisation)
                penalties.append(take(PENALTY, row, SourceKind.PENALTIES))
            case ("restoration",):
                row = restoration(restored=f"{year}号", document=str(next(_years)))
                take(RESTORATION, row, SourceKind.RESTORATIONS)
                is_restored = True
            case ("recall", place) if penalties:
                recall(shared.desk.database, penalties[int(place) % len(penalties)], reason="错报", now=now())
            case ("publish",):
                settled(shared)
        shown = shared.ask(
            f"""SELECT p.record_id FROM publication p JOIN record r ON r.id = p.record_id
            WHERE p.retired_at IS NULL AND p.outcome = 'shown' AND r.document = '{year}号'"""  # noqa: S608
        )
        assert not (is_restored and shown)
    assert all(told.read == told.accepted + told.duplicate + told.rejected for told in counts)
