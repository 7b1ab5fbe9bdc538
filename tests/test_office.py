"""The register of departments and counties, and the division history it counts by."""

from pathlib import Path

import polars as pl
import pytest
from stdnum.cn import uscc

from registry import divisions
from registry.errors import OfficeFileBroken
from registry.identifiers import area_of
from registry.office import DEFAULT, Office, load_office

OFFICE = load_office(None)
COUNTIES = "code,name,short\n150900,乌兰察布市本级,市本级\n150902,集宁区,集宁\n"
DEPARTMENTS = "code,name,uscc,county_code,aliases\nA,甲局,11150900000010014T,150900,甲\nB,乙局,,150902,\n"


def _counties_of(areas: list[str | None], office: Office = OFFICE) -> list[str | None]:
    return pl.DataFrame({"area": areas}).select(office.county_of(pl.col("area"))).to_series().to_list()


def _folder(tmp_path: Path, departments: str = DEPARTMENTS, counties: str = COUNTIES) -> Path:
    (tmp_path / "departments.csv").write_text(departments, encoding="utf-8")
    (tmp_path / "counties.csv").write_text(counties, encoding="utf-8")
    return tmp_path


def test_a_division_of_any_edition_is_known_and_no_other() -> None:
    areas = pl.DataFrame({"area": ["150902", "152601", "150971", "999999", "", None]})

    assert areas.select(divisions.known(pl.col("area"))).to_series().to_list() == [
        True,
        True,
        False,
        False,
        False,
        False,
    ]


@pytest.mark.parametrize(
    ("area", "now"),
    [
        ("150902", "150902"),
        ("152601", "150902"),
        ("152600", "150900"),
        ("422526", "420682"),  # replaced twice
        ("130504", None),  # split up among two
        ("330202", None),  # replaced by itself in the table
        ("999999", None),
    ],
)
def test_an_old_division_leads_to_the_one_in_force(area: str, now: str | None) -> None:
    assert pl.select(divisions.current(pl.lit(area))).item() == now


def test_every_code_that_follows_a_division_is_in_force() -> None:
    table = divisions.table()
    now = table.select(divisions.current(pl.col("code"))).to_series().drop_nulls().unique()

    assert set(now) == set(table.filter(pl.col("current") == "1")["code"])


def test_the_office_that_is_packaged_has_eleven_counties_the_zone_and_about_seventy_departments() -> None:
    assert OFFICE.level == "150900"
    assert OFFICE.counties.height == 1 + 11 + 1
    assert 65 <= OFFICE.departments.height <= 80
    assert OFFICE.departments["code"].str.contains(r"^[A-Z]+(-\d{6})?$").all()


def test_the_unified_codes_of_departments_are_well_formed_and_were_never_issued() -> None:
    for code in OFFICE.departments["uscc"]:
        assert uscc.is_valid(code)
        assert code[:2] == "11"
        assert code[8:12] == "0000"


def test_an_area_counts_for_its_county_under_its_old_code_too() -> None:
    assert _counties_of(["152601", "150902", "150971", "152832"]) == ["150902", "150902", "150971", "150928"]


def test_an_area_of_the_city_that_is_no_county_counts_for_the_city() -> None:
    assert _counties_of(["150900", "152600", "150999"]) == ["150900", "150900", "150900"]


def test_an_area_outside_the_city_counts_for_no_county() -> None:
    assert _counties_of(["150000", "110101", "152633", "15090", "", None]) == [None] * 6


def test_an_office_of_a_region_counts_by_its_cities(tmp_path: Path) -> None:
    counties = "code,name,short\n150000,自治区本级,本级\n150900,乌兰察布市,乌兰察布\n"
    region = load_office(_folder(tmp_path, "code,name,uscc,county_code,aliases\nA,甲局,,150000,\n", counties))

    assert _counties_of(["152601", "150102", "110101"], region) == ["150900", "150000", None]


@pytest.mark.parametrize(
    ("name", "code", "department"),
    [
        ("无名局", "11150900000010014T", "FGW"),
        ("乌兰察布市发展和改革委员会", None, "FGW"),
        ("乌兰察布市 发改委", "", "FGW"),
        ("乌兰察布市教育局", "11150900000010014T", "FGW"),
        ("北京市教育局", None, None),
        (None, None, None),
    ],
)
def test_a_body_is_a_department_by_its_code_else_by_its_name(
    name: str | None, code: str | None, department: str | None
) -> None:
    body = pl.DataFrame({"name": [name], "code": [code]}, schema={"name": pl.String, "code": pl.String})

    found = pl.coalesce(OFFICE.department_coded(pl.col("code")), OFFICE.department_named(pl.col("name")))

    assert body.select(found).item() == department


def test_every_name_of_a_body_stands_once_and_only_its_own_name_has_the_code() -> None:
    bodies = OFFICE.body_to_department

    assert bodies.columns == ["body_code", "body_name", "department_code", "county_code"]
    assert bodies["body_name"].is_unique().all()
    assert bodies["body_code"].drop_nulls().sort().to_list() == OFFICE.departments["uscc"].sort().to_list()
    assert bodies.filter(pl.col("body_name") == "乌兰察布市环境保护局").row(0) == (
        None,
        "乌兰察布市环境保护局",
        "STHJ",
        "150900",
    )


@pytest.mark.parametrize(
    ("department", "local", "authority", "county"),
    [
        ("SCJG-150981", "150902", "11150921000010734L", "150981"),
        ("SCJG", "152601", "11150921000010734L", "150902"),
        ("SCJG", None, "11150921000010734L", "150921"),
        ("SCJG", "150900", "11150921000010734L", "150921"),
        ("SCJG", "110101", "11110101000010734L", "150900"),
        (None, None, None, "150900"),
    ],
)
def test_a_row_counts_for_the_county_of_its_department_else_of_its_local_code_else_of_its_authority(
    department: str | None, local: str | None, authority: str | None, county: str
) -> None:
    values = {"department": department, "local": local, "authority": authority}
    row = pl.DataFrame({column: [value] for column, value in values.items()}, schema=dict.fromkeys(values, pl.String))
    asked = OFFICE.county_below(
        OFFICE.county_of_department(pl.col("department")),
        OFFICE.county_of(pl.col("local")),
        OFFICE.county_of(area_of(pl.col("authority"))),
    )

    assert row.select(asked).item() == county


def test_an_office_may_bring_its_own_register(tmp_path: Path) -> None:
    office = load_office(_folder(tmp_path))

    assert office.departments["code"].to_list() == ["A", "B"]
    assert office.departments["uscc"].to_list() == ["11150900000010014T", None]
    assert office.body_to_department["body_name"].to_list() == ["甲局", "乙局", "甲"]


def test_the_packaged_register_reads_the_same_from_its_folder() -> None:
    assert load_office(DEFAULT).departments.equals(OFFICE.departments)


@pytest.mark.parametrize(
    ("departments", "counties", "told"),
    [
        (DEPARTMENTS.replace("county_code", "county"), COUNTIES, "county_code"),
        (DEPARTMENTS.replace("B,乙局", "A,乙局"), COUNTIES, "repeats A"),
        (DEPARTMENTS.replace("乙局", "甲"), COUNTIES, "repeats 甲"),
        (DEPARTMENTS.replace("150902", "150999"), COUNTIES, "150999"),
        (DEPARTMENTS.replace("014T", "0148"), COUNTIES, "11150900000010" + "0148"),
        (DEPARTMENTS.replace("B,", ","), COUNTIES, "code"),
        (DEPARTMENTS, COUNTIES.replace("150902", "150900"), "repeats 150900"),
        (DEPARTMENTS, COUNTIES.replace("short", "brief"), "short"),
        (DEPARTMENTS, "", "counties.csv"),
    ],
)
def test_a_register_that_contradicts_itself_is_refused(
    tmp_path: Path, departments: str, counties: str, told: str
) -> None:
    with pytest.raises(OfficeFileBroken, match=told):
        load_office(_folder(tmp_path, departments, counties))


def test_a_register_in_another_encoding_or_not_there_at_all_is_refused(tmp_path: Path) -> None:
    with pytest.raises(OfficeFileBroken, match=r"counties\.csv"):
        load_office(tmp_path)

    _folder(tmp_path)
    (tmp_path / "departments.csv").write_bytes(DEPARTMENTS.encode("gb18030"))
    with pytest.raises(OfficeFileBroken, match=r"departments.csv.*UTF-8"):
        load_office(tmp_path)
