# A data set in its normal form (https://www.w3.org/TR/vocab-data-cube/#normalize-algorithm): the types and component
# properties that follow from the vocabulary, then what is said once of a data set or a slice said of each observation.
PREFIX qb: <http://purl.org/linked-data/cube#>
PREFIX rdf: <http://www.w3.org/1999/02/22-rdf-syntax-ns#>
PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>

INSERT { ?observation a qb:Observation } WHERE { { ?slice qb:observation ?observation } UNION { ?observation qb:dataSet ?set } } ;
INSERT { ?set a qb:DataSet } WHERE { { ?observation qb:dataSet ?set } UNION { ?set qb:slice ?slice } } ;
INSERT { ?slice a qb:Slice } WHERE { ?set qb:slice ?slice } ;
INSERT { ?part qb:componentProperty ?property . ?property a qb:DimensionProperty } WHERE { ?part qb:dimension ?property } ;
INSERT { ?part qb:componentProperty ?property . ?property a qb:MeasureProperty } WHERE { ?part qb:measure ?property } ;
INSERT { ?part qb:componentProperty ?property . ?property a qb:AttributeProperty } WHERE { ?part qb:attribute ?property } ;
INSERT { ?node a ?wider } WHERE { ?node a ?class . ?class rdfs:subClassOf+ ?wider } ;

INSERT { ?observation ?property ?value } WHERE {
    ?part qb:componentProperty ?property ; qb:componentAttachment qb:DataSet .
    ?set qb:structure/qb:component ?part ; ?property ?value .
    ?observation qb:dataSet ?set
} ;
INSERT { ?observation ?property ?value } WHERE {
    ?part qb:componentProperty ?property ; qb:componentAttachment qb:Slice .
    ?set qb:structure/qb:component ?part ; qb:slice ?slice .
    ?slice ?property ?value ; qb:observation ?observation
} ;
INSERT { ?observation ?property ?value } WHERE {
    ?part qb:componentProperty ?property . ?property a qb:DimensionProperty .
    ?set qb:structure/qb:component ?part ; qb:slice ?slice .
    ?slice ?property ?value ; qb:observation ?observation
}
