"""The information table of a published document (索引号, 发布机构, 发文日期, 文号, 有效性) to the fields of a `.toml`.

The items are those of 政府信息公开 pages, as the Regulations on Open Government Information have them listed
(State Council Decree 711, 2019, articles 20 and 24).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from datetime import date

from kg.importing.blocks import Block, clean

# A column's name, without the blanks that justify it, to the field; of two names for one field the first given wins.
_NAMES = {
    **dict.fromkeys(("标题", "名称", "信息名称", "文件名称"), "title"),
    **dict.fromkeys(("发布机构", "发文机关", "发文机构", "制发机关", "公开机构", "发布单位"), "issuer"),
    **dict.fromkeys(("成文日期", "发文日期", "发布日期", "印发日期", "公开日期", "生成日期", "发布时间"), "date"),
    **dict.fromkeys(("文号", "发文字号", "发文文号"), "number"),
    **dict.fromkeys(("索引号", "信息索引号"), "index_number"),
    **dict.fromkeys(("有效性", "效力状态", "时效", "是否有效", "时效性"), "validity"),
    # Information too, but none that a document here has a field for.
    **dict.fromkeys(("主题分类", "分类", "公开方式", "公开形式", "公开范围", "主题词", "关键词", "废止日期"), ""),
    **dict.fromkeys(("组配分类", "体裁分类"), ""),
}
_NOTHING = {"", "无", "/", "-", "—"}
_LINE = re.compile(r"[\s　]*([\u4e00-\u9fff][\u4e00-\u9fff\s　]{0,9}?)[\s　]*[:：][\s　]*(.*?)[\s　]*")
_DATE = re.compile(r"((?:19|20)\d{2})\s*[年./-]\s*(\d{1,2})\s*[月./-]\s*(\d{1,2})")
_WITHIN = 30  # the table stands at the top: blocks beyond are the document's own


def parse_information(
    blocks: Iterable[Block], said: Mapping[str, str]
) -> tuple[dict[str, str | date], tuple[Block, ...]]:
    """The fields that a document's own information says, and the blocks without it.

    `said` is what the file says beside its text (a page's meta elements, a document's properties): it comes second.
    """
    found: dict[str, str] = {}
    body = []
    for place, block in enumerate(blocks):
        pairs = _find_pairs(block) if place < _WITHIN else []
        if pairs:
            for name, value in pairs:
                if name and value not in _NOTHING:
                    found.setdefault(name, value)
        else:
            body.append(block)
    for name, value in said.items():
        if value not in _NOTHING:
            found.setdefault(name, value)
    return _to_fields(found), tuple(body)


def _find_pairs(block: Block) -> list[tuple[str, str]]:
    """The names and values of a block that is information; empty where it is anything else."""
    cells = [[clean(cell) for cell in row] for row in block.rows]
    if block.table:
        pairs = [pair for row in cells for pair in _pair_cells(row)]
        known = sum(1 for name, _ in pairs if name is not None)
        # A table of data may have one column called 名称; information is names all over.
        return [(name, value) for name, value in pairs if name is not None] if known >= 2 else []
    found = _LINE.fullmatch(cells[0][0]) if cells and cells[0] else None
    name = _to_name(found[1]) if found else None
    return [(name, found[2])] if found and name is not None and len(found[2]) <= 120 else []


def _pair_cells(row: list[str]) -> list[tuple[str | None, str]]:
    pairs: list[tuple[str | None, str]] = []
    for place, cell in enumerate(row):
        line = _LINE.fullmatch(cell)
        if line and line[2]:
            pairs.append((_to_name(line[1]), line[2]))
        elif place + 1 < len(row):
            pairs.append((_to_name(cell.rstrip(":：")), row[place + 1]))
    return pairs


def _to_name(words: str) -> str | None:
    return _NAMES.get(re.sub(r"[\s　]", "", words))


def _to_fields(found: Mapping[str, str]) -> dict[str, str | date]:
    fields: dict[str, str | date] = {}
    for name, value in found.items():
        if name != "date":
            fields[name] = clean(value)
            continue
        day = parse_date(value)
        if day:
            fields["date"] = day
    return fields


def parse_date(text: str) -> date | None:
    """The first date in some text, None where it holds none that exists."""
    found = _DATE.search(text)
    try:
        return date(int(found[1]), int(found[2]), int(found[3])) if found else None
    except ValueError:
        return None
