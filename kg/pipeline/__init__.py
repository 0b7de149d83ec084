"""The one place that knows the order of the stages. A document is built by itself, so that any number of processes,
in any order, give one result."""

from kg.pipeline.corpus import Build, build_corpus, write_corpus

__all__ = ["Build", "build_corpus", "write_corpus"]
