"""`chengxin serve`: the public site and the JSON API, by granian; what its workers run is `registry.cli.site`."""

import multiprocessing
import os
from typing import Annotated

import typer

from registry.cli.options import DatabaseOption, registry_at, say

app = typer.Typer()
STOP_SECONDS = 3


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
        "registry.cli.site:site",
        factory=True,
        interface=Interfaces.RSGI,
        address=host,
        port=port,
        workers=workers,
        loop=Loops.auto,
        websockets=False,
        log_enabled=False,
        workers_kill_timeout=STOP_SECONDS,
        respawn_failed_workers=True,  # else the end of one would be the end of all
    ).serve()
