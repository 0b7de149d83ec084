"""Figures read per second, beside two peers in the same run: cn2an.transform, and a bare regular expression.

Run: python benchmarks/quantities.py. The peers do less: no unit, no bound, no value.
"""

from __future__ import annotations

import random
import re
import time
import warnings
from collections.abc import Callable
from pathlib import Path

import cn2an

from kg.ontology import read_vocabulary
from kg.quantities import QuantityLexicon, parse_quantities

_COUNT = 100_000
_NUMBER = re.compile(r"([0-9,]+(?:\.[0-9]+)?)(万亿|亿|万|千)?(.*)")


def build_spans(different: int) -> list[tuple[str, str, str]]:
    """`_COUNT` spans with their surroundings, `different` of them different, from a fixed seed."""
    chance = random.Random(20250730)
    kinds = [
        lambda: f"{chance.randrange(1, 10**5):,}家", lambda: f"{chance.randrange(1, 999)}万元",
        lambda: f"{chance.uniform(0, 100):.2f}%", lambda: f"{chance.randrange(2, 900)}余项",
        lambda: f"{chance.randrange(1, 900) / 10}亿元",
        lambda: f"{chance.randrange(1, 50)}—{chance.randrange(50, 99)}个",
    ]  # fmt: skip
    pool = [
        (
            chance.choice(kinds)(),
            chance.choice(["规模超过", "总数达", "新增", "，约"]),
            chance.choice(["以上", "，", "。"]),
        )
        for _ in range(different)
    ]
    return [chance.choice(pool) for _ in range(_COUNT)]


def measure(work: Callable[[tuple[str, str, str]], object], spans: list[tuple[str, str, str]]) -> float:
    """Spans per second."""
    begin = time.perf_counter()
    for span in spans:
        work(span)
    return len(spans) / (time.perf_counter() - begin)


def main() -> None:
    vocabulary = read_vocabulary(Path(__file__).parents[1] / "ontology")
    lexicon = QuantityLexicon(
        vocabulary.units, vocabulary.bounds_before, vocabulary.bounds_after, vocabulary.bound_links
    )
    for name, different in (("repeating, as in a corpus", 3_000), ("nearly all different", 200_000)):
        spans = build_spans(different)
        ours = measure(lambda span: parse_quantities(span[0], before=span[1], after=span[2], lexicon=lexicon), spans)
        bare = measure(lambda span: _NUMBER.match(span[0]), spans)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            peer = measure(lambda span: cn2an.transform(span[0]), spans[:5_000])
        print(f"{name}: ours {ours:,.0f}/s, {ours / peer:.1f} × cn2an.transform, {ours / bare:.2f} × a bare expression")


if __name__ == "__main__":
    main()
