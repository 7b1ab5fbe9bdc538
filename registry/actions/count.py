"""Counting a month or a year: every part adds up to its total, or the return is refused."""

from datetime import date, timedelta

import polars as pl

from registry.documents import return_tables as tables
from registry.documents.figures import Period, Return, Title
from registry.errors import BadQuery, Refusal
from registry.office import Office
from registry.store import tallies
from registry.store.bulk import snapshot
from registry.store.database import Database
from registry.vocabulary import SourceKind

OPEN = date(9999, 12, 31)


class FiguresDisagree(Refusal):
    """Figures of one return that must be equal are not: it is not given out."""

    code = "figures-disagree"


def counted(database: Database, office: Office, period: Period, *, made_on: date) -> Return:
    """The return of `period` from what the registry holds on the day `made_on`.

    Raises:
        BadQuery: the period has not begun.
        FiguresDisagree: parts do not add up to their total, or opening + in - out is not closing.
    """
    if made_on < period.since:
        raise BadQuery(f"{period.zh}尚未开始，不能统计。", f"{period.label} has not begun and cannot be counted.")
    since, until = period.since, min(period.until, made_on + timedelta(days=1))
    with snapshot(database) as seen:
        delivered = tallies.deliveries(seen, since, until)
        tallied = tallies.tallies(seen, since, until)
        records, reasons = tallies.records(seen, since, until, made_on)
        displayed = displays(tallies.listed(seen, until))
        withheld = tallies.list_reasons(seen, until)
        concerned = tallies.concerned(seen, since, until)

    by_source = tables.By("source", "source", tables.sources())
    by_dual = tables.By("source", "source", tables.sources(tables.DUAL))
    by_department = tables.By("department_code", "department", tables.register(office.departments))
    by_county = tables.By("county_code", "county", tables.register(office.counties))
    shaped = (
        tables.collected("by-source", Title("归集情况（按数据来源）", "Collected, by source kind"), tallied, by_source),
        tables.collected(
            "by-department", Title("归集情况（按部门）", "Collected, by department"), tallied, by_department
        ),
        tables.collected("by-county", Title("归集情况（按旗县市区）", "Collected, by county"), tallied, by_county),
        tables.deliveries(delivered),
        tables.timeliness("timeliness", Title("双公示及时性", "Permits and penalties in time"), tallied, by_dual),
        tables.timeliness(
            "timeliness-by-department",
            Title("双公示及时性（按部门）", "In time, by department"),
            tallied,
            by_department,
        ),
        tables.linking(records),
        tables.outcomes(records),
        tables.reasons(reasons),
        tables.lists(displayed, since, until),
        tables.list_reasons(withheld),
        tables.subjects(concerned, tables.register(office.counties)),
        tables.persons(tallied),
    )
    made = Return(period, made_on, until - timedelta(days=1), shaped)
    _require_agreement(made, delivered, tallied, records)
    return made


def displays(listed: pl.DataFrame) -> pl.DataFrame:
    """The unbroken displays of list entries: list, since, until (exclusive; 9999-12-31 = open), way (how it ended).

    Versions of one decision, and a publication that takes over from a retired one, are one display.
    """
    instant = pl.from_epoch("retired_at", "ms").dt.replace_time_zone("UTC")
    by_term = pl.col("retired_on").is_null() | (pl.col("shown_until") <= pl.col("retired_on"))
    reason = pl.col("reason").replace({"removed": "restored"})  # an early removal is a restoration
    named = pl.when(reason.is_in(tables.WAYS_OUT)).then(reason).otherwise(pl.lit("other"))
    spans = (
        listed.with_columns(
            pl.col("list").fill_null(""),
            retired_on=instant.dt.convert_time_zone("Asia/Shanghai").dt.date(),
        )
        .with_columns(
            until=pl.min_horizontal("shown_until", "retired_on").fill_null(OPEN),
            way=pl.when(by_term).then(pl.lit("expired")).otherwise(named),
        )
        .filter(pl.col("until") > pl.col("shown_from"))
        .sort("list", "key", "shown_from", "until")
    )
    reached = pl.col("until").cum_max().shift(1).over("list", "key")
    begins = (pl.col("shown_from") > reached).fill_null(True)
    return (
        spans.with_columns(display=begins.cum_sum())
        .group_by("display")
        .agg(
            pl.col("list").first(),
            pl.col("shown_from").min().alias("since"),
            pl.col("until").max(),
            pl.col("way").sort_by("until").last(),
        )
    )


def _require_agreement(made: Return, delivered: pl.DataFrame, tallied: pl.DataFrame, records: pl.DataFrame) -> None:
    """Receipts, tallies and records tell the same numbers, and every table adds up."""
    figures = ("read", *tables.ROWS)
    receipts = _by_source(delivered.filter(recalled=0), *figures)
    _require(
        receipts.equals(_by_source(tables.told_apart(tallied), *figures)), "回执与分项计数", "receipts and tallies"
    )
    kept = pl.col("source") != SourceKind.SUBJECTS
    kept_records = _by_source(records.filter(kept), "records").rename({"records": "accepted"})
    accepted = receipts.filter(kept).select("source", "fresh", "accepted").filter(pl.col("accepted") > 0)
    _require(kept_records.equals(accepted), "回执与入库记录", "receipts and records")

    totals = {name: made.table(name)[0].drop("code", "name") for name in ("by-source", "by-department", "by-county")}
    for name, total in totals.items():
        _require(total.equals(totals["by-source"]), f"各表合计（{name}）", f"the totals of {name} and by-source")
    told = sum(totals["by-source"][word][0] for word in tables.ROWS)
    _require(
        told == totals["by-source"]["read"][0], "入库＋重复＋疑问与报送", "accepted + duplicate + rejected and read"
    )
    outcomes, lists = made.table("outcomes"), made.table("lists")
    _require_equal_columns(outcomes, pl.sum_horizontal(tables.STATES), "records_in_all")
    _require_equal_columns(lists, pl.sum_horizontal(tables.WAYS_OUT), "left")
    _require_equal_columns(lists, pl.col("opening") + pl.col("entered") - pl.col("left"), "closing")
    withheld = outcomes["held"][0] + outcomes["unpublishable"][0]
    _require(
        withheld == made.table("reasons")["records"][0], "未公示记录与其原因", "records not shown and their reasons"
    )


def _by_source(frame: pl.DataFrame, *figures: str) -> pl.DataFrame:
    return frame.group_by("source", "fresh").agg(pl.col(figures).sum()).sort("source", "fresh")


def _require_equal_columns(frame: pl.DataFrame, parts: pl.Expr, whole: str) -> None:
    wrong = frame.filter(parts != pl.col(whole))["code"].to_list()
    _require(not wrong, f"{'、'.join(wrong)} 的各列与 {whole}", f"the columns of {', '.join(wrong)} and {whole}")


def _require(holds: bool, zh: str, en: str) -> None:
    if not holds:
        raise FiguresDisagree(f"{zh}不一致，统计表未生成。", f"{en} disagree: no return was made.")
