"""The tables of a return, shaped from sums: every row of the register is there, zeros too, the totals row first."""

from collections.abc import Iterable
from datetime import date
from typing import NamedTuple

import polars as pl
from polars import selectors as cs

from registry.documents.figures import COLUMNS, LISTS, NOT_SERIOUS, TOTAL, UNASSIGNED, Table, Title
from registry.vocabulary import Because, Category, Outcome, SourceKind

TELLABLE = tuple(kind for kind in SourceKind if kind != SourceKind.SUBJECTS)  # registrations are not published
DUAL = (SourceKind.PERMITS, SourceKind.PENALTIES)  # 双公示: what the seven working days apply to
ROWS = ("accepted", "duplicate", "rejected")
STATES = ("shown", "upcoming", "ended", "held", "unpublishable", "undecided")
WAYS_OUT = ("expired", "restored", "corrected", "revoked", "recalled", "other")
SMALLEST_TOLD = 10  # fewer records about natural persons are not told

_WITHHELD = {Outcome.HELD.value: "暂不公示", Outcome.UNPUBLISHABLE.value: "不予公示"}
_PERSONAL = (Because.NATURAL_PERSON.value, Because.INDIVIDUAL_BUSINESS.value)
_FRESH = pl.col("fresh") == 1


class By(NamedTuple):
    """What a table has one row for: the column of the sums, its words in `figures.toml`, the register of its codes."""

    column: str
    words: str
    known: pl.DataFrame


def sources(kinds: Iterable[SourceKind] = SourceKind) -> pl.DataFrame:
    """The source kinds as a register: code, name."""
    return pl.DataFrame([(kind.value, kind.zh) for kind in kinds], ["code", "name"], orient="row")


def register(listed: pl.DataFrame) -> pl.DataFrame:
    """The office's departments or counties (code, name, …) and a last row for rows that name none."""
    return pl.concat([listed.select("code", "name"), pl.DataFrame({"code": [UNASSIGNED], "name": ["未指明"]})])


def told_apart(tallied: pl.DataFrame) -> pl.DataFrame:
    """Tallied rows (outcome, rows, …) with a column each for accepted, duplicate and rejected, and read for all."""
    told = (pl.when(outcome=word).then("rows").otherwise(0).alias(word) for word in ROWS)
    return tallied.with_columns(*told, read="rows")


def collected(name: str, title: Title, tallied: pl.DataFrame, by: By) -> Table:
    """Rows read in the period and what became of them, by source kind, department or county."""
    found = (
        told_apart(tallied)
        .group_by(code=by.column)
        .agg(*(_sum(word, _FRESH).alias(word) for word in ("read", *ROWS)), accepted_in_all=pl.col("accepted").sum())
    )
    frame = _with_total(_every_row(found, by.known))
    return _table(name, title, by.words, "collected", frame.with_columns(_rate(word, "read") for word in ROWS))


def deliveries(delivered: pl.DataFrame) -> Table:
    """Deliveries counted and recalled, by source kind."""
    recalled = pl.col("recalled") == 1
    found = delivered.group_by(code="source").agg(
        deliveries=_sum("deliveries", _FRESH, ~recalled),
        deliveries_in_all=_sum("deliveries", ~recalled),
        recalled=_sum("deliveries", _FRESH, recalled),
        recalled_rows=_sum("read", _FRESH, recalled),
    )
    frame = _with_total(_every_row(found, sources()))
    return _table("deliveries", Title("报送批次与撤回", "Deliveries and recalls"), "source", "delivered", frame)


def timeliness(name: str, title: Title, tallied: pl.DataFrame, by: By) -> Table:
    """Accepted permits and penalties of the period, in time or late."""
    found = (
        tallied.filter(_FRESH, pl.col("source").is_in(DUAL), outcome="accepted")
        .group_by(code=by.column)
        .agg(_sum("rows", pl.col("timeliness") == word).alias(word) for word in ("timely", "late", "undated"))
        .with_columns(dated=pl.col("timely") + pl.col("late"))
    )
    frame = _with_total(_every_row(found, by.known))
    frame = frame.with_columns(_rate(word, "dated") for word in ("timely", "late"))
    return _table(name, title, by.words, "timely", frame)


def linking(records: pl.DataFrame) -> Table:
    """Records without a current link to a subject, by source kind."""
    found = (
        records.filter(pl.col("source") != SourceKind.SUBJECTS)
        .with_columns(unlinked=pl.col("records") - pl.col("linked"))
        .group_by(code="source")
        .agg(
            *(_sum(word, _FRESH).alias(word) for word in ("records", "unlinked")),
            *(pl.col(word).sum().alias(f"{word}_in_all") for word in ("records", "unlinked")),
        )
    )
    frame = _with_total(_every_row(found, sources(TELLABLE)))
    rates = (_rate("unlinked", "records"), _rate("unlinked_in_all", "records_in_all"))
    return _table("linking", Title("关联情况", "Linking to subjects"), "source", "linked", frame.with_columns(rates))


def outcomes(records: pl.DataFrame) -> Table:
    """What has become of the records, by source kind."""
    found = (
        records.filter(pl.col("source") != SourceKind.SUBJECTS)
        .group_by(code="source")
        .agg(pl.col(STATES).sum(), records_in_all=pl.col("records").sum())
    )
    frame = _with_total(_every_row(found, sources(TELLABLE)))
    return _table("outcomes", Title("公示判定", "Outcomes of records"), "source", "outcomes", frame)


def reasons(withheld: pl.DataFrame) -> Table:
    """Why records are held or not publishable, most frequent first; only reasons that occur."""
    found = _in_words(withheld.filter(pl.col("source") != SourceKind.SUBJECTS)).sort(
        "outcome", "records", "because", descending=[False, True, False]
    )
    total = found.select(
        outcome=pl.lit("合计"), because=pl.lit(TOTAL), reason=pl.lit("合计"), records=pl.col("records").sum()
    )
    frame = pl.concat([total, found.select(total.columns)])
    return Table("reasons", Title("未公示原因", "Why records are not shown"), COLUMNS["reasons"], frame)


def lists(displays: pl.DataFrame, since: date, until: date) -> Table:
    """Opening + in - out = closing of every list, from displays (list, since, until, way)."""
    began, ended = pl.col("since"), pl.col("until")
    left = ended.is_between(since, until, closed="left")
    found = displays.group_by(code="list").agg(
        opening=((began < since) & (ended >= since)).sum(),
        entered=((began >= since) & (began < until)).sum(),
        left=left.sum(),
        closing=((began < until) & (ended >= until)).sum(),
        **{way: (left & (pl.col("way") == way)).sum() for way in WAYS_OUT},
    )
    frame = _with_total(_every_row(found.with_columns(cs.integer().cast(pl.Int64)), _lists()))
    return _table("lists", Title("名单条目增减", "List entries"), "list", "listed", frame)


def list_reasons(withheld: pl.DataFrame) -> Table:
    """Entries held or not publishable, by list and reason; every list has a row of its own sum."""
    found = _in_words(withheld.with_columns(pl.col("list").fill_null(UNASSIGNED)), "list").rename({"list": "code"})
    named = _every_row(found.group_by("code").agg(pl.col("records").sum()), _lists())
    sums = _with_total(named).with_columns(outcome=pl.lit("小计"), because=pl.lit(TOTAL), reason=pl.lit("各项原因"))
    names = sums.select("code", "name", place=pl.int_range(pl.len()))
    parts = found.join(sums.select("code", "name"), on="code")
    frame = (
        pl.concat([sums, parts.select(sums.columns)])
        .join(names.select("code", "place"), on="code")
        .sort("place", pl.col("because") != TOTAL, "outcome", "because")
    )
    return _table(
        "list-reasons", Title("名单条目未公示原因", "Why list entries are not shown"), "list", "reasons", frame
    )


def subjects(concerned: pl.DataFrame, counties: pl.DataFrame) -> Table:
    """How many subjects were honoured, restored or put on a serious list, by the county of the subject."""
    of = pl.col("source")
    groups = {
        "honoured": of == SourceKind.HONOURS,
        "restored": of == SourceKind.RESTORATIONS,
        "serious": (of == SourceKind.LIST_ENTRIES) & ~pl.col("list").is_in(NOT_SERIOUS),
    }
    found = concerned.group_by(code=pl.col("county_code").fill_null(UNASSIGNED)).agg(
        pl.col("subject_id").filter(group).n_unique().cast(pl.Int64).alias(name) for name, group in groups.items()
    )
    frame = _with_total(_every_row(found, counties))
    return _table("subjects", Title("信用主体（按旗县市区）", "Subjects, by county"), "county", "subjects", frame)


def persons(tallied: pl.DataFrame) -> Table:
    """Accepted records about natural persons as text, 1 to 9 as `<10`; then no total, which would tell them."""
    about = tallied.filter(_FRESH, outcome="accepted", category=Category.NATURAL_PERSON.value)
    found = about.group_by(code="source").agg(accepted=pl.col("rows").sum())
    frame = _with_total(_every_row(found, sources(TELLABLE)))
    count, is_total = pl.col("accepted"), pl.col("code") == TOTAL
    small = count.is_between(1, SMALLEST_TOLD - 1)
    told = (
        pl.when(is_total & (small & ~is_total).any())
        .then(pl.lit("—"))
        .when(small)
        .then(pl.lit(f"<{SMALLEST_TOLD}"))
        .otherwise(count.cast(pl.String))
    )
    title = Title("自然人信息（只计数）", "About natural persons, counted only")
    return _table("persons", title, "source", "persons", frame.with_columns(accepted=told))


def _lists() -> pl.DataFrame:
    return pl.DataFrame([(code, title.zh) for code, title in LISTS.items()], ["code", "name"], orient="row")


def _every_row(found: pl.DataFrame, known: pl.DataFrame) -> pl.DataFrame:
    """One row for each of the register, zeros where nothing was found, then what the register does not know."""
    strays = found.join(known, on="code", how="anti").select("code", name="code").sort("code")
    rows = pl.concat([known, strays]).join(found, on="code", how="left", maintain_order="left")
    return rows.with_columns(cs.integer().fill_null(0))


def _with_total(frame: pl.DataFrame) -> pl.DataFrame:
    return pl.concat(
        [
            frame.select(code=pl.lit(TOTAL), name=pl.lit("合计"), figures=pl.struct(cs.integer().sum())).unnest(
                "figures"
            ),
            frame,
        ]
    )


def _sum(value: str, *conditions: pl.Expr) -> pl.Expr:
    return pl.col(value).filter(*conditions).sum()


def _rate(part: str, whole: str) -> pl.Expr:
    """Percent with two decimals, half up, whole numbers until the last step; 0 where there is nothing."""
    hundredths = (pl.col(part) * 20_000 + pl.col(whole)) // (2 * pl.col(whole))
    return pl.when(pl.col(whole) > 0).then(hundredths / 100).otherwise(0.0).alias(f"{part}_rate")


def _in_words(withheld: pl.DataFrame, *by: str) -> pl.DataFrame:
    """Records by outcome and reason; the two reasons about persons are one row, so that neither can be worked out."""
    words = {because.value: because.zh for because in Because} | {"personal": "自然人及个体工商户信息"}
    because = pl.col("because").fill_null(UNASSIGNED).replace(dict.fromkeys(_PERSONAL, "personal"))
    return (
        withheld.group_by(*by, pl.col("outcome").replace(_WITHHELD), because)
        .agg(pl.col("records").sum())
        .with_columns(reason=pl.col("because").replace(words))
    )


def _table(name: str, title: Title, row: str, figures: str, frame: pl.DataFrame) -> Table:
    columns = COLUMNS[row] + COLUMNS[figures]
    return Table(name, title, columns, frame.select(column.name for column in columns))
