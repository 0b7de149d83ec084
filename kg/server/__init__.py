"""`kg serve`: the graph over HTTP, read-only. The SPARQL 1.1 Protocol, and the question pack as routes."""

from kg.server.app import make_app
from kg.server.door import CONNECTIONS, LOOPBACK, ImpatientProtocol
from kg.server.workers import Limits, Workers

__all__ = ["CONNECTIONS", "LOOPBACK", "ImpatientProtocol", "Limits", "Workers", "make_app"]
