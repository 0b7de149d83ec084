"""The vocabulary as brat's project configuration: `annotation.conf` and `visual.conf` beside a corpus.

brat knows no inheritance among the types that a relation may link and takes a type only once, so every sub-class is
written out, and a class with two parents stands under the first (https://brat.nlplab.org/configuration.html).
"""

from __future__ import annotations

import colorsys
from collections.abc import Iterable, Iterator
from pathlib import Path

from kg.model import FIGURE, PERIOD
from kg.ontology import ClassTerm, PropertyTerm, Vocabulary

_ANNOTATION_FILE, _VISUAL_FILE = "annotation.conf", "visual.conf"
_ANYTHING = "<Anything>"
_EQUIVALENCE = "Equiv"
# A period is no entity of the ontology (its range is time:Interval), so its property says nothing of what it leads to.
_TO_PERIOD = "period"
# What brat shows that is no term of the ontology: the two roles, a figure's attributes, brat's own equivalence.
_ROLE_LABELS = {FIGURE: "数字", PERIOD: "时间", _EQUIVALENCE: "等同"}
_ATTRIBUTE_LABELS = {"Status": "状态", "MeasureKind": "度量类型", "Bound": "界限"}
_ROLE_COLOUR = "#ffffff"
_NOTICE = "# 由本体生成，请勿手改：见 kg/formats/brat_conf.py。 Generated from the ontology; do not edit."


def write_brat_conf(folder: Path, vocabulary: Vocabulary) -> tuple[Path, ...]:
    """Write both configuration files into a folder of the corpus; returns their paths."""
    contents = {_ANNOTATION_FILE: to_annotation_conf(vocabulary), _VISUAL_FILE: to_visual_conf(vocabulary)}
    for name, content in contents.items():
        (folder / name).write_text(content, encoding="utf-8", newline="\n")
    return tuple(folder / name for name in contents)


def to_annotation_conf(vocabulary: Vocabulary) -> str:
    """What may be annotated: classes and roles, relations with the types they link, attributes with their values."""
    lines = [
        _NOTICE,
        "",
        "[entities]",
        *_iterate_tree(vocabulary, None, 0),
        FIGURE,
        PERIOD,
        "",
        "[relations]",
        f"{_ANYTHING}={'|'.join(sorted(vocabulary.classes))}",
        *_iterate_relations(vocabulary),
        *(_to_figure_line(term, vocabulary) for _, term in sorted(vocabulary.figure_properties.items())),
        _to_relation_line(_EQUIVALENCE, _ANYTHING, _ANYTHING, "<REL-TYPE>:symmetric-transitive"),
        # Mentions nest and share spans: 高新技术企业 in 高新技术企业总数, an indicator that is also a category.
        _to_relation_line("<OVERLAP>", "<ANY>", "<ANY>", "<OVL-TYPE>:<ANY>"),
        "",
        "[events]",
        "",
        "[attributes]",
        *(
            f"{name}\tArg:{FIGURE}, Value:{'|'.join(sorted(set(vocabulary.codes[name].values())))}"
            for name in _ATTRIBUTE_LABELS
        ),
    ]
    return "\n".join(lines) + "\n"


def to_visual_conf(vocabulary: Vocabulary) -> str:
    """How brat shows it: Chinese labels, and one light background for each root class and all that is under it."""
    relations = {**vocabulary.properties, **vocabulary.figure_properties}
    labels = {name: term.label_zh for name, term in vocabulary.classes.items()}
    labels |= {name: term.label_zh for name, term in relations.items()} | _ROLE_LABELS | _ATTRIBUTE_LABELS
    colours = _to_colours({term.root for term in vocabulary.classes.values()})
    lines = [
        _NOTICE,
        "",
        "[labels]",
        *(f"{name} | {label}" for name, label in labels.items()),
        "",
        "[drawing]",
        "SPAN_DEFAULT\tfgColor:black, bgColor:#f0f0f0, borderColor:darken",
        "ARC_DEFAULT\tcolor:black, arrowHead:triangle-5",
        "ATTRIBUTE_DEFAULT\tglyph:*",
        *(f"{name}\tbgColor:{colours[term.root]}" for name, term in sorted(vocabulary.classes.items())),
        *(f"{role}\tbgColor:{_ROLE_COLOUR}" for role in (FIGURE, PERIOD)),
        *(f"{name}\tcolor:gray, dashArray:3-3" for name in sorted(vocabulary.figure_properties)),
    ]
    return "\n".join(lines) + "\n"


def _iterate_tree(vocabulary: Vocabulary, parent: str | None, depth: int) -> Iterator[str]:
    for name, term in sorted(vocabulary.classes.items()):
        if _find_parent(term) == parent:
            yield "\t" * depth + name
            yield from _iterate_tree(vocabulary, name, depth + 1)


def _find_parent(term: ClassTerm) -> str | None:
    return term.ancestors[1] if len(term.ancestors) > 1 else None


def _iterate_relations(vocabulary: Vocabulary) -> Iterator[str]:
    for name, term in sorted(vocabulary.properties.items()):
        kind = "<REL-TYPE>:symmetric" if term.symmetric else ""
        # Ends under the same class of the domain: one line for each class, since a line's ends are independent.
        pairs = (
            [((one,), (one,)) for one in sorted(term.domain & term.range)]
            if term.within_one_class
            else [(term.domain, term.range)]
        )
        for domain, span in pairs:
            yield _to_relation_line(name, _to_types(domain, vocabulary), _to_types(span, vocabulary), kind)


def _to_figure_line(term: PropertyTerm, vocabulary: Vocabulary) -> str:
    target = PERIOD if term.name == _TO_PERIOD else _to_types(term.range, vocabulary)
    return _to_relation_line(term.name, FIGURE, target, "")


def _to_types(classes: Iterable[str], vocabulary: Vocabulary) -> str:
    wanted = set(classes)
    below = [name for name, term in sorted(vocabulary.classes.items()) if wanted & set(term.ancestors)]
    return "|".join(below) if wanted else _ANYTHING


def _to_relation_line(name: str, first: str, second: str, kind: str) -> str:
    return f"{name}\t" + ", ".join(part for part in (f"Arg1:{first}", f"Arg2:{second}", kind) if part)


def _to_colours(roots: set[str]) -> dict[str, str]:
    # Light enough for black letters; neighbours in the alphabet differ by turns in lightness as well as in hue.
    colours = {}
    for place, root in enumerate(sorted(roots)):
        shade = colorsys.hls_to_rgb(place / len(roots), 0.78 + 0.1 * (place % 2), 0.75)
        colours[root] = "#" + "".join(f"{round(255 * part):02x}" for part in shade)
    return colours
