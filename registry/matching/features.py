"""What speaks against two names being one company's: each feature says how much of it there is, and why."""

from typing import NamedTuple

from rapidfuzz.distance import Indel, Postfix, Prefix

from registry.matching.differing import Difference, Kind
from registry.matching.pairs import TELLING, Pair
from registry.names.script import folded


class Reason(NamedTuple):
    """Why, in both languages."""

    zh: str
    en: str

    def alone(self) -> "Reason":
        """This reason where there is no other."""
        return Reason(f"仅{self.zh.removeprefix('仅')}", f"only {self.en.removeprefix('only ')}")


class Finding(NamedTuple):
    """How much of a feature there is, 0 to about 1, and the reason to be shown (none: it only orders)."""

    extent: float
    reason: Reason | None = None


_LONG = 8  # characters of brand and trade: few names have as many
COMPANIES = frozenset({"limited", "joint_stock", "company"})


def spelled_otherwise(pair: Pair) -> Finding:
    """The share of characters that differ, whatever they mean."""
    return Finding(Indel.normalized_distance(pair.one.name, pair.other.name))


def written_otherwise(pair: Pair) -> Reason:
    """Where two names first and last differ, if nothing else is to be said of them: 农副产品, 农副 产品."""
    a, b = pair.one.name, pair.other.name
    first = Prefix.similarity(a, b)
    last = min(Postfix.similarity(a, b), len(a) - first, len(b) - first)
    return told("写法不同", "written otherwise", a[first : len(a) - last] or "无", b[first : len(b) - last] or "无")


def form_left_out(pair: Pair) -> Finding | None:
    """One name has no organisation form."""
    a, b = pair.one, pair.other
    if bool(a.family) == bool(b.family):
        return None
    whole, bare = (a, b) if a.family else (b, a)
    if bare.form.text and not whole.trade.text.endswith(bare.form.text):  # 商行; but 超市 of 永辉超市有限公司 is trade
        return Finding(1.0, told("组织形式不同", "organisation form differs", a.form.text, b.form.text))
    return Finding(1.0, Reason(f"组织形式省略：{whole.form.text}", f"organisation form left out: {whole.form.text}"))


def form_unsaid(pair: Pair) -> Finding | None:
    """Neither name says a company's form: neither is a whole registered name of one."""
    if pair.one.family or pair.other.family:
        return None
    if pair.one.form.text or pair.other.form.text:  # 商行, 医院
        return Finding(1.0)
    return Finding(1.0, Reason("双方均无组织形式", "neither has an organisation form"))


def form_changed(pair: Pair) -> Finding | None:
    """Both are companies, or both of one family, of another form: 有限公司, 股份有限公司."""
    a, b = pair.one, pair.other
    if a.form.text == b.form.text or not a.family:
        return None
    if a.family != b.family and not {a.family, b.family} <= COMPANIES:
        return None
    if folded(a.form.text) == folded(b.form.text):
        return None
    alike = a.family == b.family or "company" in (a.family, b.family)
    return Finding(0.3 if alike else 1.0, told("组织形式不同", "organisation form differs", a.form.text, b.form.text))


def form_of_another_kind(pair: Pair) -> Finding | None:
    """The one is a company, the other a partnership, a cooperative or a sole proprietorship."""
    a, b = pair.one, pair.other
    if a.family == b.family or not a.family or not b.family or {a.family, b.family} <= COMPANIES:
        return None
    return Finding(1.0, told("组织类型不同", "kind of organisation differs", a.form.text, b.form.text))


def standing_left_out(pair: Pair) -> Finding | None:
    """Only one is called a group 集团 or a holding 控股."""
    if pair.one.groups == pair.other.groups:
        return None
    only = set(pair.one.groups) ^ set(pair.other.groups)
    if not only:
        return None
    words = "、".join(sorted(only))
    return Finding(1.0, Reason(f"仅一方有“{words}”", f"only one has {words}"))


def brackets_differ(pair: Pair) -> Finding | None:
    """Something stands in brackets in one name only."""
    if not pair.one.bracketed and not pair.other.bracketed:
        return None
    a, b = (tuple(part.text for part in name.bracketed) for name in (pair.one, pair.other))
    if a == b:
        return None
    return Finding(1.0, told("括号内容不同", "brackets differ", "、".join(a) or "无", "、".join(b) or "无"))


def place_left_out(pair: Pair) -> Finding | None:
    """One name names a place that the other leaves out, or names it more closely."""
    found = pair.found.get(Kind.PLACE_LEFT_OUT)
    if found is None or (found in pair.branch_differences and _by_place_alone(pair)):
        return None
    return Finding(1.0, _shown(found, "行政区划省略", "place left out"))


def place_written_otherwise(pair: Pair) -> Finding | None:
    """A place with and without its suffix: 深圳市, 深圳."""
    if pair.same_places:
        return None
    for a in pair.one.regions:
        for b in pair.other.regions:
            if a.place.stem == b.place.stem and a.text != b.text and folded(a.text) != folded(b.text):
                return Finding(1.0, told("行政区划写法不同", "place written otherwise", a.text, b.text))
    return None


def place_differs(pair: Pair) -> Finding | None:
    """The places are not the same."""
    if renamed := pair.renamed_place():
        a, b = renamed
        return Finding(1.0, told("行政区划不同", "place differs", a.text, b.text))
    if Kind.PLACE not in pair.found:
        return None
    ones, others = pair.places()
    if not (ones and others):
        return _difference(pair, Kind.PLACE, "行政区划不同", "place differs")
    return Finding(1.0, told("行政区划不同", "place differs", ones, others))


def script_differs(pair: Pair) -> Finding | None:
    """A variant or traditional character for a common one: 昇, 升."""
    a, b = pair.one.variants, pair.other.variants
    if a != b:
        return Finding(1.0, told("异体字或繁体字", "variant character", a or folded(b), b or folded(a)))
    return _difference(pair, Kind.SCRIPT, "异体字或繁体字", "variant character")


def sounds_alike(pair: Pair) -> Finding | None:
    """Other characters that sound the same."""
    return _difference(pair, Kind.SOUND, "同音字", "characters that sound alike")


def number_written_otherwise(pair: Pair) -> Finding | None:
    """One number in other numerals: 第12, 第十二."""
    return _difference(pair, Kind.NUMERAL, "数字写法不同", "number written otherwise")


def word_repeated(pair: Pair) -> Finding | None:
    """One name writes a word twice."""
    return _difference(pair, Kind.REPEATED, "文字重复", "word repeated")


def order_changed(pair: Pair) -> Finding | None:
    """The same words in another order."""
    return _difference(pair, Kind.ORDER, "词序不同", "words in another order")


def particle_left_out(pair: Pair) -> Finding | None:
    """A word such as 和 or 路 that tells nothing apart where it stands."""
    return _difference(pair, Kind.PARTICLE, "虚词省略", "particle left out")


def bank_reformed(pair: Pair) -> Finding | None:
    """Kinds of bank that one bank may have passed through: 农村商业银行, 商业银行."""
    return _difference(pair, Kind.BANK, "银行类型不同", "kind of bank differs")


def brand_differs(pair: Pair) -> Finding | None:
    """The brands are not the same."""
    found = pair.found.get(Kind.BRAND)
    if found is None:
        return None
    a, b = pair.one.brand.text, pair.other.brand.text
    if a == b:
        a, b = found.one, found.other
    return Finding(1.0, told("字号不同", "brand differs", a, b))


def trade_differs(pair: Pair) -> Finding | None:
    """The trades are not the same."""
    if Kind.TRADE not in pair.found:
        return None
    a, b = pair.one, pair.other
    if a.trade.text == b.trade.text and not (a.family or b.family):
        return Finding(1.0, told("组织形式不同", "organisation form differs", a.form.text or "无", b.form.text or "无"))
    return Finding(1.0, told("行业不同", "trade differs", a.trade.text or a.form.text, b.trade.text or b.form.text))


def words_added(pair: Pair) -> Finding | None:
    """One name has words that the other has not; the longer the rest on which they agree, the less that tells."""
    found = pair.found.get(Kind.ADDED)
    if found is None:
        return None
    rest = min(len(name.essence.text) - name.essence.labels.count("R") for name in (pair.one, pair.other))
    return Finding(
        0.8 if rest >= _LONG and found.times == 1 else 1.0, _shown(found, "一方多出文字", "only one has the words")
    )


def ordinal_differs(pair: Pair) -> Finding | None:
    """The first 第一 and the second 第二 are two."""
    return _difference(pair, Kind.ORDINAL, "序号不同", "ordinal differs")


def direction_differs(pair: Pair) -> Finding | None:
    """East 东 and west 西, upper 上 and lower 下 are two."""
    return _difference(pair, Kind.DIRECTION, "方位不同", "direction differs")


def branch_and_parent(pair: Pair) -> Finding | None:
    """The one is a branch, the other is not."""
    if not pair.branched:
        return None
    a, b = pair.links
    if (a is None) == (b is None):
        return None
    whole = (pair.one if a else pair.other).name
    branch = a or b
    assert branch is not None  # noqa: S101
    start = branch.regions[0].start if branch.regions else branch.own.start
    return Finding(1.0, Reason(f"一方为分支机构：{whole[start:]}", f"only one is a branch: {whole[start:]}"))


def branch_differs(pair: Pair) -> Finding | None:
    """They are two branches."""
    if not pair.branched or not _branches_differ(pair):
        return None
    return Finding(1.0, told("分支机构不同", "branch differs", *_shown_branches(pair)))


def branch_known_by_place(pair: Pair) -> Finding | None:
    """One branch is named by its city alone, the other more closely."""
    if not pair.branched or not _by_place_alone(pair) or _kinds_differ(pair):
        return None
    return Finding(1.0, told("分支机构名称不完整", "branch not named in full", *_shown_branches(pair)))


def link_left_out(pair: Pair) -> Finding | None:
    """One name leaves out a link between parent and branch: 杭州分行高新支行, 杭州高新支行."""
    if not pair.branched:
        return None
    a, b = pair.links
    if not a or not b or len(pair.one.branches) == len(pair.other.branches):
        return None
    return Finding(1.0, told("分支层级省略", "link of the branch chain left out", *_shown_branches(pair)))


def _branches_differ(pair: Pair) -> bool:
    a, b = pair.links
    if not a or not b:
        return False
    if _kinds_differ(pair):
        return True
    telling = [difference for difference in pair.branch_differences if difference.kind in TELLING]
    if not telling or _by_place_alone(pair):
        return False
    return not _same_last_link(pair)


def _same_last_link(pair: Pair) -> bool:
    """Whether only a link before the branch itself has words of its own: 石油分行新城支行, 新城支行."""
    few, many = sorted((pair.one, pair.other), key=lambda name: len(name.branches))
    last = many.branches[-1]
    own = "".join(region.place.stem for region in last.regions) + last.own.text
    return len(few.branches) < len(many.branches) and bool(own) and few.branch_essence.text.endswith(own)


def _kinds_differ(pair: Pair) -> bool:
    a, b = pair.links
    return bool(a and b and a.kind.text.removeprefix("证券") != b.kind.text.removeprefix("证券"))


def _by_place_alone(pair: Pair) -> bool:
    """One branch essence is places only, and the other goes on from it."""
    short, long = sorted((pair.one.branch_essence, pair.other.branch_essence), key=lambda each: len(each.text))
    return bool(short.text) and "O" not in short.labels and short.text != long.text and long.text.startswith(short.text)


def _shown_branches(pair: Pair) -> tuple[str, str]:
    shown = []
    for name in (pair.one, pair.other):
        first = name.branches[0]
        shown.append(name.name[first.regions[0].start if first.regions else first.own.start :])
    return shown[0], shown[1]


def _difference(pair: Pair, kind: Kind, zh: str, en: str) -> Finding | None:
    found = pair.found.get(kind)
    return None if found is None else Finding(1.0, _shown(found, zh, en))


def _shown(found: Difference, zh: str, en: str) -> Reason:
    if found.one == found.other or not found.one or not found.other:
        words = found.one or found.other
        return Reason(f"{zh}：{words}", f"{en}: {words}")
    return told(zh, en, found.one, found.other)


def told(zh: str, en: str, one: str, other: str) -> Reason:
    """A reason with what stands in the one and in the other name."""
    return Reason(f"{zh}：{one} / {other}", f"{en}: {one} / {other}")
