"""A question in words: the page `/ask`, and `/ask.json` for programs."""

from __future__ import annotations

import asyncio
import json
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from kg.asking import Answer, Candidate, Matcher, answer_question, describe_abstention, describe_values
from kg.errors import QueryError, StoreError
from kg.queries import Query, Table, to_json
from kg.queries.packet import to_command
from kg.server.answers import MOST_ROWS, to_lines, to_place, to_search
from kg.server.protocol import Refusal, to_route, to_status
from kg.server.search import find_catalogue
from kg.server.site import TABLE_TYPE, Site, find_site, parse_table, refuse, render
from kg.server.workers import Ask

_LONGEST = 500
_QUOTES = 20
_SAMPLES = 8
_NOTHING: dict[str, Any] = {"answer": None, "chosen": None, "nearest": [], "fault": "", "abstention": "", "lines": ()}


async def _show(request: Request) -> Response:
    site, question = find_site(request), _read_question(request)
    shared = _NOTHING | {"question": question, "samples": _choose_samples(site)}
    if not question:
        return render(site, "ask.html", **shared)
    answer = await _answer(request, question)
    if isinstance(answer, Refusal):
        return render(site, "ask.html", answer.status, **shared | {"fault": answer.reason})
    nearest = [_to_shown(one) for one in answer.reading.nearest]
    shared |= {"answer": answer, "nearest": nearest}
    if answer.reading.chosen is None or answer.table is None:
        return render(site, "ask.html", **shared | {"abstention": describe_abstention(answer.reading)})
    found = {
        "chosen": _to_shown(answer.reading.chosen),
        "columns": answer.table.columns,
        "count": len(answer.table.rows),
        "left_out": max(0, len(answer.table.rows) - MOST_ROWS),
        "lines": to_lines(answer.table, answer.backing) if answer.backing else (),
        "quotes": [{"quote": one, "href": to_place(one)} for one in answer.quotes[:_QUOTES]],
        "more_quotes": max(0, len(answer.quotes) - _QUOTES),
    }
    return render(site, "ask.html", **shared | found)


async def _answer_json(request: Request) -> Response:
    question = _read_question(request)
    if not question:
        return refuse(Refusal(400, "缺少问题 no question：请写 /ask.json?q=…"))
    answer = await _answer(request, question)
    if isinstance(answer, Refusal):
        return refuse(answer)
    chosen = answer.reading.chosen
    said: dict[str, Any] = {
        "question": question,
        "chosen": None if chosen is None else _to_plain(chosen),
        "nearest": [_to_plain(one) for one in answer.reading.nearest],
        "reason": "".join(describe_abstention(answer.reading)) if chosen is None else "",
        "answer": None if answer.table is None else json.loads(to_json(answer.table)),
        "empty": answer.empty,
        "evidence": [
            {
                "sentence": one.before + one.exact + one.after,
                "quote": one.exact,
                "document": one.document,
                "title": one.title,
                "start": one.start,
                "end": one.end,
            }
            for one in answer.quotes
        ],
    }
    return JSONResponse(said, headers={"Cache-Control": "no-store"})


def _read_question(request: Request) -> str:
    return request.query_params.get("q", "").strip()[:_LONGEST]


async def _answer(request: Request, question: str) -> Answer | Refusal:
    catalogue = await find_catalogue(request)
    if isinstance(catalogue, Refusal):
        return catalogue
    matcher = await catalogue.find_matcher(request)
    return await asyncio.to_thread(_answer_now, find_site(request), matcher, question)


def _answer_now(site: Site, matcher: Matcher, question: str) -> Answer | Refusal:
    refused: list[Refusal] = []

    def ask(text: str) -> Table:
        reply = site.workers.ask(Ask(text, TABLE_TYPE))
        refusal = to_status(reply)
        if refusal is not None:
            refused.append(refusal)
            raise StoreError(refusal.reason)
        return parse_table(reply.content)

    try:
        return answer_question(matcher, question, ask)
    except QueryError as error:
        return Refusal(400, str(error))
    except StoreError as error:
        return refused[-1] if refused else Refusal(503, str(error))


def _to_plain(one: Candidate) -> dict[str, Any]:
    return {
        "query": one.query.name,
        "summary": one.query.summary_zh,
        "summary_en": one.query.summary_en,
        "parameters": dict(one.values),
        "fit": round(one.score, 3),
        "command": to_command(one.query, one.values),
        "href": to_route(one.query) + to_search(one.values),
    }


def _to_shown(one: Candidate) -> dict[str, Any]:
    return _to_plain(one) | {
        "values": "" if one.missing else describe_values(one),
        "values_en": "" if one.missing else describe_values(one, english=True),
        "like": one.sample,
        "files": {
            form: f"{to_route(one.query)}.{form}{to_search(one.values)}" for form in ("csv", "json", "md", "zip")
        },
    }


def _choose_samples(site: Site) -> list[str]:
    """A few questions to begin with: the first sample of one query under each tag, with its defaults."""
    first: dict[str, Query] = {}
    for query in site.questions.values():
        if query.tags and query.samples and "http" not in "".join(one.default for one in query.parameters):
            first.setdefault(query.tags[0], query)
    chosen = []
    for query in list(first.values())[:_SAMPLES]:
        text = query.samples[0]
        for parameter in query.parameters:
            text = text.replace(f"{{{parameter.name}}}", parameter.default)
        chosen.append(text)
    return chosen


ROUTES = (Route("/ask", _show), Route("/ask.json", _answer_json))
