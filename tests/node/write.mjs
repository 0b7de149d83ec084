// node write.mjs FILE.ttl → the triples that npm's n3 reads in it, as N-Triples.
import { readFileSync } from 'node:fs';
import { Parser, Writer } from 'n3';

const writer = new Writer({ format: 'N-Triples' });
writer.addQuads(new Parser({ format: 'text/turtle' }).parse(readFileSync(process.argv[2], 'utf8')));
writer.end((error, text) => {
  if (error) throw error;
  process.stdout.write(text);
});
