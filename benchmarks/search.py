"""How fast search finds names, beside other ways to do it in Python, on made-up names in one run.

    python benchmarks/search.py [--entities 100000]

Beside ours: SQLite's FTS5 with its trigram tokeniser, SQLite's LIKE, and a loop over the names. Times are of the
slowest and of the middle query, in milliseconds, first answer apart. FTS5 finds nothing of fewer than three characters.
"""

from __future__ import annotations

import argparse
import pickle
import random
import sqlite3
import statistics
import time
import tracemalloc
from collections.abc import Callable, Sequence

from kg.names import to_name_key
from kg.search import Entry, derive_index

_HEADS = (
    "湖北", "武汉", "襄阳", "宜昌", "黄冈", "十堰", "荆州", "孝感", "长江", "东湖", "光谷", "江汉", "四川",
    "成都", "浙江", "杭州", "广东", "深圳", "安徽", "合肥", "重庆", "西安",
)  # fmt: skip
_MIDDLES = (
    "低空经济", "集成电路", "人工智能", "光电子信息", "高新技术", "生物医药", "新能源汽车", "工业母机",
    "科技型中小", "专精特新", "智能网联", "北斗应用", "数字建造", "先进制造", "生命健康", "量子信息",
    "商业航天", "新材料", "绿色能源", "海洋装备", "脑机接口", "合成生物",
)  # fmt: skip
_TAILS = (
    "产业", "企业", "基金", "行动", "计划", "工程", "平台", "实验室", "中心", "园区", "联盟", "技术", "项目",
    "机制", "体系", "指标数", "增加值", "创新中心", "示范区", "母基金",
)  # fmt: skip
_CLASSES = ("Industry", "Enterprise", "Fund", "Programme", "Platform", "Indicator")
_QUERIES = (
    "低空", "企业", "基金", "湖北低空经济", "dkjj", "jj", "qiye", "dikongjingji", "科技型中小企业",
    "光谷 实验室", "ai", "420100", "没有这个", "数", "zhongxin", "chongqing",
)  # fmt: skip
_ROUNDS = 5


def make_entries(count: int) -> list[Entry]:
    """Made-up entities with two or three names each, and a code for one in twenty."""
    chance = random.Random(7)
    entries = []
    for number in range(count):
        label = f"{chance.choice(_HEADS)}{chance.choice(_MIDDLES)}{chance.choice(_TAILS)}"
        label += f"{chance.choice(_MIDDLES)[:2]}{number}号" if number % 3 else f"{chance.choice(_HEADS)}{number}"
        names = (f"“{label}”", f"{label[2:]}（{chance.choice(_HEADS)}）")[: 1 + number % 2]
        codes = (f"{420000 + number}",) if number % 20 == 0 else ()
        kind = chance.choice(_CLASSES)
        entries.append(
            Entry(f"urn:{number}", label, f"Entity {number}", f"urn:c#{kind}", kind, (f"urn:c#{kind}",), names, codes,
                  chance.randrange(50), chance.randrange(200))
        )  # fmt: skip
    return entries


def measure(find: Callable[[str], object], queries: Sequence[str]) -> tuple[float, float]:
    """Milliseconds of the slowest and of the middle query, each the best of a few rounds."""
    times = []
    for query in queries:
        rounds = []
        for _ in range(_ROUNDS):
            begin = time.perf_counter()
            find(query)
            rounds.append(time.perf_counter() - begin)
        times.append(min(rounds) * 1000)
    return max(times), statistics.median(times)


def make_sqlite(entries: Sequence[Entry]) -> sqlite3.Connection:
    """The names in SQLite, with a trigram index and without."""
    database = sqlite3.connect(":memory:")
    database.execute("CREATE VIRTUAL TABLE grams USING fts5(name, row UNINDEXED, tokenize='trigram')")
    database.execute("CREATE TABLE plain (name TEXT, row INTEGER)")
    rows = [(to_name_key(name), row) for row, one in enumerate(entries) for name in (one.label, *one.names, *one.codes)]
    database.executemany("INSERT INTO grams VALUES (?, ?)", rows)
    database.executemany("INSERT INTO plain VALUES (?, ?)", rows)
    return database


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--entities", type=int, default=100_000)
    count = parser.parse_args().entities
    entries = make_entries(count)
    tracemalloc.start()
    begin = time.perf_counter()
    index = derive_index(entries)
    traced = tracemalloc.get_traced_memory()[0]
    tracemalloc.stop()
    begin = time.perf_counter()
    index = derive_index(entries)
    built = time.perf_counter() - begin
    begin = time.perf_counter()
    sent = pickle.dumps(index, protocol=pickle.HIGHEST_PROTOCOL)
    packed = time.perf_counter() - begin
    begin = time.perf_counter()
    pickle.loads(sent)
    unpacked = time.perf_counter() - begin
    slowest, middle = measure(index.find, _QUERIES)
    print(f"{count} entities, {sum(1 for _ in index.iterate_names())} names")
    print(
        f"built in {built:.1f} s, columns {index.size / 1e6:.0f} MB, in all {traced / 1e6:.0f} MB without the entities;"
    )
    print(f"sent as {len(sent) / 1e6:.0f} MB in {packed:.2f} + {unpacked:.2f} s")
    print(f"{'ours, with pinyin':28} slowest {slowest:8.1f} ms   middle {middle:8.1f} ms")
    database = make_sqlite(entries)
    keys = [to_name_key(name) for one in entries for name in (one.label, *one.names, *one.codes)]
    grams = "SELECT row FROM grams WHERE name MATCH ? LIMIT 20"
    like = "SELECT row FROM plain WHERE name LIKE ? LIMIT 20"
    others: tuple[tuple[str, Callable[[str], object]], ...] = (
        ("SQLite FTS5 trigram, unranked", lambda text: database.execute(grams, (f'"{text}"',)).fetchall()),
        ("SQLite LIKE, unranked", lambda text: database.execute(like, (f"%{text}%",)).fetchall()),
        ("a loop over the names", lambda text: [at for at, key in enumerate(keys) if text in key][:20]),
    )
    for name, find in others:
        slow, mid = measure(find, _QUERIES)
        found = sum(bool(find(text)) for text in _QUERIES)
        print(f"{name:28} slowest {slow:8.1f} ms   middle {mid:8.1f} ms   ({slow / slowest:.1f} × ours; finds {found})")
    print(f"{'of these queries ours finds':28} {sum(bool(index.find(text)) for text in _QUERIES)} of {len(_QUERIES)}")


if __name__ == "__main__":
    main()
