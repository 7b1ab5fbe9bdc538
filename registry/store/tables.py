"""The tables: what was delivered is appended and never changed; what is public is derived beside it.

Days are ISO dates; instants are UTC milliseconds; money is integer fen (分). `retired_at` closes a
derived row without deleting it, so that any earlier state can be rebuilt.
"""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, Column, ForeignKey, Index, Text
from sqlmodel import Field, SQLModel

from registry.store import subject_tables  # noqa: F401  (columns of other tables name its rows)
from registry.store.columns import BIG, JSON_TEXT, Instant, id_column, instant, reference


class Setting(SQLModel, table=True):
    """What this registry is: `mode` is `production` or `demo`; a demo may publish on unverified law."""

    key: str = Field(primary_key=True)
    value: str


class Delivery(SQLModel, table=True):
    """报送批次: one file (or one sheet of a workbook) that a department delivered, with its receipt.

    Its records are numbered in one run, from `first_id` to `last_id`; those of rows that repeated one stay free.
    """

    __table_args__ = (Index("delivery_content", "sha256", "sheet", "source", unique=True),)

    id: int | None = Field(default=None, sa_column=id_column())
    source: str
    layout: str
    file_name: str
    sha256: str
    sheet: str = ""
    encoding: str
    delimiter: str = ""
    department_code: str | None = None
    received_on: date
    read: int
    accepted: int
    duplicate: int
    rejected: int
    blank: int = 0
    warnings: str = "{}"
    duration_ms: int = 0
    feedback: str | None = None
    first_id: int | None = Field(default=None, sa_column=Column(BIG))
    last_id: int | None = Field(default=None, sa_column=Column(BIG))
    linked: int = 0  # of its records those that carry their link themselves
    recorded_at: datetime = Field(sa_column=instant())


class Body(SQLModel, table=True):
    """A public body (机关、单位) as deliveries name it; `id` is the digest of its code and name."""

    id: int = Field(sa_column=Column(BIG, primary_key=True, autoincrement=False))
    name: str
    code: str | None = None


class Counterparty(SQLModel, table=True):
    """行政相对人: whom records say they are about, as delivered; `id` is the digest of all that is told."""

    id: int = Field(sa_column=Column(BIG, primary_key=True, autoincrement=False))
    category: str
    name: str | None = None
    uscc: str | None = None
    organisation_code: str | None = None  # where no unified code holds it
    registration_number: str | None = None


class Record(SQLModel, table=True):
    """信用记录: one official decision as delivered, cleaned and typed; never changed. Its delivery says when it was
    recorded.

    `fields` is a JSON object of what no column holds; `display_until` is the text that was delivered.
    """

    id: int | None = Field(default=None, sa_column=id_column())
    delivery_id: int = Field(sa_column=reference("delivery.id"))
    line: int
    source: str
    counterparty_id: int = Field(sa_column=Column(BIG, nullable=False))
    legal_representative: str | None = None  # restricted; kept only where no unified code identifies
    document: str | None = None
    title: str | None = None
    classes: str | None = None
    procedure: str | None = None
    amount_fen: int | None = Field(default=None, sa_column=Column(BIG))
    ground: str | None = Field(default=None, sa_column=Column(Text))
    body_id: int | None = Field(default=None, sa_column=Column(BIG))
    source_body_id: int | None = Field(default=None, sa_column=Column(BIG))
    decided_on: date | None = None
    starts_on: date | None = None
    ends_on: date | None = None
    noticed_on: date | None = None
    served_on: date | None = None
    status: str | None = None
    department_code: str | None = None
    county_code: str | None = None
    content: str | None = Field(default=None, sa_column=Column(Text))
    facts: str | None = Field(default=None, sa_column=Column(Text))
    licence: str | None = None
    licence_number: str | None = None
    performance: str | None = None
    display_until: str | None = None
    fields: str = Field(sa_column=Column(JSON_TEXT, nullable=False))
    key: int = Field(sa_column=Column(BIG, nullable=False))
    subject_id: int | None = Field(default=None, sa_column=Column(BIG))  # the link it carries (`registry.store.links`)


class RecordKey(SQLModel, table=True):
    """What makes a record the one it is: `key` digests the natural key of its layout, `content` its version.

    Apart from the record, so that a delivery's keys go in sorted, whatever its order. A server looks them up
    by `key` alone.
    """

    __tablename__ = "record_key"
    __table_args__ = ({"sqlite_with_rowid": False},)

    key: int = Field(sa_column=Column(BIG, primary_key=True, autoincrement=False))
    content: int = Field(sa_column=Column(BIG, primary_key=True, autoincrement=False))
    record_id: int = Field(sa_column=reference("record.id"))


class GatheredKey(SQLModel, table=True):
    """Keys that came lately and are not in `record_key` yet, in the same columns (`registry.store.keys`)."""

    __tablename__ = "gathered_key"
    __table_args__ = ({"sqlite_with_rowid": False},)

    key: int = Field(sa_column=Column(BIG, primary_key=True, autoincrement=False))
    content: int = Field(sa_column=Column(BIG, primary_key=True, autoincrement=False))
    record_id: int = Field(sa_column=reference("record.id"))


class Unlinked(SQLModel, table=True):
    """A record that waits for a subject (未关联): the queue of linking. A natural person's record is never in it.

    `name_id` is its `WaitingName`, 0 if it is of no organisation; null until `registry.actions.gathering` has read it.
    """

    __table_args__ = (Index("unlinked_name", "name_id"),)

    record_id: int = Field(sa_column=reference("record.id", primary=True))
    name_id: int | None = Field(default=None, sa_column=Column(BIG))


class Fresh(SQLModel, table=True):
    """A batch of records that nobody has judged yet, in the columns that the gate and the law ask for.

    `rows` is an Arrow file (`store.unjudged.UNJUDGED` and `line`), so that publishing need not read the records.
    """

    first_id: int = Field(sa_column=reference("record.id", primary=True))
    delivery_id: int = Field(sa_column=reference("delivery.id", primary=True))
    rows: bytes


class Unjudged(SQLModel, table=True):
    """A record whose outcome must be derived again, because its link, its version or its standing changed."""

    record_id: int = Field(sa_column=reference("record.id", primary=True))


class Provenance(SQLModel, table=True):
    """A further delivery of a record that was already here: the same decision from another file or line."""

    delivery_id: int = Field(sa_column=reference("delivery.id", primary=True))
    line: int = Field(primary_key=True)
    record_id: int = Field(sa_column=reference("record.id"))


class Version(SQLModel, table=True):
    """A later version of a decision and an earlier one: it `supersedes` what its own source body (else deciding
    body) delivered; with another body's version it `conflicts`, and waits if that one goes before."""

    record_id: int = Field(sa_column=reference("record.id", primary=True))
    earlier_id: int = Field(sa_column=Column(BIG, ForeignKey("record.id"), primary_key=True, index=True))
    relation: str  # supersedes, conflicts
    recorded_at: datetime = Field(sa_column=instant())


class Rejection(SQLModel, table=True):
    """疑问数据: a row that failed; `checks` lists all it failed, `cells` is the row without personal columns."""

    delivery_id: int = Field(sa_column=reference("delivery.id", primary=True))
    line: int = Field(primary_key=True)
    checks: str = Field(sa_column=Column(Text, nullable=False))
    cells: str = Field(sa_column=Column(Text, nullable=False))


class Tally(SQLModel, table=True):
    """Rows of one delivery by department, county, outcome and timeliness: what the monthly return adds up."""

    delivery_id: int = Field(sa_column=reference("delivery.id", primary=True))
    department_code: str = Field(primary_key=True)
    county_code: str = Field(primary_key=True)
    category: str = Field(primary_key=True)
    outcome: str = Field(primary_key=True)  # accepted, duplicate, rejected
    timeliness: str = Field(primary_key=True)  # timely, late, undated
    rows: int


class Link(SQLModel, table=True):
    """关联: which subject a record is about, how that was found, and whether it may carry a publication.

    The current link of a record is the one that is not retired; there is never more than one. A record without any row
    here may carry its link itself.
    """

    __table_args__ = ({"sqlite_with_rowid": False},)

    record_id: int = Field(sa_column=reference("record.id", primary=True))
    recorded_at: datetime = Field(sa_column=Column(Instant(), primary_key=True))
    subject_id: int = Field(sa_column=reference("subject.id"))
    how: str
    state: str
    because: str | None = None
    retired_at: datetime | None = Field(default=None, sa_column=instant(nullable=True))
    retired_by: int | None = Field(default=None, sa_column=Column(BIG, nullable=True))  # event of a judgement


class BasisSaid(SQLModel, table=True):
    """A basis (依据) that some outcome rests on: `said` is `rule/since/part`, a key into the rulebook."""

    __tablename__ = "basis"

    id: int = Field(primary_key=True)
    said: str = Field(unique=True)


class Publication(SQLModel, table=True):
    """公示: what the law makes of a record: shown from and until, held or not publishable, and on what basis.

    `shown_until` is exclusive; null = no end. The current
    outcome of a record is the one that is not retired; there is never more than one. Kept together by subject (0 while
    a record has none), since that is how it is asked for.
    """

    __table_args__ = (
        CheckConstraint(
            "outcome <> 'shown' OR (basis_id IS NOT NULL AND shown_from IS NOT NULL)", name="shown_on_a_basis"
        ),
        {"sqlite_with_rowid": False},
    )

    subject_id: int = Field(sa_column=Column(BIG, primary_key=True, autoincrement=False))
    record_id: int = Field(sa_column=reference("record.id", primary=True))
    recorded_at: datetime = Field(sa_column=Column(Instant(), primary_key=True))
    outcome: str
    because: str | None = None
    basis_id: int | None = None
    shown_from: date | None = None
    shown_until: date | None = None
    first_shown_on: date | None = None  # carried while a record once shown is held, so that its period goes on
    retired_at: datetime | None = Field(default=None, sa_column=instant(nullable=True))
    retired_because: str | None = None
