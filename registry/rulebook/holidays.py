"""节假日安排: the holidays of a year that the packaged calendar does not know yet; an office's `holidays/*.toml`.

The State Council announces a year shortly before it begins. An office writes the announcement down; then periods that
run into that year are no longer provisional.
"""

from collections.abc import Iterable, Iterator
from datetime import date
from typing import Annotated

from msgspec import Meta

from registry.errors import RuleBroken
from registry.rulebook.law import Part, Rule, Said, Version, values_of
from registry.workdays import ANNOUNCED, Calendar

_SATURDAY = 5


class HolidaysVersion(Version, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """The year that begins on `since`: days off, and days at weekends on which public bodies work."""

    off: Annotated[tuple[date, ...], Meta(min_length=1)]
    worked: tuple[date, ...]

    def __post_init__(self) -> None:
        year = self.since.year
        if self.since != date(year, 1, 1):
            raise ValueError(f"a year begins on {year}-01-01, not on {self.since}")
        if other := [day for day in (*self.off, *self.worked) if day.year != year]:
            raise ValueError(f"{other[0]} is no day of {year}")
        if weekday := [day for day in self.worked if day.weekday() < _SATURDAY or day in self.off]:
            raise ValueError(f"{weekday[0]} is no weekend day that is worked")

    def parts(self) -> Iterator[Part]:
        title = Said(f"{self.since.year}年节假日和调休", f"Holidays and make-up days of {self.since.year}")
        yield Part(name="year", title=title, citations=(self,), values=values_of(self))


HolidaysRule = Rule[HolidaysVersion]


def calendar_of(rules: Iterable[tuple[str, HolidaysRule]]) -> Calendar:
    """The packaged calendar with the years that an office has written down; for a year in both, the office's counts.

    Raises:
        RuleBroken: a year is missing in between.
    """
    calendar = ANNOUNCED
    years = sorted((version.since.year, file, version) for file, rule in rules for version in rule.versions)
    for year, file, version in years:
        if year > calendar.through + 1:
            raise RuleBroken(
                f"规则文件 {file} 是{year}年的安排，缺少{calendar.through + 1}年的。",
                f"rule file {file} has the holidays of {year}; those of {calendar.through + 1} are missing.",
                file=file,
            )
        calendar = calendar.announcing(year, off=version.off, worked=version.worked)
    return calendar
