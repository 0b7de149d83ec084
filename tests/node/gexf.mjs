// node gexf.mjs FILE.gexf → what graphology reads in it: nodes with their labels, edges with their ends and attributes, as JSON.
import { readFileSync } from 'node:fs';
import { MultiDirectedGraph } from 'graphology';
import gexf from 'graphology-gexf';

const graph = gexf.parse(MultiDirectedGraph, readFileSync(process.argv[2], 'utf8'), { allowUndeclaredAttributes: false });
console.log(JSON.stringify({
  nodes: graph.mapNodes((node, attributes) => [node, attributes]),
  edges: graph.mapEdges((edge, attributes, source, target) => [edge, source, target, attributes]),
}));
