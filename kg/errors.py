"""Everything this package raises on purpose.

    PolicykgError
    ├── InputError           something a user gave is wrong: one line, with the mend
    │   ├── CorpusError      a folder or file of the corpus cannot be read at all
    │   ├── QueryError       a query, its front matter or one of its parameters
    │   └── FormatError      an annotation file is not of the format it claims
    ├── OntologyError        ontology/ contradicts itself or lacks what the vocabulary promises
    └── StoreError           a dataset cannot be read, written or reached

Only `kg.cli` and `build_graph.py` turn these into messages and exit codes.
"""


class PolicykgError(Exception):
    """The root: catch this to catch all of ours and nothing else."""


class InputError(PolicykgError):
    """What a user gave is wrong; the message says what, where and how to mend it."""


class CorpusError(InputError):
    """A corpus folder or file cannot be read at all."""


class QueryError(InputError):
    """A query, its front matter or one of its parameters is wrong."""


class FormatError(InputError):
    """An annotation file is not of the format it claims to be."""


class OntologyError(PolicykgError):
    """The ontology contradicts itself or lacks what the vocabulary promises."""


class StoreError(PolicykgError):
    """A dataset cannot be read, written or reached."""
