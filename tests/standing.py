"""Penalties of registered firms on a real registry: delivered, linked, published, and how they stand then."""

from datetime import date, datetime, timedelta

from stdnum.cn import uscc

from registry.actions.link import link
from registry.actions.publish import Published, publish
from registry.rulebook import load
from registry.vocabulary import SourceKind
from tests.receiving import NOW, Counter, csv_text

BOOK = load()
TODAY = date(2026, 11, 23)
REGISTER = ("统一社会信用代码", "企业名称", "工商注册号", "成立日期", "核准日期", "曾用名", "更名日期")
PENALTY = (
    "行政相对人名称",
    "行政相对人代码_1(统一社会信用代码)",
    "行政相对人代码_2(工商注册号)",
    "行政相对人代码_3(组织机构代码)",
    "行政处罚决定书文号",
    "处罚类别",
    "处罚内容",
    "处罚决定日期",
    "处罚机关",
    "数据来源单位",
)
FIRM, FORMER = "乌兰察布市鑫源商贸有限公司", "乌兰察布市鑫海商贸有限公司"
A = "91150900" + "000000190"  # an organisation code that was never issued, with a right check character
A += str(uscc.calc_check_digit(A))
_clock = iter(range(1, 10_000))


def now() -> datetime:
    """A clock that goes on at every reading."""
    return NOW + timedelta(milliseconds=next(_clock))


def registered(counter: Counter, *rows: tuple[str, ...]) -> None:
    counter.take(csv_text(REGISTER, *rows), SourceKind.SUBJECTS, name=f"register{next(_clock)}.csv")


def penalty(
    *,
    name: str = FIRM,
    code: str = A,
    number: str = "",
    organisation: str = "",
    document: str = "乌市监罚〔2024〕1号",
    kinds: str = "责令停产停业",
    content: str = "停业十日",
    on: str = "2024-05-06",
    body: str = "乌兰察布市市场监督管理局",
    source: str = "乌兰察布市市场监督管理局",
) -> tuple[str, ...]:
    return (name, code, number, organisation, document, kinds, content, on, body, source)


def delivered(counter: Counter, *rows: tuple[str, ...]) -> int:
    receipt = counter.take(csv_text(PENALTY, *rows), name=f"penalties{next(_clock)}.csv")
    assert receipt.counts.rejected == 0
    return receipt.delivery or 0


def settled(counter: Counter, *, on: date = TODAY) -> Published:
    link(counter.desk.database, now=now())
    return publish(counter.desk.database, BOOK, on=on, now=now())


def standing(counter: Counter) -> list[tuple[str, str, str | None]]:
    """Document, outcome and reason of every record that has a current outcome."""
    return counter.ask(
        """SELECT r.document, p.outcome, p.because FROM publication p JOIN record r ON r.id = p.record_id
        WHERE p.retired_at IS NULL ORDER BY r.id"""
    )
