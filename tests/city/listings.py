"""List entries of the made-up city: market entities on serious lists, persons who default, and abnormal operation."""

import polars as pl

from tests.city.draws import ROW, Draws
from tests.city.parties import concerned, party

HEADERS = {
    "list": "名单名称",
    "name": "主体名称",
    "category": "主体类别",
    "uscc": "统一社会信用代码",
    "ground": "列入事由",
    "document": "认定文号",
    "noticed_on": "告知日期",
    "decided": "列入日期",
    "served_on": "送达日期",
    "authority": "认定单位",
    "source_body": "数据来源单位",
    "local_code": "地方编码",
}
FATES = {"bad_code": 40, "future": 20, "duplicate": 60}
REJECTED = {
    "bad_code": "uscc_check_character",
    "future": "decided_on_after_received;served_on_after_received",  # served on the day of the decision
}
_MARKET, _COURT = "乌兰察布市市场监督管理局", "乌兰察布市中级人民法院"
LISTS = {  # fate → list, ground, body
    "serious": ("市场监督管理严重违法失信名单", "食品安全领域严重违法", _MARKET),
    "tax": ("重大税收违法失信主体", "虚开增值税专用发票", "国家税务总局乌兰察布市税务局"),
    "person": ("失信被执行人", "有履行能力而拒不履行生效法律文书确定义务", _COURT),
    "plain": ("经营异常名录", "通过登记的住所或者经营场所无法联系", _MARKET),
}


def made(lines: pl.DataFrame, register: pl.DataFrame, draws: Draws) -> pl.DataFrame:
    """The entries of some `lines` (row, fate, decided, about): row, fate and the columns of HEADERS."""
    fate = pl.when(pl.col("fate").is_in(list(LISTS))).then("fate").otherwise(pl.lit("plain"))
    told = {
        name: fate.replace_strict({word: of[n] for word, of in LISTS.items()}, return_dtype=pl.String)
        for n, name in enumerate(("list", "ground", "authority"))
    }
    day = pl.col("decided")
    return (
        concerned(lines, register)
        .with_columns(
            **party(draws),
            **told,
            document=pl.lit("乌列字〔") + day.dt.year().cast(pl.String) + "〕" + (ROW + 1).cast(pl.String) + "号",
            noticed_on=day - pl.duration(days=20),
            served_on=day,
        )
        .with_columns(source_body="authority")
        .select("row", *HEADERS, "fate")
    )
