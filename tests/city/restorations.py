"""Restorations of the made-up city: each names the number of a penalty and the company it was imposed on."""

from dataclasses import dataclass
from functools import cached_property

import polars as pl

from tests.city import penalties
from tests.city.draws import ROW, Draws
from tests.city.parties import fated, wrong_check
from tests.city.streams import Stream

HEADERS = {
    "name": "行政相对人名称",
    "uscc": "统一社会信用代码",
    "restored": "原处罚决定书文号",
    "kind": "修复类型",
    "document": "修复决定文号",
    "decided": "修复日期",
    "authority": "修复机关",
    "source_body": "数据来源单位",
    "local_code": "地方编码",
}
FATES = {"bad_code": 40, "future": 20, "refused": 60, "duplicate": 80}
REJECTED = {
    "bad_code": "uscc_check_character",
    "future": "decided_on_after_received",
    "refused": "kind_not_granted",
}
WAITS = {"unmatched": "nothing_to_restore", "another": "restored_by_another"}
_OTHER_BODIES = ("乌兰察布市信访局", "乌兰察布市气象局")  # the second for what the first decided itself


@dataclass(frozen=True)
class Restorations:
    """Restorations of the earliest penalties, one for each company; `about` finds the company of a row of penalties."""

    stream: Stream
    penalties: Stream
    about: pl.Expr
    wanted: int

    @cached_property
    def targets(self) -> pl.DataFrame:
        """The earliest plain penalty of each of so many companies, in the order in which they come: row, about."""
        found = pl.DataFrame(schema={"row": pl.UInt64, "fate": pl.String, "about": pl.Int64})
        for number in range(self.penalties.files):
            lines = self.penalties.lines(number).filter(~pl.col("copy"), pl.col("fate") == "plain")
            lines = lines.with_columns(about=self.about).select(found.columns)
            found = pl.concat([found, lines]).unique("about", keep="first", maintain_order=True)
            if found.height >= self.wanted:
                break
        return found.head(self.wanted)

    def made(self, lines: pl.DataFrame, register: pl.DataFrame, _: Draws) -> pl.DataFrame:
        """The restorations of some `lines` (row, fate, decided): row, fate and the columns of HEADERS."""
        targets = self.penalties.dated(self.targets[lines["row"].cast(pl.UInt32)])
        restored = penalties.made(targets, register, self.penalties.draws)
        told = restored.select("name", "uscc", "document", "authority", "local_code").rename({"document": "restored"})
        number = (ROW + 1).cast(pl.String)
        return (
            pl.concat([lines.select("row", "fate", "decided"), told], how="horizontal")
            .with_columns(
                uscc=pl.when(fated("bad_code")).then(wrong_check(pl.col("uscc"))).otherwise("uscc"),
                restored=pl.when(fated("unmatched")).then(pl.col("restored") + "之二").otherwise("restored"),
                kind=pl.when(fated("refused")).then(pl.lit("不予修复")).otherwise(pl.lit("信用修复")),
                document=pl.lit("乌信修〔") + pl.col("decided").dt.year().cast(pl.String) + "〕" + number + "号",
                authority=pl.when(fated("another")).then(_another(pl.col("authority"))).otherwise("authority"),
            )
            .with_columns(source_body="authority")
            .select("row", *HEADERS, "fate")
        )


def _another(authority: pl.Expr) -> pl.Expr:
    first, second = map(pl.lit, _OTHER_BODIES)
    return pl.when(authority == first).then(second).otherwise(first)
