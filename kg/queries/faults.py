"""What is wrong with a query, in one line: where in the user's own text, and what was looked for there."""

from __future__ import annotations

import re

from kg.queries.prefixes import PREFIXES, find_form, find_undeclared

_POSITION = re.compile(r"error at (\d+):(\d+): (?:expected )?(?:one of )?", re.DOTALL)
# Oxigraph lists what could stand here; a set of characters in it is of no use to a reader.
_CHARACTERS = re.compile(r"\[[^\]]*(?:'\]'[^\]]*)*\]", re.DOTALL)
_FORMS = "SELECT ASK CONSTRUCT DESCRIBE"
_FORM = re.compile(rf"(?:{_FORMS.replace(' ', '|')})\b", re.IGNORECASE)
_SHOWN = 30


def describe_fault(said: str, text: str) -> str:
    """A sentence for what the parser said of a text, without a line break."""
    undeclared = find_undeclared(text) if "Prefix not found" in said else None
    if undeclared:
        prefix, at = undeclared
        return (
            f"{_to_place(text, at)} 前缀没有声明 undeclared prefix {prefix}:；现成的 predeclared: "
            f"{' '.join(f'{name}:' for name in PREFIXES)}；别的请先写 declare others: PREFIX {prefix}: <…>"
        )
    form = find_form(text)
    if not _FORM.match(text, form):
        return f"{_to_place(text, form)} 查询要以 {_FORMS} 开头 a query begins with one of these；请改正查询"
    position = _POSITION.match(said)
    if not position:
        return f"不是合法的 SPARQL not SPARQL: {' '.join(said.split())}；请改正查询"
    at = _to_offset(text, int(position[1]), int(position[2]))
    near = text[at : at + _SHOWN].split("\n")[0].strip()
    where = f"“{near}”" if text[at:].strip() else "查询末尾 at its end"
    return (
        f"{_to_place(text, at)} 不是合法的 SPARQL not SPARQL: {where}{_to_reason(said[position.end() :])}；请改正查询"
    )


def _to_offset(text: str, line: int, column: int) -> int:
    lines = text.split("\n")
    return sum(len(one) + 1 for one in lines[: line - 1]) + column - 1


def _to_place(text: str, at: int) -> str:
    before = text[:at]
    line, column = before.count("\n") + 1, at - (before.rfind("\n") + 1) + 1
    return f"第 {line} 行第 {column} 列 line {line}, column {column}:"


def _to_reason(said: str) -> str:
    parts = [part.strip() for part in re.split(r",(?=\s)", _CHARACTERS.sub("", said)) if part.strip()]
    sentences = [part for part in parts if part.count(" ") > 1]
    if sentences:
        return f"；{sentences[0]}"
    return f"；此处可以是 expected here: {' '.join(parts)}" if parts else ""
