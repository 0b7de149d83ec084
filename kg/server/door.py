"""What every request passes before any route sees it: whom it is meant for, how large it is, how long it takes.

A page elsewhere can make a browser ask this server under a name of its own (DNS rebinding); the list of names that the
server goes by ends that. A body is counted as it comes, whatever its header says, and has to come in time.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import Iterable
from typing import Any

import h11
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from uvicorn.protocols.http.h11_impl import H11Protocol

from kg.server.protocol import LARGEST_QUERY

LOOPBACK = frozenset({"127.0.0.1", "localhost", "[::1]"})
# Seconds in which a request's head, and then its body, has to be there.
HEAD_SECONDS = 10.0
BODY_SECONDS = 20.0
# Connections at once; more are told to come back.
CONNECTIONS = 400
# What is read of a body that is too large, so that whoever sends it reads the answer: more is cut off.
_DRAINED = 8 * LARGEST_QUERY
_HOST = re.compile(r"(\[[0-9A-Fa-f:.]+\]|[^:\[\]]+)(?::\d{1,5})?")
_HEADERS = (
    (b"x-content-type-options", b"nosniff"),
    (b"referrer-policy", b"no-referrer"),
    (b"cross-origin-opener-policy", b"same-origin"),
    (b"cross-origin-resource-policy", b"same-origin"),
)


class Door:
    """The outermost middleware; `hosts` are the names, without a port, that a request may be made to."""

    def __init__(self, app: ASGIApp, hosts: Iterable[str] = LOOPBACK) -> None:
        self._app = app
        self._hosts = frozenset(name.lower() for name in hosts)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One request. Refused ones are answered in a line and never reach a route."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return

        async def send_safe(message: Message) -> None:
            if message["type"] == "http.response.start":
                said = {name for name, _ in message["headers"]}
                message["headers"] = [*message["headers"], *(one for one in _HEADERS if one[0] not in said)]
            await send(message)

        if not self._is_meant(scope):
            known = "、".join(sorted(self._hosts))
            await _refuse(
                421, f"这里不叫这个名字 not this server's name；可用 {known}，或 kg serve --host", scope, send_safe
            )
            return
        body = await _read_body(receive)
        if body is None:
            return
        if isinstance(body, int):
            said = {
                413: f"请求太大 larger than {LARGEST_QUERY} bytes",
                408: f"请求 {BODY_SECONDS:g} 秒没有发完 too slow",
            }
            await _refuse(body, said[body], scope, send_safe)
            return
        given = [{"type": "http.request", "body": body, "more_body": False}]

        async def receive_read() -> Message:
            return given.pop() if given else await receive()

        await self._app(scope, receive_read, send_safe)

    def _is_meant(self, scope: Scope) -> bool:
        hosts = [value.decode("latin-1").strip().lower() for name, value in scope["headers"] if name == b"host"]
        found = _HOST.fullmatch(hosts[0]) if len(hosts) == 1 else None
        return found is not None and found[1] in self._hosts


async def _read_body(receive: Receive) -> bytes | int | None:
    """A request's body; the status that refuses it, or None where whoever sent it is gone."""
    parts: list[bytes] = []
    size = 0
    try:
        async with asyncio.timeout(BODY_SECONDS):
            while True:
                message: dict[str, Any] = dict(await receive())
                if message["type"] == "http.disconnect":
                    return None
                part = message.get("body", b"")
                size += len(part)
                if size <= LARGEST_QUERY:
                    parts.append(part)
                else:
                    parts.clear()
                if not message.get("more_body") or size > _DRAINED:
                    break
    except TimeoutError:
        return 408
    return 413 if size > LARGEST_QUERY else b"".join(parts)


async def _refuse(status: int, said: str, scope: Scope, send: Send) -> None:
    async def receive_nothing() -> Message:
        return {"type": "http.disconnect"}

    response = PlainTextResponse(said + "\n", status, headers={"Connection": "close"})
    await response(scope, receive_nothing, send)


class ImpatientProtocol(H11Protocol):
    """HTTP/1.1 that closes a connection whose request has no whole head after `HEAD_SECONDS`."""

    _waiting: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        self._wait_for_head()

    def data_received(self, data: bytes) -> None:
        super().data_received(data)
        if self.conn.their_state is h11.IDLE:
            self._wait_for_head()
        else:
            self._end_waiting()

    def connection_lost(self, exc: Exception | None) -> None:
        self._end_waiting()
        super().connection_lost(exc)

    def on_response_complete(self) -> None:
        super().on_response_complete()
        # What stands at the beginning of the next request, and no more comes, is waited for no longer than a first one.
        if self.conn.their_state is h11.IDLE and self.conn.trailing_data[0]:
            self._wait_for_head()

    def _wait_for_head(self) -> None:
        if self._waiting is None:
            self._waiting = self.loop.call_later(HEAD_SECONDS, self._give_up)

    def _end_waiting(self) -> None:
        if self._waiting is not None:
            self._waiting.cancel()
            self._waiting = None

    def _give_up(self) -> None:
        self._waiting = None
        if self.conn.their_state is h11.IDLE and not self.transport.is_closing():
            self.transport.abort()
