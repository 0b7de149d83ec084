"""One document through all stages: files, annotations, entities, statements, N-Quads lines, account."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from kg.corpus import DocumentFiles, check_metadata, read_document, read_text, to_document
from kg.entities import KnownNames, Resolution, resolve_entities
from kg.evidence import to_evidence
from kg.formats.brat import parse_brat_items
from kg.formats.checking import check_annotations
from kg.formats.json_lines import parse_json_document
from kg.formats.raw import RawAnnotations
from kg.model import (
    Annotations,
    Document,
    Entity,
    Evidence,
    Interval,
    Observation,
    Rejection,
    Relation,
    Statement,
)
from kg.names import to_canonical_label
from kg.observations import ReadFigure, Surroundings, derive_observations
from kg.ontology import Vocabulary
from kg.pipeline.documents import Record, Source
from kg.pipeline.reading import read_figures, read_periods, to_labels
from kg.places import is_region
from kg.report import DocumentReport
from kg.statements import derive_statement
from kg.triples import PLANNED, GraphBlock, to_document_iri
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

    `lines` depend on the document and the settings alone, whatever else is built. `text` is the document's IRI and its
    text, `title` what no other document may share; both None for one that is lost. `shared` is `GraphBlock.to_shared`.
    """

    lines: bytes
    report: DocumentReport
    classes: Mapping[str, tuple[str, ...]]
    statements: Mapping[str, str]
    observations: tuple[str, ...]
    edges: tuple[Edge, ...]
    shared: Sequence[int] = ()
    notices: tuple[str, ...] = ()
    text: tuple[str, str] | None = None
    title: str | None = None


@dataclass(frozen=True, slots=True)
class Settings:
    """What every document is built with; `excluded` are relations left out, by file and id, with the reason.

    `duplicates` are documents left out because an earlier one has their title, with that one, where that is known
    before the build; the local engine finds them while it builds.

    `names` only spares work: nothing depends on what is in it.
    """

    vocabulary: Vocabulary
    base: str
    excluded: Mapping[tuple[str, str], str]
    duplicates: Mapping[str, str] = field(default_factory=dict)
    names: KnownNames = field(default_factory=KnownNames, compare=False, repr=False)


def build_document(source: Source, settings: Settings) -> DocumentBuild:
    """One document from its files, or its line of JSON, to N-Quads; a bad one raises nothing, its report says why."""
    read = _read_record(source, settings) if isinstance(source, Record) else _read_files(source, settings)
    if isinstance(read, Rejection):
        return to_lost_build(source, read)
    document, raw, where = read
    if document.file in settings.duplicates:
        return to_lost_build(source, to_duplicate(document.file, settings.duplicates[document.file]))
    vocabulary = settings.vocabulary
    annotations, rejections = check_annotations(raw, document.text, to_labels(vocabulary))
    build = _build_annotated(document, annotations, rejections, settings)
    text = (to_document_iri(document, vocabulary.classes[document.kind].root, settings.base), document.text)
    notices = (*raw.notes, *_find_notices(document, where, vocabulary))
    return replace(build, notices=notices, text=text, title=to_canonical_label(document.title))


def read_title(source: Source, settings: Settings) -> str | None:
    """What no other document may share: the title as it becomes an IRI; None where the document cannot be read."""
    if isinstance(source, Record):
        read = _read_record(source, settings)
        document = read if isinstance(read, Rejection) else read[0]
    else:
        document = read_document(source, settings.vocabulary.resolve_kind, settings.vocabulary.heading_cues)
    return None if isinstance(document, Rejection) else to_canonical_label(document.title)


_Read = tuple[Document, RawAnnotations, str]


def _read_files(files: DocumentFiles, settings: Settings) -> _Read | Rejection:
    """A document, its annotations as written, and what messages call its metadata."""
    vocabulary = settings.vocabulary
    document = read_document(files, vocabulary.resolve_kind, vocabulary.heading_cues)
    if isinstance(document, Rejection):
        return document
    content: str | Rejection = ""
    if files.annotations.is_file():
        content = read_text(files.annotations, name_annotations(files))
    if isinstance(content, Rejection):
        return content
    return document, parse_brat_items(content, name_annotations(files)), files.name.removesuffix(".txt") + ".toml"


def _read_record(record: Record, settings: Settings) -> _Read | Rejection:
    file, _, number = record.name.rpartition(":")
    raw = parse_json_document(record.line, file, int(number))
    if isinstance(raw, Rejection):
        return raw
    vocabulary = settings.vocabulary
    metadata = check_metadata(file, raw.metadata, lambda _: int(number))
    if isinstance(metadata, Rejection):
        return metadata
    text = raw.text or ""
    if not text.strip():
        return Rejection(file, int(number), "", "正文是空的 the text is empty", "请放入正文，或删去这一行")
    document = to_document(
        record.name, text, metadata, vocabulary.resolve_kind, vocabulary.heading_cues,
        where=file, find_line=lambda _: int(number),
    )  # fmt: skip
    return document if isinstance(document, Rejection) else (document, raw.annotations, record.name)


def _find_notices(document: Document, where: str, vocabulary: Vocabulary) -> Iterator[str]:
    """What of a document's metadata is worth a look although nothing is lost by it."""
    if document.place and not is_region(document.place, vocabulary):
        yield (
            f"{where}: place “{document.place}” 不在地区表里 is no region that the ontology knows，"
            "我省、省科技厅等无从落实；请写全称，如 湖北省"
        )


def name_annotations(files: DocumentFiles) -> str:
    """What messages call the annotation file of a document."""
    return files.name.removesuffix(".txt") + ".ann"


def name_record_annotations(source: Source) -> str:
    """What messages call the annotations of a source: a record's stand in its line."""
    return source.name if isinstance(source, Record) else name_annotations(source)


def to_lost_build(source: Source, lost: Rejection) -> DocumentBuild:
    """The build of a document that is lost as a whole: every one of its annotations is lost with it, and counted so."""
    return DocumentBuild(b"", to_lost_report(source, lost), {}, {}, (), ())


def to_lost_report(source: Source, lost: Rejection) -> DocumentReport:
    """The account of a document that is lost as a whole."""
    count = _count_items(source)
    return DocumentReport(source.name, "", count, 0, count, 0, 0, 0, 0, 0, (lost,))


def _count_items(source: Source) -> int:
    if isinstance(source, Record):
        file, _, number = source.name.rpartition(":")
        raw = parse_json_document(source.line, file, int(number))
        return 0 if isinstance(raw, Rejection) else len(raw.annotations.lines)
    content = source.annotations.read_bytes() if source.annotations.is_file() else b""
    return sum(1 for line in content.split(b"\n") if line.strip() and not line.startswith(b"#"))


def to_duplicate(name: str, first: str) -> Rejection:
    """Why a document is lost whose title an earlier one has; both as `Source.name` says, a record by file and line."""
    file, _, line = (name, ":", "1") if name.endswith(".txt") else name.rpartition(":")
    reason = f"标题与 {first} 相同 same title as another document"
    return Rejection(file, int(line), "", reason, "请在 .toml 里给出不同的 title")


def _build_annotated(
    document: Document, annotations: Annotations, rejections: tuple[Rejection, ...], settings: Settings
) -> DocumentBuild:
    vocabulary, base = settings.vocabulary, settings.base
    iri = to_document_iri(document, vocabulary.classes[document.kind].root, base)
    annotations, excluded = _exclude(annotations, settings.excluded)
    resolution = resolve_entities(document, annotations, vocabulary, base, settings.names)
    periods, period_rejections = read_periods(document, annotations)
    figures, figure_rejections = read_figures(document, annotations, vocabulary)
    surroundings = Surroundings(iri, resolution.entities, resolution.place)
    derived = _derive(to_wording(document, annotations, periods, vocabulary), figures, surroundings)
    issued = _to_issued(document, iri, annotations, resolution)
    block = _to_block(document, iri, annotations, resolution, periods, derived, issued, base)
    everything = (
        *rejections, *excluded, *resolution.rejections, *period_rejections, *figure_rejections, *derived.rejections,
    )  # fmt: skip
    used = (
        resolution.lines
        | derived.lines
        | {line for mention in annotations.mentions if mention.id in periods for line in mention.lines}
    )
    return _to_document_build(document, annotations, resolution, derived, block, everything, used)


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


def _to_block(
    document: Document,
    iri: str,
    annotations: Annotations,
    resolution: Resolution,
    periods: Mapping[str, Interval],
    derived: _Derived,
    issued: Statement | None,
    base: str,
) -> GraphBlock:
    block = GraphBlock(document, iri, base)
    _add_mentions(block, document, iri, annotations, resolution, periods)
    if issued is not None and resolution.issuer is not None:
        block.add_statement(issued)
        block.add_entity(resolution.issuer)
    for statement in derived.statements:
        block.add_statement(statement)
    labels = {entity.iri: entity.label for entity in resolution.entities.values()} if derived.observations else {}
    for observation in derived.observations:
        period = f"（{observation.period.label}）" if observation.period else ""
        label = f"{labels[observation.indicator]}{period}：{observation.source_text}"
        block.add_observation(observation, label)
        if resolution.place is not None and observation.scope == resolution.place.iri:
            block.add_entity(resolution.place)
    return block


def _add_mentions(
    block: GraphBlock,
    document: Document,
    iri: str,
    annotations: Annotations,
    resolution: Resolution,
    periods: Mapping[str, Interval],
) -> None:
    entities = resolution.entities
    named: dict[str, tuple[Entity | Interval, list[Evidence]]] = {}
    for mention in annotations.mentions:
        thing = entities.get(mention.id) or periods.get(mention.id)
        if thing is not None:
            key = thing.iri if isinstance(thing, Entity) else thing.label
            named.setdefault(key, (thing, []))[1].append(to_evidence(document, iri, mention.span))
    for thing, sources in named.values():
        if isinstance(thing, Entity):
            block.add_mentions(thing, sources)
        else:
            block.add_period(thing, sources)


def _to_document_build(
    document: Document,
    annotations: Annotations,
    resolution: Resolution,
    derived: _Derived,
    block: GraphBlock,
    rejections: tuple[Rejection, ...],
    used: Iterable[int],
) -> DocumentBuild:
    rejected = {line for rejection in rejections for line in rejection.lines}
    built = frozenset(used) - rejected
    entities = {entity.iri: entity.classes for entity in resolution.entities.values()}
    for entity in (resolution.issuer, resolution.place):
        if entity is not None:
            entities.setdefault(entity.iri, entity.classes)
    lines, quads = block.to_lines()
    report = DocumentReport(
        file=document.file,
        title=document.title,
        annotations=len(annotations.lines),
        built=len(built),
        rejected=len(rejected),
        entities=len({entity.iri for entity in resolution.entities.values()}),
        statements=len(block.statements),
        commitments=sum(status == PLANNED for status in block.statements.values()),
        observations=len(block.observations),
        triples=quads,
        rejections=tuple(sorted(rejections, key=lambda rejection: (rejection.line, rejection.item))),
        unaccounted=tuple(sorted(annotations.lines - built - rejected)),
    )
    return DocumentBuild(
        lines,
        report,
        entities,
        block.statements,
        tuple(block.observations),
        _to_edges(annotations, derived),
        block.to_shared(),
    )


def _to_edges(annotations: Annotations, derived: _Derived) -> tuple[Edge, ...]:
    return tuple(
        Edge(statement.predicate, statement.subject, statement.object, annotations.file, relation.id)
        for statement, relation in zip(derived.statements, derived.relations, strict=True)
    )
