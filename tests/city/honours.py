"""Honours of the made-up city: taxpayers graded A, one row an enterprise, and titles conferred on some of them."""

import polars as pl

from tests.city.draws import ROW, Draws
from tests.city.parties import concerned, party

TAX_HEADERS = {
    "name": "纳税人名称",
    "category": "主体类别",
    "uscc": "统一社会信用代码",
    "year": "评价年度",
    "grade": "信用等级",
    "decided": "评定日期",
    "authority": "主管税务机关",
    "source_body": "数据来源单位",
    "local_code": "地方编码",
}
HEADERS = {
    "name": "企业名称",
    "category": "主体类别",
    "uscc": "统一社会信用代码",
    "title": "荣誉名称",
    "document": "认定文号",
    "decided": "认定日期",
    "ends_on": "公示截止期",
    "authority": "认定机关",
    "source_body": "数据来源单位",
    "local_code": "地方编码",
}
FATES = {"bad_code": 40, "future": 20, "duplicate": 100}
REJECTED = {"bad_code": "uscc_check_character", "future": "decided_on_after_received"}
_TITLES = ("守合同重信用企业", "诚信经营示范单位", "诚信典型企业", "放心消费创建示范单位")


def graded(lines: pl.DataFrame, register: pl.DataFrame, draws: Draws) -> pl.DataFrame:
    """Taxpayers graded A for the year before: row, fate and the columns of TAX_HEADERS."""
    return (
        concerned(lines, register)
        .with_columns(
            **party(draws),
            year=(pl.col("decided").dt.year() - 1).cast(pl.String),
            grade=pl.lit("A"),
            authority=pl.lit("国家税务总局乌兰察布市税务局"),
        )
        .with_columns(source_body="authority")
        .select("row", *TAX_HEADERS, "fate")
    )


def conferred(lines: pl.DataFrame, register: pl.DataFrame, draws: Draws) -> pl.DataFrame:
    """Titles conferred by a document: row, fate and the columns of HEADERS."""
    day = pl.col("decided")
    return (
        concerned(lines, register)
        .with_columns(
            **party(draws),
            title=draws.one_of("title", _TITLES),
            document=pl.lit("乌信发〔") + day.dt.year().cast(pl.String) + "〕" + (ROW + 1).cast(pl.String) + "号",
            ends_on=(day + pl.duration(days=1095)).cast(pl.String),
            authority=pl.lit("乌兰察布市发展和改革委员会"),
        )
        .with_columns(source_body="authority")
        .select("row", *HEADERS, "fate")
    )
