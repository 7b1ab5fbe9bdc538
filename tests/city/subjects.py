"""The register of the made-up city: subjects with valid codes and names by the usual structure."""

from datetime import date

import polars as pl

from registry.identifiers import ALPHABET, ORGANISATION_WEIGHTS, WEIGHTS
from tests.city.draws import ROW, Draws, at
from tests.city.words import BRAND, COUNTIES, FARMING, FORMS, GIVEN, SHOPS, STATUSES, STREETS, SURNAMES, TRADES

HEADERS = {
    "uscc": "统一社会信用代码",
    "name": "企业名称",
    "registration_number": "工商注册号",
    "organisation_code": "组织机构代码",
    "kind": "企业类型",
    "representative": "法定代表人",
    "established_on": "成立日期",
    "approved_on": "核准日期",
    "status": "登记状态",
    "registrar": "登记机关",
    "address": "住所",
    "county": "所属区县",
    "former_name": "曾用名",
    "renamed_on": "更名日期",
}
MOST = len(ALPHABET) ** 4  # the organisation part of every code begins with 0000: no real code does
ESTABLISHED = (date(1998, 1, 1), date(2023, 5, 31))
RENAMED = (date(2025, 1, 1), date(2026, 10, 31))
_STRIDE = 611_953  # prime to MOST, so that neighbours do not look alike and no two are the same


def subjects(
    count: int,
    seed: int,
    *,
    established: tuple[date, date] = ESTABLISHED,
    renamed_on: tuple[date, date] = RENAMED,
) -> pl.DataFrame:
    """`count` subjects under the columns of HEADERS, and `individual`: one in twenty is an individual business.

    Another one in twenty bore another name until `renamed_on`. All days are within the two periods, or within forty
    months of the first.
    """
    if count > MOST:
        raise ValueError(f"at most {MOST} subjects have a code that begins 0000")
    draws = Draws(seed)
    individual, renamed = ROW % 20 == 7, ROW % 20 == 11
    form = draws.below("form", len(FORMS))
    shop = draws.one_of("shop", SHOPS)
    counties, areas = pl.Series(list(COUNTIES)), pl.Series(list(COUNTIES.values()))
    county = draws.below("county", len(COUNTIES))
    day = draws.day("established", *established)
    kind = at(pl.Series([f[1] for f in FORMS]), form)
    trade = (
        pl.when(kind.str.ends_with("合作社"))
        .then(draws.one_of("farm", FARMING))
        .otherwise(draws.one_of("trade", TRADES))
    )
    return (
        pl.select(row=pl.int_range(count, dtype=pl.UInt64))
        .with_columns(
            individual=individual,
            county=at(counties, county),
            area=at(areas, county),
            form=at(pl.Series([f[0] for f in FORMS]), form),
            category=pl.when(individual).then(pl.lit("2")).otherwise(at(pl.Series([f[2] for f in FORMS]), form)),
            kind=pl.when(individual).then(pl.lit("个体工商户")).otherwise(kind),
            representative=person(draws, "representative"),
            trade=trade,
        )
        .with_columns(**_codes((ROW * _STRIDE + seed) % MOST))
        .with_columns(
            name=pl.when(individual)
            .then(pl.col("county") + _brand(draws, "name") + shop)
            .otherwise(_company(draws, "name")),
            former_name=pl.when(renamed).then(_company(draws, "former")),
            renamed_on=pl.when(renamed).then(draws.day("renamed", *renamed_on)),
            registration_number=pl.col("area") + (ROW + 100_000_000).cast(pl.String),
            established_on=day,
            approved_on=day + pl.duration(days=draws.below("approved", 1200)),
            status=draws.one_of("status", STATUSES),
            registrar=pl.col("county") + "市场监督管理局",
            address="乌兰察布市"
            + pl.col("county")
            + draws.one_of("street", STREETS)
            + draws.below("number", 300).cast(pl.String)
            + "号",
        )
        .select(*HEADERS, "individual")
    )


def person(draws: Draws, purpose: str) -> pl.Expr:
    """A person's name."""
    second = draws.one_of(f"{purpose}/second", [*GIVEN, *[""] * 20])
    return draws.one_of(f"{purpose}/surname", SURNAMES) + draws.one_of(f"{purpose}/given", GIVEN) + second


def written(frame: pl.DataFrame) -> pl.DataFrame:
    """The subjects as delivered: the headers of the register, days as text."""
    return frame.select(pl.col(column).cast(pl.String).alias(header) for column, header in HEADERS.items())


def _brand(draws: Draws, purpose: str) -> pl.Expr:
    third = draws.one_of(f"{purpose}/third", [*BRAND, *[""] * len(BRAND)])
    return draws.one_of(f"{purpose}/first", BRAND) + draws.one_of(f"{purpose}/second", BRAND) + third


def _company(draws: Draws, purpose: str) -> pl.Expr:
    """Region, brand, trade and form; the region may stand in brackets; one in ten is a branch."""
    brand, county, trade, form = _brand(draws, purpose), pl.col("county"), pl.col("trade"), pl.col("form")
    style = draws.below(f"{purpose}/style", 10)
    whole = (
        pl.when(style < 5)
        .then(county + brand + trade + form)
        .when(style < 7)
        .then("乌兰察布市" + brand + trade + form)
        .when(style < 9)
        .then("内蒙古" + brand + trade + form)
        .otherwise(brand + "（" + county + "）" + trade + form)
    )
    return whole + pl.when(draws.chance(f"{purpose}/branch", 10)).then(county + "分公司").otherwise(pl.lit(""))


def _codes(serial: pl.Expr) -> dict[str, pl.Expr]:
    """Organisation code (GB 11714) and unified code (GB 32100) made from a serial number below MOST."""
    digits = [(serial // len(ALPHABET) ** place % len(ALPHABET)).cast(pl.Int64) for place in (3, 2, 1, 0)]
    letters = pl.Series([int(c) if c.isdigit() else ord(c) - ord("A") + 10 for c in ALPHABET])
    total = pl.sum_horizontal(
        at(letters, digit) * weight for digit, weight in zip(digits, ORGANISATION_WEIGHTS[4:], strict=True)
    )
    check = (11 - total % 11) % 11
    organisation = pl.concat_str(
        pl.lit("0000"),
        *[at(pl.Series(list(ALPHABET)), digit) for digit in digits],
        at(pl.Series([*"0123456789X"]), check),
    )
    head = "9" + pl.col("category") + pl.col("area")
    head_total = pl.sum_horizontal(
        head.str.slice(place, 1).cast(pl.Int64) * weight for place, weight in enumerate(WEIGHTS[:8])
    )
    tail = zip([*digits, pl.when(check == 10).then(ALPHABET.index("X")).otherwise(check)], WEIGHTS[12:], strict=True)
    rest = head_total + pl.sum_horizontal(value * weight for value, weight in tail)
    return {
        "organisation_code": organisation,
        "uscc": head + organisation + at(pl.Series(list(ALPHABET)), (31 - rest % 31) % 31),
    }
