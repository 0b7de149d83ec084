"""`kg import`: files of every kind, made by the tests, to documents of a corpus."""

from __future__ import annotations

import hashlib
import io
import tomllib
import zipfile
from datetime import date
from pathlib import Path

import docx
import pytest
from click.testing import CliRunner
from fpdf import FPDF
from hypothesis import given, settings
from hypothesis import strategies as st
from pypdf import PdfReader, PdfWriter

from kg.cli import main
from kg.errors import FormatError
from kg.identifiers import DEFAULT_BASE
from kg.importing import parse_source
from kg.importing.pdf import join_lines
from kg.locations import find_folder
from kg.pipeline import build_corpus

SHARED = Path(__file__).parents[2] / "shared" / "corpus"
TITLE = "江苏省科学技术厅关于加快低空经济发展的答复"
BODY = (
    "一、有关工作情况",
    "我省实施“登峰”工程，支持低空经济发展。",
    "二、下一步工作",
    "下一步，我厅将设立紫金科创母基金。",
)
FIELDS = {"title": TITLE, "issuer": "江苏省科学技术厅", "number": "苏科函〔2024〕12号", "validity": "有效"}
TABLE = """
<table class="info"><tr><td>索 引 号：</td><td>014/2024-1</td><td>发布机构：</td><td>江苏省科学技术厅</td></tr>
<tr><td>标　　题</td><td>江苏省科学技术厅关于加快低空经济发展的答复</td><td>发文日期</td><td>2024-08-09</td></tr>
<tr><td>文　　号</td><td>苏科函〔2024〕12号</td><td>有 效 性</td><td>有效</td></tr></table>"""
TERMS = """
<dl><dt>索引号</dt><dd>014/2024-1</dd><dt>发文机关：</dt><dd>江苏省科学技术厅</dd>
<dt>标题</dt><dd>江苏省科学技术厅关于加快低空经济发展的答复</dd>
<dt>成文日期</dt><dd>2024年8月9日</dd><dt>发文字号</dt><dd>苏科函〔2024〕12号</dd><dt>时效</dt><dd>有效</dd></dl>"""
LINES = """
<ul class="xxgk"><li>索引号：014/2024-1</li><li>发布机构：江苏省科学技术厅</li>
<li>标题：江苏省科学技术厅关于加快低空经济发展的答复</li>
<li>发布日期：2024/8/9</li><li>文号：苏科函〔2024〕12号</li><li>效力状态：有效</li></ul>"""


def to_page(information: str, article: str = "", charset: str = "utf-8") -> str:
    body = article or "<p>　　" + "</p><p>&nbsp;&nbsp;".join(BODY) + "</p>"
    return (
        f'<html><head><meta charset="{charset}"><title>答复_信息公开_江苏省科学技术厅</title>'
        "<style>p {}</style></head>"
        f"<body><nav><p>首页 &gt; 政务公开 &gt; 建议提案 &gt; 这里是导航而不是正文</p></nav>{information}"
        f'<div id="zoom">{body}</div><footer><p>版权所有，联系方式，网站地图</p></footer>'
        '<script>alert("x")</script></body></html>'
    )


def run(*arguments: str) -> tuple[int, str]:
    result = CliRunner().invoke(main, ["import", *arguments])
    assert not result.exception or isinstance(result.exception, SystemExit), result.exception
    return result.exit_code, result.output


# --- pages ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("information", [TABLE, TERMS, LINES], ids=["table", "terms", "lines"])
def test_a_page_gives_its_article_and_its_information(information: str) -> None:
    imported = parse_source(to_page(information).encode(), "a.html")
    assert imported.text.splitlines() == [TITLE, *BODY]
    assert {name: imported.fields[name] for name in FIELDS} == FIELDS
    assert imported.fields["date"] == date(2024, 8, 9)
    assert imported.fields["index_number"] == "014/2024-1"


@pytest.mark.parametrize("charset", ["gb2312", "gbk", "gb18030"])
def test_a_page_in_gb18030_is_decoded(charset: str) -> None:
    page = to_page(TABLE, charset=charset)
    assert parse_source(page.encode("gb18030"), "a.htm").text.splitlines()[1:] == list(BODY)


def test_a_page_without_an_article_of_known_name_is_read_where_its_paragraphs_are() -> None:
    paragraphs = "".join(f"<p>{line}，这一段要长一些才像正文的样子。</p>" for line in BODY)
    page = f"<html><body><div><p>导航</p></div><div><h1>标题在这里</h1><div>{paragraphs}</div></div></body></html>"
    imported = parse_source(page.encode(), "a.html")
    assert imported.fields["title"] == "标题在这里"
    assert imported.text.splitlines()[1].startswith(BODY[0])


def test_tables_become_parts_that_evidence_can_name() -> None:
    article = (
        "<p>我省有关指标如下，供代表参考，数字截至去年年底，由各市汇总而成。</p><table><caption>主要指标</caption>"
        "<tr><th>指标</th><th>2023年</th></tr><tr><td>高新技术企业</td><td>5万家</td></tr></table><p>以上为全部内容。</p>"
    )
    lines = parse_source(to_page("", article).encode(), "a.html").text.splitlines()
    assert lines[2:6] == ["【表1 主要指标】", "指标 | 2023年", "高新技术企业 | 5万家", "以上为全部内容。"]


def test_words_beside_blocks_and_broken_lines_are_paragraphs() -> None:
    article = (
        "直接写在这里的<b>文字</b>，前后没有标签包着<br>换了一行也要分开成为一段话"
        "<div>里面还有一段<p>再里面的一段</p>尾巴</div>"
    )
    lines = parse_source(to_page("", article).encode(), "a.html").text.splitlines()[1:]
    assert lines == [
        "直接写在这里的文字，前后没有标签包着", "换了一行也要分开成为一段话", "里面还有一段", "再里面的一段", "尾巴",
    ]  # fmt: skip


def test_a_deep_page_is_read_all_the_same() -> None:
    page = "<html><body><div id=zoom>" + "<div>" * 5000 + "正文" * 30 + "</div>" * 5000 + "</div></body></html>"
    assert "正文" in parse_source(page.encode(), "a.html").text


# --- text, Markdown, Word, PDF ----------------------------------------------------------------------------------------


def test_text_in_any_encoding_is_cleaned() -> None:
    text = "\r\n".join(["　　" + TITLE, "", *(f"　　{line}\u200b" for line in BODY)])
    expected = [TITLE, *BODY]
    for encoding in ("utf-8", "utf-8-sig", "utf-16", "gb18030"):
        assert parse_source(text.encode(encoding), "a.txt").text.splitlines() == expected


def test_markdown_loses_its_marks_and_keeps_its_tables() -> None:
    text = f"# {TITLE}\n\n## {BODY[0]}\n\n我省**实施**[“登峰”工程](http://x)。\n\n| 甲 | 乙 |\n|---|---|\n| 1 | 2 |\n"
    lines = parse_source(text.encode(), "a.md").text.splitlines()
    assert lines == [TITLE, BODY[0], "我省实施“登峰”工程。", "【表1】", "甲 | 乙", "1 | 2"]


def to_docx() -> bytes:
    document = docx.Document()
    table = document.add_table(rows=2, cols=4)
    for row, cells in enumerate(
        [("索引号", "014/2024-1", "发布机构", "江苏省科学技术厅"), ("文号", "苏科函〔2024〕12号", "有效性", "有效")]
    ):
        for column, words in enumerate(cells):
            table.cell(row, column).text = words
    document.add_heading(TITLE, 0)
    for line in BODY:
        document.add_paragraph(line)
    figures = document.add_table(rows=1, cols=2)
    figures.cell(0, 0).text, figures.cell(0, 1).text = "高新技术企业", "5万家"
    content = io.BytesIO()
    document.save(content)
    return content.getvalue()


def test_word_documents_are_read_in_order() -> None:
    imported = parse_source(to_docx(), "a.docx")
    assert imported.text.splitlines() == [TITLE, *BODY, "【表1】", "高新技术企业 | 5万家"]
    assert imported.fields["issuer"] == "江苏省科学技术厅"
    assert imported.fields["validity"] == "有效"


def find_font() -> str:
    found = sorted(Path("/usr/share/fonts").rglob("*CJK*Regular*")) + sorted(Path("/usr/share/fonts").rglob("*wqy*"))
    if not found:
        pytest.skip("没有中文字体 no CJK font: apt-get install fonts-noto-cjk")
    return str(found[0])


def to_pdf(pages: list[list[str]]) -> bytes:
    pdf = FPDF()
    pdf.add_font("cjk", "", find_font())
    for number, lines in enumerate(pages, 1):
        pdf.add_page()
        pdf.set_font("cjk", size=12)
        for line in ["江苏省科学技术厅文件", *lines, f"— {number} —"]:
            pdf.cell(0, 10, line, new_x="LMARGIN", new_y="NEXT")
    return bytes(pdf.output())


LONG = "近年来全省上下围绕低空经济这一新兴产业持续用力各市各部门协同推进有关工作逐步展开"
PAGES = [[TITLE, BODY[0], LONG, "并取得成效。"], [BODY[1], BODY[2]], [BODY[3]]]


def test_a_pdf_loses_running_heads_and_joins_its_lines() -> None:
    lines = parse_source(to_pdf(PAGES), "a.pdf").text.splitlines()
    assert lines == [TITLE, BODY[0], f"{LONG}并取得成效。", *BODY[1:]]


def test_lines_are_joined_only_where_they_go_on() -> None:
    full = "一行写满了的文字一行写满了的文字"
    assert list(join_lines([full, "后半句。", "一、标题", full, "（一）小标题"])) == [
        f"{full}后半句。", "一、标题", full, "（一）小标题",
    ]  # fmt: skip


# --- what cannot be read ----------------------------------------------------------------------------------------------


def to_bomb() -> bytes:
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as package:
        package.writestr("word/document.xml", b"0" * 210_000_000)
    return content.getvalue()


def to_encrypted_pdf() -> bytes:
    writer = PdfWriter()
    for page in PdfReader(io.BytesIO(to_pdf([["秘密"]]))).pages:
        writer.add_page(page)
    writer.encrypt("secret")
    content = io.BytesIO()
    writer.write(content)
    return content.getvalue()


def to_empty_pdf() -> bytes:
    pdf = FPDF()
    pdf.add_page()
    return bytes(pdf.output())


@pytest.mark.parametrize(
    ("name", "make", "said"),
    [
        ("a.docx", to_bomb, "压缩炸弹"),
        ("a.docx", lambda: b"PK\x03\x04broken", "损坏"),
        ("a.docx", lambda: b"\xd0\xcf\x11\xe0" + b"\0" * 600, "加了密"),
        ("a.pdf", to_encrypted_pdf, "加了密"),
        ("a.pdf", to_empty_pdf, "扫描件"),
        ("a.pdf", lambda: b"%PDF-1.7 broken", "损坏"),
        ("a.html", lambda: b"<p>x</p>" * 7_000_000, "太大"),
        ("a.html", lambda: b"<html><body></body></html>", "没有文字"),
        ("a.txt", lambda: b"\0\xff\xfe\0\1", "不是文字"),
        ("a.txt", lambda: b" \n ", "空的"),
        ("a.xls", lambda: b"x", "不认识"),
    ],
)
def test_what_cannot_be_read_is_one_line_and_the_rest_goes_on(
    tmp_path: Path, name: str, make: object, said: str
) -> None:
    assert callable(make)
    (tmp_path / name).write_bytes(make())
    (tmp_path / "good.txt").write_text(f"{TITLE}\n{BODY[1]}\n", encoding="utf-8")
    out = tmp_path / "out"
    code, output = run(str(tmp_path / name), str(tmp_path / "good.txt"), "--out", str(out), "--strict")
    assert code == 1
    (line,) = [one for one in output.splitlines() if one.startswith("没有导入 left out:")]
    assert said in line
    assert (out / "good.txt").exists()


@settings(max_examples=60, deadline=None)
@given(content=st.binary(max_size=300), suffix=st.sampled_from([".txt", ".md", ".html", ".docx", ".pdf"]))
def test_any_bytes_are_a_document_or_one_line(content: bytes, suffix: str) -> None:
    try:
        imported = parse_source(content, f"a{suffix}")
    except FormatError as error:
        said = str(error)
    else:
        said = ""
        assert imported.text.endswith("\n")
        assert "\r" not in imported.text
        assert imported.text.split("\n")[0] == imported.fields["title"]
    assert "\n" not in said


# --- the command ------------------------------------------------------------------------------------------------------


def test_a_folder_of_mixed_files_becomes_a_corpus_that_builds(tmp_path: Path) -> None:
    source = tmp_path / "in"
    (source / "sub").mkdir(parents=True)
    (source / "页面.html").write_text(to_page(TABLE), encoding="utf-8")
    (source / "sub" / "页面.docx").write_bytes(to_docx())
    (source / "文.txt").write_bytes(f"浙江省科学技术厅工作总结\n{BODY[1]}\n2024年3月1日\n".encode("gb18030"))
    out = tmp_path / "out"
    code, said = run(str(source), "--out", str(out), "--strict")
    assert code == 0, said
    assert sorted(one.name for one in out.glob("*.txt")) == ["文.txt", "页面-2.txt", "页面.txt"]
    fields = tomllib.loads((out / "文.toml").read_text(encoding="utf-8"))
    assert fields["sha256"] == hashlib.sha256((source / "文.txt").read_bytes()).hexdigest()
    assert fields["kind"] == "Report"
    assert fields["date"] == date(2024, 3, 1)
    (out / "页面-2.toml").write_text('title = "另一个标题"\nissuer = "江苏省科学技术厅"\n', encoding="utf-8")
    assert CliRunner().invoke(main, ["annotate", str(out)]).exit_code == 0
    build = build_corpus(out, find_folder("ontology"), DEFAULT_BASE)
    assert not build.report.rejections, [str(one) for one in build.report.rejections]
    assert build.report.unaccounted == 0


def test_a_text_with_annotations_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text(f"{TITLE}\n", encoding="utf-8")
    out = tmp_path / "out"
    assert run(str(tmp_path / "a.txt"), "--out", str(out))[0] == 0
    (out / "a.ann").write_text("T1\tAgency 0 3\t江苏省\n", encoding="utf-8")
    (tmp_path / "a.txt").write_text("新的\n", encoding="utf-8")
    code, said = run(str(tmp_path / "a.txt"), "--out", str(out), "--strict")
    assert code == 1
    assert "已有标注" in said
    assert TITLE in (out / "a.txt").read_text(encoding="utf-8")
    assert run(str(tmp_path / "a.txt"), "--out", str(out), "--force")[0] == 0
    assert "新的" in (out / "a.txt").read_text(encoding="utf-8")


@pytest.mark.skipif(not SHARED.is_dir(), reason="没有 ../shared no ../shared in this clone")
def test_the_real_document_goes_all_the_way(tmp_path: Path) -> None:
    out = tmp_path / "out"
    assert run(str(SHARED / "hubei-2025-0221.txt"), "--out", str(out), "--strict")[0] == 0
    fields = tomllib.loads((out / "hubei-2025-0221.toml").read_text(encoding="utf-8"))
    assert fields["issuer"] == "湖北省科学技术厅"
    assert fields["kind"] == "Reply"
    assert fields["date"] == date(2025, 7, 30)
    assert fields["index_number"] == "011043145/2025-32703"
    assert CliRunner().invoke(main, ["annotate", str(out)]).exit_code == 0
    build = build_corpus(out, find_folder("ontology"), DEFAULT_BASE)
    assert build.report.unaccounted == 0
    assert len(build.report.rejections) <= 3
    assert build.report.statements > 100
