"""Every row is accounted for: read = accepted + duplicate + rejected, whatever is handed in."""

import tempfile
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from loaders.sources import SOURCES
from registry.errors import Refusal
from registry.vocabulary import SourceKind
from tests.receiving import Counter, code, counter_in, csv_text

CELLS = st.one_of(
    st.sampled_from(["", "— —", code(), code(2), "0" * 17 + "X", "9.15E+17", "150902000012345", "甲公司", "王某"]),
    st.sampled_from(["2026-03-05", "2026/3/5", "45292", "2099-12-31", "1900-01-01", "2017.0"]),
    st.sampled_from(["警告", "罚款;没收违法所得", "暂扣或者吊销许可证", "0.2", "2000元", "1,000", "1", "自然人"]),
    st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=8),
)
LAYOUTS = [(kind, layout) for kind, source in SOURCES.items() for layout in source.layouts]


@st.composite
def deliveries(draw: st.DrawFn) -> tuple[SourceKind, bytes, int]:
    """A file of any kind in any encoding, and how many rows in it are not blank."""
    kind, layout = draw(st.sampled_from(LAYOUTS))
    fields = draw(st.lists(st.sampled_from(sorted(layout.columns)), max_size=6, unique=True))
    fields = list(dict.fromkeys([*layout.required, *fields]))
    headers = [layout.columns[field][0] for field in fields]
    rows = draw(st.lists(st.lists(CELLS, min_size=1, max_size=len(headers) + 1), max_size=8))
    delimiter = draw(st.sampled_from(",\t;"))
    encoding = draw(st.sampled_from(["utf-8", "utf-8-sig", "gb18030", "utf-16"]))
    text = csv_text(headers, *rows, delimiter=delimiter)
    return kind, text.encode(encoding), sum(any(cell for cell in row) for row in rows)


@pytest.fixture(scope="module")
def counter(home: str) -> Iterator[Counter]:
    with tempfile.TemporaryDirectory() as folder, counter_in(Path(folder)) as opened:
        yield opened


@settings(deadline=None, max_examples=settings().max_examples // 5)
@given(delivery=deliveries())
def test_every_row_is_accepted_a_duplicate_or_rejected(
    counter: Counter, delivery: tuple[SourceKind, bytes, int]
) -> None:
    kind, content, filled = delivery
    receipt = counter.take(content, kind)
    counts = receipt.counts

    def rows(table: str, count: str = "count(*)") -> int:
        return int(counter.ask(f"SELECT {count} FROM {table} WHERE delivery_id = {receipt.delivery}")[0][0])  # noqa: S608

    assert counts.read == counts.accepted + counts.duplicate + counts.rejected
    assert filled - receipt.blank <= counts.read <= filled
    assert (rows("record"), rows("provenance"), rows("rejection")) == (
        counts.accepted, counts.duplicate, counts.rejected,
    )  # fmt: skip
    assert rows("tally", "coalesce(sum(rows), 0)") == counts.read
    assert counter.take(content, kind).repeated


@settings(deadline=None, max_examples=settings().max_examples // 6)
@given(
    content=st.one_of(st.binary(max_size=200), st.text(max_size=80).map(str.encode)),
    kind=st.sampled_from(SourceKind),
)
def test_no_input_whatever_gives_anything_but_a_receipt_or_a_refusal(
    counter: Counter, content: bytes, kind: SourceKind
) -> None:
    with suppress(Refusal):
        assert counter.take(content, kind).counts.read >= 0
