// node select.mjs FILE.ttl < QUERIES → what Comunica answers: a JSON list of queries in, a list of SPARQL JSON results out.
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { QueryEngine } from '@comunica/query-sparql-file';
import { Parser, Store } from 'n3';

// Comunica plans a bind join anew for every row, which over a local file takes minutes where its hash joins take seconds.
const require = createRequire(import.meta.resolve('@comunica/query-sparql-file'));
const { failTest } = require('@comunica/core');
const { ActorRdfJoinMultiBind } = require('@comunica/actor-rdf-join-inner-multi-bind');
const { ActorRdfJoinOptionalBind } = require('@comunica/actor-rdf-join-optional-bind');
for (const actor of [ActorRdfJoinMultiBind, ActorRdfJoinOptionalBind]) {
  actor.prototype.test = async () => failTest('left to the hash joins');
}

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
