"""`kg serve` under 50 clients, one in ten hostile: `python benchmarks/soak.py --seconds 600`.

Good clients ask queries and pages whose answers were worked out before, one at a time, by Oxigraph in this process (the
serial oracle); hostile ones send queries that never end, evasions, bodies too large, heads that never end, and hang up
early. Told at the end: wrong answers, 5xx to good clients, times, and the server's memory and descriptors before and
after. Exit code 1 where a bound of docs/security.md does not hold.
"""

from __future__ import annotations

import argparse
import collections
import http.client
import json
import random
import socket
import statistics
import subprocess
import sys
import tempfile
import threading
import time
import urllib.parse
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import psutil
from pyoxigraph import QueryBoolean, QueryResultsFormat, QueryTriples, Store

from kg.identifiers import DEFAULT_BASE
from kg.locations import find_folder
from kg.outputs import write_outputs
from kg.pipeline import build_corpus
from kg.queries import read_queries, to_union
from kg.store import read_dataset

JSON_TYPE = "application/sparql-results+json"
FORM = "application/x-www-form-urlencoded"
DIRECT = "application/sparql-query"
ENDLESS = "SELECT (COUNT(*) AS ?n) WHERE { " + " ".join(f"?a{n} ?b{n} ?c{n} ." for n in range(14)) + " }"
HUGE = "SELECT * WHERE { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }"
PATHS = ("/", "/documents", "/entities", "/questions", "/commitments", "/disagreements", "/editor", "/nothing")


@dataclass
class Account:
    """What all clients saw; guarded by its lock."""

    times: list[float] = field(default_factory=list)
    good: collections.Counter[str] = field(default_factory=collections.Counter)
    hostile: collections.Counter[str] = field(default_factory=collections.Counter)
    wrong: list[str] = field(default_factory=list)
    lock: threading.Lock = field(default_factory=threading.Lock)


def to_rows(content: bytes) -> object:
    """An answer in JSON without the order of its rows, which SPARQL does not promise."""
    found = json.loads(content)
    if "boolean" in found:
        return found["boolean"]
    return sorted(json.dumps(row, sort_keys=True) for row in found["results"]["bindings"])


def work_out(store: Store) -> dict[str, object]:
    """The oracle: queries with their answers, one after another, in this process."""
    answers: dict[str, object] = {}
    for query in read_queries(find_folder("queries")):
        result = store.query(query.sparql)
        if isinstance(result, QueryTriples):
            continue
        content = result.serialize(format=QueryResultsFormat.JSON)
        assert isinstance(result, QueryBoolean) or content
        rows = to_rows(content or b"")
        # GROUP_CONCAT's order and SAMPLE's choice are nobody's promise.
        if "GROUP_CONCAT" not in query.sparql and "SAMPLE" not in query.sparql:
            answers[query.sparql] = rows
    return answers


def ask(port: int, method: str, path: str, body: bytes = b"", **headers: str) -> tuple[int, bytes]:
    """One request on a connection of its own."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=90)
    try:
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        connection.request(method, path, body or None, named)
        reply = connection.getresponse()
        return reply.status, reply.read()
    finally:
        connection.close()


def behave(port: int, answers: dict[str, object], account: Account, stop: threading.Event, seed: int) -> None:
    """A good client: queries three times in four, pages otherwise."""
    random_ = random.Random(seed)
    queries = list(answers)
    while not stop.is_set():
        begin = time.monotonic()
        try:
            if random_.random() < 0.75:
                text = random_.choice(queries)
                body = urllib.parse.urlencode({"query": text}).encode()
                status, content = ask(port, "POST", "/sparql", body, Content_Type=FORM, Accept=JSON_TYPE)
                wrong = status == 200 and to_rows(content) != answers[text]
                said = text[:60]
            else:
                said = random_.choice(PATHS)
                status, content = ask(port, "GET", said)
                wrong = (status == 404) != (said == "/nothing") or (status == 200 and b"</html>" not in content)
        except (OSError, http.client.HTTPException, ValueError) as error:
            status, wrong, said = 0, True, repr(error)
        with account.lock:
            account.times.append(time.monotonic() - begin)
            account.good[str(status)] += 1
            if wrong:
                account.wrong.append(f"{status} {said}")
        stop.wait(random_.random() * 0.5)


def to_head(kind: str, length: int) -> bytes:
    """The head of a query by POST."""
    return (
        f"POST /sparql HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: {kind}\r\nContent-Length: {length}\r\n\r\n"
    ).encode()


def hang_up_early(port: int, random_: random.Random) -> str:
    """Asks what never ends and leaves."""
    with socket.create_connection(("127.0.0.1", port), 30) as connection:
        body = urllib.parse.urlencode({"query": ENDLESS}).encode()
        head = (
            f"POST /sparql HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: {FORM}\r\nContent-Length: {len(body)}\r\n\r\n"
        )
        connection.sendall(head.encode() + body)
        time.sleep(random_.random())
    return "left"


def dribble(port: int, random_: random.Random) -> str:
    """Slow-loris: a head that never ends, a few bytes at a time; told is how long the server put up with it."""
    begin = time.monotonic()
    with socket.create_connection(("127.0.0.1", port), 60) as connection:
        connection.sendall(b"GET / HTTP/1.1\r\nHost: 127.0.0.1\r\n")
        try:
            while time.monotonic() - begin < 40:
                connection.sendall(b"X-a: b\r\n")
                time.sleep(random_.random() * 2)
        except OSError:
            return "cut off"
    return "never cut off"


def dribble_body(port: int, random_: random.Random) -> str:
    """A body that comes a byte at a time."""
    begin = time.monotonic()
    with socket.create_connection(("127.0.0.1", port), 60) as connection:
        connection.sendall(to_head(DIRECT, 60_000))
        try:
            while time.monotonic() - begin < 40:
                connection.sendall(b" ")
                time.sleep(random_.random())
        except OSError:
            return "cut off"
    return "never cut off"


def send_garbage(port: int, random_: random.Random) -> str:
    """Bytes that are no HTTP."""
    with socket.create_connection(("127.0.0.1", port), 30) as connection:
        connection.sendall(random_.randbytes(2000) + b"\r\n\r\n")
        connection.settimeout(30)
        return connection.recv(20).decode("latin-1")[9:12] or "closed"


def post(text: str) -> Callable[[int, random.Random], str]:
    """A client that posts a text."""
    return lambda port, _: str(ask(port, "POST", "/sparql", text.encode(), Content_Type=DIRECT)[0])


_DEEP = "SELECT * { FILTER(" + "(" * 20_000 + "1" + ")" * 20_000 + ") }"
HOSTILE: dict[str, Callable[[int, random.Random], str]] = {
    "endless": post(ENDLESS),
    "huge answer": post(HUGE),
    "brackets": post(_DEEP),
    "not not not": post("ASK { FILTER(" + "!" * 60_000 + "true) }"),
    "or or or": post("ASK { FILTER(1" + "||1" * 20_000 + ") }"),
    "service": post("SELECT * { ?s ?p trueSERVICE<http://127.0.0.1:9/>{ ?s ?p ?o } }"),
    "update": post("DROP ALL"),
    "file": post("SELECT * FROM <file:///etc/passwd> { ?s ?p ?o }"),
    "body of 4 MB": lambda port, _: str(ask(port, "POST", "/sparql", b"a" * 4_000_000, Content_Type=DIRECT)[0]),
    "another host": lambda port, _: str(ask(port, "GET", "/", Host="evil.example")[0]),
    "long address": lambda port, _: str(ask(port, "GET", "/search?q=" + "a" * 60_000)[0]),
    "garbage": send_garbage,
    "hang up": hang_up_early,
    "slow head": dribble,
    "slow body": dribble_body,
}


def misbehave(port: int, account: Account, stop: threading.Event, seed: int) -> None:
    """A hostile client: one trick after another."""
    random_ = random.Random(seed)
    while not stop.is_set():
        name = random_.choice(list(HOSTILE))
        try:
            said = HOSTILE[name](port, random_)
        except (OSError, http.client.HTTPException) as error:
            said = type(error).__name__
        with account.lock:
            account.hostile[f"{name}: {said}"] += 1


def measure(process: psutil.Process) -> tuple[float, int]:
    """The server's own memory, in megabytes (what no other process shares), and its open descriptors."""
    return process.memory_full_info().uss / 1e6, process.num_fds()


def soak(folder: Path, seconds: float, clients: int) -> bool:
    """The whole run; whether all bounds hold."""
    build = build_corpus(find_folder("corpus/hubei"), find_folder("ontology"), DEFAULT_BASE)
    write_outputs(build, folder, ["nq"])
    answers = work_out(to_union(read_dataset(folder / "graph.nq")))
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = int(free.getsockname()[1])
    command = [sys.executable, "-m", "kg", "serve", "--graph", str(folder / "graph.nq"), "--port", str(port)]
    log = folder / "log.txt"
    with log.open("w", encoding="utf-8") as said:
        server = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=said)
    try:
        wait_until_ready(port)
        return run(psutil.Process(server.pid), port, answers, seconds, clients, log)
    finally:
        server.terminate()
        server.wait(30)


def wait_until_ready(port: int) -> None:
    """Until the server answers, a minute at most."""
    for _ in range(240):
        try:
            if ask(port, "GET", "/")[0] == 200:
                return
        except OSError:
            time.sleep(0.25)
    raise TimeoutError("kg serve does not answer")


def run(
    process: psutil.Process, port: int, answers: dict[str, object], seconds: float, clients: int, log: Path
) -> bool:
    """Clients for so long, and what came of it."""
    account, stop = Account(), threading.Event()
    hostile = clients // 10
    threads = [
        threading.Thread(target=behave, args=(port, answers, account, stop, n)) for n in range(clients - hostile)
    ]
    threads += [threading.Thread(target=misbehave, args=(port, account, stop, 1000 + n)) for n in range(hostile)]
    for thread in threads:
        thread.start()
    # The caches fill in the first fifth; memory is compared from there.
    time.sleep(seconds / 5)
    warm, _ = measure(process)
    time.sleep(seconds * 4 / 5)
    stop.set()
    for thread in threads:
        thread.join()
    time.sleep(8)
    after, descriptors = measure(process)
    time.sleep(1)
    return tell(account, warm, after, descriptors, process, log)


def tell(account: Account, warm: float, after: float, descriptors: int, process: psutil.Process, log: Path) -> bool:
    """Prints the account; whether all bounds hold."""
    served = {status: count for status, count in account.good.items() if status.startswith("5") or status == "0"}
    growth = (after - warm) / warm * 100
    sockets = len(process.net_connections())
    times = sorted(account.times)
    print(f"good requests {len(times)}: {dict(account.good)}")
    late = times[int(len(times) * 0.99)]
    print(f"median {statistics.median(times):.2f} s, 99 % {late:.2f} s, longest {times[-1]:.2f} s")
    print(f"wrong answers {len(account.wrong)} {account.wrong[:3]}; 5xx or no answer {sum(served.values())}")
    for name, count in sorted(account.hostile.items()):
        print(f"  hostile {name}: {count}")
    print(f"server's memory {warm:.1f} MB -> {after:.1f} MB ({growth:+.1f} %)")
    print(f"descriptors {descriptors}, sockets {sockets}, children {len(process.children())}")
    errors = [line for line in log.read_text(encoding="utf-8").splitlines() if "Error" in line or "Traceback" in line]
    print(f"lines of errors in the log: {len(errors)} {errors[:3]}")
    cut = not any("never" in name for name in account.hostile)
    return not account.wrong and not served and growth < 5 and cut and not errors and descriptors < 60


def main() -> None:
    """Reads the arguments and runs."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=600)
    parser.add_argument("--clients", type=int, default=50)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        held = soak(Path(folder), given.seconds, given.clients)
    print("every bound holds" if held else "a bound does not hold")
    sys.exit(0 if held else 1)


if __name__ == "__main__":
    main()
