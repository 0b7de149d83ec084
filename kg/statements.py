"""Relations over resolved mentions to statements with status and evidence."""

from __future__ import annotations

from collections.abc import Mapping

from kg.evidence import to_evidence
from kg.model import Document, Entity, Rejection, Relation, Span, Statement
from kg.ontology import Vocabulary
from kg.passages import find_sentence
from kg.status import ACHIEVED, DENIED, ONGOING, derive_relation_words_status
from kg.wording import Wording

# A statement's quote runs from one mention to the other; past this length (code points) it is the sentence of the
# object instead, because a quote that spans paragraphs shows nothing.
_LONGEST_QUOTE = 160


def derive_statement(
    wording: Wording,
    relation: Relation,
    document_iri: str,
    entities: Mapping[str, Entity],
    spans: Mapping[str, Span],
) -> Statement | Rejection:
    """The statement of one relation, or why it gives none; `entities` and `spans` are by mention id."""
    document, annotations, vocabulary = wording.document, wording.annotations, wording.vocabulary
    if relation.property not in vocabulary.properties:
        return _reject(
            annotations.file,
            relation,
            f"{relation.property} 只能从数字出发 needs a figure as Arg1",
            "Arg1 应是 Figure；两个实体之间请用别的关系",
        )
    subject, target = entities.get(relation.subject), entities.get(relation.object)
    if subject is None or target is None:
        lost = relation.subject if subject is None else relation.object
        return _reject(
            annotations.file, relation, f"{lost} 没有成为实体 is no entity", f"请先改正 {lost}，或改指别的标注"
        )
    if not _fits(relation.property, subject, target, vocabulary):
        return _reject(
            annotations.file,
            relation,
            f"{relation.property} 不能从 {subject.classes[0]} 到 {target.classes[0]} outside its domain or range",
            _to_signature(relation.property, vocabulary),
        )
    if subject.iri == target.iri:
        return _reject(
            annotations.file, relation, f"起点和终点是同一实体 both ends are “{subject.label}”", "请改正其中一端"
        )
    begin, end = spans[relation.subject], spans[relation.object]
    status = derive_relation_status(wording, relation, begin, end)
    if status == DENIED:
        return _reject(
            annotations.file,
            relation,
            "否定句，原文说没有这回事 the words deny it",
            "请删去这条关系；若原文并未否定，请用 AnnotatorNotes 写明 status",
        )
    return Statement(
        subject=subject.iri,
        predicate=relation.property,
        object=target.iri,
        status=status,
        evidence=to_evidence(document, document_iri, _to_quote_span(document, begin, end)),
    )


def derive_relation_status(wording: Wording, relation: Relation, subject: Span, target: Span) -> str:
    """A relation's status: as annotated, else read from the words around its two ends (kg/status.py).

    A relation that is a state (位于, 主攻) and not planned is ongoing: 建成 in its sentence is said of something else.
    """
    if relation.status:
        return relation.status
    status = derive_relation_words_status(wording, subject, target)
    term = wording.vocabulary.properties.get(relation.property)
    return ONGOING if status == ACHIEVED and term is not None and term.state else status


def _fits(name: str, subject: Entity, target: Entity, vocabulary: Vocabulary) -> bool:
    return any(
        vocabulary.accepts(name, subject_class, object_class)
        for subject_class in subject.classes
        for object_class in target.classes
    )


def _to_signature(name: str, vocabulary: Vocabulary) -> str:
    term = vocabulary.properties[name]
    return f"{name} 应从 {'、'.join(sorted(term.domain))} 到 {'、'.join(sorted(term.range))}"


def _to_quote_span(document: Document, subject: Span, target: Span) -> Span:
    both = Span(min(subject.begin, target.begin), max(subject.end, target.end))
    if both.end - both.begin <= _LONGEST_QUOTE and "\n" not in document.text[both.begin : both.end]:
        return both
    sentence = find_sentence(document.text, target)
    trailing = len(document.text[sentence.begin : sentence.end].rstrip("\n"))
    return Span(sentence.begin, max(sentence.begin + trailing, target.end))


def _reject(file: str, item: Relation, reason: str, mend: str) -> Rejection:
    return Rejection(file, item.lines[0], item.id, reason, mend, item.lines)
