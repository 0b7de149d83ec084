"""What the pages have in common: they run beside the event loop, and say in a page what they cannot show."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote as escape

from starlette.requests import Request
from starlette.responses import Response

from kg.errors import PolicykgError
from kg.server.claims import to_place
from kg.server.language import get_visit, lang, read_visit, set_visit
from kg.server.protocol import Refusal
from kg.server.site import Site, find_site, render


@dataclass(frozen=True, slots=True)
class Pager:
    """Where in a long list a page stands: its number from 1, how many there are, how many things in all."""

    number: int
    size: int
    total: int

    @property
    def count(self) -> int:
        """How many pages there are, at least one."""
        return max(1, -(-self.total // self.size))

    @property
    def offset(self) -> int:
        """How many things stand before this page."""
        return (self.number - 1) * self.size

    def link(self, number: int) -> str:
        """The address of another page of the list."""
        return get_visit().link(page=number if number > 1 else "")


def make_pager(request: Request, size: int, total: int) -> Pager:
    """The pager of a request's `page`; what is no page of the list is its first or last."""
    given = request.query_params.get("page", "1")
    number = int(given) if given.isascii() and given.isdigit() and len(given) < 7 else 1
    return Pager(min(max(number, 1), max(1, -(-total // size))), size, total)


def in_thread(page: Callable[[Request], Response]) -> Callable[[Request], Awaitable[Response]]:
    """A page that asks the graph, run in a thread; where the graph gives no answer, a page that says so."""

    async def run(request: Request) -> Response:
        try:
            return await asyncio.to_thread(page, request)
        except PolicykgError as error:
            return show_refusal(find_site(request), Refusal(503, str(error)))

    return run


def show_missing(site: Site, said_zh: str, said_en: str, sought: str = "") -> Response:
    """The page for what is not there, with ways on."""
    links = [
        ("/", lang("首页", "Home")),
        ("/entities", lang("全部实体", "All entities")),
        ("/documents", lang("全部文件", "All documents")),
    ]
    if sought:
        links.insert(0, (f"/search?q={escape(sought, safe='')}", lang(f"搜索“{sought}”", f"Search for “{sought}”")))
    title, said = lang("没有找到", "Not found"), lang(said_zh, said_en)
    return render(site, "message.html", 404, title=title, said=said, links=links)


def show_refusal(site: Site, refusal: Refusal) -> Response:
    """The page for what cannot be answered as it is asked, or not now."""
    title = lang("现在答不出", "No answer") if refusal.status >= 500 else lang("没有找到", "Not found")
    return render(
        site, "message.html", refusal.status, title=title, said=refusal.reason, links=[("/", lang("首页", "Home"))]
    )


def show_page(site: Site, name: str, **content: Any) -> Response:
    """A template's page; `place` gives the address of a quote."""
    return render(site, name, place=to_place, **content)


async def show_no_page(request: Request, error: Exception) -> Response:
    """What is answered to an address that leads nowhere."""
    path = request.url.path
    return show_missing(find_site(request), f"没有这个页面：{path}", f"There is no such page: {path}")


async def show_fault(request: Request, error: Exception) -> Response:
    """What is answered where our own code failed: its traceback goes to the server's log, never to the reader."""
    set_visit(read_visit(request.url.path, request.url.query, request.cookies)[0])
    return show_refusal(
        find_site(request),
        Refusal(
            500,
            lang(
                f"服务器出错了，这是程序的错误：{request.url.path}；请把日志里的最后几行报告给我们",
                f"This is a fault of the program: {request.url.path}; please report the last lines of the server's log",
            ),
        ),
    )
