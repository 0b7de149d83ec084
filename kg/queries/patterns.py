"""Where the triple patterns of a SPARQL text stand, group by group: enough of the grammar to add to a query in place.

The grammar is https://www.w3.org/TR/sparql11-query/#rGroupGraphPattern. A text is only read here; that an addition
keeps the answer is proved by whoever adds, on the answer.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

_TOKEN = re.compile(
    r"""\"{3}.*?\"{3}|'{3}.*?'{3}|\"(?:[^"\\\n]|\\.)*\"|'(?:[^'\\\n]|\\.)*'   # a string
    |<[^<>\"{}|^`\\\s]*>                                                       # an IRI
    |[?$]\w+                                                                   # a variable
    |@[A-Za-z-]+|\^\^
    |(?:[^\W\d_][\w.-]*)?:(?:[\w:%-](?:[\w:.%-]*[\w:%-])?)?                     # a prefixed name
    |[^\W\d_]\w*                                                               # a keyword
    |[0-9]+(?:\.[0-9]+)?
    |\S""",
    re.DOTALL | re.VERBOSE,
)
_COMMENT = re.compile(r"""("(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*'|<[^<>\s]*>)|\#[^\n]*""")
_PREFIX = re.compile(r"PREFIX\s+([^\s:]*):\s*<([^>]*)>", re.IGNORECASE)
_CLAUSES = {"OPTIONAL", "UNION", "MINUS", "GRAPH", "FILTER", "BIND", "VALUES", "SERVICE"}
_MODIFIERS = {"GROUP", "HAVING", "ORDER", "LIMIT", "OFFSET", "VALUES"}
_PAIRS = {"(": ")", "[": "]", "{": "}"}
_A = "http://www.w3.org/1999/02/22-rdf-syntax-ns#type"


@dataclass(frozen=True, slots=True)
class Token:
    """A word of the text and where it stands, begin and end in code points."""

    text: str
    begin: int
    end: int


@dataclass(frozen=True, slots=True)
class Pattern:
    """A triple pattern: subject and object as written, its path as steps in order (none where it is no sequence).

    `begin` to `end` is the path with its object; `block_end` is where its block of triples ends. `shared` says that
    the object is one of several after one path.
    """

    subject: str
    steps: tuple[str, ...]
    target: str
    begin: int
    end: int
    block_end: int
    shared: bool


@dataclass(slots=True)
class Group:
    """What stands between two braces: its own patterns, the groups in it; `select` is its head where it is a query."""

    begin: int
    end: int = 0
    patterns: list[Pattern] = field(default_factory=list)
    groups: list[Group] = field(default_factory=list)
    select: Select | None = None


@dataclass(frozen=True, slots=True)
class Select:
    """A SELECT's head: where its items begin and end, the items, whether it counts, orders or cuts what it finds."""

    begin: int
    end: int
    items: tuple[tuple[str, str], ...]
    modifiers: tuple[str, ...]
    tail: int
    tail_end: int

    @property
    def names(self) -> tuple[str, ...]:
        """The variables that it answers with, without their marks."""
        return tuple(name for name, _ in self.items)

    @property
    def counts(self) -> bool:
        """Whether it gathers rows: GROUP BY, or an aggregate without one."""
        return "GROUP" in self.modifiers or any(is_aggregate(text) for _, text in self.items)


def is_aggregate(item: str) -> bool:
    """Whether an item of a SELECT's head gathers rows."""
    return bool(re.search(r"\b(?:COUNT|SUM|MIN|MAX|AVG|SAMPLE|GROUP_CONCAT)\s*\(", item, re.IGNORECASE))


class PatternReader:
    """Reads one SELECT query. `read` gives its outermost group, whose `select` is the query's own head.

    Raises ValueError where the text is no SELECT or uses what this reader does not know.
    """

    def __init__(self, text: str) -> None:
        bare = _COMMENT.sub(lambda found: found[1] or " " * len(found[0]), text)
        self._text = text
        self._tokens = [Token(found[0], found.start(), found.end()) for found in _TOKEN.finditer(bare)]
        self._prefixes = dict(_PREFIX.findall(bare))
        self._at = 0

    def read(self) -> Group:
        """The query's outermost group."""
        while self._peek().upper() != "SELECT":
            self._next()
        return self._read_select()

    def _peek(self, ahead: int = 0) -> str:
        at = self._at + ahead
        return self._tokens[at].text if at < len(self._tokens) else ""

    def _next(self) -> Token:
        if self._at >= len(self._tokens):
            raise ValueError("the text ends too early")
        self._at += 1
        return self._tokens[self._at - 1]

    def _skip_balanced(self) -> int:
        """Past an opening bracket and all that it holds; where that ends."""
        opened = [_PAIRS[self._next().text]]
        end = 0
        while opened:
            token = self._next()
            end = token.end
            if token.text in _PAIRS:
                opened.append(_PAIRS[token.text])
            elif token.text == opened[-1]:
                opened.pop()
        return end

    def _read_select(self) -> Group:
        self._next()
        if self._peek().upper() in {"DISTINCT", "REDUCED"}:
            self._next()
        begin, items = self._tokens[self._at].begin, []
        while self._peek().upper() != "WHERE" and self._peek() != "{":
            token = self._tokens[self._at]
            if token.text == "(":
                end = self._skip_balanced()
                item = self._text[token.begin : end]
                items.append((self._tokens[self._at - 2].text[1:], item))
            elif token.text[0] in "?$":
                self._next()
                items.append((token.text[1:], token.text))
            else:
                raise ValueError(f"no named item: {token.text}")
        end = self._tokens[self._at - 1].end
        if self._peek().upper() == "WHERE":
            self._next()
        group = self._read_group()
        tail, modifiers = group.end + 1, []
        while self._peek() and self._peek() != "}":
            word = self._peek().upper()
            if word in _MODIFIERS:
                modifiers.append(word)
            if self._peek() in _PAIRS:
                self._skip_balanced()
            else:
                self._next()
        tail_end = self._tokens[self._at - 1].end
        group.select = Select(begin, end, tuple(items), tuple(modifiers), tail, max(tail, tail_end))
        return group

    def _read_group(self) -> Group:
        opening = self._next()
        if opening.text != "{":
            raise ValueError(f"no group: {opening.text}")
        if self._peek().upper() == "SELECT":
            group = self._read_select()
            self._next()
            return group
        group = Group(opening.end)
        while self._peek() != "}":
            word = self._peek().upper()
            if word in {"OPTIONAL", "UNION", ".", "GRAPH"}:
                self._next()
                if word == "GRAPH":
                    self._next()
            elif word == "{":
                group.groups.append(self._read_group())
            elif word == "MINUS":
                self._next()
                self._skip_balanced()
            elif word in _CLAUSES:
                self._skip_clause()
            else:
                self._read_block(group)
        group.end = self._next().begin
        return group

    def _skip_clause(self) -> None:
        """Past FILTER, BIND or VALUES with what belongs to it."""
        word = self._peek().upper()
        while self._peek() not in _PAIRS:
            self._next()
        variables = word == "VALUES" and self._peek() == "("
        self._skip_balanced()
        if variables:
            self._skip_balanced()

    def _read_block(self, group: Group) -> None:
        first = len(group.patterns)
        subject = self._next().text
        if subject in _PAIRS:
            raise ValueError("a blank node or a collection is no subject here")
        while True:
            begin = self._tokens[self._at].begin
            steps = self._read_path()
            found: list[tuple[str, int]] = []
            while True:
                found.append(self._read_object())
                if self._peek() != ",":
                    break
                self._next()
            for target, end in found:
                group.patterns.append(Pattern(subject, steps, target, begin, end, 0, len(found) > 1))
            while self._peek() == ";":
                self._next()
            if self._peek() in {".", "}", "{"} or self._peek().upper() in _CLAUSES:
                break
        end = self._tokens[self._at - 1].end
        for at in range(first, len(group.patterns)):
            one = group.patterns[at]
            group.patterns[at] = Pattern(one.subject, one.steps, one.target, one.begin, one.end, end, one.shared)

    def _read_path(self) -> tuple[str, ...]:
        steps: list[str] = []
        plain = True
        while True:
            if self._peek() in {"^", "!"}:
                self._next()
                plain = False
            if self._peek() == "(":
                self._skip_balanced()
                plain = False
            else:
                steps.append(self._to_iri(self._next().text))
            if self._peek() in {"*", "+", "?"}:
                self._next()
                plain = False
            if self._peek() == "|":
                plain = False
            elif self._peek() != "/":
                return tuple(steps) if plain else ()
            self._next()

    def _read_object(self) -> tuple[str, int]:
        if self._peek() in _PAIRS:
            return "", self._skip_balanced()
        token = self._next()
        end = token.end
        if self._peek().startswith("@"):
            end = self._next().end
        elif self._peek() == "^^":
            self._next()
            end = self._next().end
        return token.text, end

    def _to_iri(self, name: str) -> str:
        if name == "a":
            return _A
        if name.startswith("<"):
            return name[1:-1]
        prefix, separator, local = name.partition(":")
        return self._prefixes.get(prefix, "") + local if separator and prefix in self._prefixes else name


def iterate_patterns(groups: Sequence[Group]) -> Iterator[Pattern]:
    """The patterns of groups and of all groups in them."""
    for group in groups:
        yield from group.patterns
        yield from iterate_patterns(group.groups)
