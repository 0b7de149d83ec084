"""A whole corpus through the stages, in one process or several, and what needs all of it: titles and circles."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from functools import partial
from itertools import chain
from pathlib import Path

from kg.corpus import DocumentFiles, find_documents, find_duplicate_titles, read_document
from kg.model import Document
from kg.names import to_canonical_label
from kg.ontology import Vocabulary, read_ontology_triples, read_vocabulary, select_authority_triples
from kg.pipeline.circles import find_circles
from kg.pipeline.document import DocumentBuild, Settings, build_document, name_annotations
from kg.report import BuildReport
from kg.triples import ONTOLOGY_GRAPH, PLANNED, to_quad_lines

# Starting worker processes costs about half a second each: below this many documents one process is quicker.
_DOCUMENTS_PER_PROCESS = 100


@dataclass(frozen=True, slots=True)
class Build:
    """A whole corpus built: all N-Quads lines (each document's, then the ontology's graph), the account, and the texts
    by the documents' IRIs."""

    lines: tuple[str, ...]
    report: BuildReport
    texts: Mapping[str, str]


def build_corpus(
    corpus: Path, ontology: Path, base: str, *, jobs: int = 1, on_document: Callable[[int, int], None] | None = None
) -> Build:
    """Build all documents under `corpus`; `on_document` is told (done, all) after each.

    Raises CorpusError where there is nothing to build and OntologyError where the ontology is at fault.
    """
    vocabulary = read_vocabulary(ontology)
    files = find_documents(corpus)
    settings = Settings(vocabulary, base, {}, _find_duplicates(files, vocabulary))
    builds = tuple(_build_documents(files, settings, jobs, on_document))
    acyclic = frozenset(name for name, term in vocabulary.properties.items() if term.transitive)
    circles = find_circles((edge for build in builds for edge in build.edges), acyclic)
    if circles:
        settings = Settings(vocabulary, base, circles, settings.duplicates)
        affected = {file for file, _ in circles}
        builds = tuple(
            build_document(one, settings) if name_annotations(one) in affected else build
            for one, build in zip(files, builds, strict=True)
        )
    used = frozenset(iri for build in builds for iri in build.classes)
    schema = select_authority_triples(read_ontology_triples(ontology, base), base, used)
    schema_lines = to_quad_lines(schema, ONTOLOGY_GRAPH)
    lines = tuple(chain(chain.from_iterable(build.lines for build in builds), schema_lines))
    triples = len({line[: line.rindex(" <")] for line in lines})
    texts = dict(build.text for build in builds if build.text is not None)
    return Build(lines, _to_report(builds, triples, vocabulary), texts)


def _build_documents(
    files: tuple[DocumentFiles, ...],
    settings: Settings,
    jobs: int,
    on_document: Callable[[int, int], None] | None,
) -> Iterator[DocumentBuild]:
    for done, build in enumerate(_map_documents(files, settings, jobs), start=1):
        if on_document is not None:
            on_document(done, len(files))
        yield build


def _map_documents(files: tuple[DocumentFiles, ...], settings: Settings, jobs: int) -> Iterator[DocumentBuild]:
    if jobs <= 1 or len(files) < 2 * _DOCUMENTS_PER_PROCESS:
        yield from map(partial(build_document, settings=settings), files)
        return
    with ProcessPoolExecutor(jobs, initializer=_set_settings, initargs=(settings,)) as pool:
        yield from pool.map(_build_with_settings, files, chunksize=16)


# A worker process gets the settings once, when it starts, instead of with every document.
_worker_settings: list[Settings] = []


def _set_settings(settings: Settings) -> None:
    _worker_settings[:] = [settings]


def _build_with_settings(files: DocumentFiles) -> DocumentBuild:
    return build_document(files, _worker_settings[0])


def _find_duplicates(files: tuple[DocumentFiles, ...], vocabulary: Vocabulary) -> Mapping[str, str]:
    titles = []
    for one in files:
        document = read_document(one, vocabulary.resolve_kind, vocabulary.heading_cues)
        if isinstance(document, Document):
            # Two titles that give one IRI are one: full-width digits and quotation marks do not tell documents apart.
            titles.append((one.name, to_canonical_label(document.title)))
    return find_duplicate_titles(tuple(titles))


def _to_report(builds: tuple[DocumentBuild, ...], triples: int, vocabulary: Vocabulary) -> BuildReport:
    statements = frozenset(chain.from_iterable(build.statements for build in builds))
    classes: dict[str, set[str]] = {}
    for build in builds:
        for iri, names in build.classes.items():
            classes.setdefault(iri, set()).update(names)
    return BuildReport(
        documents=tuple(build.report for build in builds),
        entities=len(classes),
        statements=len(statements),
        commitments=sum(status == PLANNED for _, status in statements),
        observations=len(frozenset(chain.from_iterable(build.observations for build in builds))),
        triples=triples,
        notices=(
            *chain.from_iterable(build.notices for build in builds),
            *find_class_conflicts(classes, vocabulary),
        ),
    )


def find_class_conflicts(classes: Mapping[str, set[str]], vocabulary: Vocabulary) -> Iterator[str]:
    """Entities with classes of which neither is above the other: perhaps two things under one name."""
    for iri, names in sorted(classes.items()):
        lowest = sorted(
            name for name in names if not any(name in vocabulary.classes[other].ancestors[1:] for other in names)
        )
        if len(lowest) > 1:
            labels = "、".join(f"{vocabulary.classes[name].label_zh} {name}" for name in lowest)
            yield f"{iri} 有几种类别 has several classes: {labels}；若是同名的不同事物，请用 N 行分开"
