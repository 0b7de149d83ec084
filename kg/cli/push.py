"""`kg push`: the graph to a SPARQL server, such as Fuseki or Virtuoso."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import click

from kg.cli.terminal import DEFAULT_GRAPH, HELP_NAMES, Command, Failure
from kg.export.push import PROTOCOLS, Login, Server, find_protocol, push_dataset
from kg.store import read_dataset

_PASSWORD = "POLICYKG_PASSWORD"


@click.command(cls=Command, context_settings=HELP_NAMES)
@click.option("--endpoint", required=True, help="图存储或更新服务的地址 graph store or update service (URL)")
@click.option(
    "--graph", type=click.Path(path_type=Path), default=DEFAULT_GRAPH, show_default=True, help="数据文件 data"
)
@click.option(
    "--protocol",
    type=click.Choice(["auto", *PROTOCOLS]),
    default="auto",
    show_default=True,
    help="gsp：图存储协议 Graph Store Protocol；update：SPARQL Update",
)
@click.option("--into", metavar="IRI", help="全部放进这一个命名图 put everything into this one graph")
@click.option("--query-endpoint", help="核对数量时问这里 where the count is asked (URL)")
@click.option("--user", help=f"用户名 user；密码取自 password from {_PASSWORD}，或当面询问 or asked for")
@click.option("--tries", type=click.IntRange(1, 20), default=6, show_default=True, help="每块最多送几次 tries a chunk")
def push(
    endpoint: str,
    graph: Path,
    protocol: str,
    into: str | None,
    query_endpoint: str | None,
    user: str | None,
    tries: int,
) -> None:
    """送到 SPARQL 服务。Push the graph to a SPARQL server.

    \b
    kg push --endpoint http://127.0.0.1:3030/ds/data                           Fuseki
    kg push --endpoint http://127.0.0.1:8890/sparql-graph-crud-auth --user dba  Virtuoso

    同名的图换成这里的，别的图不动；断了再运行会接着送。Graphs of the same names are replaced, others stay; run it again
    and it goes on where it broke off.
    """
    server = Server(_read_login(user), tries)
    dataset = read_dataset(graph)
    chosen = find_protocol(server, endpoint) if protocol == "auto" else protocol
    progress_path = graph.with_name(f".{graph.name}.push.json")
    done = push_dataset(
        dataset, endpoint, chosen, server, progress_path,
        into=into, query_endpoint=query_endpoint, tell=_show_progress,
    )  # fmt: skip
    before = f"，此前已送 {done.resumed} 块 {done.resumed} before" if done.resumed else ""
    click.echo(
        f"已送到 pushed: {endpoint}（{chosen}）{done.graphs} 个图 graphs，{done.triples} 条三元组 triples，"
        f"数量相符 counted；送了 {done.sent} 块 chunks{before}"
    )


def _read_login(user: str | None) -> Login | None:
    if user is None:
        return None
    password = os.environ.get(_PASSWORD)
    if password is None and not sys.stdin.isatty():
        raise Failure(f"没有密码 no password: {user}；请设环境变量 set {_PASSWORD}")
    return Login(user, password if password is not None else click.prompt("密码 Password", hide_input=True))


def _show_progress(done: int, of: int) -> None:
    if sys.stderr.isatty():
        click.echo(f"\r{done}/{of}", nl=done == of, err=True)
