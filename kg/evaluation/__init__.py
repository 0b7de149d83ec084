"""How far predicted annotations agree with gold ones. The measures are defined, with sources, in docs/evaluation.md."""
