"""A dataset sent to a SPARQL server: by chunks, again where one fails, on where it broke off, counted afterwards."""

from __future__ import annotations

from kg.export.push.protocols import PROTOCOLS, find_protocol
from kg.export.push.pushing import Pushed, push_dataset
from kg.export.push.requests import Login, Server

__all__ = ["PROTOCOLS", "Login", "Pushed", "Server", "find_protocol", "push_dataset"]
