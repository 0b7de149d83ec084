"""Every SPARQL text that the pages ask (the questions of the pack apart). `%s` stands for the IRIs of a VALUES."""

from __future__ import annotations

from pyoxigraph import NamedNode

PREFIXES = """\
PREFIX kg: <https://w3id.org/policykg/ontology#>
PREFIX rdf: <http://www.w3.org/1999/02/22-rdf-syntax-ns#>
PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>
PREFIX owl: <http://www.w3.org/2002/07/owl#>
PREFIX skos: <http://www.w3.org/2004/02/skos/core#>
PREFIX dcterms: <http://purl.org/dc/terms/>
PREFIX prov: <http://www.w3.org/ns/prov#>
PREFIX oa: <http://www.w3.org/ns/oa#>
PREFIX time: <http://www.w3.org/2006/time#>
"""

# --- the ontology -----------------------------------------------------------------------------------------------------

LABELS_OF_TERMS = f"""{PREFIXES}
SELECT ?iri ?type ?label (LANG(?label) AS ?language) WHERE {{
  VALUES ?type {{ owl:Class owl:ObjectProperty owl:DatatypeProperty kg:Status kg:Bound kg:MeasureKind kg:Unit }}
  ?iri a ?type ; rdfs:label ?label .
}}"""
INVERSES = f"""{PREFIXES}
SELECT ?iri ?label (LANG(?label) AS ?language) WHERE {{ ?iri kg:inverseLabel ?label }}"""
CLASSES = f"""{PREFIXES}
SELECT ?iri ?parent ?colour ?shape WHERE {{
  ?iri a owl:Class .
  OPTIONAL {{ ?iri rdfs:subClassOf ?parent }}
  OPTIONAL {{ ?iri kg:viewColour ?colour }}
  OPTIONAL {{ ?iri kg:viewShape ?shape }}
}}"""

# --- things -----------------------------------------------------------------------------------------------------------

THINGS = f"""{PREFIXES}
SELECT ?iri ?label (LANG(?label) AS ?language) ?type WHERE {{
  VALUES ?iri {{ %s }}
  OPTIONAL {{ ?iri skos:prefLabel|rdfs:label ?label }}
  OPTIONAL {{ ?iri a ?type }}
}}"""
COUNTS_BY_CLASS = f"""{PREFIXES}
SELECT ?class (COUNT(?thing) AS ?n) WHERE {{
  {{ SELECT DISTINCT ?class WHERE {{ ?class rdfs:subClassOf* ?top . VALUES ?top {{ kg:Entity kg:Document }} }} }}
  ?thing a ?class .
}} GROUP BY ?class"""


def to_list_of(classes: list[str], size: int, offset: int) -> str:
    """Things of some classes by their Chinese names, one page of them."""
    values = " ".join(str(NamedNode(iri)) for iri in classes)
    return f"""{PREFIXES}
SELECT ?iri ?name WHERE {{
  VALUES ?class {{ {values} }}
  ?iri a ?class ; skos:prefLabel ?name .
  FILTER(LANG(?name) = "zh")
}} ORDER BY ?name ?iri LIMIT {size} OFFSET {offset}"""


COUNTS_OF_THINGS = f"""{PREFIXES}
SELECT ?iri (COUNT(DISTINCT ?document) AS ?documents) (COUNT(?evidence) AS ?places) WHERE {{
  VALUES ?iri {{ %s }}
  ?iri prov:wasDerivedFrom ?evidence .
  ?evidence oa:hasSource ?document .
}} GROUP BY ?iri"""

# --- documents --------------------------------------------------------------------------------------------------------

# A document is what evidence comes from: what is only named (a suggestion replied to) has no title.
DOCUMENTS = f"""{PREFIXES}
SELECT ?iri ?title ?issued ?kind ?issuer WHERE {{
  ?iri dcterms:title ?title .
  OPTIONAL {{ ?iri dcterms:issued ?issued }}
  OPTIONAL {{ ?iri a ?kind . FILTER(STRSTARTS(STR(?kind), STR(kg:))) }}
  OPTIONAL {{ ?iri kg:issuedBy ?issuer }}
}} ORDER BY DESC(?issued) ?title"""
CLAIMS_OF_DOCUMENTS = f"""{PREFIXES}
SELECT ?document ?sort (COUNT(DISTINCT ?claim) AS ?n) WHERE {{
  VALUES ?document {{ %s }}
  ?evidence oa:hasSource ?document .
  ?claim prov:wasDerivedFrom ?evidence ; a ?sort .
  # Not VALUES: the engine would begin with all the claims that there are.
  FILTER(?sort IN (kg:Statement, kg:Commitment, kg:Observation))
}} GROUP BY ?document ?sort"""
MENTIONS_OF_DOCUMENTS = f"""{PREFIXES}
SELECT ?document (COUNT(?thing) AS ?n) WHERE {{ VALUES ?document {{ %s }} ?document kg:mentions ?thing }}
GROUP BY ?document"""
# What `kg build` counts: things that a document names, that issued it or that its figures are of.
ENTITY_COUNT = f"""{PREFIXES}
SELECT (COUNT(DISTINCT ?thing) AS ?n) WHERE {{ ?document kg:mentions|kg:issuedBy|kg:scope ?thing }}"""


CLAIM_COUNTS = f"""{PREFIXES}
SELECT ?sort ?planned (COUNT(?claim) AS ?n) WHERE {{
  VALUES ?sort {{ kg:Statement kg:Commitment kg:Observation }}
  ?claim a ?sort ; kg:status ?status .
  BIND(?status = kg:planned AS ?planned)
}} GROUP BY ?sort ?planned"""


def to_facts_of(iri: str) -> str:
    """What a thing's own triples say, its relations and evidence apart."""
    return f"""{PREFIXES}
SELECT ?property ?value (LANG(?value) AS ?language) WHERE {{
  VALUES ?property {{ rdf:type rdfs:label skos:prefLabel skos:altLabel kg:adminCode kg:industryCode skos:notation
    skos:definition skos:broader dcterms:spatial dcterms:title dcterms:issued dcterms:identifier dcterms:source
    dcterms:license dcterms:description kg:issuedBy }}
  {NamedNode(iri)} ?property ?value .
}}"""


def to_narrower_of(iri: str, size: int) -> str:
    """What the code lists put directly below a thing."""
    return f"""{PREFIXES}
SELECT ?iri WHERE {{ ?iri skos:broader {NamedNode(iri)} }} ORDER BY ?iri LIMIT {size}"""


def to_marks_of(document: str) -> str:
    """Everything that is derived from a document's characters: who, and where (code points)."""
    return f"""{PREFIXES}
SELECT ?what ?evidence ?start ?end ?exact ?prefix ?suffix WHERE {{
  ?evidence oa:hasSource {NamedNode(document)} ; oa:hasSelector ?position , ?quote .
  ?position oa:start ?start ; oa:end ?end .
  ?quote oa:exact ?exact ; oa:prefix ?prefix ; oa:suffix ?suffix .
  ?what prov:wasDerivedFrom ?evidence .
}}"""


# --- claims -----------------------------------------------------------------------------------------------------------

STATEMENTS = f"""{PREFIXES}
SELECT ?claim ?subject ?property ?object ?status WHERE {{
  VALUES ?claim {{ %s }}
  ?claim rdf:subject ?subject ; rdf:predicate ?property ; rdf:object ?object .
  OPTIONAL {{ ?claim kg:status ?status }}
}}"""
FIGURES = f"""{PREFIXES}
SELECT ?claim ?indicator ?about ?value ?unit ?bound ?kind ?scope ?period ?begin ?end ?status ?text WHERE {{
  VALUES ?claim {{ %s }}
  ?claim kg:indicator ?indicator ; kg:value ?value .
  OPTIONAL {{ ?claim kg:about ?about }}
  OPTIONAL {{ ?claim kg:unit ?unit }}
  OPTIONAL {{ ?claim kg:bound ?bound }}
  OPTIONAL {{ ?claim kg:measureKind ?kind }}
  OPTIONAL {{ ?claim kg:scope ?scope }}
  OPTIONAL {{ ?claim kg:status ?status }}
  OPTIONAL {{ ?claim kg:sourceText ?text }}
  OPTIONAL {{
    ?claim kg:period ?interval .
    ?interval rdfs:label ?period .
    OPTIONAL {{ ?interval time:hasBeginning/time:inXSDDate ?begin }}
    OPTIONAL {{ ?interval time:hasEnd/time:inXSDDate ?end }}
  }}
}}"""
QUOTES = f"""{PREFIXES}
SELECT ?claim ?iri ?document ?title ?issued ?section ?paragraph ?start ?end ?prefix ?exact ?suffix WHERE {{
  VALUES ?claim {{ %s }}
  ?claim prov:wasDerivedFrom ?iri .
  ?iri oa:hasSource ?document ; oa:hasSelector ?position , ?quote .
  ?position oa:start ?start ; oa:end ?end .
  ?quote oa:exact ?exact ; oa:prefix ?prefix ; oa:suffix ?suffix .
  ?document rdfs:label ?title .
  OPTIONAL {{ ?document dcterms:issued ?issued }}
  OPTIONAL {{ ?iri kg:section ?section }}
  OPTIONAL {{ ?iri kg:paragraph ?paragraph }}
}}"""


def to_count_of_relations(iri: str) -> str:
    """How many statements a thing is the subject or the object of."""
    node = NamedNode(iri)
    return f"""{PREFIXES}
SELECT (COUNT(DISTINCT ?claim) AS ?n) WHERE {{
  {{ ?claim rdf:subject {node} }} UNION {{ ?claim rdf:object {node} }}
  ?claim rdf:predicate ?property .
}}"""


def to_relations_of(iri: str, size: int, offset: int) -> str:
    """One page of the statements that a thing is the subject or the object of, what is only planned after the rest."""
    node = NamedNode(iri)
    return f"""{PREFIXES}
SELECT DISTINCT ?claim ?subject ?property ?object ?status ?planned WHERE {{
  {{ ?claim rdf:subject {node} }} UNION {{ ?claim rdf:object {node} }}
  ?claim rdf:subject ?subject ; rdf:predicate ?property ; rdf:object ?object .
  OPTIONAL {{ ?claim kg:status ?status }}
  BIND(COALESCE(?status = kg:planned, false) AS ?planned)
}} ORDER BY ?planned ?property ?subject ?object ?claim LIMIT {size} OFFSET {offset}"""


def to_figures_of(iri: str, size: int) -> str:
    """The figures that are about a thing, or that measure it where it is an indicator."""
    node = NamedNode(iri)
    return f"""{PREFIXES}
SELECT DISTINCT ?claim WHERE {{ {{ ?claim kg:about {node} }} UNION {{ ?claim kg:indicator {node} }} }}
ORDER BY ?claim LIMIT {size}"""


def to_places_of(iri: str) -> str:
    """In which documents a thing is named, and how often."""
    return f"""{PREFIXES}
SELECT ?document (COUNT(?evidence) AS ?n) (MIN(?start) AS ?first) WHERE {{
  {NamedNode(iri)} prov:wasDerivedFrom ?evidence .
  ?evidence oa:hasSource ?document ; oa:hasSelector/oa:start ?start .
}} GROUP BY ?document"""


# --- commitments ------------------------------------------------------------------------------------------------------

COMMITMENTS = f"""{PREFIXES}
SELECT DISTINCT ?claim ?subject ?property ?object ?document ?issued WHERE {{
  ?claim a kg:Commitment ; rdf:subject ?subject ; rdf:predicate ?property ; rdf:object ?object ;
    prov:wasDerivedFrom/oa:hasSource ?document .
  OPTIONAL {{ ?document dcterms:issued ?issued }}
}}"""
PLANNED_FIGURES = f"""{PREFIXES}
SELECT DISTINCT ?claim ?indicator ?about ?unit ?kind ?scope ?when ?due ?period ?document ?issued WHERE {{
  ?claim kg:status kg:planned ; a kg:Observation ; kg:indicator ?indicator ;
    prov:wasDerivedFrom/oa:hasSource ?document .
  OPTIONAL {{ ?claim kg:about ?about }}
  OPTIONAL {{ ?claim kg:unit ?unit }}
  OPTIONAL {{ ?claim kg:measureKind ?kind }}
  OPTIONAL {{ ?claim kg:scope ?scope }}
  OPTIONAL {{ ?claim kg:period ?when . ?when rdfs:label ?period ; time:hasEnd/time:inXSDDate ?due }}
  OPTIONAL {{ ?document dcterms:issued ?issued }}
}}"""
# What may report on a promise about these things.
REPORTED_STATEMENTS = f"""{PREFIXES}
SELECT DISTINCT ?claim ?subject ?property ?object ?reported WHERE {{
  VALUES ?object {{ %s }}
  ?claim rdf:object ?object ; rdf:subject ?subject ; rdf:predicate ?property ; kg:status ?status ;
    prov:wasDerivedFrom/oa:hasSource/dcterms:issued ?reported .
  FILTER(?status IN (kg:achieved, kg:ongoing))
}}"""
REPORTED_FIGURES = f"""{PREFIXES}
SELECT DISTINCT ?claim ?indicator ?about ?unit ?kind ?scope ?when ?begin ?reported WHERE {{
  VALUES ?about {{ %s }}
  ?claim kg:about ?about ; kg:status kg:achieved ; kg:indicator ?indicator ; kg:unit ?unit ; kg:measureKind ?kind ;
    kg:period ?when ; prov:wasDerivedFrom/oa:hasSource/dcterms:issued ?reported .
  OPTIONAL {{ ?when time:hasBeginning/time:inXSDDate ?begin }}
  OPTIONAL {{ ?claim kg:scope ?scope }}
}}"""
REGIONS_OF = f"""{PREFIXES}
SELECT ?iri ?region WHERE {{
  VALUES ?iri {{ %s }}
  {{ ?iri a/rdfs:subClassOf* kg:Region . BIND(?iri AS ?region) }}
  UNION {{ ?iri dcterms:spatial ?region }}
  UNION {{ ?iri kg:locatedIn ?region . ?region a/rdfs:subClassOf* kg:Region }}
}}"""

# --- comparing --------------------------------------------------------------------------------------------------------

MENTIONED = f"""{PREFIXES}
SELECT DISTINCT ?thing WHERE {{ VALUES ?document {{ %s }} ?document kg:mentions ?thing }}"""
FIGURES_IN = f"""{PREFIXES}
SELECT DISTINCT ?claim ?indicator ?about ?scope ?unit ?kind WHERE {{
  VALUES ?document {{ %s }}
  ?evidence oa:hasSource ?document .
  ?claim prov:wasDerivedFrom ?evidence ; kg:indicator ?indicator ; kg:about ?about ; kg:unit ?unit ;
    kg:measureKind ?kind .
  OPTIONAL {{ ?claim kg:scope ?scope }}
}}"""
