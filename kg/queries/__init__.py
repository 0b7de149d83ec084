"""The questions of `queries/`: read, bind, ask of a dataset or an endpoint, and lay out the answer."""

from kg.queries.binding import bind_parameters, parse_value
from kg.queries.choices import Ask, check_choices, describe_choices
from kg.queries.front_matter import Parameter, Query, parse_query, read_queries
from kg.queries.headings import Heading, find_heading, read_headings, to_titled
from kg.queries.index import describe_empty, to_index, write_index
from kg.queries.layout import to_csv, to_json, to_markdown
from kg.queries.prefixes import PREFIXES, declare_prefixes
from kg.queries.remote import run_select_remote
from kg.queries.running import check_syntax, run_select, run_select_rdflib, to_union
from kg.queries.table import Table, Term
from kg.queries.text import to_text_records, to_text_table

__all__ = [
    "PREFIXES",
    "Ask",
    "Heading",
    "Parameter",
    "Query",
    "Table",
    "Term",
    "bind_parameters",
    "check_choices",
    "check_syntax",
    "declare_prefixes",
    "describe_choices",
    "describe_empty",
    "find_heading",
    "parse_query",
    "parse_value",
    "read_headings",
    "read_queries",
    "run_select",
    "run_select_rdflib",
    "run_select_remote",
    "to_csv",
    "to_index",
    "to_json",
    "to_markdown",
    "to_text_records",
    "to_text_table",
    "to_titled",
    "to_union",
    "write_index",
]
