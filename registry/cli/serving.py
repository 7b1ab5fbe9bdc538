"""`chengxin serve`: the public site and the JSON API, by granian."""

import gc
import multiprocessing
import os
from typing import Annotated

import typer

from registry.actions.law import law_in
from registry.api.app import create_app
from registry.api.door import Door
from registry.api.faults import log_as_json, note_started
from registry.cli.options import DatabaseOption, own_rules, registry_at, say
from registry.rulebook import Rulebook, load
from registry.store.database import Database, default_place
from registry.web.pages import pages

app = typer.Typer()
STOP_SECONDS = 3


def site() -> Door:
    """What each worker runs: API and pages over the database named by CHENGXIN_DATABASE."""
    log_as_json()
    app = create_app(default_place(), pages=[pages], law=_law)
    note_started(demo=app.state.demo, process=os.getpid())
    made = Door(app, app.state.window)
    gc.collect()
    gc.freeze()  # what is here now stays: the collector need not look at it again
    return made


@app.command()
def serve(
    host: Annotated[str, typer.Option(help="Address to listen on; 0.0.0.0 for every network.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(min=1, max=65535, help="Port to listen on.")] = 8000,
    workers: Annotated[int, typer.Option(min=1, help="Processes that answer.")] = 1,
    database: DatabaseOption = None,
) -> None:
    """Serve the public site and the JSON API. / 启动查询网站与接口。

    Example: chengxin serve --port 8000 --workers 2
    """
    with registry_at(database) as opened:
        place = opened.place
    serve_site(place, host=host, port=port, workers=workers)


def serve_site(place: str, *, host: str, port: int, workers: int) -> None:
    """Serve the registry at this place until interrupted."""
    from granian import Granian
    from granian.constants import Interfaces, Loops

    os.environ["CHENGXIN_DATABASE"] = place
    # A worker forked off this process would wait for ever for the threads of polars, which do not come along.
    multiprocessing.set_start_method("spawn", force=True)
    typer.echo(
        say(f"查询网站：http://{host}:{port}/ （按 Ctrl+C 停止）", f"Site: http://{host}:{port}/ (Ctrl+C stops it)")
    )
    Granian(
        "registry.cli.serving:site",
        factory=True,
        interface=Interfaces.RSGI,
        address=host,
        port=port,
        workers=workers,
        loop=Loops.auto,
        websockets=False,
        log_enabled=False,
        workers_kill_timeout=STOP_SECONDS,
    ).serve()


def _law(database: Database) -> Rulebook:
    """The law of the registry, read through its session: a process that serves never opens a bulk connection."""
    with database.session() as session:
        return law_in(session, load(own_rules(database.folder)))
