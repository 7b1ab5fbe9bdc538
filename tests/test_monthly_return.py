"""How the return is written: CSV, workbook, page, chart, command."""

import json
import re
from collections.abc import Iterator
from datetime import date
from html.parser import HTMLParser
from pathlib import Path

import fastexcel
import polars as pl
import pytest
from typer.testing import CliRunner

from registry.cli.stats import app as stats
from registry.documents import monthly_return
from registry.documents.chart import bars
from registry.documents.figures import COLUMNS, TOTAL, Title
from tests.small_city import City, city_in, rows


@pytest.fixture
def city(home: str, tmp_path: Path) -> Iterator[City]:
    with city_in(tmp_path) as opened:
        yield opened


def test_cells_that_a_spreadsheet_would_run_are_neutralised_in_csv_and_text_in_the_workbook(city: City) -> None:
    city.deliver("permits", date(2026, 10, 5), rows(1, department='=HYPERLINK("x")'))
    made = city.october()

    issued = dict(monthly_return.files(made))
    text = issued["return-2026-10-by-department.csv"]
    sheet = (
        fastexcel.read_excel(issued["return-2026-10.xlsx"])
        .load_sheet("归集情况（按部门）", dtypes="string")
        .to_polars()
    )

    assert text.startswith(b"\xef\xbb\xbf")
    assert b"\n\"'=HYPERLINK(" in text
    assert sheet[-1, 0] == '=HYPERLINK("x")'


def test_the_workbook_has_a_sheet_for_each_table_with_numbers_as_numbers_and_codes_as_text(city: City) -> None:
    city.deliver("permits", date(2026, 10, 5), rows(1234))
    made = city.october()

    book = fastexcel.read_excel(monthly_return.workbook_of(made))
    county = book.load_sheet("归集情况（按旗县市区）").to_polars()

    assert book.sheet_names == ["说明", *(table.title.zh for table in made.tables)]
    assert county.dtypes[:3] == [pl.String, pl.String, pl.Float64]
    assert county.row(0)[:4] == (TOTAL, "合计", 1234.0, 1234.0)


class _Page(HTMLParser):
    def __init__(self, text: str) -> None:
        super().__init__()
        self.links: list[str] = []
        self.loaded: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        for name, value in attrs:
            if name == "href":
                self.links.append(value or "")
            if name == "src" or tag in ("script", "link", "iframe"):
                self.loaded.append(f"{tag} {value}")


def test_the_page_loads_nothing_and_links_to_every_file_of_the_return(city: City) -> None:
    city.deliver("permits", date(2026, 10, 5), rows(1234))
    issued = dict(monthly_return.files(city.october()))

    text = issued["return-2026-10.html"].decode()
    page = _Page(text)

    assert page.loaded == []
    assert set(page.links) == issued.keys() - {"return-2026-10.html"}
    assert "url(" not in text
    assert "@import" not in text
    assert "1,234" in text
    assert "行政许可入库最多，占本期的100.00%" in text


def test_the_same_figures_give_the_same_bytes(city: City) -> None:
    city.deliver("permits", date(2026, 10, 5), rows(5) | rows(2, department="", outcome="rejected"))

    assert dict(monthly_return.files(city.october())) == dict(monthly_return.files(city.october()))


def test_the_chart_keeps_its_words_as_text_and_its_bars_start_at_zero() -> None:
    svg = bars([("行政许可", 200), ("<处罚>", 50), ("守信荣誉", 0)])

    widths = [float(width) for width in re.findall(r'aria-roledescription="bar" d="M0,[\d.]+h([\d.]+)', svg)]
    assert widths == [widths[0], widths[0] / 4, 0]
    assert re.findall(r">([^<>]+)</text>", svg) == ["行政许可", "&lt;处罚&gt;", "守信荣誉", "200", "50", "0"]


def test_every_figure_has_a_definition_in_both_languages() -> None:
    undefined = [c.name for group in COLUMNS.values() for c in group if c.is_number and not (c.means_zh and c.means_en)]

    assert undefined == []


def test_the_command_writes_the_files_and_tells_them_as_json(home: str, tmp_path: Path) -> None:
    with city_in(tmp_path) as city:
        city.deliver("permits", date(2025, 10, 5), rows(7))

    asked = ["show", "2025-10", "--out", str(tmp_path / "out"), "--database", city.database.place, "--json"]
    result = CliRunner().invoke(stats, asked)

    told = json.loads(result.stdout)
    assert result.exit_code == 0
    assert told["tables"]["by-source"][0]["accepted"] == 7
    assert sorted(told["files"]) == sorted(str(path) for path in (tmp_path / "out").iterdir())


def test_an_empty_registry_has_a_return_of_zeros(city: City) -> None:
    made = city.october()

    assert {table.frame.row(0, named=True)["name"] for table in made.tables if "name" in table.frame.columns} == {
        "合计"
    }
    assert monthly_return.finding(made) == Title("本期没有入库记录", "No record was accepted in the period")
    assert b"<svg" in monthly_return.page_of(made)
