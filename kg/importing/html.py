"""Web pages: the document's own part of the page, without what stands around it, and what its meta elements say."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from selectolax.lexbor import LexborHTMLParser, LexborNode

from kg.errors import FormatError
from kg.importing.blocks import Block, clean, to_paragraph
from kg.importing.text import decode_text

_CHARSET = re.compile(rb"charset\s*=\s*[\"']?\s*([A-Za-z0-9_-]+)", re.IGNORECASE)
_ASIDE = "script, style, noscript, template, nav, footer, header nav, aside, form, iframe, object, svg, button, select"
# Where Chinese government sites keep the text of an article, the most particular first.
_ARTICLES = (
    "#zoom", "#UCAP-CONTENT", ".TRS_Editor", ".trs_editor_view", ".pages_content", ".article-content", ".view",
    ".xxgk-content", "article", "#content", ".content", "main",
)  # fmt: skip
_INFORMATION = ".xxgk_table, .xxgk-info, .xxgk, .bd1, .wzxx, dl, .info"
_BLOCKS = frozenset(
    {
        *(
            "address",
            "article",
            "blockquote",
            "center",
            "dd",
            "div",
            "dl",
            "dt",
            "figure",
            "header",
            "li",
            "main",
            "ol",
        ),
        *("h1", "h2", "h3", "h4", "h5", "h6", "p", "pre", "section", "ul"),
    }
)
_META = {
    "articletitle": "title", "og:title": "title", "pubdate": "date", "publishdate": "date",
    "contentsource": "issuer", "publisher": "issuer",
}  # fmt: skip
_LEAST = 40  # characters that make a part of the page the article
_DEEPEST = 150
# Elements open at once, counted from the tags; what reads the tree costs the square of it.
_MOST_OPEN = 20_000
_TAG = re.compile(rb"<(/?)([A-Za-z][A-Za-z0-9]*)")
# Elements without an end, or whose end may be left out.
_UNENDED = frozenset(
    b"area base br col embed hr img input link meta source track wbr p li dt dd td th tr thead tbody tfoot colgroup "
    b"option optgroup html head body rp rt".split()
)


def parse_html(content: bytes, file: str) -> tuple[tuple[Block, ...], Mapping[str, str]]:
    """A page's paragraphs and tables, and what it says of itself. Raises FormatError where it cannot be read."""
    if _is_too_deep(content):
        raise FormatError(f"{file}: 网页嵌套太深 nested too deep: 超过 {_MOST_OPEN} 层；请另存为文本")
    tree = LexborHTMLParser(_decode(content, file))
    said = _read_meta(tree)
    if tree.body is None:
        raise FormatError(f"{file}: 不是网页 not a web page；请核对文件")
    for node in tree.css(_ASIDE):
        node.decompose()
    article = _find_article(tree)
    inside = {node.mem_id for node in article.css("table")}
    # The table of a page's information stands before the article, not in it.
    around = [_to_table(node) for node in tree.css("table") if node.mem_id not in inside and not _holds_table(node)]
    found = [node for node in tree.css(_INFORMATION) if node.tag != "table"]
    lists = [to_paragraph(line) for node in found for line in _iterate_items(node)]
    words: list[str] = []
    blocks = [*_iterate_blocks(article, words), *_flush(words)]
    return (*around, *lists, *blocks), said


def _is_too_deep(content: bytes) -> bool:
    depth = 0
    for found in _TAG.finditer(content):
        if found[2].lower() not in _UNENDED:
            depth += -1 if found[1] else 1
            if depth > _MOST_OPEN:
                return True
            depth = max(depth, 0)
    return False


def _holds_table(node: LexborNode) -> bool:
    # A table around tables lays the page out and holds no cells of its own.
    return any(one.mem_id != node.mem_id for one in node.css("table"))


def _iterate_items(node: LexborNode) -> Iterator[str]:
    """The lines of a list of information: 名：值 in each item, or a term with its description."""
    for item in node.css("li, p"):
        yield item.text()
    terms, values = node.css("dt"), node.css("dd")
    for term, value in zip(terms, values, strict=False):
        yield f"{clean(term.text()).rstrip('：:')}：{clean(value.text())}"


def _decode(content: bytes, file: str) -> str:
    declared = _CHARSET.search(content[:4096])
    if declared and declared[1].lower() in {b"gb2312", b"gbk", b"gb18030"}:
        try:
            return content.decode("gb18030")
        except UnicodeDecodeError:
            return content.decode("gb18030", "replace")
    return decode_text(content, file)


def _read_meta(tree: LexborHTMLParser) -> dict[str, str]:
    said: dict[str, str] = {}
    for node in tree.css("meta"):
        name = _META.get((node.attributes.get("name") or node.attributes.get("property") or "").lower())
        value = clean(node.attributes.get("content") or "")
        if name and value:
            said.setdefault(name, value)
    heading = tree.css_first("h1")
    title = clean(heading.text()) if heading else ""
    if not title and (element := tree.css_first("title")):
        # 标题_栏目_网站: what a site puts behind its titles is not theirs.
        title = re.split(r"[_|]|\s[-–—]\s?", clean(element.text()))[0]
    if title:
        said.setdefault("title", title)
    return said


def _find_article(tree: LexborHTMLParser) -> LexborNode:
    for selector in _ARTICLES:
        found = tree.css(selector)
        if found:
            best = max(found, key=lambda node: len(node.text()))
            if len(clean(best.text())) >= _LEAST:
                return best
    scores: dict[int, tuple[int, LexborNode]] = {}
    for node in tree.css("p"):
        if node.parent is not None:
            before = scores.get(node.parent.mem_id, (0, node.parent))[0]
            scores[node.parent.mem_id] = (before + len(node.text()), node.parent)
    best_score = max(scores.values(), key=lambda pair: pair[0], default=None)
    if best_score and best_score[0] >= _LEAST:
        return best_score[1]
    assert tree.body is not None
    return tree.body


def _iterate_blocks(node: LexborNode, words: list[str], depth: int = 0) -> Iterator[Block]:
    """Paragraphs and tables in the page's order. Words of a block beside its own blocks are paragraphs too."""
    for child in node.iter(include_text=True):
        if child.tag == "-text":
            words.append(child.text(deep=False) or "")
            continue
        apart = child.tag == "br" or child.tag in _BLOCKS or child.tag == "table"
        if apart:
            yield from _flush(words)
        if child.tag == "table":
            yield _to_table(child)
        elif depth < _DEEPEST:
            yield from _iterate_blocks(child, words, depth + 1)
        else:
            words.append(child.text())
        if apart:
            yield from _flush(words)


def _flush(words: list[str]) -> Iterator[Block]:
    text = clean(re.sub(r"\s*\n\s*", "", "".join(words)))
    words.clear()
    if text:
        yield to_paragraph(text)


def _to_table(node: LexborNode) -> Block:
    rows = []
    for row in node.css("tr"):
        cells = tuple(clean(cell.text()) for cell in row.iter() if cell.tag in {"td", "th"})
        if cells:
            rows.append(cells)
    caption = node.css_first("caption")
    return Block(tuple(rows), table=True, caption=clean(caption.text()) if caption else "")
