// node write12.mjs FILE.ttl → what npm's n3 reads in an RDF 1.2 Turtle file, as a JSON list of terms' texts; a triple term
// is a list of three.
import { readFileSync } from 'node:fs';
import { Parser } from 'n3-rdf12';

function toText(term) {
  if (term.termType === 'Quad') return [term.subject, term.predicate, term.object].map(toText);
  return term.id;
}
const quads = new Parser({ format: 'text/turtle' }).parse(readFileSync(process.argv[2], 'utf8'));
console.log(JSON.stringify(quads.map((quad) => [quad.subject, quad.predicate, quad.object].map(toText))));
