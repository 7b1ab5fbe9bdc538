"""Commitments of the made-up city, in the full template."""

import polars as pl

from registry.office import load_office
from tests.city.draws import ROW, Draws, at
from tests.city.parties import concerned, party
from tests.city.words import PERMITS

HEADERS = {
    "name": "承诺人名称",
    "category": "承诺人类别",
    "uscc": "承诺人代码",
    "document": "承诺编码",
    "kind": "承诺类型",
    "title": "承诺事由",
    "content": "承诺内容",
    "decided": "承诺作出日期",
    "ends_on": "承诺有效期",
    "performance": "承诺履行状态",
    "authority": "承诺受理单位",
    "authority_code": "承诺受理单位代码",
    "disclosure": "公开类型",
    "source_body": "数据来源单位",
    "source_body_code": "数据来源单位统一社会信用代码",
    "local_code": "地方编码",
}
FATES = {"bad_code": 40, "future": 20, "duplicate": 80, "uncoded": 60, "former": 50, "individual": 100}
REJECTED = {"bad_code": "uscc_check_character", "future": "decided_on_after_received"}


def made(lines: pl.DataFrame, register: pl.DataFrame, draws: Draws) -> pl.DataFrame:
    """The commitments of some `lines` (row, fate, decided, about): row, fate and the columns of HEADERS."""
    office = load_office(None).departments
    authority = draws.below("authority", office.height)
    number, day = (ROW + 1).cast(pl.String), pl.col("decided")
    about = at(pl.Series([permit[1] for permit in PERMITS]), draws.below("permit", len(PERMITS)))
    written = {
        "document": pl.lit("CN1509") + day.dt.year().cast(pl.String) + number.str.zfill(9),
        "kind": draws.one_of("kind", ["主动型", "主动型", "审批替代型", "容缺受理型", "证明事项型"]),
        "title": pl.lit("办理") + about + "（受理号" + number + "）",  # a matter of its own for every commitment
        "content": pl.lit("所提供的材料真实、合法、有效；依法诚信经营，接受监督检查"),
        "ends_on": (day + pl.duration(days=1095)).cast(pl.String),
        "performance": draws.one_of("performance", ["全部履行", "全部履行", "全部履行", "履行中"]),
        "authority": at(office["name"], authority),
        "authority_code": at(office["uscc"], authority),
        "disclosure": draws.one_of("disclosure", [*["向社会公开"] * 9, "不公开"]),
    }
    return (
        concerned(lines, register)
        .with_columns(**party(draws), **written)
        .with_columns(source_body="authority", source_body_code="authority_code")
        .select("row", *HEADERS, "fate")
    )
