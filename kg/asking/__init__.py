"""A question in words to the query of the pack that answers it, offline: `kg ask`."""

from kg.asking.answering import Answer, answer_question, describe_abstention, describe_values
from kg.asking.matching import Candidate, Matcher, Reading

__all__ = [
    "Answer",
    "Candidate",
    "Matcher",
    "Reading",
    "answer_question",
    "describe_abstention",
    "describe_values",
]
