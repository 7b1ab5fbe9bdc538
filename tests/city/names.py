"""Made-up registered names by their structure, as many as wanted, and the same names as departments write them.

A name is region + brand + trade + form, some with their region in brackets, some of a branch. As in a register, a few
characters make half of all brands (鑫, 盛, 恒 …) and a few trades half of all names, while the rest draws on all 3,755
characters of GB 2312's first level: many names differ from another one in a single character. No real company is
meant. The same seed gives the same names.
"""

from collections.abc import Sequence

import polars as pl
from opencc import OpenCC

from registry import divisions
from tests.city.draws import Draws
from tests.city.words import BRAND, FARMING, FORMS, SHOPS, TRADES

_LEVEL_ONE = bytes(b for lead in range(0xB0, 0xD8) for trail in range(0xA1, 0xFF) for b in (lead, trail))
ALPHABET = _LEVEL_ONE.decode("gb2312", errors="ignore")
_TRADES_BESIDE = (
    "生物科技|生物医药|半导体|集成电路|软件|人工智能科技|机器人|航空科技|船舶工程|轨道交通设备|汽车零部件|精密机械|模具|"
    "电子|光电科技|照明|智能家居|供应链管理|国际贸易|进出口|投资|投资管理|资产管理|融资租赁|融资担保|小额贷款|企业管理|企业管理咨询|"
    "知识产权代理|税务师事务所|影视文化|体育文化|健康管理|养老服务|母婴用品|宠物用品|化妆品|纺织|针织|皮革|鞋业|包装|塑料制品|橡胶制品|"
    "玻璃|陶瓷|耐火材料|新材料|钢结构工程|消防工程|水利工程|公路工程|勘测设计|建筑设计|监理|测绘|检测技术|水务|污水处理|水产养殖|茶业|酒业|"
    "调味品|饮料|农产品|种子|花卉|木业|造纸|自动化设备|仪器仪表|电缆|变压器|阀门|泵业|轴承|电梯|安防科技"
)
MORE_TRADES = [*TRADES, *FARMING, *_TRADES_BESIDE.split("|")]
COMMON_TRADES = ["商贸", "科技", "建筑工程", "建材", "信息技术", "文化传媒", "餐饮管理", "物流", "农牧业", "装饰工程"]
FORM_WORDS = [form for form, _, _ in FORMS]
_DIGITS = "一二三四五六七八九"
_ADDED = ["第一", "第二", "东", "南", "西", "北", "新", "大", "小", "中"]
WAYS = ("as it is", "spaces", "brackets", "traditional", "no province", "short form", "typing error", "left out")


def registered(rows: int, *, seed: int = 1, regions: Sequence[str] = ()) -> pl.DataFrame:
    """So many names, no two of them equal: id (Int64), name (String); of these regions, or of all the country.

    The fewer the regions, the more names differ from another one in nothing but a character of the brand, the trade,
    an ordinal or an inserted word.
    """
    made: list[pl.DataFrame] = []
    have, batch = 0, 0
    while have < rows:
        more = _names(int((rows - have) * 1.2) + 1000, Draws(seed * 1000 + batch), regions or _regions())
        made = [pl.concat([*made, more]).unique("name", keep="first", maintain_order=True)]
        have, batch = made[0].height, batch + 1
    return made[0].head(rows).with_row_index("id").cast({"id": pl.Int64})


def as_written(names: pl.DataFrame, *, seed: int = 2) -> pl.DataFrame:
    """Each of the names as somebody may write it: id, name, and `way`, one of WAYS."""
    draws = Draws(seed)
    name = pl.col("name")
    place = draws.below("place", 10_000) % name.str.len_chars().cast(pl.Int64)
    other = draws.one_of("other", list(ALPHABET))
    ways: dict[str, pl.Expr] = {
        "as it is": name,
        "spaces": name.str.slice(0, place) + " " + name.str.slice(place),
        "brackets": name.str.replace_many(["（", "）"], ["(", ")"]),
        "traditional": name.map_batches(_traditional, return_dtype=pl.String),
        "no province": name.str.replace(r"^[^省]{2,3}省|^[^市]{2,3}市", ""),
        "short form": name.str.replace("股份有限公司|有限责任公司|有限公司|专业合作社", ""),
        "typing error": name.str.slice(0, place) + other + name.str.slice(place + 1),
        "left out": name.str.slice(0, place) + name.str.slice(place + 1),
    }
    chosen = draws.below("way", len(WAYS))
    written = pl.coalesce(*[pl.when(chosen == place).then(ways[way]) for place, way in enumerate(WAYS)])
    return (
        names.with_row_index("row")
        .cast({"row": pl.UInt64})
        .select("id", written.alias("name"), draws.one_of("way", WAYS).alias("way"))
    )


def _names(rows: int, draws: Draws, regions: Sequence[str]) -> pl.DataFrame:
    region = draws.one_of("region", regions)
    brand = _brand(draws)
    common, other = draws.one_of("common", COMMON_TRADES), draws.one_of("trade", MORE_TRADES)
    trade = pl.when(draws.chance("is common", 50)).then(common).otherwise(other)
    form = draws.one_of("form", FORM_WORDS)
    style = draws.below("style", 20)
    bare = region.str.replace("(省|市|县|区)$", "")
    whole = (
        pl.when(style < 12)
        .then(region + brand + trade + form)
        .when(style < 14)
        .then(bare + brand + trade + form)
        .when(style < 16)
        .then(brand + "（" + bare + "）" + trade + form)
        .when(style < 17)
        .then(region + draws.one_of("added", _ADDED) + brand + trade + form)
        .when(style < 18)
        .then(brand + trade + form)
        .when(style < 19)
        .then(region + brand + draws.one_of("shop", SHOPS))
        .otherwise(region + brand + trade + form + _branch(draws, regions))
    )
    return pl.select(row=pl.int_range(rows, dtype=pl.UInt64)).select(whole.alias("name"))


def _brand(draws: Draws) -> pl.Expr:
    length = draws.below("length", 20)  # 2 characters in eleven of twenty, 3 in six, 4 in three
    parts = [_character(draws, place) for place in "abcd"]
    return (
        parts[0]
        + parts[1]
        + pl.when(length >= 11).then(parts[2]).otherwise(pl.lit(""))
        + pl.when(length >= 17).then(parts[3]).otherwise(pl.lit(""))
    )


def _character(draws: Draws, place: str) -> pl.Expr:
    """Half of all characters of brands are of the two dozen that are liked best, one in seven is of any kind."""
    liking = draws.below(f"{place}/liking", 100)
    return (
        pl.when(liking < 50)
        .then(draws.one_of(f"{place}/best", BRAND[:24]))
        .when(liking < 85)
        .then(draws.one_of(f"{place}/liked", BRAND))
        .otherwise(draws.one_of(f"{place}/any", list(ALPHABET)))
    )


def _traditional(names: pl.Series) -> pl.Series:
    """Names in traditional script throughout."""
    return pl.Series(OpenCC("s2t").convert("\n".join(names)).split("\n"), dtype=pl.String)


def _branch(draws: Draws, regions: Sequence[str]) -> pl.Expr:
    numbered = pl.lit("第") + draws.one_of("number", list(_DIGITS)) + pl.lit("分公司")
    placed = draws.one_of("at", regions) + pl.lit("分公司")
    return pl.when(draws.chance("is numbered", 50)).then(numbered).otherwise(placed)


def _regions() -> Sequence[str]:
    """Names of provinces, cities and counties of today, as often as they are drawn: half of all names bear one of
    the provinces and cities, of which a few come often."""
    now = divisions.table().filter(pl.col("current") == "1", ~pl.col("name").is_in(["市辖区", "县"]))
    large = now.filter(pl.col("code").str.ends_with("00"))["name"].to_list()
    return [*now["name"], *large * 4, *large[:40] * 40]
