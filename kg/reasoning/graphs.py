"""The two named graphs that reasoning gives. Nothing of theirs is ever in a document's graph or in the ontology's."""

from __future__ import annotations

# Findings: what no document says and follows from what documents say, each with its premises.
DERIVED_GRAPH = "https://w3id.org/policykg/derived"
# Bare triples: the OWL 2 RL closure of what is asserted, less what is asserted.
INFERRED_GRAPH = "https://w3id.org/policykg/inferred"
