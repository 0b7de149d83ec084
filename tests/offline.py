"""With POLICYKG_OFFLINE=1 no test, and no Python that a test starts, reaches any address but the machine's own.

Python's audit events (PEP 578) see every connection and every name looked up, whoever asks. Chromium, node and Java ask
the system itself: `bash requirements/offline.sh` runs the tests where the system has no other network.
"""

from __future__ import annotations

import ipaddress
import os
import sys
from pathlib import Path
from typing import Any

import pytest

VARIABLE = "POLICYKG_OFFLINE"
_EVENTS = {"socket.connect", "socket.sendto", "socket.getaddrinfo", "socket.gethostbyname", "socket.gethostbyaddr"}
_DENIED: list[str] = []


def is_local(host: object) -> bool:
    """Whether a host, as given to a socket call, is this machine."""
    if host is None or isinstance(host, bytes):
        return host is None or is_local(host.decode("ascii", "replace"))
    name = str(host).partition("%")[0]
    if name in {"", "localhost"}:
        return True
    try:
        address = ipaddress.ip_address(name)
    except ValueError:
        return False
    return address.is_loopback or address.is_unspecified


def _judge(event: str, arguments: tuple[Any, ...]) -> None:
    if event not in _EVENTS:
        return
    host = arguments[1] if event in {"socket.connect", "socket.sendto"} else arguments[0]
    # The address of a Unix socket is a path.
    if event in {"socket.connect", "socket.sendto"}:
        if not isinstance(host, tuple):
            return
        host = host[0]
    if not is_local(host):
        said = f"不许联网 no network: {event} {host}"
        _DENIED.append(said)
        raise PermissionError(said)


def deny_network() -> None:
    """From here on this process, and what Python it starts, may connect to loopback only."""
    sys.addaudithook(_judge)
    site = str(Path(__file__).parent / "offline_site")
    paths = [site, *os.environ.get("PYTHONPATH", "").split(os.pathsep)]
    os.environ["PYTHONPATH"] = os.pathsep.join(dict.fromkeys(path for path in paths if path))


def pytest_configure() -> None:
    if os.environ.get(VARIABLE) == "1":
        deny_network()


def pytest_sessionfinish(session: pytest.Session) -> None:
    """An attempt fails the run even where the code lived with the refusal."""
    if _DENIED:
        for said in dict.fromkeys(_DENIED):
            sys.stderr.write(f"\n{said}\n")
        session.exitstatus = pytest.ExitCode.TESTS_FAILED
