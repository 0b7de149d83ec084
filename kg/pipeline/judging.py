"""Two folders of annotated documents to what is compared of them, each side understood as the builder would."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from kg.corpus import DocumentFiles, find_documents, read_document, read_text
from kg.entities import Resolution, resolve_entities
from kg.errors import CorpusError
from kg.evaluation.judged import JudgedDocument, JudgedFigure, JudgedMention, JudgedRelation
from kg.formats.brat import parse_brat
from kg.model import Document, Interval, Rejection, Relation
from kg.observations import Surroundings, derive_figure_period, derive_figure_status, derive_observations
from kg.ontology import Vocabulary
from kg.passages import find_sentence
from kg.pipeline.document import name_annotations
from kg.pipeline.reading import read_figures, read_periods, to_labels
from kg.statements import derive_relation_status, derive_statement
from kg.wording import Wording, to_wording


@dataclass(frozen=True, slots=True)
class JudgedCorpora:
    """The documents of two folders in pairs (gold, predicted); `unpaired` are those that only PREDICTED has."""

    pairs: tuple[tuple[JudgedDocument, JudgedDocument], ...]
    unpaired: tuple[str, ...]


def read_judged_corpora(gold: Path, predicted: Path, vocabulary: Vocabulary, base: str) -> JudgedCorpora:
    """The documents of two folders, paired by their path inside the folder.

    Where PREDICTED has no text or no metadata for a document, GOLD's hold for both; a missing `.ann` says nothing.
    Raises CorpusError where a folder or document cannot be read, where PREDICTED lacks a document of GOLD altogether,
    and where the two texts differ.
    """
    wanted = {files.name: files for files in find_documents(gold)}
    found = {files.name: files for files in find_documents(predicted)}
    missing = [name for name in wanted if name not in found]
    if missing:
        raise CorpusError(
            f"{predicted} 缺少 {gold} 的 {len(missing)} 篇文档 documents are missing: {'、'.join(missing[:3])}；"
            "请标注它们，或只比较有的 annotate them, or compare fewer"
        )
    pairs = tuple(_read_pair(wanted[name], found[name], vocabulary, base) for name in sorted(wanted))
    return JudgedCorpora(pairs, tuple(sorted(found.keys() - wanted.keys())))


def _read_pair(
    gold: DocumentFiles, predicted: DocumentFiles, vocabulary: Vocabulary, base: str
) -> tuple[JudgedDocument, JudgedDocument]:
    texts = predicted.text if predicted.text.is_file() else gold.text
    metadata = predicted.metadata if predicted.metadata.is_file() else gold.metadata
    filled = DocumentFiles(predicted.name, texts, predicted.annotations, metadata)
    ours, theirs = (_read(files, vocabulary) for files in (gold, filled))
    if ours.text != theirs.text:
        raise CorpusError(
            f"{gold.name}: 两边正文不同，从第 {_find_difference(ours.text, theirs.text)} 个字符起 the texts differ "
            "from that character on；请用同一份正文 use one text"
        )
    return judge_document(ours, gold, vocabulary, base), judge_document(theirs, filled, vocabulary, base)


def _read(files: DocumentFiles, vocabulary: Vocabulary) -> Document:
    document = read_document(files, vocabulary.resolve_kind, vocabulary.heading_cues)
    if isinstance(document, Rejection):
        raise CorpusError(f"{files.text}: {document}")
    return document


def _find_difference(one: str, other: str) -> int:
    """The number, from 1, of the first character in which two texts differ."""
    same = (place for place, (mine, theirs) in enumerate(zip(one, other, strict=False)) if mine != theirs)
    return next(same, min(len(one), len(other))) + 1


def judge_document(document: Document, files: DocumentFiles, vocabulary: Vocabulary, base: str) -> JudgedDocument:
    """One side of a document as the builder understands it; annotations that cannot be read stand in `rejections`.

    Raises CorpusError where the annotation file cannot be read at all.
    """
    name = name_annotations(files)
    content = read_text(files.annotations, str(files.annotations)) if files.annotations.is_file() else ""
    if isinstance(content, Rejection):
        raise CorpusError(str(content))
    annotations, rejections = parse_brat(content, document.text, name, to_labels(vocabulary))
    resolution = resolve_entities(document, annotations, vocabulary, base)
    periods, unread_periods = read_periods(document, annotations)
    mentions = {
        mention.id: JudgedMention(mention.cls, mention.span, _to_iri(mention.id, resolution))
        for mention in annotations.mentions
    }
    wording = to_wording(document, annotations, periods, vocabulary)
    relations = tuple(_judge_relation(wording, relation, mentions, resolution) for relation in annotations.relations)
    figures, unread_figures = _judge_figures(wording, Surroundings("", resolution.entities, resolution.place))
    lost = [
        *rejections,
        *resolution.rejections,
        *unread_periods,
        *unread_figures,
        *(one for _, one in relations if one),
    ]
    return JudgedDocument(
        file=document.file,
        text=document.text,
        mentions=tuple(mentions.values()),
        relations=tuple(relation for relation, _ in relations),
        figures=figures,
        rejections=tuple(sorted(lost, key=lambda one: (one.line, one.item))),
    )


def _to_iri(mention: str, resolution: Resolution) -> str | None:
    entity = resolution.entities.get(mention)
    return entity.iri if entity else None


def _judge_relation(
    wording: Wording, relation: Relation, mentions: dict[str, JudgedMention], resolution: Resolution
) -> tuple[JudgedRelation, Rejection | None]:
    vocabulary = wording.vocabulary
    subject, target = mentions[relation.subject], mentions[relation.object]
    spans = {relation.subject: subject.span, relation.object: target.span}
    statement = derive_statement(wording, relation, "", resolution.entities, spans)
    symmetric = relation.property in vocabulary.properties and vocabulary.properties[relation.property].symmetric
    place = max(subject.span, target.span) if symmetric else target.span
    judged = JudgedRelation(
        property=relation.property,
        subject=subject,
        object=target,
        status=derive_relation_status(wording, relation, subject.span, target.span),
        sentence=find_sentence(wording.document.text, place),
        symmetric=symmetric,
        stated=not isinstance(statement, Rejection),
    )
    return judged, statement if isinstance(statement, Rejection) else None


def _judge_figures(wording: Wording, around: Surroundings) -> tuple[tuple[JudgedFigure, ...], list[Rejection]]:
    read, rejections = read_figures(wording.document, wording.annotations, wording.vocabulary)
    quantities = {one.figure.id: one.quantities for one in read}
    judged = []
    for figure in wording.annotations.figures:
        about = around.entities.get(figure.about) if figure.about else around.place
        indicator = around.entities.get(figure.indicator) if figure.indicator else None
        period = derive_figure_period(wording, figure)
        judged.append(
            JudgedFigure(
                span=figure.span,
                quantities=quantities.get(figure.id, ()),
                status=derive_figure_status(wording, figure, period),
                indicator=indicator.iri if indicator else None,
                about=about.iri if about else None,
                period=_to_days(period),
            )
        )
    for one in read:
        observations = derive_observations(wording, one, around)
        if isinstance(observations, Rejection):
            rejections.append(observations)
    return tuple(judged), rejections


def _to_days(period: Interval | None) -> str | None:
    return f"{period.first.isoformat()}/{period.last.isoformat()}" if period else None
