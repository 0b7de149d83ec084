"""A question answered: the query it was taken for, its rows, the sentences behind them, how to ask it again."""

from __future__ import annotations

from dataclasses import dataclass

from kg.asking.matching import Candidate, Matcher, Reading
from kg.queries import Ask, Table, bind_parameters, check_choices, describe_empty
from kg.queries.evidence import Backing, Quote, find_backing, to_quiet


@dataclass(frozen=True, slots=True)
class Answer:
    """A reading with what the graph says to it: no table where nothing was chosen; `empty` says so of an empty one."""

    reading: Reading
    table: Table | None = None
    backing: Backing | None = None
    empty: str = ""

    @property
    def quotes(self) -> tuple[Quote, ...]:
        """The distinct sentences behind the rows, in the order of the rows."""
        rows = self.backing.rows if self.backing else ()
        return tuple({quote.iri: quote for row in rows for quote in row.quotes}.values())


def answer_question(matcher: Matcher, question: str, ask: Ask) -> Answer:
    """What the graph answers to a question in words. Raises QueryError or StoreError where it cannot be asked."""
    reading = matcher.read(question)
    if reading.chosen is None:
        return Answer(reading)
    query, values = reading.chosen.query, reading.chosen.values
    check_choices(query, values, ask)
    text = bind_parameters(query, values)
    table = ask(text)
    if not table.rows:
        return Answer(reading, table, empty=describe_empty(query, values))
    return Answer(reading, table, find_backing(text, table, to_quiet(ask)))


def describe_values(candidate: Candidate, *, english: bool = False) -> str:
    """The parameters with their labels: 年份=2022; what was not said keeps the query's default."""
    given = ((one, candidate.values.get(one.name, one.default)) for one in candidate.query.parameters)
    return (", " if english else "，").join(
        f"{one.label_en if english else one.label_zh}={value}" for one, value in given
    )


def describe_abstention(reading: Reading) -> tuple[str, str]:
    """Why a question is not answered: a sentence in Chinese, and one in English."""
    if not reading.unknown:
        return "没有把握这是在问什么，所以不答。", "Not sure what is asked, so no answer."
    near = "、".join(reading.suggestions)
    return (
        f"图谱里没有“{reading.unknown}”这个名称，所以不答{f'；相近的名称：{near}' if near else ''}。",
        f"The graph has no name “{reading.unknown}”, so no answer{f'; names near it: {near}' if near else ''}.",
    )
