"""How often `kg ask` is right, on questions kept apart from it (written after its first version).

    python benchmarks/asking.py [--questions FILE] [--graph out/graph.nq]

What counts as right stands in kg/asking/judging.py. Only totals are printed, so that nobody tunes on the questions.
"""

from __future__ import annotations

import argparse
import time
from pathlib import Path

from kg.asking import Matcher
from kg.asking.judging import Judge, measure_asking, read_questions
from kg.locations import find_folder
from kg.queries import read_queries
from kg.search import derive_index, read_entries, read_kinds
from kg.store import read_dataset

QUESTIONS = Path(__file__).with_name("questions.toml")


def main() -> None:
    """Print the totals."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--questions", type=Path, default=QUESTIONS)
    parser.add_argument("--graph", type=Path, default=Path("out/graph.nq"))
    given = parser.parse_args()
    dataset = read_dataset(given.graph)
    begin = time.perf_counter()
    queries = read_queries(find_folder("queries"))
    index = derive_index(read_entries(dataset), read_kinds(dataset))
    matcher = Matcher(queries, index)
    built = time.perf_counter() - begin
    questions = read_questions(given.questions)
    begin = time.perf_counter()
    score = measure_asking(questions, matcher, Judge(queries, index))
    each = (time.perf_counter() - begin) / max(1, len(questions))
    answered = score.right + score.wrong
    print(f"questions            {len(questions)}")
    print(f"right of answered    {score.right}/{answered}  {score.precision:.1%}")
    print(f"abstained            {score.abstained}/{answered + score.abstained}  {score.abstention:.1%}")
    print(f"abstentions right    {score.refused}/{score.refused + score.overreached}  {score.refusal:.1%}")
    print(f"built in {built:.2f} s, {each * 1000:.1f} ms a question")


if __name__ == "__main__":
    main()
