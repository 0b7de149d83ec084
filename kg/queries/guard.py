"""Whether a stranger's query may be asked at all, decided on its tokens before any parser sees it.

In the grammar (https://www.w3.org/TR/sparql11-query/#sparqlGrammar) SERVICE, FROM and every word of an update stand in
one production each, and outside of strings, IRIs, comments, variables and names nothing else spells them: a query asks
another service exactly where the token SERVICE stands. Two things make that proof hold for the engine too. Oxigraph
wants no space between words (`trueSERVICE<…>` and `SERVICE:x` are clauses to it), so a word that contains one counts;
and where a string or an IRI can be read in two ways the text is refused, since the readings end in different places.
The text is read as it stands and with its `\\u` escapes decoded (section 19.2), for there are engines of both kinds.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Literal

from kg.errors import QueryError

# Bytes of UTF-8, and brackets open at once.
LARGEST_TEXT = 65_536
DEEPEST = 200

Kind = Literal["large", "deep", "text", "update", "service", "graph"]

_LETTER = (
    "A-Za-z_\u00c0-\u00d6\u00d8-\u00f6\u00f8-\u02ff\u0370-\u037d\u037f-\u1fff\u200c\u200d\u2070-\u218f\u2c00-\u2fef"
    "\u3001-\ud7ff\uf900-\ufdcf\ufdf0-\ufffd\U00010000-\U000effff"
)
_IN_VARIABLE = _LETTER + "0-9\u00b7\u0300-\u036f\u203f\u2040"
# A code point that is no surrogate: what an escape may stand for.
_ESCAPE = (
    r"\\u(?![dD][89a-fA-F])[0-9A-Fa-f]{4}"
    r"|\\U(?!0000[dD][89a-fA-F])(?:000[0-9A-Fa-f]|0010)[0-9A-Fa-f]{4}"
)
_IN_STRING = rf"\\[tbnrf\"'\\]|{_ESCAPE}"
_TOKEN = re.compile(
    rf"""(?P<space>[\x20\t\r\n]++|\#[^\r\n]*+)
    |(?P<string>\"\"\"(?:[^\"\\]|\"(?!\"\")|{_IN_STRING})*+\"\"\"|'''(?:[^'\\]|'(?!'')|{_IN_STRING})*+'''
        |\"(?!\"\")(?:[^\"\\\r\n]|{_IN_STRING})*+\"|'(?!'')(?:[^'\\\r\n]|{_IN_STRING})*+')
    |(?P<iri><(?:[^\x00-\x20<>\"{{}}|^`\\]|{_ESCAPE})*+>)
    |(?P<variable>[?$][{_IN_VARIABLE}]++)
    |(?P<language>@[A-Za-z]++(?:-[A-Za-z0-9]++)*+)
    |(?P<name>[{_IN_VARIABLE}:](?:[{_IN_VARIABLE}.:-]|%[0-9A-Fa-f]{{2}}|\\[_~.\-!$&'()*+,;=/?\#@%])*+)
    |(?P<mark><<|>>|.)""",
    re.DOTALL | re.VERBOSE,
)
_CODE_POINT = re.compile(_ESCAPE)
_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:")
_UPDATING = re.compile(r"INSERT|DELETE|LOAD|CLEAR|DROP|CREATE|(?:ADD|MOVE|COPY|WITH|USING)\Z")
_FORM = re.compile(r"SELECT|ASK|CONSTRUCT|DESCRIBE")
_OPENING, _CLOSING = {"(", "[", "{", "<<"}, {")", "]", "}", ">>"}
_END_OF_IRI = "://"


@dataclass(frozen=True, slots=True)
class Objection:
    """Why a text may not be asked: which rule it breaks, and a line for whoever sent it."""

    kind: Kind
    reason: str


@dataclass(frozen=True, slots=True)
class _Token:
    kind: str
    text: str
    begin: int

    @property
    def words(self) -> tuple[str, ...]:
        """The keywords that the token can be read as, in capitals; none where it is no bare word."""
        return tuple(self.text.upper().split(".")) if self.kind == "name" and ":" not in self.text else ()

    @property
    def prefix(self) -> str:
        """The part of a prefixed name before its colon, in capitals; empty where it is none."""
        return self.text.upper().partition(":")[0] if self.kind == "name" and ":" in self.text else ""

    @property
    def rest(self) -> str:
        """The part of a prefixed name after its first dot, in capitals: Oxigraph ends a name at its second."""
        return self.text.upper().partition(":")[2].partition(".")[2] if self.kind == "name" else ""


def check_query(text: str) -> Objection | None:
    """Why a text may not be asked: too large, too deep, ambiguous, an update, or one that asks other services.

    Whether it is SPARQL at all is the engine's to judge.
    """
    if len(text) > LARGEST_TEXT or len(text.encode("utf-8", "surrogatepass")) > LARGEST_TEXT:
        return Objection("large", f"查询太长 the query is longer than {LARGEST_TEXT} bytes；请缩短")
    if any("\ud800" <= character <= "\udfff" for character in text):
        return Objection("text", "查询里有不成对的代理码位 the query has a lone surrogate；请删去")
    tokens = _read_tokens(text)
    found = _find_ambiguity(text, tokens) or _find_depth(text, tokens) or _find_forbidden(tokens)
    if found is None and "\\" in text:
        decoded = _read_tokens(_decode(text))
        found = _find_depth(text, decoded) or _find_forbidden(decoded)
    return found


def require_query(text: str) -> None:
    """Refuses what `check_query` objects to. Raises QueryError."""
    objection = check_query(text)
    if objection is not None:
        raise QueryError(objection.reason)


def find_form(text: str) -> str:
    """SELECT, ASK, CONSTRUCT or DESCRIBE, the first that stands in the text; empty where none does."""
    for token in _read_tokens(text):
        for word in token.words:
            found = _FORM.match(word)
            if found:
                return found[0]
    return ""


def find_sources(text: str, prefixes: Mapping[str, str]) -> tuple[str, ...] | Objection:
    """The graphs that a query's FROM clauses name, as whole IRIs; an objection where one cannot be told for certain.

    `prefixes` are those that the engine knows without a declaration.
    """
    tokens = _read_tokens(text)
    known = dict(prefixes) | _find_prefixes(tokens)
    found: list[str] = []
    for at, token in enumerate(tokens):
        if any("FROM" in word for word in token.words):
            named = at + 1 < len(tokens) and tokens[at + 1].words == ("NAMED",)
            source = tokens[at + 1 + named] if at + 1 + named < len(tokens) else token
            iri = _to_iri(source, known)
            if not _SCHEME.match(iri):
                return Objection(
                    "graph",
                    f"{_to_place(text, source.begin)} FROM 后请写完整的 IRI，如 write a whole IRI after FROM: <https://…>",
                )
            found.append(iri)
    return tuple(found)


def _read_tokens(text: str) -> list[_Token]:
    found = (_Token(str(one.lastgroup), one[0], one.start()) for one in _TOKEN.finditer(text))
    return [token for token in found if token.kind != "space"]


def _decode(text: str) -> str:
    return _CODE_POINT.sub(lambda found: chr(int(found[0][2:], 16)), text)


def _find_ambiguity(text: str, tokens: list[_Token]) -> Objection | None:
    for token in tokens:
        if token.kind == "mark" and token.text in {'"', "'"}:
            return Objection(
                "text",
                f"{_to_place(text, token.begin)} 字符串没有结束，或有不合法的转义"
                " a string without its end, or with an escape that is none；请改正",
            )
        # `?a<'>'` compares with a string in one reading and holds an IRI in the other; no comparison begins `x://`.
        if token.kind == "iri" and "'" in token.text:
            scheme = _SCHEME.match(token.text, 1)
            if not scheme or not token.text.startswith(_END_OF_IRI, scheme.end() - 1):
                return Objection(
                    "text",
                    f"{_to_place(text, token.begin)} < 后的单引号有两种读法"
                    " an apostrophe after < can be read in two ways；请在 < 后加空格，或在 IRI 里写 %27",
                )
    return None


def _find_depth(text: str, tokens: list[_Token]) -> Objection | None:
    depth = 0
    for token in tokens:
        if token.kind == "mark":
            depth += (token.text in _OPENING) - (token.text in _CLOSING)
        if depth > DEEPEST:
            return Objection(
                "deep",
                f"{_to_place(text, token.begin)} 括号嵌套超过 {DEEPEST} 层"
                f" brackets nested more than {DEEPEST} deep；请化简",
            )
    return None


def _find_forbidden(tokens: list[_Token]) -> Objection | None:
    depth = 0
    for at, token in enumerate(tokens):
        before = tokens[at - 1].text.upper() if at else ""
        after = tokens[at + 1].text if at + 1 < len(tokens) else ""
        # A name is followed by a group only where GRAPH stands before it: `SERVICE:x {` is a clause.
        glued = "SERVICE" in token.prefix and after == "{" and before != "GRAPH"
        if glued or any("SERVICE" in word for word in (*token.words, token.rest)):
            return Objection("service", "不转问别的服务 SERVICE is not allowed；请去掉 SERVICE")
        if any(_UPDATING.search(word) for word in token.words):
            return Objection(
                "update",
                "这里只能查询，不能改动图谱 only queries, no updates；请用 SELECT、ASK、CONSTRUCT 或 DESCRIBE",
            )
        if token.kind == "mark":
            depth += (token.text == "{") - (token.text == "}")
        if depth == 0 and "FROM" in token.prefix and before != "PREFIX":
            return Objection("graph", "FROM 后请空一格 write a space after FROM")
    return None


def _find_prefixes(tokens: list[_Token]) -> dict[str, str]:
    """The prefixes that a text declares; one whose declaration is glued to its word is none that we know."""
    found: dict[str, str] = {}
    for word, name, iri in _iterate_triples(tokens):
        if "PREFIX" in name.prefix:
            found[name.text.partition(":")[0][len("PREFIX") :]] = ""
        if word.text.upper() == "PREFIX" and iri.kind == "iri":
            found[name.text[:-1]] = _decode(iri.text[1:-1])
    return found


def _iterate_triples(tokens: list[_Token]) -> Iterator[tuple[_Token, _Token, _Token]]:
    nothing = _Token("mark", "", 0)
    padded = [nothing, *tokens, nothing]
    return zip(padded, padded[1:], padded[2:], strict=False)


def _to_iri(token: _Token, prefixes: Mapping[str, str]) -> str:
    """A token's IRI; empty where it is none that we can tell."""
    if token.kind == "iri":
        return _decode(token.text[1:-1])
    prefix, colon, local = token.text.partition(":")
    if token.kind != "name" or not colon or "\\" in local or not prefixes.get(prefix):
        return ""
    return prefixes[prefix] + local


def _to_place(text: str, at: int) -> str:
    before = text[:at]
    line, column = before.count("\n") + 1, at - (before.rfind("\n") + 1) + 1
    return f"第 {line} 行第 {column} 列 line {line}, column {column}:"
