"""The time of the office: days begin at midnight in China."""

from datetime import date, datetime, timedelta, timezone

CHINA = timezone(timedelta(hours=8), "Asia/Shanghai")


def day_of(now: datetime) -> date:
    """The day in China at a moment."""
    return now.astimezone(CHINA).date()
