"""`kg serve`: the graph over HTTP, read-only, on this machine."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from kg.cli.terminal import DEFAULT_GRAPH, HELP_NAMES, Command, Failure
from kg.locations import find_folder
from kg.queries import read_queries
from kg.store import open_dataset


@click.command("serve", cls=Command, context_settings=HELP_NAMES)
@click.option(
    "--graph", type=click.Path(path_type=Path), default=DEFAULT_GRAPH, show_default=True, help="数据文件 data"
)
@click.option("--host", default="127.0.0.1", show_default=True, help="监听的地址 address to listen on")
@click.option(
    "--allow-host", "allowed", multiple=True, metavar="名称 NAME", help="浏览器里可用的主机名 a name to be reached by"
)
@click.option("--port", type=click.IntRange(0, 65535), default=8080, show_default=True, help="端口 port")
@click.option("--seconds", type=click.FloatRange(min=0.1), default=30.0, show_default=True, help="每次最多几秒 limit")
@click.option("--workers", type=click.IntRange(min=1), default=2, show_default=True, help="同时答几个 queries at once")
def serve(graph: Path, host: str, allowed: tuple[str, ...], port: int, seconds: float, workers: int) -> None:
    """在本机提供网页和 SPARQL 端点（只读）。Serve pages and a read-only SPARQL endpoint on this machine."""
    try:
        import uvicorn

        from kg.server import CONNECTIONS, LOOPBACK, ImpatientProtocol, Limits, Workers, make_app
    except ImportError as error:
        raise Failure(f"缺少 {error.name}：请安装 pip install 'policykg[serve]' is needed") from error
    open_dataset(graph)
    pool = Workers(graph, Limits(seconds=seconds, workers=workers))
    names = {*LOOPBACK, f"[{host}]" if ":" in host else host, *allowed}
    app = make_app(pool, read_queries(find_folder("queries")), graph.parent, names)
    config = uvicorn.Config(
        app,
        host=host,
        port=port,
        log_level="warning",
        server_header=False,
        http=ImpatientProtocol,
        ws="none",
        limit_concurrency=CONNECTIONS,
    )
    server = uvicorn.Server(config)
    click.echo(f"打开 open  http://{host}:{port}/   SPARQL  http://{host}:{port}/sparql   停止 stop: Ctrl-C")
    try:
        server.run()
    except SystemExit as error:
        raise Failure(f"不能监听 cannot listen on {host}:{port}；请换 --port") from error
    finally:
        pool.close()
    sys.exit(0)
