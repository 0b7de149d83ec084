"""From the picture's nodes, edges and positions to one HTML file that opens offline. Knows no RDF.

pyvis holds the network and brings vis-network; the page is ours. What pyvis 0.3.2's own page does is avoided: it loads
Bootstrap from another host, is written without an encoding, and turns titles with a link in them into raw HTML. Here
all text travels as JSON in a data block and reaches the page as text nodes only; the Content-Security-Policy allows
the page's own scripts by their hash and nothing else (https://www.w3.org/TR/CSP3/#framework-directive-source-list).
"""

from __future__ import annotations

import base64
import hashlib
import json
import os
from collections.abc import Mapping
from importlib.resources import files
from itertools import takewhile
from pathlib import Path
from typing import Any

from jinja2 import Environment, StrictUndefined
from markupsafe import Markup
from pyvis.network import Network

from kg.errors import StoreError
from kg.view.layout import to_degrees, to_radius
from kg.view.model import Text, ViewFigure, ViewGraph, ViewNode

_VIS = "lib/vis-9.1.2/vis-network.min.js"
# One scope for all: each file declares functions, the last one starts them.
_SCRIPTS = (
    "page.js",
    "state.js",
    "labels.js",
    "picture.js",
    "panel.js",
    "search.js",
    "legend.js",
    "table.js",
    "start.js",
)

# A data block ends at `</script`, `<!--` changes how it ends, U+2028/9 end a line in older JavaScript: none is written
# raw (https://html.spec.whatwg.org/multipage/scripting.html#restrictions-for-contents-of-script-elements).
_JSON_ESCAPES = str.maketrans({character: f"\\u{ord(character):04x}" for character in "<>&\u2028\u2029"})


def write_html(view_graph: ViewGraph, positions: Mapping[str, tuple[float, float]], path: Path, *, title: str) -> None:
    """Writes the page to `path`, whole or not at all; raises StoreError where it cannot be written."""
    page = to_html(view_graph, positions, title=title)
    draft = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        draft.write_text(page, encoding="utf-8", newline="\n")
        draft.replace(path)
    except OSError as error:
        raise StoreError(
            f"{path}: 写不进去 cannot be written ({error.strerror}); 换一个目录 choose another folder"
        ) from error


def to_html(view_graph: ViewGraph, positions: Mapping[str, tuple[float, float]], *, title: str) -> str:
    """The page as text; every node needs a position."""
    assets = files("kg.view") / "assets"
    own = "\n".join((assets / name).read_text(encoding="utf-8") for name in _SCRIPTS)
    scripts = (_to_script_text(_read_vis()), _to_script_text(f'(() => {{\n"use strict";\n{own}\n}})();'))
    style = (assets / "style.css").read_text(encoding="utf-8")
    environment = Environment(autoescape=True, undefined=StrictUndefined, keep_trailing_newline=True)
    template = environment.from_string((files("kg.view") / "template.html").read_text(encoding="utf-8"))
    return template.render(
        title=title,
        policy="; ".join(
            (
                "default-src 'none'",
                f"script-src {' '.join(_to_source(text) for text in scripts)}",
                f"style-src {_to_source(style)}",
                "img-src data:",
                "base-uri 'none'",
                "form-action 'none'",
            )
        ),
        style=Markup(style),
        vis=Markup(scripts[0]),
        script=Markup(scripts[1]),
        data=Markup(to_json(to_page_data(view_graph, positions))),
    )


def to_json(data: object) -> str:
    """JSON that may stand inside a `<script type="application/json">` whatever texts are in it."""
    text = json.dumps(data, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return text.translate(_JSON_ESCAPES)


def to_page_data(view_graph: ViewGraph, positions: Mapping[str, tuple[float, float]]) -> dict[str, Any]:
    """What the page's scripts read: pyvis's network data, and all that is said of its nodes and edges."""
    network = _to_network(view_graph, positions)
    nodes, edges, *_ = network.get_network_data()
    evidence_number = {one.iri: number for number, one in enumerate(view_graph.evidence)}
    figure_number = {one.iri: number for number, one in enumerate(view_graph.figures)}
    return {
        "nodes": nodes,
        "edges": edges,
        "base": _find_base(view_graph),
        "classes": [
            {"id": one.iri, **_to_pair(one.label), "root": one.root, "colour": one.colour, "shape": one.shape}
            for one in view_graph.classes
        ],
        "properties": {
            one.iri: {**_to_pair(one.label), "inverse": _to_pair(one.inverse)} for one in view_graph.properties
        },
        "statuses": [{"id": one.iri, **_to_pair(one.label), "planned": one.planned} for one in view_graph.statuses],
        "things": {node.iri: _to_thing(node, evidence_number) for node in view_graph.nodes},
        "links": {
            edge.iri: {
                "property": edge.property,
                "status": edge.status,
                "evidence": [evidence_number[iri] for iri in edge.evidence],
                "figures": [figure_number[iri] for iri in edge.figures],
            }
            for edge in view_graph.edges
        },
        "figures": [_to_figure(figure, evidence_number) for figure in view_graph.figures],
        "evidence": [
            {
                "document": one.document,
                "section": one.section,
                "paragraph": one.paragraph,
                "prefix": one.prefix,
                "quote": one.quote,
                "suffix": one.suffix,
            }
            for one in view_graph.evidence
        ],
    }


def _to_network(view_graph: ViewGraph, positions: Mapping[str, tuple[float, float]]) -> Network:
    # Directed, because an undirected pyvis network drops the second edge between two nodes.
    network = Network(directed=True, cdn_resources="in_line")
    degrees = to_degrees(view_graph)
    classes = {one.iri: one for one in view_graph.classes}
    for node in view_graph.nodes:
        x, y = positions[node.iri]
        kind = classes.get(node.classes[0]) if node.classes else None
        network.add_node(
            node.iri,
            label=node.label,
            shape=kind.shape if kind else "dot",
            color=kind.colour if kind else "#7d8597",
            size=to_radius(degrees[node.iri]),
            degree=degrees[node.iri],
            x=x,
            y=y,
        )
    for edge in view_graph.edges:
        network.add_edge(edge.source, edge.target, id=edge.iri)
    return network


def _to_thing(node: ViewNode, evidence_number: Mapping[str, int]) -> dict[str, Any]:
    return {
        "classes": list(node.classes),
        "labels": list(node.other_labels),
        "source": node.source,
        "facts": [{**_to_pair(name), "value": value} for name, value in node.facts],
        "evidence": [evidence_number[iri] for iri in node.evidence],
    }


def _to_figure(figure: ViewFigure, evidence_number: Mapping[str, int]) -> dict[str, Any]:
    return {
        "written": figure.written,
        "value": figure.value,
        "unit": _to_pair(figure.unit),
        "bound": _to_pair(figure.bound),
        "kind": _to_pair(figure.kind),
        "indicator": figure.indicator,
        "about": figure.about,
        "scope": figure.scope,
        "period": figure.period,
        "begin": figure.begin,
        "end": figure.end,
        "status": figure.status,
        "evidence": [evidence_number[iri] for iri in figure.evidence],
    }


def _to_pair(text: Text | None) -> dict[str, str]:
    return {"zh": text.zh, "en": text.en} if text else {}


def _find_base(view_graph: ViewGraph) -> str:
    """What all nodes' IRIs begin with, up to a slash: left out of the page's address."""
    iris = sorted(node.iri for node in view_graph.nodes)
    if not iris:
        return ""
    pairs = zip(iris[0], iris[-1], strict=False)
    alike = len(list(takewhile(lambda pair: pair[0] == pair[1], pairs)))
    return iris[0][: iris[0].rfind("/", 0, alike) + 1]


def _read_vis() -> str:
    return (
        (files("pyvis") / _VIS).read_text(encoding="utf-8").replace("//# sourceMappingURL=vis-network.min.js.map", "")
    )


def _to_script_text(text: str) -> str:
    # Inside a string or a regular expression `\/` is `/`; elsewhere neither of the two occurs in JavaScript.
    return "\n" + text.replace("\r\n", "\n").replace("</script", "<\\/script").replace("<!--", "<\\!--") + "\n"


def _to_source(text: str) -> str:
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode('utf-8')).digest()).decode('ascii')}'"
