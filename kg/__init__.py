"""policykg: from annotated policy documents to one RDF dataset that can be queried, looked at and loaded elsewhere."""

__version__ = "0.1.0"
