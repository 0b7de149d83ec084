"""GraphML and GEXF by networkx, for yEd, Gephi and their like."""

from __future__ import annotations

import io
import re

import networkx as nx
from pyoxigraph import Store

from kg.export.property_graph import to_property_graph


def to_graphml(store: Store) -> str:
    """GraphML (http://graphml.graphdrawing.org/)."""
    return "\n".join(nx.generate_graphml(to_property_graph(store), prettyprint=True)) + "\n"


def to_gexf(store: Store) -> str:
    """GEXF 1.2 (https://gexf.net/), the day of writing left out so that the same graph gives the same bytes."""
    target = io.BytesIO()
    nx.write_gexf(to_property_graph(store), target, encoding="utf-8", prettyprint=True)
    return re.sub(r' lastmodifieddate="[^"]*"', "", target.getvalue().decode("utf-8")) + "\n"
