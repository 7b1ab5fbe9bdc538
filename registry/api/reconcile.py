"""`/v1/reconcile`: the Reconciliation Service API 0.2, for OpenRefine and others that speak it.

https://www.w3.org/community/reports/reconciliation/CG-FINAL-specs-0.2-20230410/. As it requires, every answer may be
read from pages of other origins (CORS); JSONP, which it leaves optional, is not offered.
"""

from typing import Annotated, Any, TypeVar

import msgspec
from litestar import Request, Response, Router, get, post
from litestar.di import NamedDependency
from litestar.enums import RequestEncodingType
from litestar.params import Body, FromQuery, QueryParameter

from registry.actions import reconcile as reconciling
from registry.actions.search import Found
from registry.actions.window import Window
from registry.api.replies import problem
from registry.errors import BadQuery, Refusal

T = TypeVar("T")
OPEN = {"access-control-allow-origin": "*", "cache-control": "no-cache", "x-content-type-options": "nosniff"}


@get("/", opt={"asks": ("queries", "extend")}, sync_to_thread=False)
def manifest_or_answer(
    request: Request[Any, Any, Any],
    window: NamedDependency[Window],
    queries: FromQuery[str | None] = None,
    extend: FromQuery[str | None] = None,
) -> Response[bytes]:
    """The manifest; or the candidates for a batch of queries, or values of properties, both as JSON in a parameter."""
    if queries is None and extend is None:
        return _reply(_manifest(str(request.base_url).rstrip("/")))
    return _answer(window, queries, extend)


@post("/", status_code=200, sync_to_thread=False)
def answer(
    window: NamedDependency[Window],
    data: Annotated[dict[str, str], Body(media_type=RequestEncodingType.URL_ENCODED)],
) -> Response[bytes]:
    """The same in a form: `queries` or `extend`."""
    return _answer(window, data.get("queries"), data.get("extend"))


@get("/suggest/entity", opt={"asks": ("prefix", "cursor")}, sync_to_thread=False)
def suggest_entity(
    window: NamedDependency[Window], prefix: FromQuery[str], cursor: FromQuery[int] = 0
) -> Response[bytes]:
    """Subjects for what has been typed so far."""
    found = reconciling.suggest(window.session, prefix, skip=cursor, on=window.today)
    notable = [reconciling.ORGANISATION]
    told = [{"id": one.code, "name": one.name, "description": _described(one), "notable": notable} for one in found]
    return _reply({"result": told})


@get("/suggest/property", opt={"asks": ("prefix", "cursor")}, sync_to_thread=False)
def suggest_property(prefix: FromQuery[str], cursor: FromQuery[int] = 0) -> Response[bytes]:
    """Properties that can be matched or fetched."""
    return _reply({"result": reconciling.named_like(prefix, reconciling.PROPERTIES)[cursor:]})


@get("/suggest/type", opt={"asks": ("prefix", "cursor")}, sync_to_thread=False)
def suggest_type(prefix: FromQuery[str], cursor: FromQuery[int] = 0) -> Response[bytes]:
    """Types of subjects."""
    return _reply({"result": reconciling.named_like(prefix, [reconciling.ORGANISATION])[cursor:]})


@get("/properties", opt={"asks": ("type", "limit")}, sync_to_thread=False)
def propose_properties(
    type_: Annotated[str, QueryParameter(name="type")] = reconciling.ORGANISATION.id,
    limit: FromQuery[int | None] = None,
) -> Response[bytes]:
    """Properties that can be fetched for a type."""
    fitting = reconciling.PROPERTIES if type_ == reconciling.ORGANISATION.id else []
    return _reply({"type": type_, "properties": fitting[:limit]})


def _answer(window: Window, queries: str | None, extend: str | None) -> Response[bytes]:
    if (queries is None) == (extend is None):
        raise BadQuery("请给出 queries 或 extend 之一。", "Give either `queries` or `extend`.")
    if queries is not None:
        batch = _read(queries, dict[str, reconciling.Query])
        return _reply(reconciling.reconcile(window.session, batch, on=window.today))
    return _reply(reconciling.extend(window.session, _read(extend or "", reconciling.Extend), on=window.today))


def _read(text: str, kind: type[T]) -> T:
    try:
        return msgspec.json.decode(text, type=kind)
    except msgspec.DecodeError as error:
        raise BadQuery("查询不是规定格式的 JSON。", "The query is not JSON of the form that is asked for.") from error


def _described(one: Found) -> str:
    return "　".join(filter(None, (one.code, one.county.zh if one.county else None, one.status)))


def _manifest(base: str) -> dict[str, Any]:
    service = f"{base}/v1/reconcile"
    return {
        "versions": ["0.2"],
        "name": "诚信 chengxin",
        "identifierSpace": f"{base}/v1/subjects/",
        "schemaSpace": "https://schema.org/Organization",
        "defaultTypes": [reconciling.ORGANISATION],
        "view": {"url": f"{base}/subjects/{{{{id}}}}"},
        "batchSize": reconciling.BATCH,
        "suggest": {
            kind: {"service_url": service, "service_path": f"/suggest/{kind}"}
            for kind in ("entity", "property", "type")
        },
        "extend": {
            "propose_properties": {"service_url": service, "service_path": "/properties"},
            "property_settings": [],
        },
    }


def _reply(told: Any) -> Response[bytes]:
    return Response(msgspec.json.encode(told), media_type="application/json", headers=OPEN)


def _refused(_: Request[Any, Any, Any], refusal: Refusal) -> Response[bytes]:
    told = problem(refusal, 400)
    told.headers["access-control-allow-origin"] = "*"
    return told


reconcile = Router(
    "/reconcile",
    route_handlers=[manifest_or_answer, answer, suggest_entity, suggest_property, suggest_type, propose_properties],
    exception_handlers={Refusal: _refused},
)
