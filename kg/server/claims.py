"""Claims of the graph, statements and figures, each with the quotes that it is derived from."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from kg.queries.evidence import Quote
from kg.server.page_queries import FIGURES, QUOTES, STATEMENTS
from kg.server.reading import Row, ask_about
from kg.server.terms import PLANNED, Terms
from kg.server.things import Thing, read_things, to_document_page
from kg.server.workers import Workers
from kg.view.model import Text
from kg.view.terms import KG, to_local_name

_RANK = KG + "place"


@dataclass(frozen=True, slots=True)
class Statement:
    """A relation as some document says it."""

    iri: str
    subject: Thing
    relation: str
    label: Text
    inverse: Text
    object: Thing
    status: str
    status_text: Text
    quotes: tuple[Quote, ...] = ()

    @property
    def planned(self) -> bool:
        """Whether it is only intended."""
        return self.status == PLANNED

    @property
    def anchor(self) -> str:
        """Its name on a page."""
        return f"s-{to_local_name(self.iri)}"


@dataclass(frozen=True, slots=True)
class Figure:
    """A figure; `value` in base units, `written` as the document has it, `begin` and `end` ISO days or empty."""

    iri: str
    indicator: Thing
    about: Thing | None
    scope: Thing | None
    value: float
    unit: str
    unit_text: Text
    bound: str
    bound_text: Text
    kind: str
    kind_text: Text
    period: str
    begin: str
    end: str
    status: str
    status_text: Text
    written: str
    quotes: tuple[Quote, ...] = ()

    @property
    def planned(self) -> bool:
        """Whether it is only intended."""
        return self.status == PLANNED

    @property
    def ranks(self) -> bool:
        """Whether it is a place in an order, where less is better."""
        return self.unit == _RANK

    @property
    def exact(self) -> bool:
        """Whether it is neither a bound nor approximate."""
        return self.bound in {"", KG + "exactly"}

    @property
    def anchor(self) -> str:
        """Its name on a page."""
        return f"o-{to_local_name(self.iri)}"


def to_place(quote: Quote) -> str:
    """The address of a quote: its document's page at its characters."""
    return to_document_page(quote.document, quote.start, quote.end)


def find_statements(workers: Workers, terms: Terms, iris: Iterable[str]) -> list[Statement]:
    """Statements with their quotes, by their IRIs; what is no statement is left out."""
    return read_statements(workers, terms, ask_about(workers, STATEMENTS, iris))


def read_statements(workers: Workers, terms: Terms, rows: Iterable[Row]) -> list[Statement]:
    """Statements with their quotes, by rows of a query, in their order."""
    found = list(rows)
    things = read_things(workers, terms, {row[end] for row in found for end in ("subject", "object")})
    quotes = read_quotes(workers, {row["claim"] for row in found})
    return [
        Statement(
            row["claim"],
            things[row["subject"]],
            row["property"],
            terms.to_text(row["property"]),
            terms.to_inverse(row["property"]),
            things[row["object"]],
            row["status"],
            terms.to_text(row["status"]) if row["status"] else Text("", ""),
            quotes.get(row["claim"], ()),
        )
        for row in found
    ]


def read_figures(workers: Workers, terms: Terms, iris: Iterable[str]) -> list[Figure]:
    """Figures with their quotes, ordered by indicator, thing, scope and time."""
    rows = {row["claim"]: row for row in ask_about(workers, FIGURES, iris)}
    things = read_things(
        workers, terms, {row[name] for row in rows.values() for name in ("indicator", "about", "scope")}
    )
    quotes = read_quotes(workers, rows)
    figures = [_to_figure(row, terms, things, quotes.get(iri, ())) for iri, row in rows.items()]
    return sorted(figures, key=_to_order)


def read_quotes(workers: Workers, claims: Iterable[str]) -> Mapping[str, tuple[Quote, ...]]:
    """The quotes of claims (or of anything that is derived from evidence), the oldest document first."""
    found: dict[str, list[Quote]] = {}
    for row in ask_about(workers, QUOTES, claims):
        found.setdefault(row["claim"], []).append(to_quote(row))
    return {claim: tuple(sorted(set(quotes), key=order_quote)) for claim, quotes in found.items()}


def to_quote(row: Row) -> Quote:
    """A row with a quote's columns as a quote."""
    return Quote(
        row["iri"], row["document"], row["title"], row["issued"], "", row["section"], int(row["paragraph"] or 0),
        int(row["start"]), int(row["end"]), row["prefix"], row["exact"], row["suffix"],
    )  # fmt: skip


def order_quote(quote: Quote) -> tuple[str, str, int, int]:
    """The order of quotes: by day, document and place."""
    return quote.issued, quote.document, quote.start, quote.end


def _to_figure(row: Row, terms: Terms, things: Mapping[str, Thing], quotes: Sequence[Quote]) -> Figure:
    def say(name: str) -> Text:
        return terms.to_text(row[name]) if row[name] else Text("", "")

    return Figure(
        row["claim"], things[row["indicator"]], things.get(row["about"]), things.get(row["scope"]),
        _parse_number(row["value"]), row["unit"], say("unit"), row["bound"], say("bound"), row["kind"], say("kind"),
        row["period"], row["begin"], row["end"], row["status"], say("status"), row["text"] or row["value"],
        tuple(quotes),
    )  # fmt: skip


def _to_order(figure: Figure) -> tuple[str, ...]:
    ends = [one.label.zh if one else "" for one in (figure.indicator, figure.about, figure.scope)]
    return (*ends, figure.end, figure.begin, figure.status, figure.iri)


def _parse_number(text: str) -> float:
    try:
        return float(text)
    except ValueError:
        return 0.0


def show_number(value: float) -> tuple[str, str]:
    """A number as a Chinese and as an English reader takes it in: 117亿, 11.7 bn."""
    size = abs(value)
    zh = next((f"{value / by:.4g}{word}" for by, word in _CHINESE if size >= by), f"{value:.10g}")
    en = next((f"{value / by:.4g}{word}" for by, word in _ENGLISH if size >= by), f"{value:.10g}")
    return zh, en


_CHINESE = ((1e12, "万亿"), (1e8, "亿"), (1e4, "万"))
_ENGLISH = ((1e12, " tn"), (1e9, " bn"), (1e6, " m"), (1e3, "k"))
