"""In which language and theme a page is shown, and where its reader is: said by the address, else by a cookie."""

from __future__ import annotations

from collections.abc import Mapping
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Literal as Choice
from typing import TypeVar
from urllib.parse import parse_qsl, quote, urlencode

from kg.view.model import Text

Language = Choice["zh", "en"]
Theme = Choice["auto", "light", "dark"]

_LANGUAGES: tuple[Language, ...] = ("zh", "en")
_THEMES: tuple[Theme, ...] = ("auto", "light", "dark")
_T = TypeVar("_T", bound=str)
_CHOICES = {("lang", one) for one in _LANGUAGES} | {("theme", one) for one in _THEMES}
_YEAR = 365 * 24 * 3600


@dataclass(frozen=True, slots=True)
class Visit:
    """One request as its page sees it: language, theme, the path and the search part without `lang` and `theme`."""

    language: Language = "zh"
    theme: Theme = "auto"
    path: str = "/"
    search: tuple[tuple[str, str], ...] = ()

    def link(self, **values: str | int) -> str:
        """The address of this page with some of its values others; an empty value leaves its name out."""
        named = {name: str(value) for name, value in values.items()}
        pairs = [(name, value) for name, value in self.search if name not in named]
        pairs += [(name, value) for name, value in named.items() if value]
        # A path of two slashes would be another host's address (RFC 3986, 4.2), and browsers read `\` as `/`.
        path = "/" + quote(self.path.lstrip("/\\"), safe="/:@!$&'()*+,;=~")
        return path + (f"?{urlencode(pairs)}" if pairs else "")

    def is_at(self, *paths: str) -> bool:
        """Whether the page is one of these, or stands below one of them."""
        return any(self.path == path or self.path.startswith(f"{path}/") for path in paths)


_NOWHERE = Visit()
_VISIT: ContextVar[Visit] = ContextVar("visit")


def read_visit(path: str, search: str, cookies: Mapping[str, str]) -> tuple[Visit, dict[str, str]]:
    """The visit that a request makes, and the cookies to set for what its address chooses."""
    pairs = parse_qsl(search, keep_blank_values=True)
    chosen = {name: value for name, value in pairs if (name, value) in _CHOICES}
    language = _choose(_LANGUAGES, chosen.get("lang"), cookies.get("lang"))
    theme = _choose(_THEMES, chosen.get("theme"), cookies.get("theme"))
    rest = tuple((name, value) for name, value in pairs if name not in {"lang", "theme"})
    return Visit(language, theme, path, rest), chosen


def _choose(known: tuple[_T, ...], *given: str | None) -> _T:
    return next((one for value in given for one in known if one == value), known[0])


def to_cookie(name: str, value: str) -> str:
    """A Set-Cookie that keeps a choice for a year, for this site alone."""
    return f"{name}={value}; Path=/; Max-Age={_YEAR}; SameSite=Lax"


def set_visit(visit: Visit) -> None:
    """Make a visit the one that pages rendered from here on are for (each request has a context of its own)."""
    _VISIT.set(visit)


def get_visit() -> Visit:
    """The visit that the page being rendered is for."""
    return _VISIT.get(_NOWHERE)


def say(text: Text) -> str:
    """A label in the reader's language."""
    return lang(text.zh, text.en)


def lang(zh: str, en: str) -> str:
    """Of two texts the one in the reader's language; the other where it is empty."""
    return (en or zh) if get_visit().language == "en" else (zh or en)
