"""Texts to annotations by rules: names, figures, periods and relations, each with its rule and a confidence."""

from kg.annotate.annotator import annotate
from kg.annotate.lexicon import Lexicon, derive_lexicon
from kg.annotate.proposals import Proposal, Proposals
from kg.annotate.resources import Resources, read_resources

__all__ = ["Lexicon", "Proposal", "Proposals", "Resources", "annotate", "derive_lexicon", "read_resources"]
