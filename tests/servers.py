"""Real SPARQL servers, started on free loopback ports with folders of their own and stopped cleanly."""

from __future__ import annotations

import json
import os
import shutil
import socket
import subprocess
import time
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

_START_SECONDS = 90
_STOP_SECONDS = 20


class ServerError(Exception):
    """A server did not start, load or answer; the message ends with what it last said."""


@dataclass(frozen=True, slots=True)
class Server:
    """A running server: its SPARQL query endpoint, and how to load a Turtle file into a named graph of it."""

    name: str
    endpoint: str
    load: Callable[[Path, str], None]
    graph_store: str
    """Where it speaks the Graph Store Protocol."""
    update: str
    """Where it takes SPARQL updates."""
    login: tuple[str, str] | None = None
    """Who may write, where not everybody may."""

    def to_endpoint(self, graph: str) -> str:
        """The endpoint whose default graph is this one (SPARQL 1.1 Protocol, 2.1.4)."""
        return f"{self.endpoint}?{urllib.parse.urlencode({'default-graph-uri': graph})}"


def ask_server(endpoint: str, query: str) -> dict[str, object]:
    """A query's SPARQL 1.1 JSON results, by GET as the protocol has it (2.1.1). Raises ServerError with the reply."""
    url = f"{endpoint}{'&' if '?' in endpoint else '?'}{urllib.parse.urlencode({'query': query})}"
    request = urllib.request.Request(url, headers={"Accept": "application/sparql-results+json"})
    try:
        with urllib.request.urlopen(request, timeout=60) as reply:
            answer: dict[str, object] = json.load(reply)
    except urllib.error.HTTPError as error:
        raise ServerError(f"{endpoint}: {error.code} {error.read().decode('utf-8', 'replace')[:500]}") from error
    return answer


def find_free_ports(count: int) -> list[int]:
    """Loopback ports that nobody listens on, all different."""
    sockets = [socket.socket() for _ in range(count)]
    try:
        for one in sockets:
            one.bind(("127.0.0.1", 0))
        return [one.getsockname()[1] for one in sockets]
    finally:
        for one in sockets:
            one.close()


def find_listeners(process: int) -> set[str]:
    """The addresses (`127.0.0.1:8890`) on which a process listens, as Linux's /proc tells."""
    inodes = set()
    for link in Path(f"/proc/{process}/fd").iterdir():
        try:
            target = str(link.readlink())
        except FileNotFoundError:
            continue
        if target.startswith("socket:["):
            inodes.add(target[8:-1])
    listeners = set()
    for table in ("tcp", "tcp6"):
        for line in Path(f"/proc/{process}/net/{table}").read_text(encoding="ascii").splitlines()[1:]:
            fields = line.split()
            if fields[3] == "0A" and fields[9] in inodes:
                address, port = fields[1].split(":")
                listeners.add(f"{_to_dotted(address)}:{int(port, 16)}")
    return listeners


def _to_dotted(address: str) -> str:
    words = [bytes.fromhex(address[at : at + 8])[::-1] for at in range(0, len(address), 8)]
    raw = b"".join(words)
    if len(raw) == 4:
        return socket.inet_ntop(socket.AF_INET, raw)
    return socket.inet_ntop(socket.AF_INET6, raw).removeprefix("::ffff:")


@contextmanager
def run_virtuoso(folder: Path, program: str, isql: str) -> Iterator[Server]:
    """An empty Virtuoso whose files are all in `folder` and that only this machine can reach."""
    sql_port, http_port = find_free_ports(2)
    (folder / "virtuoso.ini").write_text(_to_virtuoso_ini(folder, sql_port, http_port), encoding="utf-8")

    def run_sql(*statements: str) -> str:
        command = [
            isql,
            f"127.0.0.1:{sql_port}",
            "dba",
            "dba",
            "ERRORS=STDOUT",
            *(f"EXEC={one};" for one in statements),
        ]
        done = subprocess.run(command, capture_output=True, text=True, encoding="utf-8", timeout=120, check=False)
        if done.returncode != 0 or "*** Error" in done.stdout:
            raise ServerError(f"isql: {(done.stdout + done.stderr)[-800:]}")
        return done.stdout

    def load(path: Path, graph: str) -> None:
        # Virtuoso reads only below DirsAllowed, which is its own folder.
        copy = Path(shutil.copy(path, folder / "loaded.ttl"))
        run_sql(f"DB.DBA.TTLP_MT(file_to_string_output('{copy}'), '', '{graph}')")

    # -f: in the foreground, so that it is our child and dies with us.
    with _run_process([program, "-f", "-c", "virtuoso.ini"], folder) as process:
        endpoint = f"http://127.0.0.1:{http_port}/sparql"
        _wait_until_ready(process, folder, lambda: ask_server(endpoint, "ASK { ?s ?p ?o }"))
        _check_loopback(process)
        try:
            root = f"http://127.0.0.1:{http_port}"
            yield Server(
                "virtuoso", endpoint, load, f"{root}/sparql-graph-crud-auth", f"{root}/sparql-auth", ("dba", "dba")
            )
        finally:
            _stop_virtuoso(run_sql, process)


def _stop_virtuoso(run_sql: Callable[..., str], process: subprocess.Popen[bytes]) -> None:
    try:
        # The connection breaks when the server goes, which isql may report.
        run_sql("shutdown")
        process.wait(_STOP_SECONDS)
    except (ServerError, subprocess.TimeoutExpired):
        process.terminate()


def _to_virtuoso_ini(folder: Path, sql_port: int, http_port: int) -> str:
    return f"""[Database]
DatabaseFile = {folder}/virtuoso.db
ErrorLogFile = {folder}/virtuoso.log
LockFile = {folder}/virtuoso.lck
TransactionFile = {folder}/virtuoso.trx
xa_persistent_file = {folder}/virtuoso.pxa
[TempDatabase]
DatabaseFile = {folder}/temporary.db
TransactionFile = {folder}/temporary.trx
[Parameters]
ServerPort = 127.0.0.1:{sql_port}
DisableUnixSocket = 1
DirsAllowed = {folder}
NumberOfBuffers = 2000
MaxDirtyBuffers = 1200
MaxQueryMem = 200M
MaxMemPoolSize = 200000000
ThreadsPerQuery = 2
CheckpointInterval = 0
CaseMode = 2
[HTTPServer]
ServerPort = 127.0.0.1:{http_port}
ServerRoot = {folder}
ServerThreads = 4
Charset = UTF-8
[Client]
SQL_QUERY_TIMEOUT = 0
[VDB]
[Replication]
ServerEnable = 0
[Zero Config]
[URIQA]
DefaultHost = 127.0.0.1:{http_port}
"""


@contextmanager
def run_fuseki(folder: Path, java: str, jar: Path) -> Iterator[Server]:
    """An empty Fuseki in memory that only this machine can reach."""
    (port,) = find_free_ports(1)
    root = f"http://127.0.0.1:{port}"

    def load(path: Path, graph: str) -> None:
        # The Graph Store HTTP Protocol: PUT makes the graph or replaces it.
        request = urllib.request.Request(
            f"{root}/ds/data?{urllib.parse.urlencode({'graph': graph})}",
            data=path.read_bytes(),
            method="PUT",
            headers={"Content-Type": "text/turtle;charset=utf-8"},
        )
        with urllib.request.urlopen(request, timeout=60):
            pass

    command = [java, "-Xmx512m", "-jar", str(jar), "--localhost", f"--port={port}", "--mem", "/ds"]
    with _run_process(command, folder, {"FUSEKI_BASE": str(folder), "FUSEKI_HOME": str(folder)}) as process:
        endpoint = f"{root}/ds/query"
        _wait_until_ready(process, folder, lambda: ask_server(endpoint, "ASK { ?s ?p ?o }"))
        _check_loopback(process)
        yield Server("fuseki", endpoint, load, f"{root}/ds/data", f"{root}/ds/update")


@contextmanager
def _run_process(
    command: list[str], folder: Path, environment: dict[str, str] | None = None
) -> Iterator[subprocess.Popen[bytes]]:
    with (folder / "server.out").open("wb") as out:
        process = subprocess.Popen(
            command,
            cwd=folder,
            stdin=subprocess.DEVNULL,
            stdout=out,
            stderr=subprocess.STDOUT,
            env={**os.environ, **(environment or {})},
        )
        try:
            yield process
        finally:
            if process.poll() is None:
                process.terminate()
            try:
                process.wait(_STOP_SECONDS)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


def _wait_until_ready(process: subprocess.Popen[bytes], folder: Path, ask: Callable[[], object]) -> None:
    end = time.monotonic() + _START_SECONDS
    while time.monotonic() < end:
        if process.poll() is not None:
            break
        try:
            ask()
        except (OSError, ServerError):
            time.sleep(0.2)
        else:
            return
    said = (folder / "server.out").read_text(encoding="utf-8", errors="replace")[-1500:]
    raise ServerError(f"not ready in {_START_SECONDS} s (exit code {process.poll()}): {said}")


def _check_loopback(process: subprocess.Popen[bytes]) -> None:
    listeners = find_listeners(process.pid)
    abroad = {address for address in listeners if not address.startswith(("127.", "::1"))}
    if abroad or not listeners:
        raise ServerError(f"listens beyond loopback: {sorted(abroad)} of {sorted(listeners)}")
