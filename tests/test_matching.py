"""Whether two names may be one company's."""

import tomllib
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from registry.matching import FEATURES, THRESHOLD, Verdict, rank, score
from registry.names import normal_form

CASES = tomllib.loads((Path(__file__).parent / "cases" / "names.toml").read_text(encoding="utf-8"))["pairs"]
WORDS = (
    "内蒙古 乌兰察布市 集宁 鑫源 鑫海 商贸 科技 有限公司 股份有限公司 第一 分公司 ( （集团） 支行 中国 银行 東 昇 ABC 1"
)
words = st.lists(st.sampled_from([*WORDS.split(), " "]), max_size=9).map("".join)
anything = st.one_of(words, st.text(max_size=12))


@pytest.mark.parametrize("case", CASES, ids=[case["why"] for case in CASES])
def test_pairs_are_judged_as_their_sentence_says(case: dict[str, str]) -> None:
    judged = score(case["a"], case["b"])

    assert judged.verdict == case["verdict"], judged
    assert case.get("reason", "") in "；".join(reason.zh for reason in judged.because)


@given(anything, anything)
@example("O", "Ò")
def test_same_is_said_of_equal_normal_forms_alone(one: str, other: str) -> None:
    judged = score(one, other)
    normal = normal_form(one)

    assert (judged.verdict is Verdict.SAME) == (normal == normal_form(other) != "")
    assert 0 <= judged.value <= 1
    assert (judged.value >= THRESHOLD) == (judged.verdict is not Verdict.DIFFERENT)
    assert (judged.value == 1) == (judged.verdict is Verdict.SAME)


@given(anything, anything)
def test_the_score_does_not_depend_on_which_name_comes_first(one: str, other: str) -> None:
    there, back = score(one, other), score(other, one)

    assert there.verdict == back.verdict
    assert there.value == pytest.approx(back.value)


@given(anything, anything)
def test_what_is_not_the_same_is_told_why(one: str, other: str) -> None:
    because = score(one, other).because

    assert because
    assert all(reason.zh and reason.en for reason in because)


def test_every_feature_can_be_read_aloud() -> None:
    assert all(feature.__doc__ and weight > 0 for feature, weight in FEATURES)


def test_candidates_are_ranked_by_score_and_not_by_spelling_alone() -> None:
    names = ["集宁区鑫海商贸有限公司", "乌兰察布市集宁区鑫源商贸有限责任公司", "集宁区鑫源物资有限公司"]

    ranked = rank("集宁区鑫源商贸有限公司", names)

    assert ranked[0][0] == 1
    assert [judged.verdict for _, judged in ranked] == [Verdict.REVIEW, Verdict.DIFFERENT, Verdict.DIFFERENT]


@pytest.mark.parametrize("piece", ["A", "A ", "甲", "甲乙", "(", "北京", "第一", "银行", "分公司", "有限公司", "中国("])
def test_what_is_no_name_is_scored_as_well(piece: str) -> None:
    long, longer = piece * 3000, piece * 3001

    assert score(long, longer).verdict is not Verdict.SAME
    assert score(long, long).verdict is Verdict.SAME
