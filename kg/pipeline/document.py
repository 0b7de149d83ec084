"""One document through all stages: files, annotations, entities, statements, N-Quads lines, account."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace

from kg.corpus import DocumentFiles, read_document, read_text
from kg.entities import Resolution, resolve_entities
from kg.evidence import to_evidence
from kg.formats.brat import parse_brat
from kg.identifiers import to_evidence_iri
from kg.model import (
    Annotations,
    Document,
    Entity,
    Evidence,
    Interval,
    Mention,
    Observation,
    Rejection,
    Relation,
    Statement,
)
from kg.observations import ReadFigure, Surroundings, derive_observations
from kg.ontology import Vocabulary
from kg.pipeline.reading import read_figures, read_periods, to_labels
from kg.places import is_region
from kg.report import DocumentReport
from kg.statements import derive_statement
from kg.triples import (
    PLANNED,
    to_document_iri,
    to_document_triples,
    to_entity_triples,
    to_evidence_triples,
    to_mention_triples,
    to_observation_triples,
    to_period_triples,
    to_quad_lines,
    to_statement_triples,
)
from kg.wording import Wording, to_wording


@dataclass(frozen=True, slots=True)
class Edge:
    """A relation that must not run in circles (a transitive property), with where it was annotated."""

    property: str
    subject: str
    object: str
    file: str
    item: str


@dataclass(frozen=True, slots=True)
class DocumentBuild:
    """One document built: its N-Quads lines, its account, and what the whole build needs of it.

    `text` is the document's IRI and its text; None for a document that is lost.
    """

    lines: tuple[str, ...]
    report: DocumentReport
    classes: Mapping[str, tuple[str, ...]]
    statements: frozenset[tuple[str, str]]
    observations: frozenset[str]
    edges: tuple[Edge, ...]
    notices: tuple[str, ...] = ()
    text: tuple[str, str] | None = None


@dataclass(frozen=True, slots=True)
class Settings:
    """What every document is built with."""

    vocabulary: Vocabulary
    base: str
    excluded: Mapping[tuple[str, str], str]
    duplicates: Mapping[str, str]


def build_document(files: DocumentFiles, settings: Settings) -> DocumentBuild:
    """One document from its files to N-Quads lines; a bad one raises nothing, its report says what is wrong."""
    vocabulary = settings.vocabulary
    content = read_text(files.annotations, name_annotations(files)) if files.annotations.is_file() else ""
    document = read_document(files, vocabulary.resolve_kind, vocabulary.heading_cues)
    if isinstance(document, Document) and files.name in settings.duplicates:
        document = Rejection(
            files.name,
            1,
            "",
            f"标题与 {settings.duplicates[files.name]} 相同 same title as another document",
            "请在 .toml 里给出不同的 title",
        )
    for lost in (document, content):
        if isinstance(lost, Rejection):
            return _to_lost_build(files, lost)
    assert isinstance(document, Document)
    assert isinstance(content, str)
    annotations, rejections = parse_brat(content, document.text, name_annotations(files), to_labels(vocabulary))
    build = _build_annotated(document, annotations, rejections, settings)
    text = (to_document_iri(document, vocabulary.classes[document.kind].root, settings.base), document.text)
    return replace(build, notices=tuple(_find_notices(document, vocabulary)), text=text)


def _find_notices(document: Document, vocabulary: Vocabulary) -> Iterator[str]:
    """What of a document's metadata is worth a look although nothing is lost by it."""
    if document.place and not is_region(document.place, vocabulary):
        name = document.file.removesuffix(".txt") + ".toml"
        yield (
            f"{name}: place “{document.place}” 不在地区表里 is no region that the ontology knows，"
            "我省、省科技厅等无从落实；请写全称，如 湖北省"
        )


def name_annotations(files: DocumentFiles) -> str:
    """What messages call the annotation file of a document."""
    return files.name.removesuffix(".txt") + ".ann"


def _to_lost_build(files: DocumentFiles, lost: Rejection) -> DocumentBuild:
    # Every line of the annotation file is lost with the document, and counted so.
    raw = files.annotations.read_bytes() if files.annotations.is_file() else b""
    count = sum(1 for line in raw.split(b"\n") if line.strip() and not line.startswith(b"#"))
    report = DocumentReport(files.name, "", count, 0, count, 0, 0, 0, 0, 0, (lost,))
    return DocumentBuild((), report, {}, frozenset(), frozenset(), ())


def _build_annotated(
    document: Document, annotations: Annotations, rejections: tuple[Rejection, ...], settings: Settings
) -> DocumentBuild:
    vocabulary, base = settings.vocabulary, settings.base
    iri = to_document_iri(document, vocabulary.classes[document.kind].root, base)
    annotations, excluded = _exclude(annotations, settings.excluded)
    resolution = resolve_entities(document, annotations, vocabulary, base)
    periods, period_rejections = read_periods(document, annotations)
    figures, figure_rejections = read_figures(document, annotations, vocabulary)
    surroundings = Surroundings(iri, resolution.entities, resolution.place)
    derived = _derive(to_wording(document, annotations, periods, vocabulary), figures, surroundings)
    issued = _to_issued(document, iri, annotations, resolution)
    triples = _to_triples(document, iri, annotations, resolution, periods, derived, issued, base)
    lines = tuple(to_quad_lines(triples, iri))
    everything = (
        *rejections, *excluded, *resolution.rejections, *period_rejections, *figure_rejections, *derived.rejections,
    )  # fmt: skip
    used = (
        resolution.lines
        | derived.lines
        | {line for mention in annotations.mentions if mention.id in periods for line in mention.lines}
    )
    return _to_document_build(document, annotations, resolution, derived, issued, lines, everything, used)


@dataclass(frozen=True, slots=True)
class _Derived:
    """What one document says, what it could not be made to say, and the annotation lines used.

    `relations` are the annotations that the statements come from, in the same order.
    """

    statements: tuple[Statement, ...]
    relations: tuple[Relation, ...]
    observations: tuple[Observation, ...]
    rejections: tuple[Rejection, ...]
    lines: frozenset[int]


def _derive(wording: Wording, figures: tuple[ReadFigure, ...], around: Surroundings) -> _Derived:
    annotations = wording.annotations
    spans = {mention.id: mention.span for mention in annotations.mentions}
    statements: list[Statement] = []
    relations: list[Relation] = []
    observations: list[Observation] = []
    rejections: list[Rejection] = []
    lines: set[int] = set()
    for relation in annotations.relations:
        statement = derive_statement(wording, relation, around.document_iri, around.entities, spans)
        if isinstance(statement, Rejection):
            rejections.append(statement)
        else:
            statements.append(statement)
            relations.append(relation)
            lines.update(relation.lines)
    for read in figures:
        found = derive_observations(wording, read, around)
        if isinstance(found, Rejection):
            rejections.append(found)
        else:
            observations.extend(found)
            lines.update(read.figure.lines)
    return _Derived(tuple(statements), tuple(relations), tuple(observations), tuple(rejections), frozenset(lines))


def _exclude(
    annotations: Annotations, excluded: Mapping[tuple[str, str], str]
) -> tuple[Annotations, tuple[Rejection, ...]]:
    lost = [relation for relation in annotations.relations if (annotations.file, relation.id) in excluded]
    if not lost:
        return annotations, ()
    kept = tuple(relation for relation in annotations.relations if relation not in lost)
    rejections = tuple(
        Rejection(
            annotations.file, relation.lines[0], relation.id, excluded[annotations.file, relation.id],
            "请删去或改正圈中的一条", relation.lines,
        )
        for relation in lost
    )  # fmt: skip
    return (
        Annotations(
            annotations.file, annotations.lines, annotations.mentions, kept, annotations.figures,
            annotations.equivalences,
        ),
        rejections,
    )  # fmt: skip


def _to_issued(document: Document, iri: str, annotations: Annotations, resolution: Resolution) -> Statement | None:
    """That the issuer issued the document; the evidence is where the text first names the issuer, else the title."""
    if resolution.issuer is None:
        return None
    named = [
        mention.span
        for mention in annotations.mentions
        if mention.id in resolution.entities and resolution.entities[mention.id].iri == resolution.issuer.iri
    ]
    span = min(named, default=document.paragraphs[0])
    return Statement(iri, "issuedBy", resolution.issuer.iri, "achieved", to_evidence(document, iri, span))


def _to_triples(
    document: Document,
    iri: str,
    annotations: Annotations,
    resolution: Resolution,
    periods: Mapping[str, Interval],
    derived: _Derived,
    issued: Statement | None,
    base: str,
) -> Iterator[str]:
    yield from to_document_triples(document, iri)
    evidence: dict[str, Evidence] = {}
    yield from _to_mention_triples(document, iri, annotations, resolution, periods, evidence, base)
    if issued is not None and resolution.issuer is not None:
        yield from to_statement_triples(issued, base)
        yield from to_entity_triples(resolution.issuer)
        _add_evidence(evidence, issued.evidence, base)
    labels = {entity.iri: entity.label for entity in resolution.entities.values()}
    for statement in derived.statements:
        yield from to_statement_triples(statement, base)
    for observation in derived.observations:
        period = f"（{observation.period.label}）" if observation.period else ""
        label = f"{labels[observation.indicator]}{period}：{observation.source_text}"
        yield from to_observation_triples(observation, label, base)
        if observation.period is not None:
            yield from to_period_triples(observation.period, base, [])
        if resolution.place is not None and observation.scope == resolution.place.iri:
            yield from to_entity_triples(resolution.place)
    for source in (one.evidence for said in (derived.statements, derived.observations) for one in said):
        _add_evidence(evidence, source, base)
    for one in evidence.values():
        yield from to_evidence_triples(one, base)


def _to_mention_triples(
    document: Document,
    iri: str,
    annotations: Annotations,
    resolution: Resolution,
    periods: Mapping[str, Interval],
    evidence: dict[str, Evidence],
    base: str,
) -> Iterator[str]:
    named: dict[Entity | Interval, list[Mention]] = {}
    for mention in annotations.mentions:
        thing = resolution.entities.get(mention.id) or periods.get(mention.id)
        if thing is not None:
            named.setdefault(thing, []).append(mention)
    for thing, mentions in named.items():
        sources = [_add_evidence(evidence, to_evidence(document, iri, mention.span), base) for mention in mentions]
        if isinstance(thing, Entity):
            yield from to_entity_triples(thing)
            yield from to_mention_triples(thing.iri, iri, sources)
        else:
            yield from to_period_triples(thing, base, sources)


def _add_evidence(known: dict[str, Evidence], evidence: Evidence, base: str) -> str:
    iri = to_evidence_iri(base, evidence.document, evidence.span.begin, evidence.span.end)
    known.setdefault(iri, evidence)
    return iri


def _to_document_build(
    document: Document,
    annotations: Annotations,
    resolution: Resolution,
    derived: _Derived,
    issued: Statement | None,
    lines: tuple[str, ...],
    rejections: tuple[Rejection, ...],
    used: Iterable[int],
) -> DocumentBuild:
    rejected = {line for rejection in rejections for line in rejection.lines}
    built = frozenset(used) - rejected
    entities = {entity.iri: entity.classes for entity in resolution.entities.values()}
    for entity in (resolution.issuer, resolution.place):
        if entity is not None:
            entities.setdefault(entity.iri, entity.classes)
    statements = frozenset(
        ("\x1f".join((one.subject, one.predicate, one.object, one.status)), one.status)
        for one in (*derived.statements, *([issued] if issued else []))
    )
    observations = frozenset(
        line.split(" ", 1)[0] for line in lines if "#type>" in line and "cube#Observation>" in line
    )
    report = DocumentReport(
        file=document.file,
        title=document.title,
        annotations=len(annotations.lines),
        built=len(built),
        rejected=len(rejected),
        entities=len({entity.iri for entity in resolution.entities.values()}),
        statements=len(statements),
        commitments=sum(status == PLANNED for _, status in statements),
        observations=len(observations),
        triples=len(lines),
        rejections=tuple(sorted(rejections, key=lambda rejection: (rejection.line, rejection.item))),
        unaccounted=tuple(sorted(annotations.lines - built - rejected)),
    )
    return DocumentBuild(lines, report, entities, statements, observations, _to_edges(annotations, derived))


def _to_edges(annotations: Annotations, derived: _Derived) -> tuple[Edge, ...]:
    return tuple(
        Edge(statement.predicate, statement.subject, statement.object, annotations.file, relation.id)
        for statement, relation in zip(derived.statements, derived.relations, strict=True)
    )
