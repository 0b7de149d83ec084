"""XML from strangers: well-formed, bounded, without any document type, before another parser sees it.

No document type means no entities of its own, so no billion laughs, and nothing external
(https://cheatsheetseries.owasp.org/cheatsheets/XML_External_Entity_Prevention_Cheat_Sheet.html).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from xml.parsers import expat

from kg.errors import FormatError

LARGEST = 200_000_000  # bytes
DEEPEST = 100  # elements inside one another; a CAS has three
NAMESPACE_END = "}"
_NO_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def parse_elements(content: bytes, file: str) -> list[tuple[str, Mapping[str, str]]]:
    """Every element in order, its name and attributes as `namespace}name`, without what stands inside.

    Raises FormatError, one line with file and line, for what is no XML or may not be read.
    """
    if len(content) > LARGEST:
        raise FormatError(f"{file}:1: 文件太大 file too large: {len(content)} 字节，上限 {LARGEST}；请分成几个文件")
    elements: list[tuple[str, Mapping[str, str]]] = []
    depth = 0
    parser = expat.ParserCreate(namespace_separator=NAMESPACE_END)

    def refuse_doctype(*_: object) -> None:
        raise FormatError(
            f"{file}:{parser.CurrentLineNumber}: 不读带 DOCTYPE 的 XML a document type is not read；"
            "标注工具不写 DOCTYPE，请删去它和其中的实体"
        )

    def start(name: str, attributes: Mapping[str, str]) -> None:
        nonlocal depth
        depth += 1
        if depth > DEEPEST:
            raise FormatError(
                f"{file}:{parser.CurrentLineNumber}: 嵌套太深 nested too deep: 超过 {DEEPEST} 层；"
                "这不是标注工具的导出，请核对文件"
            )
        elements.append((name, attributes))

    def end(_: str) -> None:
        nonlocal depth
        depth -= 1

    parser.StartDoctypeDeclHandler = refuse_doctype
    parser.StartElementHandler = start
    parser.EndElementHandler = end
    try:
        parser.Parse(content, True)
    except expat.ExpatError as error:
        raise FormatError(
            f"{file}:{error.lineno}: 不是合法的 XML: {expat.errors.messages[error.code]}；请重新导出，或改正此处"
        ) from None
    except (LookupError, ValueError) as error:  # an encoding that expat does not know, or of several bytes
        raise FormatError(f"{file}:1: 读不了这种编码 encoding not read: {error}；请转为 UTF-8 再导出") from None
    return elements


def find_no_xml(text: str) -> str | None:
    """The first character of a text that XML 1.0 cannot hold (https://www.w3.org/TR/xml/#charsets), if there is one."""
    found = _NO_XML.search(text)
    return found and found[0]
