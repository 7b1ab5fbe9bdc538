"""The public pages: one search box, a chooser, one subject. They work without any script, and on paper."""

from pathlib import Path
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined
from litestar import Request, Response, Router, get
from litestar.di import NamedDependency
from litestar.exceptions import HTTPException
from litestar.params import FromPath, FromQuery

from registry.actions import lookup as looking
from registry.actions import search as searching
from registry.actions.cursors import cursor_of, day_key
from registry.actions.window import Window
from registry.errors import NotFound, Refusal
from registry.web.words import grouped, rows_of

HERE = Path(__file__).parent
CSS = (HERE / "site.css").read_bytes()
SAFE = {
    "content-security-policy": (
        "default-src 'none'; style-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    ),
    "x-content-type-options": "nosniff",
    "referrer-policy": "no-referrer",
    "x-robots-tag": "noindex, nofollow",
    "cache-control": "no-cache",
}
_templates = Environment(
    loader=PackageLoader("registry.web"),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)
_templates.globals.update(
    grouped=grouped,
    rows_of=rows_of,
    nothing_zh=looking.NOTHING_ZH,
    nothing_en=looking.NOTHING_EN,
    demo_zh=looking.DEMO_ZH,
    demo_en=looking.DEMO_EN,
)


@get("/", sync_to_thread=False)
def home(window: NamedDependency[Window]) -> Response[str]:
    """The search box."""
    return _page("home.html", demo=window.demo, q="")


@get("/subjects", sync_to_thread=False)
def chooser(window: NamedDependency[Window], q: FromQuery[str] = "") -> Response[str]:
    """Whom the text fits; the page of a subject opens by itself only if it fits that one alone, and not by likeness."""
    found = searching.search(window.session, q, on=window.today)
    if len(found.subjects) == 1 and found.after is None and found.subjects[0].score is None:
        return Response("", status_code=303, headers={**SAFE, "location": f"/subjects/{found.subjects[0].code}"})
    return _page("chooser.html", demo=found.demo, q=q, found=found.subjects, more=found.after is not None)


@get("/subjects/{code:str}", sync_to_thread=False)
def subject(window: NamedDependency[Window], code: FromPath[str]) -> Response[str]:
    """One subject, in the order of the public report."""
    view = looking.lookup(window.session, code, on=window.today, book=window.book)
    return _page("subject.html", demo=view.demo, view=view)


@get("/subjects/{code:str}/records", sync_to_thread=False)
def records(
    window: NamedDependency[Window], code: FromPath[str], cursor: FromQuery[str | None] = None
) -> Response[str]:
    """All of it, 50 at a time, for a subject of which its own page cannot list all."""
    page = looking.records(window.session, code, on=window.today, book=window.book, after=day_key(cursor))
    return _page(
        "records.html", demo=page.demo, code=looking.compact_code(code), page=page, cursor=cursor_of(page.after)
    )


@get("/site.css", sync_to_thread=False)
def style() -> Response[bytes]:
    """The one style sheet."""
    headers = {"cache-control": "public, max-age=3600", "x-content-type-options": "nosniff"}
    return Response(CSS, media_type="text/css", headers=headers)


@get("/{anywhere:path}", sync_to_thread=False)
def elsewhere(anywhere: FromPath[str]) -> None:  # noqa: ARG001  (the route needs it)
    """Every other address."""
    raise looking.nothing_public()


def _page(template: str, *, demo: bool, status: int = 200, **shown: Any) -> Response[str]:
    html = _templates.get_template(template).render(demo=demo, **shown)
    return Response(html, status_code=status, media_type="text/html", headers=SAFE)


def _refused(request: Request[Any, Any, Any], refusal: Refusal) -> Response[str]:
    status = 404 if isinstance(refusal, NotFound) else 400
    return _page("refused.html", demo=request.app.state.demo, status=status, q="", refusal=refusal)


def _misasked(request: Request[Any, Any, Any], error: HTTPException) -> Response[str]:
    refusal = Refusal("不支持的请求。", "This request is not supported.")
    return _page("refused.html", demo=request.app.state.demo, status=error.status_code, q="", refusal=refusal)


pages = Router(
    "/",
    route_handlers=[home, chooser, subject, records, style, elsewhere],
    exception_handlers={Refusal: _refused, HTTPException: _misasked},
)
