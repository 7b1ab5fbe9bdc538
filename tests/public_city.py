"""A registry as the public meets it: two organisations of like names, and those that must never be found."""

from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from sqlmodel import Session

from registry.rulebook import load
from registry.store import counterparties
from registry.store.bases import number_in
from registry.store.database import Database
from registry.store.subject_tables import Subject, SubjectName
from registry.store.tables import Body, Delivery, Publication, Record, Setting
from tests.homes import copied, new_database, opened

BOOK = load()
TODAY, NOW = date(2026, 11, 23), datetime(2026, 11, 23, 1, 30, tzinfo=UTC)
CODE, QUIET, TRADER = "91150900MA0N00001A", "91150900MA0N00002B", "92150900MA0N00003C"
UNKNOWN, PROVISIONAL, PROVISIONAL_SHOWN = "91150900MA0N00009X", "91150900MA0N00004D", "91150900MA0N00005E"
NAME, FORMER, QUIET_NAME = "乌兰察布市云岭建材有限公司", "集宁云岭砂石有限公司", "乌兰察布市云岭商贸有限公司"
REPRESENTATIVE, IDENTITY, NOTE = "司马测试", "15090119800101123X", "内部备注不得外传"
SECRETS = (REPRESENTATIVE, IDENTITY, NOTE)
SHOWN, EXPIRED, WITHDRAWN, HELD, TOMORROW = 1, 2, 3, 4, 5
FIELDS = f'{{"confiscated_fen":0,"year":2025,"note":"{NOTE}","identity":"{IDENTITY}"}}'


def basis(rule: str, part: str) -> str:
    """The newest basis of a rule's part."""
    return [key for key in BOOK.bases if key.startswith(f"{rule}/") and key.endswith(f"/{part}")][-1]


def public_city(place: Path, *, mode: str = "production") -> Database:
    """The registry; in SQLite this new file."""
    copied(place.parent, _made, mode, name=place.name)
    return opened(place.parent, place.name)


def _made(folder: Path, mode: str) -> None:
    database = new_database(folder)
    with database.session() as session:
        session.add(Setting(key="mode", value=mode))
        session.flush()
        _fill(session)
    database.close()


def _fill(session: Session) -> None:
    session.add(
        Delivery(
            id=1, source="penalties", layout="x", file_name="x", sha256="x", encoding="utf-8", received_on=TODAY,
            read=1, accepted=1, duplicate=0, rejected=0, recorded_at=NOW,
        )
    )  # fmt: skip
    session.add_all([Body(id=11, name="集宁区市场监督管理局"), Body(id=12, name="集宁区发展和改革委员会")])
    subjects: list[tuple[str, str, dict[str, Any]]] = [
        (CODE, NAME, {"status": "存续", "county_code": "150902", "kind": "有限责任公司"}),
        (QUIET, QUIET_NAME, {"status": "存续"}),
        (TRADER, "乌兰察布市云岭小吃店", {"category": "individual_business"}),
        (PROVISIONAL, "乌兰察布市云岭无名公司", {"provisional": True}),
        (PROVISIONAL_SHOWN, "乌兰察布市云岭新设公司", {"provisional": True}),
    ]
    for number, (code, name, more) in enumerate(subjects, start=1):
        fixed: dict[str, Any] = {"category": "organisation", "legal_representative": REPRESENTATIVE, "address": NOTE}
        session.add(Subject(id=number, uscc=code, name=name, recorded_at=NOW, **{**fixed, **more}))
        session.flush()
        session.add(SubjectName(subject_id=number, normal=name, name=name, recorded_at=NOW))
    session.add(SubjectName(subject_id=1, normal=FORMER, name=FORMER, until=date(2020, 5, 1), recorded_at=NOW))
    general: dict[str, Any] = {"classes": "fine;warning", "amount_fen": 200_000, "basis": basis("penalties", "general")}
    publish(session, SHOWN, "penalties", **general)
    publish(session, EXPIRED, "penalties", shown_until=TODAY, **general)
    publish(session, WITHDRAWN, "penalties", retired_at=NOW, **general)
    publish(session, HELD, "penalties", outcome="held", **general)
    publish(session, TOMORROW, "penalties", shown_from=date(2026, 11, 24), **general)
    publish(session, 6, "permits", basis=basis("permits", "standard"))
    publish(session, 7, "honours", classes="tax_credit_a", basis=basis("honours", "standard"))
    publish(session, 8, "list-entries", classes="tax_serious", basis=basis("lists.tax_serious", "term"))
    publish(session, 9, "list-entries", classes="abnormal_operation", basis=basis("lists.abnormal_operation", "term"))
    publish(session, 10, "commitments", basis=basis("commitments", "standard"))
    publish(session, 11, "penalties", subject=3, **general)
    publish(session, 12, "permits", subject=5, basis=basis("permits", "standard"))


def publish(
    session: Session,
    number: int,
    source: str,
    *,
    basis: str,
    subject: int = 1,
    outcome: str = "shown",
    shown_from: date = date(2026, 5, 1),
    shown_until: date | None = date(2027, 5, 1),
    retired_at: datetime | None = None,
    **more: Any,
) -> None:
    """A record with its publication; by default in force on TODAY."""
    party = counterparties.known_in(session, {"category": "organisation", "name": NAME})
    session.add(
        Record(
            id=number, delivery_id=1, line=number, source=source, counterparty_id=party, key=number,
            document=f"集市监〔2026〕{number}号", title=f"事项{number}", ground="条例第四十八条",
            legal_representative=REPRESENTATIVE, body_id=11, source_body_id=12, decided_on=date(2026, 4, 20),
            facts="未按规定公示<b>年度报告</b>", content="罚款二千元", performance="全部履行", fields=FIELDS, **more,
        )
    )  # fmt: skip
    session.flush()
    session.add(
        Publication(
            record_id=number, subject_id=subject, outcome=outcome, basis_id=number_in(session, basis),
            shown_from=shown_from, shown_until=shown_until, recorded_at=NOW, retired_at=retired_at,
        )
    )  # fmt: skip
    session.flush()
