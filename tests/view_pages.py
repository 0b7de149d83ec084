"""Opening pages of the view in a browser without a network, and waiting for them: for the tests of the view."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, BrowserContext, Page


@dataclass
class Opened:
    """A page with all that it said and asked for."""

    page: Page
    url: str
    said: list[str] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)


Open = Callable[..., Opened]


def open_file(browser: Browser, path: Path, address: str, **options: Any) -> tuple[Opened, BrowserContext]:
    """A file opened offline, waited for until it is drawn."""
    usual: dict[str, Any] = {"viewport": {"width": 1440, "height": 900}, "offline": True}
    context = browser.new_context(**usual | options)
    opened = Opened(context.new_page(), path.as_uri())
    opened.page.on("console", lambda message: opened.said.append(message.text))
    opened.page.on("pageerror", lambda error: opened.said.append(str(error)))
    opened.page.on("request", lambda request: opened.asked.append(request.url))
    opened.page.goto(opened.url + address)
    wait_until(opened.page, "Boolean(window.policykg && window.policykg.times.firstDrawing)")
    return opened, context


def wait_until(page: Page, script: str, argument: object = None) -> None:
    """Playwright's own waiting evaluates text inside the page, which the page's policy forbids."""
    deadline = time.monotonic() + 20
    while not page.evaluate(script, argument):
        assert time.monotonic() < deadline, script
        page.wait_for_timeout(20)


def settle(page: Page) -> None:
    """Until nothing moves and the last frame is drawn."""
    wait_until(page, "!window.policykg.isAnimating()")
    page.evaluate("() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))")
