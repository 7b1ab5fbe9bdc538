"""Penalties of the made-up city, in the 双公示 layout of 2018, with a known share of faults."""

from collections.abc import Iterator
from datetime import date

import polars as pl

from registry.office import load_office
from tests.city.draws import ROW, Draws, at
from tests.city.parties import about, concerned, fated, party
from tests.city.subjects import RENAMED
from tests.city.words import CONFISCATION, ENDINGS, FIELDS, FINE, GENERAL, KINDS, OPENINGS, UNREADABLE_AMOUNTS

HEADERS = {
    "name": "行政相对人名称",
    "category": "行政相对人类别",
    "uscc": "行政相对人代码_1(统一社会信用代码)",
    "registration_number": "行政相对人代码_2(工商注册号)",
    "organisation_code": "行政相对人代码_3(组织机构代码)",
    "tax_number": "行政相对人代码_4(税务登记号)",
    "institution_number": "行政相对人代码_5(事业单位证书号)",
    "association_number": "行政相对人代码_6(社会组织登记证号)",
    "representative": "法定代表人",
    "representative_paper": "法定代表人证件类型",
    "representative_number": "法定代表人证件号码",
    "paper": "证件类型",
    "paper_number": "证件号码",
    "document": "行政处罚决定书文号",
    "title": "违法行为类型",
    "facts": "违法事实",
    "basis": "处罚依据",
    "kinds": "处罚类别",
    "content": "处罚内容",
    "fine": "罚款金额（万元）",
    "confiscated": "没收违法所得、没收非法财物的金额（万元）",
    "licence": "暂扣或吊销证照名称及编号",
    "decided_on": "处罚决定日期",
    "ends_on": "处罚有效期",
    "display_until": "公示截止期",
    "authority": "处罚机关",
    "authority_code": "处罚机关统一社会信用代码",
    "source_body": "数据来源单位",
    "source_body_code": "数据来源单位统一社会信用代码",
    "note": "备注",
}
RECEIVED = date(2026, 11, 20)
BATCH = 50_000
FATES = {  # rows in ten thousand; every other row is plain
    "bad_code": 50,  # wrong check character
    "future": 20,  # decided after it was received
    "bad_amount": 30,  # a fine that cannot be read
    "duplicate": 100,  # a plain row once more, character for character
    "misnamed": 30,  # the code of one company, the name of the next
    "uncoded": 100,  # no identifier at all
    "person": 50,  # about a natural person
    "individual": 30,  # about an individual business
    "former": 50,  # under a name that the subject bore when it was decided
}
_DAYS = (date(2023, 6, 1), date(2026, 11, 19))
_SHARES = pl.Series(
    [fate for fate, share in FATES.items() for _ in range(share)] + ["plain"] * (10_000 - sum(FATES.values()))
)
_YUAN = (100, 200, 200, 500, 1000, 1000, 2000, 2000, 3000, 5000, 5000, 10_000, 20_000, 50_000, 100_000)


def penalties(rows: int, register: pl.DataFrame, seed: int) -> Iterator[pl.DataFrame]:
    """`rows` penalties about the subjects of `register`, in batches: columns of HEADERS as text, and `fate`."""
    draws, earlier = Draws(seed), None
    for start in range(0, rows, BATCH):
        batch = _batch(start, min(BATCH, rows - start), register, draws)
        plain = batch.filter(pl.col("fate") == "plain")
        earlier = plain if earlier is None else earlier
        again = batch.filter(pl.col("fate") == "duplicate")
        which = again.select(draws.below("which", earlier.height).cast(pl.UInt32)).to_series()
        copies = earlier[which].with_columns(again["row"], again["fate"])
        whole = pl.concat([batch.filter(pl.col("fate") != "duplicate"), copies]).sort("row")
        yield whole.select(*HEADERS, "fate")
        earlier = plain


def written(batch: pl.DataFrame) -> pl.DataFrame:
    """The penalties as delivered: the headers of the standard."""
    return batch.select(pl.col(column).alias(header) for column, header in HEADERS.items())


def _batch(start: int, rows: int, register: pl.DataFrame, draws: Draws) -> pl.DataFrame:
    lines = (
        pl.select(row=pl.int_range(start, start + rows, dtype=pl.UInt64))
        .with_columns(fate=at(_SHARES, draws.below("fate", _SHARES.len())))
        .with_columns(about=about(register, draws), decided=_decided(draws))
    )
    return made(lines, register, draws)


def made(lines: pl.DataFrame, register: pl.DataFrame, draws: Draws) -> pl.DataFrame:
    """The penalties of some `lines` (row, fate, decided, about: a place in the register), as text: row, fate,
    local_code and the columns of HEADERS."""
    return (
        concerned(lines, register)
        .with_columns(**_decision(draws))
        .with_columns(**party(draws), **_texts(draws), **_days_written(draws))
        .with_columns(
            source_body="authority",
            source_body_code="authority_code",
            **dict.fromkeys(("tax_number", "institution_number", "association_number"), pl.lit(None, pl.String)),
        )
        .select("row", *HEADERS, "local_code", "fate")
    )


def _decided(draws: Draws) -> pl.Expr:
    return (
        pl.when(fated("future"))
        .then(draws.day("future day", date(2026, 11, 21), date(2027, 6, 30)))
        .when(fated("former"))
        .then(draws.day("former day", _DAYS[0], RENAMED[0]))
        .otherwise(draws.day("day", *_DAYS))
    )


def _decision(draws: Draws) -> dict[str, pl.Expr]:
    """Authority, what was violated, kinds of penalty and amounts in yuan."""
    office = load_office(None).departments
    often = [n for n, code in enumerate(office["code"]) for _ in range(12 if code in FIELDS else 1)]
    authority = at(pl.Series(often), draws.below("authority", len(often)))
    cases = [FIELDS.get(code, GENERAL) for code in office["code"]]
    case = pl.concat_str(
        authority, draws.below("case", 2520) % at(pl.Series([len(c) for c in cases]), authority), separator="/"
    )
    flat = {f"{n}/{m}": one for n, of in enumerate(cases) for m, one in enumerate(of)}
    made = {
        part: case.replace_strict(list(flat), [one[i] for one in flat.values()], return_dtype=pl.String)
        for i, part in enumerate(("title", "facts", "basis"))
    }
    kinds = pl.when(fated("bad_amount")).then(pl.lit(FINE)).otherwise(draws.one_of("kinds", KINDS))
    return {
        **made,
        "authority": at(office["name"], authority),
        "authority_code": at(office["uscc"], authority),
        "kinds": kinds,
        "fine_yuan": pl.when(kinds.str.contains(FINE)).then(_yuan(draws, "fine")),
        "confiscated_yuan": pl.when(kinds.str.contains(CONFISCATION)).then(_yuan(draws, "confiscated")),
    }


def _yuan(draws: Draws, purpose: str) -> pl.Expr:
    return at(pl.Series(_YUAN), draws.below(purpose, len(_YUAN))) * (1 + draws.below(f"{purpose} times", 3))


def _texts(draws: Draws) -> dict[str, pl.Expr]:
    fine, taken = pl.col("fine_yuan"), pl.col("confiscated_yuan")
    short = (
        pl.col("authority").str.replace_many(["乌兰察布市", "国家", "中华人民共和国"], ["乌", "", ""]).str.slice(0, 4)
    )
    year = pl.col("decided").dt.year().cast(pl.String)
    licence = pl.col("kinds").str.contains("暂扣|吊销")
    return {
        "document": short + "罚〔" + year + "〕" + (ROW + 1).cast(pl.String) + "号",
        "facts": pl.concat_str(
            draws.one_of("opening", OPENINGS), "facts", draws.one_of("ending", ENDINGS), ignore_nulls=True
        )
        + "。",
        "content": pl.concat_str(
            pl.when(pl.col("kinds").str.contains("警告")).then(pl.lit("警告")),
            pl.lit("罚款") + fine.cast(pl.String) + "元",
            pl.lit("没收违法所得") + taken.cast(pl.String) + "元",
            pl.when(fine.is_null() & taken.is_null() & (pl.col("kinds") != "警告")).then("kinds"),
            separator="，",
            ignore_nulls=True,
        ),
        "fine": pl.when(fated("bad_amount"))
        .then(draws.one_of("unreadable", UNREADABLE_AMOUNTS))
        .otherwise(_in_wan(fine)),
        "confiscated": _in_wan(taken),
        "licence": pl.when(licence).then(
            "许可证 JY2150902" + (draws.below("licence", 9_000_000) + 1_000_000).cast(pl.String)
        ),
        "note": draws.one_of("note", [*[None] * 30, "已履行", "当场缴纳罚款"]),
    }


def _in_wan(yuan: pl.Expr) -> pl.Expr:
    """Yuan as 万元: 2000 → 0.2."""
    whole, rest = (
        (yuan // 10_000).cast(pl.String),
        (yuan % 10_000).cast(pl.String).str.zfill(4).str.strip_chars_end("0"),
    )
    return whole + pl.when(rest != "").then("." + rest).otherwise(pl.lit(""))


def _days_written(draws: Draws) -> dict[str, pl.Expr]:
    """Most departments write 2024-03-05; a few write it otherwise."""
    decided, style = pl.col("decided"), draws.below("style", 100)
    written_on = (
        pl.when(style < 95)
        .then(decided.dt.to_string("%Y-%m-%d"))
        .when(style < 98)
        .then(decided.dt.to_string("%Y/%-m/%-d"))
        .when(style < 99)
        .then(decided.dt.to_string("%Y%m%d"))
        .otherwise(decided.dt.to_string("%Y年%-m月%-d日"))
    )
    later = decided + pl.duration(days=365)
    return {
        "decided_on": written_on,
        "ends_on": pl.when(draws.chance("open", 70))
        .then(pl.lit("2099-12-31"))
        .otherwise(later.dt.to_string("%Y-%m-%d")),
        "display_until": (decided + pl.duration(days=1095)).dt.to_string("%Y-%m-%d"),
    }
