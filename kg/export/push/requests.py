"""HTTP to a SPARQL server, with retry: what breaks or is overloaded is asked again, later each time."""

from __future__ import annotations

import time
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from http.client import HTTPException

from kg.errors import InputError, StoreError

_SECONDS = 120
_LARGEST_ANSWER = 2_000_000_000
# Overload and faults of the moment (RFC 9110, 15); 500 too: Virtuoso answers a deadlock with it.
_TRANSIENT = frozenset({408, 425, 429, 500, 502, 503, 504})
# What Virtuoso says with 500 where a user may not write.
_NOT_ALLOWED = ":SECURITY:"
_LONGEST_WAIT = 30.0


@dataclass(frozen=True, slots=True)
class Login:
    """Name and password for a server that asks for them, by Basic or Digest authentication (RFC 7617, 7616)."""

    name: str
    password: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Answer:
    """An HTTP answer: its status and its body, of a refusal one line of it."""

    status: int
    content: bytes

    @property
    def is_refusal(self) -> bool:
        """Whether the server will not: nothing is gained by asking again."""
        return self.status >= 400

    @property
    def wants_login(self) -> bool:
        """Whether it refuses because of who we are."""
        return self.status in {401, 403}


@dataclass(frozen=True, slots=True)
class Server:
    """How a server is spoken to: who we are, how often we try, how we wait."""

    login: Login | None = None
    tries: int = 6
    wait: Callable[[float], None] = time.sleep

    def ask(self, method: str, url: str, body: bytes | None = None, headers: Mapping[str, str] | None = None) -> Answer:
        """The server's answer, be it a refusal. Raises StoreError where it has failed as often as we try."""
        said = ""
        for attempt in range(self.tries):
            if attempt:
                self.wait(min(_LONGEST_WAIT, 0.5 * 2 ** (attempt - 1)))
            request = urllib.request.Request(url, data=body, method=method, headers=dict(headers or {}))
            try:
                # An opener of its own each time: urllib remembers refusals and gives up after five.
                ask = self._make_opener(url).open
                with ask(request, timeout=_SECONDS) as reply:
                    content: bytes = reply.read(_LARGEST_ANSWER + 1)
                    if len(content) > _LARGEST_ANSWER:
                        raise StoreError(
                            f"答复太大 too large an answer: {url}；请用 --query-endpoint 核对 use it to count"
                        )
                    return Answer(reply.status, content)
            except urllib.error.HTTPError as error:
                said = _read_refusal(error)
                status = 403 if _NOT_ALLOWED in said else error.code
                if status not in _TRANSIENT:
                    return Answer(status, said.encode("utf-8"))
                said = f"{error.code} {said}"
            except (OSError, HTTPException) as error:
                said = str(getattr(error, "reason", error)) or type(error).__name__
        raise StoreError(
            f"试了 {self.tries} 次仍未成功 no success in {self.tries} tries: {url} {said}；请检查服务 check the server"
        )

    def send(self, method: str, url: str, body: bytes | None = None, headers: Mapping[str, str] | None = None) -> bytes:
        """The body of a server's answer. Raises StoreError where it refuses, or has failed as often as we try."""
        answer = self.ask(method, url, body, headers)
        if answer.is_refusal:
            raise StoreError(describe_refusal(url, answer))
        return answer.content

    def _make_opener(self, url: str) -> urllib.request.OpenerDirector:
        if self.login is None:
            return urllib.request.build_opener()
        passwords = urllib.request.HTTPPasswordMgrWithDefaultRealm()
        passwords.add_password(None, url, self.login.name, self.login.password)
        return urllib.request.build_opener(
            urllib.request.HTTPDigestAuthHandler(passwords), urllib.request.HTTPBasicAuthHandler(passwords)
        )


def describe_refusal(url: str, answer: Answer) -> str:
    """One line: who refused, what it said, what to do."""
    said = answer.content.decode("utf-8", "replace")
    mend = "请用 --user 登录 log in" if answer.status in {401, 403} else "请检查地址和 --protocol check both"
    return f"服务拒绝了 the server refused: {url} {answer.status} {said}".rstrip() + f"；{mend}"


def check_address(url: str) -> None:
    """Refuse what is no HTTP address. Raises InputError."""
    try:
        parts = urllib.parse.urlsplit(url)
        usable = parts.scheme in {"http", "https"} and bool(parts.hostname) and parts.port != 0
    except ValueError:
        usable = False
    if not usable or not url.isascii() or any(character.isspace() for character in url):
        raise InputError(f"不是可用的地址 no usable address: {url}；应如 such as http://127.0.0.1:3030/ds/data")


def with_parameters(url: str, **parameters: str) -> str:
    """The address with parameters added."""
    return f"{url}{'&' if urllib.parse.urlsplit(url).query else '?'}{urllib.parse.urlencode(parameters)}"


def _read_refusal(error: urllib.error.HTTPError) -> str:
    try:
        with error:
            return " ".join(error.read(2000).decode("utf-8", "replace").split())[:200]
    except (OSError, HTTPException):
        return ""
