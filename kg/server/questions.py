"""The question pack as pages, its answers as `.json`, `.csv` and `.md`, and as a packet to take away."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from kg.errors import QueryError, StoreError
from kg.locations import find_folder
from kg.queries import (
    Ask,
    Query,
    Table,
    bind_parameters,
    check_choices,
    describe_choices,
    describe_empty,
    read_headings,
    to_csv,
    to_json,
    to_markdown,
    to_titled,
)
from kg.queries.evidence import Backing, find_backing, to_quiet
from kg.queries.packet import Edition, to_citation, to_command, to_packet
from kg.server.answers import MOST_ROWS, to_lines, to_search
from kg.server.charts import CODES, draw_chart, find_codes
from kg.server.drawing import Drawing
from kg.server.forms import make_fields
from kg.server.highlight import to_pieces
from kg.server.packets import find_edition
from kg.server.pages import show_missing
from kg.server.protocol import Refusal, to_status
from kg.server.site import TABLE_TYPE, Site, find_site, parse_table, refuse, render
from kg.server.workers import Ask as WorkerAsk

_FORMS = {"json": (TABLE_TYPE, to_json), "csv": ("text/csv", to_csv), "md": ("text/markdown", to_markdown)}
_PACKET = "zip"
# The words that the pack is sorted by, as its readers say them; a word without one stands as it is.
_TAGS: Mapping[str, str] = {
    "agency": "部门",
    "commitment": "承诺",
    "cooperation": "合作",
    "document": "文件",
    "enterprise": "企业",
    "evidence": "依据",
    "figure": "数字",
    "fund": "基金",
    "industry": "产业",
    "mechanism": "机制",
    "money": "资金",
    "organization": "机构",
    "overview": "概览",
    "path": "联系",
    "platform": "平台",
    "programme": "计划",
    "quality": "核对",
    "region": "地区",
    "structure": "组成",
    "support": "支持",
    "system": "体系",
    "technology": "技术",
    "time": "时间",
    "zone": "园区",
}


@dataclass(frozen=True, slots=True)
class _Asked:
    """A question with the values given, and its text with them bound."""

    query: Query
    values: Mapping[str, str]
    text: str


async def _list(request: Request) -> Response:
    site = find_site(request)
    groups: dict[str, list[Query]] = {}
    for query in site.questions.values():
        groups.setdefault(query.tags[0] if query.tags else "", []).append(query)
    ordered = [
        (_TAGS.get(tag, ""), tag, queries) for tag, queries in sorted(groups.items(), key=lambda one: -len(one[1]))
    ]
    return render(site, "questions.html", groups=ordered, count=len(site.questions))


async def _show(request: Request) -> Response:
    site = find_site(request)
    query = site.questions.get(request.path_params["name"])
    if query is None:
        name = request.path_params["name"]
        return show_missing(
            site, f"没有这个问题：{name}；全部问题在 /questions", f"No such question: {name}; all are at /questions"
        )
    return await asyncio.to_thread(_render, site, query, _read_values(request, query))


def _render(site: Site, query: Query, values: Mapping[str, str]) -> Response:
    ask = to_quiet(_to_ask(site))
    shared = _show_form(query, values, ask)
    asked = _bind(site, query, values)
    if isinstance(asked, Refusal):
        return render(site, "question.html", asked.status, **shared | {"fault": asked.reason})
    shared |= {"pieces": to_pieces(asked.text), "text": asked.text}
    answered = _answer(site, asked.text)
    if isinstance(answered, Refusal):
        return render(site, "question.html", answered.status, **shared | {"fault": answered.reason})
    backing = find_backing(asked.text, answered, ask)
    choices = "" if answered.rows else describe_choices(query, values, ask)
    found = {
        "columns": answered.columns,
        "count": len(answered.rows),
        "left_out": max(0, len(answered.rows) - MOST_ROWS),
        "lines": to_lines(answered, backing),
        "drawing": _draw(query, answered, backing, ask),
        "empty": describe_empty(query, values, choices),
        "citation": to_citation(query, values, len(answered.rows), find_edition(site.workers)),
    }
    return render(site, "question.html", **shared | found)


def _show_form(query: Query, values: Mapping[str, str], ask: Ask) -> dict[str, Any]:
    """What the page has whether the question is answered or not."""
    return {
        "query": query,
        "fields": make_fields(query, values, ask),
        "search": to_search(values),
        "command": to_command(query, values),
        "fault": "",
        "pieces": to_pieces(query.sparql),
        "text": query.sparql,
        "drawing": None,
        "lines": (),
        "count": 0,
    }


def _draw(query: Query, table: Table, backing: Backing, ask: Ask) -> Drawing | None:
    if query.chart is None or not table.rows:
        return None
    codes = find_codes(ask(CODES)) if query.chart.kind == "regions" else {}
    return draw_chart(query.chart, table, backing, codes)


async def _answer_file(request: Request) -> Response:
    site = find_site(request)
    query, form = site.questions.get(request.path_params["name"]), request.path_params["form"]
    if query is None or form not in {*_FORMS, _PACKET}:
        return refuse(
            Refusal(404, f"没有这个问题或格式 no such question or form；可用 {'、'.join((*_FORMS, _PACKET))}")
        )
    return await asyncio.to_thread(_write, site, query, form, _read_values(request, query))


def _write(site: Site, query: Query, form: str, values: Mapping[str, str]) -> Response:
    asked = _bind(site, query, values)
    if isinstance(asked, Refusal):
        return refuse(asked)
    answered = _answer(site, asked.text)
    if isinstance(answered, Refusal):
        return refuse(answered)
    if form == _PACKET:
        return _pack(site, asked, answered, find_edition(site.workers))
    media_type, write = _FORMS[form]
    if form == "md":
        answered = to_titled(answered, read_headings(find_folder("queries")))
    return Response(write(answered), media_type=media_type, headers=_to_disposition("inline", f"{query.name}.{form}"))


def _pack(site: Site, asked: _Asked, table: Table, edition: Edition) -> Response:
    try:
        backing = find_backing(asked.text, table, _to_ask(site))
    except StoreError as error:
        # A packet without its evidence would be no proof of anything.
        return refuse(Refusal(503, str(error)))
    content = to_packet(asked.query, asked.values, asked.text, table, backing, edition)
    return Response(
        content, media_type="application/zip", headers=_to_disposition("attachment", f"{asked.query.name}.zip")
    )


def _to_disposition(kind: str, name: str) -> dict[str, str]:
    return {"Content-Disposition": f'{kind}; filename="{name}"'}


def _read_values(request: Request, query: Query) -> dict[str, str]:
    given = request.query_params
    return {one.name: given[one.name] for one in query.parameters if given.get(one.name, "").strip()}


def _bind(site: Site, query: Query, values: Mapping[str, str]) -> _Asked | Refusal:
    try:
        check_choices(query, values, to_quiet(_to_ask(site)))
        return _Asked(query, values, bind_parameters(query, values))
    except QueryError as error:
        return Refusal(400, str(error))


def _answer(site: Site, text: str) -> Table | Refusal:
    reply = site.workers.ask(WorkerAsk(text, TABLE_TYPE))
    return to_status(reply) or parse_table(reply.content)


def _to_ask(site: Site) -> Ask:
    """How what stands beside an answer is asked of the same graph; raises StoreError where it gives none."""

    def ask(text: str) -> Table:
        answered = _answer(site, text)
        if isinstance(answered, Refusal):
            raise StoreError(answered.reason)
        return answered

    return ask


ROUTES = (
    Route("/questions", _list),
    Route("/questions/{name}.{form:str}", _answer_file),
    Route("/questions/{name}", _show),
)
