"""docs/architecture.md's rules, checked on the syntax tree; each rule proves itself on a seeded violation."""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]

# What reads ontology/ and says what it declares.
VOCABULARY = {"ontology", "ontology_files", "authority", "codes"}
# What knows no stage: types, names, the vocabulary, the structure of a text.
FOUNDATION = {
    "errors",
    "model",
    "identifiers",
    "names",
    "numerals",
    "passages",
    "locations",
    "offsets",
    "report",
    *VOCABULARY,
}
# Stages, each with what belongs to it alone: `places` is how `entities` reads a name by its place, and so on.
STAGES = {
    "corpus": "corpus",
    "formats": "formats",
    "quantities": "quantities",
    "periods": "periods",
    "entities": "entities",
    "places": "entities",
    "statements": "statements",
    "evidence": "statements",
    "observations": "statements",
    "status": "statements",
    "wording": "statements",
    "triples": "triples",
    "annotate": "annotate",
    "importing": "importing",
    "evaluation": "evaluation",
}
# The annotator proves figures, periods and headings with the builder's own readers: what it proposes can be built.
READERS = {"annotate": {"quantities", "periods", "status"}}
DATASET = {
    "store",
    "texts",
    "queries",
    "search",
    "asking",
    "view",
    "export",
    "shapes",
    "validation",
    "reasoning",
    "server",
}
ORCHESTRATION = {"pipeline", "outputs", "output_set", "cli", "__main__", "build_graph", "kg"}

RDF_LIBRARIES = {"rdflib", "pyoxigraph", "pyshacl"}
KNOWS_RDF = {"triples", "outputs", *VOCABULARY, *DATASET}
KNOWS_NO_RDF = {"kg.view.render", "kg.view.layout", "kg.view.model"}
SPEAKS = {"cli", "__main__", "build_graph"}
BANNED_NAMES = {"utils", "util", "helpers", "helper", "common", "constants", "misc"}
LONGEST = 500
HTML_TAG = re.compile(
    r"</?(?:a|b|br|div|em|h[1-6]|html|i|img|li|mark|p|script|span|strong|style|table|td|tr|ul)\b[^>]*>"
)


@dataclass(frozen=True, slots=True)
class Module:
    """One source file: its dotted name, its text and its tree."""

    name: str
    source: str
    tree: ast.Module

    @property
    def part(self) -> str:
        """What it belongs to: the first name below `kg`."""
        return self.name.split(".")[1] if self.name.startswith("kg.") else self.name


Modules = dict[str, Module]
Rule = Callable[[Modules], Iterator[str]]


def parse_modules(sources: dict[str, str]) -> Modules:
    return {name: Module(name, source, ast.parse(source)) for name, source in sources.items()}


def read_modules(root: Path) -> Modules:
    paths = [*sorted((root / "kg").rglob("*.py")), root / "build_graph.py"]
    sources = {}
    for path in paths:
        parts = path.relative_to(root).with_suffix("").parts
        sources[".".join(parts[:-1] if parts[-1] == "__init__" else parts)] = path.read_text(encoding="utf-8")
    return parse_modules(sources)


def find_imports(module: Module, modules: Modules) -> Iterator[tuple[str, int]]:
    """Every module that this one imports, anywhere in it, with the line."""
    for node in ast.walk(module.tree):
        if isinstance(node, ast.Import):
            yield from ((alias.name, node.lineno) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = node.module or ""
            if node.level:
                yield f"<relative>.{base}", node.lineno
                continue
            # `from kg.view import graph` imports the module kg.view.graph, `from kg.pipeline import Build` the package.
            full = [f"{base}.{alias.name}" for alias in node.names]
            yield from ((name, node.lineno) for name in {one if one in modules else base: None for one in full})


def find_own_imports(module: Module, modules: Modules) -> Iterator[tuple[str, str, int]]:
    for name, line in find_imports(module, modules):
        if name.split(".")[0] in {"kg", "build_graph"}:
            yield name, name.split(".")[1] if "." in name else name, line


def check_layers_known(modules: Modules) -> Iterator[str]:
    known = FOUNDATION | set(STAGES) | DATASET | ORCHESTRATION
    for module in modules.values():
        if module.part not in known:
            yield f"{module.name}: stands in no layer; say in tests/test_architecture.py what it is"


def check_foundation(modules: Modules) -> Iterator[str]:
    for module in modules.values():
        if module.part in FOUNDATION:
            allowed = set() if module.part == "errors" else FOUNDATION
            for name, part, line in find_own_imports(module, modules):
                if part not in allowed and part != "kg":
                    yield f"{module.name}:{line}: the foundation imports {name}"


def check_stages(modules: Modules) -> Iterator[str]:
    for module in modules.values():
        if module.part in STAGES:
            for name, part, line in find_own_imports(module, modules):
                if part in READERS.get(module.part, ()):
                    continue
                if part not in FOUNDATION and STAGES.get(part) != STAGES[module.part]:
                    yield f"{module.name}:{line}: a stage imports {name}"


def check_dataset_side(modules: Modules) -> Iterator[str]:
    for module in modules.values():
        if module.part in DATASET:
            for name, part, line in find_own_imports(module, modules):
                if part not in FOUNDATION | DATASET | {"kg"}:
                    yield f"{module.name}:{line}: what reads the dataset imports {name}"


def check_rdf(modules: Modules) -> Iterator[str]:
    for module in modules.values():
        for name, line in find_imports(module, modules):
            banned = module.part not in KNOWS_RDF or module.name in KNOWS_NO_RDF
            if banned and name.split(".")[0] in RDF_LIBRARIES:
                yield f"{module.name}:{line}: imports {name}"


def check_html(modules: Modules) -> Iterator[str]:
    for module in modules.values():
        if module.part == "view" and module.name != "kg.view.render":
            for node in ast.walk(module.tree):
                if isinstance(node, ast.Constant) and isinstance(node.value, str) and HTML_TAG.search(node.value):
                    yield f"{module.name}:{node.lineno}: HTML outside kg.view.render"


def check_speech(modules: Modules) -> Iterator[str]:
    for module in modules.values():
        if module.part in SPEAKS:
            continue
        for name, line in find_imports(module, modules):
            if name.split(".")[0] in {"click", "argparse"}:
                yield f"{module.name}:{line}: imports {name}"
        for node in ast.walk(module.tree):
            if isinstance(node, ast.Call) and ast.unparse(node.func) in {"print", "sys.exit", "exit", "quit", "input"}:
                yield f"{module.name}:{node.lineno}: calls {ast.unparse(node.func)}"
            if isinstance(node, ast.Raise) and node.exc and ast.unparse(node.exc).startswith("SystemExit"):
                yield f"{module.name}:{node.lineno}: raises SystemExit"


def check_module_names(modules: Modules) -> Iterator[str]:
    for name in modules:
        if BANNED_NAMES & set(name.split(".")):
            yield f"{name}: a bag, not a name"


def check_length(modules: Modules) -> Iterator[str]:
    for module in modules.values():
        lines = len(module.source.splitlines())
        if lines > LONGEST:
            yield f"{module.name}: {lines} lines, more than {LONGEST}"


def check_cycles(modules: Modules) -> Iterator[str]:
    edges = {
        name: {other for other, _ in find_imports(module, modules) if other in modules and other != name}
        for name, module in modules.items()
    }
    done: set[str] = set()

    def visit(name: str, path: tuple[str, ...]) -> Iterator[str]:
        if name in path:
            yield " → ".join([*path[path.index(name) :], name])
        elif name not in done:
            for other in sorted(edges[name]):
                yield from visit(other, (*path, name))
            done.add(name)

    for name in sorted(edges):
        yield from visit(name, ())


def check_import_style(modules: Modules) -> Iterator[str]:
    for module in modules.values():
        for node in ast.walk(module.tree):
            if isinstance(node, ast.ImportFrom) and (node.level or any(alias.name == "*" for alias in node.names)):
                yield f"{module.name}:{node.lineno}: star or relative import"


def check_excepts(modules: Modules) -> Iterator[str]:
    for module in modules.values():
        for node in ast.walk(module.tree):
            if isinstance(node, ast.ExceptHandler):
                caught = node.type.elts if isinstance(node.type, ast.Tuple) else [node.type]
                if any(one is None or ast.unparse(one) in {"Exception", "BaseException"} for one in caught):
                    yield f"{module.name}:{node.lineno}: broad except"


def check_encodings(modules: Modules) -> Iterator[str]:
    for module in modules.values():
        for node in ast.walk(module.tree):
            if isinstance(node, ast.Call) and _opens_text_without_encoding(node):
                yield f"{module.name}:{node.lineno}: {ast.unparse(node.func)} without encoding"


# How many positional arguments stand before `encoding`, and where a mode stands, by the call's own name.
_ENCODING_AFTER = {"open": (3, 1), ".open": (2, 0), ".read_text": (0, None), ".write_text": (1, None)}
_OPENS_NO_FILE = {"webbrowser", "os", "Store", "tarfile", "archive"}


def _opens_text_without_encoding(call: ast.Call) -> bool:
    if isinstance(call.func, ast.Name):
        name = call.func.id
    elif isinstance(call.func, ast.Attribute) and ast.unparse(call.func.value) not in _OPENS_NO_FILE:
        name = f".{call.func.attr}"
    else:
        return False
    if name not in _ENCODING_AFTER:
        return False
    before, mode_at = _ENCODING_AFTER[name]
    modes = [keyword.value for keyword in call.keywords if keyword.arg == "mode"]
    if mode_at is not None:
        modes += call.args[mode_at : mode_at + 1]
    if any(isinstance(mode, ast.Constant) and "b" in str(mode.value) for mode in modes):
        return False
    return len(call.args) <= before and not any(keyword.arg == "encoding" for keyword in call.keywords)


def check_docstrings(modules: Modules) -> Iterator[str]:
    for module in modules.values():
        if not ast.get_docstring(module.tree):
            yield f"{module.name}: no docstring"
        yield from _find_undocumented(module.name, module.tree)


def _find_undocumented(name: str, node: ast.Module | ast.ClassDef) -> Iterator[str]:
    for child in node.body:
        if isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef) and not child.name.startswith("_"):
            if not ast.get_docstring(child):
                yield f"{name}:{child.lineno}: {child.name} has no docstring"
            # A method that overrides one of a base class inherits its docstring (inspect.getdoc).
            if isinstance(child, ast.ClassDef) and not child.bases:
                yield from _find_undocumented(name, child)


_DOC = '"""What it is."""\n'
# Each rule with the smallest sources that break it, and the words by which it must say so.
SEEDS: list[tuple[Rule, dict[str, str], str]] = [
    (check_layers_known, {"kg.sundry": _DOC}, "kg.sundry: stands in no layer"),
    (check_foundation, {"kg.errors": "from kg.model import Span"}, "kg.errors:1: the foundation imports kg.model"),
    (check_foundation, {"kg.model": "import kg.corpus"}, "kg.model:1: the foundation imports kg.corpus"),
    (check_foundation, {"kg.ontology.read": "def f():\n    from kg import store", "kg.store": ""}, "imports kg.store"),
    (check_stages, {"kg.entities": "from kg.statements import derive"}, "a stage imports kg.statements"),
    (check_stages, {"kg.formats.brat": "from kg.store import open"}, "a stage imports kg.store"),
    (check_stages, {"kg.triples": "from kg.pipeline import Build"}, "a stage imports kg.pipeline"),
    (check_dataset_side, {"kg.queries": "from kg.entities import resolve"}, "imports kg.entities"),
    (check_dataset_side, {"kg.view.graph": "import kg.pipeline.corpus"}, "imports kg.pipeline.corpus"),
    (check_rdf, {"kg.entities": "import rdflib"}, "kg.entities:1: imports rdflib"),
    (check_rdf, {"kg.view.render": "from pyoxigraph import Store"}, "kg.view.render:1: imports pyoxigraph"),
    (check_rdf, {"kg.statements": "from rdflib.namespace import RDF"}, "imports rdflib.namespace"),
    (check_html, {"kg.view.graph": 'x = "<b>name</b>"'}, "HTML outside"),
    (check_speech, {"kg.store": "print(1)"}, "calls print"),
    (check_speech, {"kg.queries": "import sys\nsys.exit(2)"}, "calls sys.exit"),
    (check_speech, {"kg.export.turtle": "from click import echo"}, "imports click"),
    (check_speech, {"kg.corpus": "raise SystemExit(1)"}, "raises SystemExit"),
    (check_module_names, {"kg.formats.utils": ""}, "a bag"),
    (check_length, {"kg.store": "x = 1\n" * (LONGEST + 1)}, "501 lines"),
    (
        check_cycles,
        {"kg.a": "import kg.b", "kg.b": "from kg import c", "kg.c": "from kg.a import x"},
        "kg.a → kg.b → kg.c",
    ),
    (check_import_style, {"kg.store": "from rdflib import *"}, "star"),
    (check_import_style, {"kg.store": "from . import model"}, "relative"),
    (check_excepts, {"kg.store": "try:\n    pass\nexcept (OSError, Exception):\n    pass"}, "broad except"),
    (check_excepts, {"kg.store": "try:\n    pass\nexcept:\n    pass"}, "broad except"),
    (check_encodings, {"kg.store": "open('x', 'w')"}, "open without encoding"),
    (check_encodings, {"kg.store": "path.open('w')"}, "path.open without encoding"),
    (check_encodings, {"kg.store": "path.read_text()"}, "path.read_text without encoding"),
    (check_encodings, {"kg.store": "path.write_text(text, newline='')"}, "path.write_text without encoding"),
    (check_docstrings, {"kg.store": _DOC + "def read(): ..."}, "read has no docstring"),
    (check_docstrings, {"kg.store": _DOC + 'class A:\n    """A."""\n    def read(self): ...'}, "read has no docstring"),
    (check_docstrings, {"kg.store": "x = 1"}, "kg.store: no docstring"),
]
RULES = list(dict.fromkeys(rule for rule, _, _ in SEEDS))

# Sources that break no rule although they come near.
CLEAN = {
    "kg.errors": _DOC,
    "kg.model": _DOC + "from kg.errors import InputError",
    "kg.places": _DOC + "from kg.model import Span",
    "kg.entities": _DOC + "from kg.places import PLACE\ndef _private(): ...",
    "kg.store": _DOC + "import pyoxigraph\nfrom kg.model import Span\nopen('x', 'rb')\npath.open(mode='wb')\n"
    "path.read_text('utf-8')\npath.open('w', encoding='utf-8')\nstore.close()",
    "kg.view.render": _DOC + 'TITLE = "<b>"',
    "kg.view.graph": _DOC + 'from kg.store import Store\nX = "<https://example.org/a>"',
    "kg.cli": _DOC + "import click\nfrom kg.pipeline import build\nprint(1)",
    "kg.pipeline": _DOC + "from kg.pipeline.corpus import build",
    "kg.pipeline.corpus": _DOC + "from kg import entities, store\ntry:\n    pass\nexcept OSError:\n    pass",
}


@pytest.fixture(scope="module")
def modules() -> Modules:
    return read_modules(ROOT)


def test_finds_the_modules(modules: Modules) -> None:
    assert {"kg", "kg.errors", "kg.model", "kg.pipeline", "kg.cli", "build_graph"} <= set(modules)


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.__name__)
def test_rule_holds(rule: Rule, modules: Modules) -> None:
    found = list(rule(modules))
    assert not found, "\n".join(found)


@pytest.mark.parametrize(("rule", "sources", "says"), SEEDS)
def test_rule_finds_a_violation(rule: Rule, sources: dict[str, str], says: str) -> None:
    found = list(rule(parse_modules(sources)))
    assert len(found) == 1
    assert says in found[0]


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.__name__)
def test_rule_lets_clean_sources_pass(rule: Rule) -> None:
    assert list(rule(parse_modules(CLEAN))) == []
