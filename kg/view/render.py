"""From the picture's nodes, edges and positions to one HTML file that opens offline. Knows no RDF.

pyvis holds a small network and brings vis-network, which draws it; the page is ours. A large one goes past both: adding
10,000 edges to pyvis takes longer than all the rest, and vis-network draws it slowly (docs/view.md has the figures).
What pyvis 0.3.2's own page does is avoided: it loads Bootstrap from another host, is written without an encoding, and
turns titles with a link in them into raw HTML. Here all text travels as JSON in a data block and reaches the page as
text nodes only; the Content-Security-Policy allows the page's own scripts by their hash and nothing else
(https://www.w3.org/TR/CSP3/#framework-directive-source-list).
"""

from __future__ import annotations

import base64
import hashlib
import json
import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from typing import Any

from jinja2 import Environment, StrictUndefined
from markupsafe import Markup

from kg.errors import StoreError
from kg.view.columns import to_columns
from kg.view.layout import to_degrees
from kg.view.model import Overview, ViewGraph
from kg.view.overview import compute_overview
from kg.view.page_data import to_page_data

PYVIS_MOST = 1800
"""Nodes and edges together up to which vis-network draws the page within half a second and pans smoothly."""

_VIS = "lib/vis-9.1.2/vis-network.min.js"
# One scope for all: each file declares functions, the last one starts them.
_SCRIPTS = (
    "elements.js",
    "page.js",
    "details.js",
    "state.js",
    "shown.js",
    "arrange.js",
    "labels.js",
    "boxes.js",
    "picture.js",
    "actions.js",
    "remote.js",
    "export.js",
    "turtle.js",
    "panel.js",
    "search.js",
    "legend.js",
    "table.js",
    "toolbar.js",
    "scene.js",
)
_VIS_RENDERER = ("network.js",)
_OWN_RENDERER = ("pointer.js", "canvas.js")

# A data block ends at `</script`, `<!--` changes how it ends, U+2028/9 end a line in older JavaScript: none is written
# raw (https://html.spec.whatwg.org/multipage/scripting.html#restrictions-for-contents-of-script-elements).
_JSON_ESCAPES = str.maketrans({character: f"\\u{ord(character):04x}" for character in "<>&\u2028\u2029"})


@dataclass(frozen=True, slots=True)
class Surroundings:
    """Where a page that is served, and not a file, finds its scripts and its style, and what leads on from it."""

    style: str
    scripts: tuple[str, ...]
    ways: tuple[tuple[str, str], ...] = ()
    theme: str = ""


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


def to_html(
    view_graph: ViewGraph, positions: Mapping[str, tuple[float, float]], *, title: str, pyvis_most: int = PYVIS_MOST
) -> str:
    """The page as text; every node needs a position. Up to `pyvis_most` nodes and edges pyvis holds the network."""
    vis = is_for_pyvis(view_graph, pyvis_most)
    data, blocks = to_data(view_graph, positions, vis=vis)
    scripts = [to_script(vis=vis)] if not vis else [read_vis_script(), to_script(vis=vis)]
    style = read_style()
    policy = (
        "default-src 'none'",
        f"script-src {' '.join(_to_source(text) for text in scripts)}",
        f"style-src {_to_source(style)}",
        "img-src data:",
        "base-uri 'none'",
        "form-action 'none'",
    )
    return _render(title, data, blocks, scripts=scripts, style=style, policy="; ".join(policy))


def to_served_html(title: str, data: Mapping[str, Any], blocks: Sequence[str], around: Surroundings) -> str:
    """The same page for a server that says its policy itself and has scripts and style beside it."""
    return _render(title, data, blocks, around=around)


def is_for_pyvis(view_graph: ViewGraph, most: int = PYVIS_MOST) -> bool:
    """Whether a graph is small enough for vis-network to draw it well."""
    return len(view_graph.nodes) + len(view_graph.edges) <= most


def to_data(
    view_graph: ViewGraph,
    positions: Mapping[str, tuple[float, float]],
    *,
    vis: bool,
    overview: Overview | None = None,
    degrees: Mapping[str, int] | None = None,
) -> tuple[dict[str, Any], tuple[str, ...]]:
    """What the page's scripts read, and the blocks of details that they open on demand (none for a small graph).

    Of a part of a graph, `overview` and `degrees` are those of the whole.
    """
    overview = overview or compute_overview(view_graph)
    if vis:
        return {"renderer": "vis", **to_page_data(view_graph, positions, overview)}, ()
    columns, blocks = to_columns(view_graph, positions, overview, degrees or to_degrees(view_graph))
    return {"renderer": "canvas", **columns}, blocks


def to_json(data: object) -> str:
    """JSON that may stand inside a `<script type="application/json">` whatever texts are in it."""
    text = json.dumps(data, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return text.translate(_JSON_ESCAPES)


def to_script(*, vis: bool) -> str:
    """The page's own script."""
    names = (*_SCRIPTS, *(_VIS_RENDERER if vis else _OWN_RENDERER), "start.js")
    assets = files("kg.view") / "assets"
    own = "\n".join((assets / name).read_text(encoding="utf-8") for name in names)
    return _to_script_text(f'(() => {{\n"use strict";\n{own}\n}})();')


def read_style() -> str:
    """The page's style sheet."""
    return (files("kg.view") / "assets/style.css").read_text(encoding="utf-8")


def _render(
    title: str,
    data: Mapping[str, Any],
    blocks: Sequence[str],
    *,
    scripts: Sequence[str] = (),
    style: str = "",
    policy: str = "",
    around: Surroundings | None = None,
) -> str:
    around = around or Surroundings("", ())
    environment = Environment(autoescape=True, undefined=StrictUndefined, keep_trailing_newline=True)
    template = environment.from_string((files("kg.view") / "template.html").read_text(encoding="utf-8"))
    return template.render(
        title=title,
        policy=policy,
        theme=around.theme,
        ways=around.ways,
        links=around,
        style=Markup(style),
        scripts=[Markup(text) for text in scripts],
        data=Markup(to_json(data)),
        blocks=blocks,
    )


def read_vis_script() -> str:
    """vis-network as pyvis brings it."""
    text = (files("pyvis") / _VIS).read_text(encoding="utf-8")
    return _to_script_text(text.replace("//# sourceMappingURL=vis-network.min.js.map", ""))


def _to_script_text(text: str) -> str:
    # Inside a string or a regular expression `\/` is `/`; elsewhere neither of the two occurs in JavaScript.
    return "\n" + text.replace("\r\n", "\n").replace("</script", "<\\/script").replace("<!--", "<\\!--") + "\n"


def _to_source(text: str) -> str:
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode('utf-8')).digest()).decode('ascii')}'"
