"""Sorted blocks of canonical lines to Turtle, on bytes: what is costly is done once for each different thing.

A subject's lines are split at their spaces; its text is a template that its predicates have, filled in with objects.
How terms are shortened and laid out says `kg.export.turtle`; here are only the ways by which most need not go there.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from operator import itemgetter
from typing import TypeVar

from pyoxigraph import BlankNode, Literal, NamedNode

from kg.export.turtle import (
    BARE_FORMS,
    PREFIXES,
    ShortTerms,
    find_namespaces,
    lay_out_block,
    name_namespaces,
    order_predicates,
    to_group,
)  # fmt: skip

Group = tuple[int, str]
_Row = tuple[bytes, ...]
_Pick = Callable[[_Row], _Row] | None
_Key = TypeVar("_Key")
_Value = TypeVar("_Value")
_KNOWN = {*PREFIXES.values()}
_KNOWN_BYTES = {namespace.encode() for namespace in _KNOWN}

# Kept in memory of what comes again and again; then begun anew.
_REMEMBERED = 40_000
_SUBJECTS_A_WRITE = 8192
# More lines of a subject than this are no pattern that comes again.
_LONGEST_SHAPE = 64

# IRIs that need no second look (https://www.rfc-editor.org/rfc/rfc3987#section-2.2); of what is beyond ASCII, in UTF-8:
# U+00C0–U+D7FF and U+FF00–U+FFBF.
_PATH = rb"(?:[\w\-.~!$&'()*+,;=:@/\xc3-\xed\x80-\xbf]++|\xef[\xbc-\xbe])*+"
_PLAIN_IRI = re.compile(rb"<https?://[a-z0-9.\-]+/" + _PATH + rb"(?:#" + _PATH + rb")?>")
_ANY_IRI = re.compile(rb"<[^<>\"{}|^`\\\x00-\x20]+>")
_PLAIN_LABEL = re.compile(rb"_:[A-Za-z0-9]+")
_PLAIN_LITERAL = re.compile(rb'"[^"\\\x00-\x1f\x7f]*+"')
_LITERAL = re.compile(
    rb'"(?:[^"\\\x00-\x1f\x7f]++|\\["\\nrtbf]|\\u(?:00(?:0[0-7BEF]|1[0-9A-F]|7F)|FFF[EF]))*+"'
    rb"(?:@([a-z0-9\-]+)|\^\^(<[^<>\"]+>))?"
)
# Datatypes that canonical lines leave out or never have.
_NO_DATATYPES = {
    f"<{PREFIXES['xsd']}string>".encode(), f"<{PREFIXES['rdf']}langString>".encode(),
    f"<{PREFIXES['rdf']}dirLangString>".encode(),
}  # fmt: skip
_BARE_FORMS = {datatype.encode(): re.compile(form.pattern.encode()) for datatype, form in BARE_FORMS.items()}
_WORD = re.compile(rb"[a-z][a-z0-9]*")
_SHORT_LOCAL = re.compile(rb"[A-Za-z0-9_](?:[A-Za-z0-9_\-]*+(?<!-))?")
# A line: predicate, object and graph.
_LINE = re.compile(
    rb"(?m:^)[^ \n]+ ([^ \n]+) "
    rb'(<<\(.*\)>>|<[^ \n]*>|_:[^ \n]+|".*"(?:@[^ \n]+|\^\^<[^ \n]*>)?)(?: (<[^ \n]*>|_:[^ \n]+))? \.\n'
)


class LeftOut:
    """What is said in one graph is left out: chunks of lines in, chunks without those lines out; counts them."""

    def __init__(self, graph: str) -> None:
        """`graph`: its IRI; empty for none."""
        self.count = 0
        self._graph = f"<{graph}>".encode()
        self._end = b" " + self._graph + b" .\n"

    def __call__(self, chunk: bytes) -> bytes:
        """The lines of other graphs, and of none."""
        if self._graph == b"<>" or self._end not in chunk:
            return chunk
        lines = chunk.splitlines(keepends=True)
        kept = [line for line in lines if not line.endswith(self._end) or not self._is_of_graph(line)]
        self.count += len(lines) - len(kept)
        return b"".join(kept)

    def _is_of_graph(self, line: bytes) -> bool:
        # What ends like this may also be an object that stands in no graph.
        found = _LINE.fullmatch(line)
        return found is not None and found[3] == self._graph


class SubjectNamespaces:
    """The namespaces of subjects that `name_namespaces` would give a prefix."""

    def __init__(self) -> None:
        self.found: set[str] = set()
        self._seen: set[bytes] = set()

    def add(self, subjects: Iterable[bytes]) -> None:
        """Take subjects (as they stand in lines)."""
        for subject in subjects:
            namespace = subject[: _cut(subject)]
            if namespace in self._seen or not _WORD.fullmatch(namespace.rstrip(b"/").rpartition(b"/")[2]):
                continue
            found = find_namespaces([subject.decode("utf-8")])
            if found:
                self.found |= name_namespaces(found, []).keys()
                self._seen.add(namespace)


class Writer:
    """Turtle of sorted blocks. `used` holds the namespaces of PREFIXES that have been met."""

    def __init__(self, names: Mapping[str, str], *, checked: bool) -> None:
        """`names`: prefixes by namespace; `checked`: whether the lines are canonical is still to be seen."""
        self._terms = _Terms(names, checked=checked)
        self.used = self._terms.used
        self._names = {f"<{namespace}".encode(): f"{name}:".encode() for namespace, name in names.items()}
        self._objects = _Objects(self._terms, self._names)
        self._predicates = _Remembered(self._terms.read_predicate)
        self._shapes = _Remembered(self._make_shape)
        self._places = _Remembered(self._find_place)
        self._graphs: set[bytes] = set()
        self._held: dict[Group, list[bytes]] = {}
        # Terms in a line, where they are only to be split at spaces; 0 where they are to be told apart by a pattern.
        self._terms_a_line = 4 if checked else 0

    def write(self, blocks: Iterable[bytes]) -> Iterator[tuple[Group, bytes]]:
        """Blocks in order to texts in order, some of a group at a time.

        Raises ValueError where a line is not canonical.
        """
        subject, same = b"", list[bytes]()
        left = _SUBJECTS_A_WRITE
        for block in blocks:
            this = block[: block.index(b" ")]
            if this == subject:
                same.append(block)
                continue
            if same:
                self._write_subject(subject, same[0] if len(same) == 1 else b"".join(same))
            subject, same = this, [block]
            left -= 1
            if not left:
                yield from self._empty()
                left = _SUBJECTS_A_WRITE
        if same:
            self._write_subject(subject, b"".join(same))
        yield from self._empty()

    def _empty(self) -> Iterator[tuple[Group, bytes]]:
        for group, texts in self._held.items():
            if texts:
                content = b"".join(texts)
                texts.clear()
                decoded = content.decode("utf-8")
                if "\ufffe" in decoded or "\uffff" in decoded:
                    raise ValueError("a character that is not canonical")
                yield group, content

    def _write_subject(self, subject: bytes, lines: bytes) -> None:
        try:
            predicates, objects = self._split(subject, lines)
            template, pick, objects = self._order(predicates, objects)
            said = [*map(self._objects.__getitem__, objects)]
        except ValueError:
            # A literal with a space, or lines with a graph and lines without. Or one that is not canonical after all.
            predicates, objects = self._match(lines)
            template, pick, objects = self._order(predicates, objects)
            said = [*map(self._objects.__getitem__, objects)]
        cut = _cut(subject)
        texts, name = self._places[subject[:cut]]
        if name is None and _PLAIN_IRI.fullmatch(subject):
            values = (subject, *said)
        elif name and _SHORT_LOCAL.fullmatch(subject, cut, len(subject) - 1):
            values = (name + subject[cut:-1], *said)
        else:
            self._terms.check_node(subject)
            values = (self._terms.shorten(subject), *said)
        texts.append(template % (values if pick is None else pick(values)))

    def _split(self, subject: bytes, lines: bytes) -> tuple[_Row, Sequence[bytes]]:
        """Predicates and objects of a subject's lines, if no term has a space and all lines have as many terms."""
        parts, width = lines.split(b" "), self._terms_a_line
        count = len(parts) // width if width else 0
        if not count or len(parts) != count * width + 1 or parts[width::width].count(b".\n" + subject) != count - 1:
            raise ValueError("not so simple")
        if width == 4 and ((graph := parts[3]) not in self._graphs or parts[3::4].count(graph) != count):
            self._check_graphs(parts[3::4])
        return tuple(parts[1::width]), parts[2::width]

    def _match(self, lines: bytes) -> tuple[_Row, Sequence[bytes]]:
        """Predicates and objects of a subject's lines, whatever they are."""
        found = _LINE.findall(lines)
        if len(found) != lines.count(b"\n") or b"\r" in lines:
            raise ValueError("not a canonical line")
        self._check_graphs({graph for _, _, graph in found} - {b""})
        if self._terms_a_line:
            self._terms_a_line = 4 if found[-1][2] else 3
        return tuple(predicate for predicate, _, _ in found), [value for _, value, _ in found]

    def _order(self, predicates: _Row, objects: Sequence[bytes]) -> tuple[bytes, _Pick, Sequence[bytes]]:
        """A template, how its values are picked, and the objects: those of one predicate sorted, each once."""
        shape = self._shapes[predicates] if len(predicates) < _LONGEST_SHAPE else self._make_shape(predicates)
        for one, other in shape.same:
            if objects[one] >= objects[other]:
                pairs = sorted({*zip(predicates, objects, strict=True)})
                return self._order(tuple(predicate for predicate, _ in pairs), [value for _, value in pairs])
        return shape.template, shape.pick, objects

    def _make_shape(self, predicates: _Row) -> _Shape:
        by_predicate: dict[bytes, list[int]] = {}
        for place, predicate in enumerate(predicates):
            by_predicate.setdefault(predicate, []).append(place)
        places = {self._predicates[predicate]: found for predicate, found in by_predicate.items()}
        names = {text: self._terms.names[text].replace("%", "%%") for text in places}
        template = lay_out_block("%s", {text: ["%s"] * len(found) for text, found in places.items()}, names)
        order = [place for text in order_predicates(places) for place in places[text]]
        pick: _Pick = None if order == [*range(len(predicates))] else itemgetter(0, *(place + 1 for place in order))
        same = tuple(pair for found in places.values() for pair in pairwise(found))
        return _Shape(template.encode("utf-8"), pick, same)

    def _find_place(self, namespace: bytes) -> tuple[list[bytes], bytes | None]:
        """Where the subjects of a namespace are held, and their prefix; empty where its use has to be noted."""
        text = namespace.decode("utf-8")
        name = b"" if text[1:] in _KNOWN else self._names.get(namespace)
        return self._held.setdefault(to_group(f"{text}>"), []), name

    def _check_graphs(self, graphs: Iterable[bytes]) -> None:
        for graph in graphs:
            self._terms.check_node(graph)
            self._graphs.add(graph)
        if len(self._graphs) > _REMEMBERED:
            self._graphs.clear()


@dataclass(frozen=True, slots=True)
class _Shape:
    """The text of a subject, to be filled in with its name and its objects; how they are put in order for that; which
    objects, as they come, are of one predicate."""

    template: bytes
    pick: _Pick
    same: tuple[tuple[int, int], ...]


class _Remembered(dict[_Key, _Value]):
    """A cache that fills itself, and begins anew when it has grown."""

    def __init__(self, make: Callable[[_Key], _Value]) -> None:
        super().__init__()
        self._make = make

    def __missing__(self, key: _Key) -> _Value:
        value = self._make(key)
        if len(self) >= _REMEMBERED:
            self.clear()
        self[key] = value
        return value


class _Objects(dict[bytes, bytes]):
    """Objects to their short forms. Kept are those only whose form is costly, or likely to be asked for again."""

    def __init__(self, terms: _Terms, names: Mapping[bytes, bytes]) -> None:
        super().__init__()
        self._terms, self._names = terms, names
        self._datatypes = _Remembered(self._read_datatype)

    def __missing__(self, term: bytes) -> bytes:
        if term[:1] == b"<":
            if term[: _cut(term)] not in self._names and _PLAIN_IRI.fullmatch(term):
                return term
            short = self._terms.shorten(term)
        elif _PLAIN_LITERAL.fullmatch(term):
            return term
        else:
            value, mark, datatype = term.partition(b"^^")
            if mark and _PLAIN_LITERAL.fullmatch(value):
                form, name = self._datatypes[datatype]
                short = value[1:-1] if form and form.fullmatch(value, 1, len(value) - 1) else value + name
            else:
                short = self._terms.shorten(term)
        if len(self) >= _REMEMBERED:
            self.clear()
        self[term] = short
        return short

    def _read_datatype(self, datatype: bytes) -> tuple[re.Pattern[bytes] | None, bytes]:
        """The form of values that are written bare, and what is written after the others."""
        short = self._terms.shorten(b'""^^' + datatype)
        return _BARE_FORMS.get(datatype), short[2:]


class _Terms:
    """Terms checked and shortened, as `ShortTerms` does it."""

    def __init__(self, names: Mapping[str, str], *, checked: bool) -> None:
        self.used: set[str] = set()
        self.names = ShortTerms(names)
        self._checked = checked
        self._languages: set[bytes] = set()

    def read_predicate(self, term: bytes) -> str:
        """The predicate as text. Raises ValueError where it is no IRI."""
        if term[:1] != b"<":
            raise ValueError("a predicate that is no IRI")
        self.shorten(term)
        return term.decode("utf-8")

    def check_node(self, term: bytes) -> None:
        """Raises ValueError where a term is neither an IRI nor a blank node."""
        if term[:1] == b"<":
            self._check_iri(term)
        elif self._checked and not _PLAIN_LABEL.fullmatch(term):
            text = term.decode("utf-8")
            if not text.startswith("_:") or str(BlankNode(text[2:])) != text:
                raise ValueError("not a blank node")

    def shorten(self, term: bytes) -> bytes:
        """The short form. Raises ValueError where the term is not canonical."""
        iri = term
        if term[:1] == b'"':
            iri = self._check_literal(term) or b""
        else:
            self.check_node(term)
        if iri[:1] == b"<" and iri[1 : _cut(iri)] in _KNOWN_BYTES:
            self.used |= find_namespaces([iri.decode("utf-8")])
        return self.names.to_short(term.decode("utf-8")).encode("utf-8")

    def _check_iri(self, term: bytes) -> None:
        if self._checked and not _PLAIN_IRI.fullmatch(term):
            if not _ANY_IRI.fullmatch(term):
                raise ValueError("not an IRI")
            NamedNode(term[1:-1].decode("utf-8"))

    def _check_literal(self, term: bytes) -> bytes | None:
        """The datatype of a literal, if one stands there."""
        found = _LITERAL.fullmatch(term)
        if found is None:
            if self._checked:
                raise ValueError("not a canonical literal")
            return None
        language, datatype = found.groups()
        if datatype is not None:
            if datatype in _NO_DATATYPES:
                raise ValueError("not a canonical datatype")
            self._check_iri(datatype)
        elif language is not None and self._checked and language not in self._languages:
            if Literal("", language=language.decode("ascii")).language != language.decode("ascii"):
                raise ValueError("not a canonical language tag")
            self._languages.add(language)
        return None if datatype is None else bytes(datatype)


def _cut(term: bytes) -> int:
    """Where the local part of an IRI in angle brackets begins."""
    return max(term.rfind(b"/"), term.rfind(b"#")) + 1
