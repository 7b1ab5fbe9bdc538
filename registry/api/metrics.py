"""`/metrics`: the registry's state as Prometheus reads it (text exposition format)."""

from collections.abc import Iterable, Iterator
from typing import Any

from litestar import Request, Response, get
from litestar.di import NamedDependency
from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.exposition import CONTENT_TYPE_PLAIN_1_0_0
from prometheus_client.registry import Collector

from registry.actions.gauges import Gauge, measured
from registry.actions.inbox import Inbox
from registry.actions.window import Desk, Window


class _Told(Collector):
    """Numbers that were read already."""

    def __init__(self, gauges: Iterable[Gauge]) -> None:
        self._gauges = list(gauges)

    def collect(self) -> Iterator[Metric]:
        families: dict[str, GaugeMetricFamily] = {}
        for gauge in self._gauges:
            family = families.setdefault(gauge.name, GaugeMetricFamily(gauge.name, gauge.help, labels=[*gauge.labels]))
            family.add_metric([*gauge.labels.values()], gauge.value)
        yield from families.values()


@get("/metrics", sync_to_thread=True)
def metrics(
    request: Request[Any, Any, Any], window: NamedDependency[Window], desk: NamedDependency[Desk]
) -> Response[bytes]:
    """Rows, rejections by check, queues, overdue cases, how late publishing is.

    It is counted in a thread and a session of its own, since that may take seconds in which lookups are answered.
    """
    told, now = CollectorRegistry(auto_describe=False), desk.now()
    known = request.app.state.setdefault("gauges", {})
    with desk.database.session() as session:
        counted = list(measured(session, window.book, on=window.today, now=now, known=known))
    told.register(_Told([*counted, *Inbox(desk.database.folder).gauges(now)]))
    return Response(generate_latest(told), media_type=CONTENT_TYPE_PLAIN_1_0_0, headers={"cache-control": "no-store"})
