"""`kg serve`: the graph over HTTP, read-only. The SPARQL 1.1 Protocol, and the question pack as routes."""

from kg.server.app import make_app
from kg.server.workers import Limits, Workers

__all__ = ["Limits", "Workers", "make_app"]
