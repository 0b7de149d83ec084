// node count.mjs FILE.ttl → how many distinct triples npm's n3 reads in it.
import { createReadStream } from 'node:fs';
import { Parser, Store } from 'n3';

const store = new Store();
new Parser({ format: 'text/turtle' }).parse(createReadStream(process.argv[2], 'utf8'), (error, quad) => {
  if (error) throw error;
  if (quad) store.add(quad);
  else console.log(store.size);
});
