// node select.mjs FILE.ttl < QUERY → the query's answer as Comunica gives it, in SPARQL 1.1 JSON results.
import { readFileSync } from 'node:fs';
import { QueryEngine } from '@comunica/query-sparql-file';

const engine = new QueryEngine();
const result = await engine.query(readFileSync(0, 'utf8'), { sources: [process.argv[2]] });
const { data } = await engine.resultToString(result, 'application/sparql-results+json');
data.pipe(process.stdout);
