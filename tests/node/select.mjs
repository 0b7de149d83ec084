// node select.mjs FILE.ttl < QUERIES → what Comunica answers: a JSON list of queries in, a list of SPARQL JSON results out.
import { readFileSync } from 'node:fs';
import { QueryEngine } from '@comunica/query-sparql-file';
import { Parser, Store } from 'n3';

const store = new Store(new Parser({ format: 'text/turtle' }).parse(readFileSync(process.argv[2], 'utf8')));
const engine = new QueryEngine();

async function answer(query) {
  const result = await engine.query(query, { sources: [store] });
  const { data } = await engine.resultToString(result, 'application/sparql-results+json');
  let text = '';
  for await (const piece of data) text += piece;
  return JSON.parse(text);
}

const answers = [];
for (const query of JSON.parse(readFileSync(0, 'utf8'))) answers.push(await answer(query));
console.log(JSON.stringify(answers));
