"""The monthly or yearly return as it is issued: CSV files, one workbook, one page. Data in, bytes out."""

from collections.abc import Iterator, Sequence
from datetime import datetime, time
from io import BytesIO
from typing import Any

import polars as pl
import xlsxwriter
from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from registry.documents.chart import bars
from registry.documents.figures import TOTAL, Column, Kind, Return, Table, Title
from registry.formulas import guarded
from registry.vocabulary import SourceKind

WIDTHS = {Kind.TEXT: 34, Kind.CODE: 16, Kind.COUNT: 12, Kind.RATE: 10}  # characters
NUMBERS = {Kind.COUNT: "#,##0", Kind.RATE: "0.00"}

_PAGES = Environment(
    loader=PackageLoader("registry.documents"),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)


def files(made: Return) -> Iterator[tuple[str, bytes]]:
    """Everything that is issued, as (file name, content): a CSV for each table, the workbook, the page."""
    stem = f"return-{made.period.label}"
    for table in made.tables:
        yield f"{stem}-{table.name}.csv", csv_of(table)
    yield f"{stem}-definitions.csv", _csv(definitions(made))
    yield f"{stem}.xlsx", workbook_of(made)
    yield f"{stem}.html", page_of(made)


def csv_of(table: Table) -> bytes:
    """One table: UTF-8 with a byte order mark, Chinese headings, words guarded against formulas."""
    return _csv(table.frame.rename({column.name: column.zh for column in table.columns}))


def definitions(made: Return) -> pl.DataFrame:
    """One row for each column of each table: what it is called and what it means, in Chinese and English."""
    heads = ("表 table", "表名", "列 column", "列名", "English", "口径", "Definition", "口径版本 version")
    rows = [
        (table.name, table.title.zh, one.name, one.zh, one.en, one.means_zh, one.means_en, made.version)
        for table in made.tables
        for one in table.columns
    ]
    return pl.DataFrame(rows, schema=dict.fromkeys(heads, pl.String), orient="row")


def workbook_of(made: Return) -> bytes:
    """The workbook (XLSX): a sheet on the return and its definitions, then one sheet for each table."""
    content = BytesIO()
    with xlsxwriter.Workbook(content, {"in_memory": True}) as book:
        book.set_properties({"title": title(made).zh, "created": datetime.combine(made.made_on, time())})
        told = definitions(made)
        lines = [title(made).zh, title(made).en, *(line for note in notes(made) for line in (note.zh, note.en)), ""]
        _sheet(book, "说明", lines, [Column(name, Kind.TEXT, name, "") for name in told.columns], told)
        for table in made.tables:
            _sheet(book, table.title.zh, [], table.columns, table.frame)
    return content.getvalue()


def as_data(made: Return) -> dict[str, Any]:
    """The return as plain data for programs: period, days (ISO), version, tables as lists of rows by column name."""
    return {
        "period": made.period.label,
        "since": str(made.period.since),
        "through": str(made.through),
        "made_on": str(made.made_on),
        "provisional": made.is_provisional,
        "version": made.version,
        "tables": {table.name: table.frame.to_dicts() for table in made.tables},
    }


def page_of(made: Return) -> bytes:
    """The page (HTML, UTF-8): tables first, then one chart; it needs no other file and no server font."""
    parts = [row for row in made.table("by-source").iter_rows(named=True) if row["code"] != TOTAL]
    defined: set[str] = set()
    sections = []
    for table in made.tables:
        new = [column for column in table.columns if column.means_zh and column.means_zh not in defined]
        defined.update(column.means_zh for column in new)
        sections.append((table, new, f"return-{made.period.label}-{table.name}.csv"))
    page = _PAGES.get_template("monthly_return.html.j2").render(
        made=made,
        title=title(made),
        notes=notes(made),
        headline=headline(made),
        sections=sections,
        finding=finding(made),
        chart=Markup(bars([(row["name"], row["accepted"]) for row in parts])),  # noqa: S704  our own SVG, escaped by it
        total=TOTAL,
        written=written,
        workbook=f"return-{made.period.label}.xlsx",
        definitions=f"return-{made.period.label}-definitions.csv",
    )
    return page.encode()


def title(made: Return) -> Title:
    """What the return is called."""
    kind, en = ("年报", "Annual") if made.period.is_year else ("月报", "Monthly")
    return Title(
        f"{made.period.zh}公共信用信息统计{kind}", f"{en} return of public credit information, {made.period.label}"
    )


def notes(made: Return) -> list[Title]:
    """What the reader must know of the whole return: period, day, version, what is left out."""
    recalled = made.table("deliveries").row(0, named=True)
    told = [
        Title(
            f"统计期 {made.period.since} 至 {made.through}（含）；编制日 {made.made_on}；口径版本 {made.version}。",
            f"Period {made.period.since} to {made.through} inclusive; made on {made.made_on}; "
            f"definitions {made.version}.",
        ),
        Title(
            f"本期收到后撤回 {recalled['recalled']:,} 批、{recalled['recalled_rows']:,} 行，未计入各表。",
            f"Recalled and not counted, of the deliveries of the period: {recalled['recalled']:,} "
            f"({recalled['recalled_rows']:,} rows).",
        ),
    ]
    if made.is_provisional:
        told.append(Title("统计期尚未结束，本表为阶段数。", "The period is not over: these figures are provisional."))
    return told


def headline(made: Return) -> list[tuple[Title, str]]:
    """The figures that stand above the tables, as written."""
    rows = made.table("by-source").row(0, named=True)
    subjects = made.table("subjects").row(0, named=True)
    listed = made.table("persons").filter(code=SourceKind.LIST_ENTRIES.value)["accepted"].item()
    late, unlinked = made.table("timeliness")["late_rate"][0], made.table("linking")["unlinked_in_all_rate"][0]
    return [
        (Title("本期入库", "Accepted"), f"{rows['accepted']:,}"),
        (Title("入库率", "Accepted of read"), f"{rows['accepted_rate']:.2f}%"),
        (Title("双公示迟报率", "Late"), f"{late:.2f}%"),
        (Title("累计未关联率", "Unlinked in all"), f"{unlinked:.2f}%"),
        (Title("名单期末在册", "List entries at the end"), f"{made.table('lists')['closing'][0]:,}"),
        (Title("守信激励主体", "Honoured"), f"{subjects['honoured']:,}"),
        (Title("信用修复主体", "Restored"), f"{subjects['restored']:,}"),
        (Title("严重失信市场主体", "On serious lists"), f"{subjects['serious']:,}"),
        (Title("名单所涉自然人（只计数）", "Persons on lists, counted only"), listed),
    ]


def finding(made: Return) -> Title:
    """What the chart shows, in one sentence."""
    total, *parts = made.table("by-source").rows(named=True)
    if not total["accepted"]:
        return Title("本期没有入库记录", "No record was accepted in the period")
    most = max(parts, key=lambda row: int(row["accepted"]))
    share = 100 * most["accepted"] / total["accepted"]
    kind = most["code"].replace("-", " ")
    return Title(f"{most['name']}入库最多，占本期的{share:.2f}%", f"Most were {kind}: {share:.2f}% of the period")


def written(value: object, column: Column) -> str:
    """A cell as the page shows it: thousands apart, rates with two decimals, words as they are."""
    if isinstance(value, str) or value is None:
        return value or ""
    return f"{value:.2f}" if column.kind is Kind.RATE else f"{value:,}"


def _csv(frame: pl.DataFrame) -> bytes:
    return frame.with_columns(guarded(pl.selectors.string())).write_csv(include_bom=True, float_precision=2).encode()


def _sheet(book: Any, name: str, lines: list[str], columns: Sequence[Column], frame: pl.DataFrame) -> None:
    """A sheet: lines of text, then the heading (frozen), then the rows; every word is written as text."""
    sheet = book.add_worksheet(name)
    heading = book.add_format({"bold": True, "bg_color": "#E8EEF5", "bottom": 1, "text_wrap": True, "valign": "top"})
    total = {"bold": True} if not lines else {}
    for row, line in enumerate(lines):
        sheet.write_string(row, 0, line)
    top = len(lines)
    sheet.freeze_panes(top + 1, 0)
    for place, column in enumerate(columns):
        sheet.set_column(place, place, WIDTHS[column.kind])
        sheet.write_string(top, place, f"{column.zh}\n{column.en}".strip(), heading)
        formats = [book.add_format({"num_format": NUMBERS.get(column.kind, "@")} | bold) for bold in (total, {})]
        for row, value in enumerate(frame[column.name]):
            write = sheet.write_string if isinstance(value, str) else sheet.write
            write(top + 1 + row, place, value, formats[row > 0])
