"""Permits of the made-up city, in the 双公示 layout of 2018."""

import polars as pl

from registry.office import load_office
from tests.city.draws import ROW, Draws, at
from tests.city.parties import concerned, fated, party
from tests.city.words import PERMITS

HEADERS = {
    "name": "行政相对人名称",
    "category": "行政相对人类别",
    "uscc": "行政相对人代码_1(统一社会信用代码)",
    "registration_number": "行政相对人代码_2(工商注册号)",
    "organisation_code": "行政相对人代码_3(组织机构代码)",
    "representative": "法定代表人",
    "title": "行政许可决定文书名称",
    "document": "行政许可决定文书号",
    "kind": "许可类别",
    "licence": "许可证书名称",
    "licence_number": "许可编号",
    "decided": "许可决定日期",
    "starts_on": "有效期自",
    "ends_on": "有效期至",
    "content": "许可内容",
    "authority": "许可机关",
    "authority_code": "许可机关统一社会信用代码",
    "status": "当前状态",
    "source_body": "数据来源单位",
    "source_body_code": "数据来源单位统一社会信用代码",
    "local_code": "地方编码",
}
FATES = {
    "bad_code": 40,
    "future": 20,
    "disordered": 20,
    "duplicate": 120,
    "uncoded": 80,
    "former": 50,
    "individual": 100,
}
REJECTED = {
    "bad_code": "uscc_check_character",
    "future": "decided_on_after_received",
    "disordered": "ends_on_before_starts_on",
}


def made(lines: pl.DataFrame, register: pl.DataFrame, draws: Draws) -> pl.DataFrame:
    """The permits of some `lines` (row, fate, decided, about): row, fate and the columns of HEADERS."""
    office = load_office(None).departments
    places = pl.Series([office["code"].to_list().index(code) for code, *_ in PERMITS])
    which = draws.below("permit", len(PERMITS))
    title, licence, content = (at(pl.Series([permit[n] for permit in PERMITS]), which) for n in (1, 2, 3))
    authority = at(places, which)
    number, year = (ROW + 1).cast(pl.String), pl.col("decided").dt.year().cast(pl.String)
    until = pl.col("decided") + pl.duration(days=draws.one_of_numbers("years", (365, 1095, 1095, 1825)))
    written = {
        "title": title,
        "document": title.str.slice(0, 4) + "许〔" + year + "〕" + number + "号",
        "kind": draws.one_of("kind", ["普通", "普通", "普通", "特许", "认可", "核准", "登记"]),
        "licence": licence,
        "licence_number": pl.lit("XK150900") + number.str.zfill(8),
        "starts_on": pl.col("decided"),
        "ends_on": pl.when(fated("disordered"))
        .then(pl.col("decided").dt.offset_by("-1d").cast(pl.String))
        .when(draws.chance("open", 20))
        .then(pl.lit("2099-12-31"))
        .otherwise(until.cast(pl.String)),
        "content": content,
        "authority": at(office["name"], authority),
        "authority_code": at(office["uscc"], authority),
        "status": pl.lit("1"),
    }
    return (
        concerned(lines, register)
        .with_columns(**party(draws), **written)
        .with_columns(source_body="authority", source_body_code="authority_code")
        .select("row", *HEADERS, "fate")
    )
