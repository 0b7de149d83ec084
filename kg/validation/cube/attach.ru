# Each observation into the data set that has its dimensions, as the builder does it: for graphs that declare no data set.
PREFIX kg: <https://w3id.org/policykg/ontology#>
PREFIX qb: <http://purl.org/linked-data/cube#>

INSERT { ?observation qb:dataSet ?set } WHERE {
    ?observation a kg:Observation .
    BIND(EXISTS { ?observation kg:period ?period } AS ?dated)
    BIND(EXISTS { ?observation kg:scope ?scope } AS ?placed)
    BIND(IF(?dated, IF(?placed, kg:figures, kg:figuresWithoutScope),
            IF(?placed, kg:figuresWithoutPeriod, kg:figuresWithoutPeriodAndScope)) AS ?set)
}
