"""What `/metrics` tells is what the registry holds, in numbers alone."""

from datetime import timedelta
from pathlib import Path

from litestar.testing import TestClient
from prometheus_client.parser import text_string_to_metric_families

from registry.actions.publish import publish
from registry.api.app import create_app
from tests.receiving import NOW, PENALTY, RECEIVED_ON, counter_in, penalties, penalty

LATER = NOW + timedelta(hours=2)


def numbers(place: str) -> dict[tuple[str, ...], float]:
    with TestClient(create_app(place, today=lambda: RECEIVED_ON, now=lambda: LATER)) as client:
        reply = client.get("/metrics")
    assert reply.status_code == 200
    assert PENALTY[0] not in reply.text
    return {
        (sample.name, *(sample.labels[label] for label in sorted(sample.labels))): sample.value
        for family in text_string_to_metric_families(reply.text)
        for sample in family.samples
    }


def test_rows_rejections_queues_and_lag_are_told_and_the_lag_ends_with_publishing(home: str, tmp_path: Path) -> None:
    with counter_in(tmp_path) as counter:
        counter.take(penalties(penalty(), penalty(行政处罚决定书文号=""), penalty(处罚决定日期="2031-01-01")))
        database = counter.desk.database
        before = numbers(database.place)
        publish(database, counter.desk.book, on=RECEIVED_ON, now=LATER)
        after = numbers(database.place)

    assert before[("chengxin_rows", "accepted", "penalties")] == 1
    assert before[("chengxin_rows", "rejected", "penalties")] == 2
    assert before[("chengxin_rejected_rows", "document_missing")] == 1
    assert before[("chengxin_waiting", "unpublished_batches")] == 1
    assert before[("chengxin_publication_lag_seconds",)] == 7200
    assert before[("chengxin_overdue_cases",)] == 0
    assert after[("chengxin_waiting", "unpublished_batches")] == 0
    assert after[("chengxin_publication_lag_seconds",)] == 0
