"""`/healthz`: the process answers. `/readyz`: it also reads its database. Both under /v1 as well."""

from litestar import get
from litestar.di import NamedDependency

from registry.actions.lookup import data_as_of
from registry.actions.window import Window


@get(["/healthz", "/v1/healthz"], sync_to_thread=False)
def healthz() -> dict[str, str]:
    """Alive."""
    return {"status": "ok"}


@get(["/readyz", "/v1/readyz"], sync_to_thread=False)
def readyz(window: NamedDependency[Window]) -> dict[str, str | bool | None]:
    """Ready: the rules are loaded and the database answers."""
    as_of = data_as_of(window.session)
    return {
        "status": "ok",
        "rules": window.book.digest,
        "data_as_of": as_of.isoformat() if as_of else None,
        "demo": window.demo,
    }
