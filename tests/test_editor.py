"""The SPARQL editor: its words, its faults, and the page in a real browser; and that its bundle is what npm gives."""

from __future__ import annotations

import hashlib
import json
import re
import shutil
import subprocess
import urllib.request
from pathlib import Path

import pytest
from components import leave_out, require_command
from explorer import ENDLESS, Site, run_site
from playwright.sync_api import Browser, Page, expect

import kg.server
from kg.locations import find_folder
from kg.ontology import read_vocabulary
from kg.server import Limits
from kg.server.editor import to_fault
from kg.server.workers import Reply

SERVER = Path(kg.server.__file__).parent
VENDOR, BUNDLE = SERVER / "assets" / "vendor", SERVER / "bundle"
LICENCES = {"MIT", "ISC", "BSD-2-Clause", "BSD-3-Clause", "Apache-2.0"}
TEXT = "policykgEditor.getText()"


@pytest.fixture
def page(page: Page, site: Site) -> Page:
    """The editor's page."""
    page.goto(f"{site.address}/editor")
    expect(page.locator(".cm-content")).to_be_visible()
    return page


def write(page: Page, text: str) -> None:
    page.evaluate("(text) => policykgEditor.setText(text)", text)


def ask(page: Page, text: str) -> None:
    write(page, text)
    page.keyboard.press("Control+Enter")


# --- the bundle ------------------------------------------------------------------------------------------------------


def test_every_vendored_file_is_the_manifests() -> None:
    manifest = json.loads((VENDOR / "manifest.json").read_text(encoding="utf-8"))
    sums = {one["name"]: one["sha256"] for one in manifest["files"]}
    found = {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in VENDOR.iterdir()}
    found.pop("manifest.json")
    assert found == sums
    lock = json.loads((BUNDLE / "package-lock.json").read_text(encoding="utf-8"))["packages"]
    assert {"@codemirror/view", "@codemirror/state", "codemirror-lang-sparql"} <= {
        one["name"] for one in manifest["packages"]
    }
    texts = (VENDOR / "codemirror.LICENSE.txt").read_text(encoding="utf-8")
    for one in manifest["packages"]:
        locked = lock[f"node_modules/{one['name']}"]
        assert (one["version"], one["integrity"]) == (locked["version"], locked["integrity"])
        assert one["license"] in LICENCES
        assert one["name"] in texts


def test_the_bundle_is_built_again_to_the_same_bytes(tmp_path: Path) -> None:
    npm, node = require_command("npm"), require_command("node")
    folder = tmp_path / "bundle"
    shutil.copytree(BUNDLE, folder, ignore=shutil.ignore_patterns("node_modules"))
    done = subprocess.run(
        [npm, "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--prefer-offline"],
        cwd=folder, capture_output=True, text=True, encoding="utf-8", timeout=240, check=False,
    )  # fmt: skip
    if done.returncode:
        leave_out(f"npm 的软件包 packages from npm: {done.stderr[-300:]}")
    out = tmp_path / "vendor"
    subprocess.run([node, "build.mjs", str(out)], cwd=folder, check=True, timeout=120)
    assert {path.name: path.read_bytes() for path in out.iterdir()} == {
        path.name: path.read_bytes() for path in VENDOR.iterdir()
    }


# --- what the page asks of the server --------------------------------------------------------------------------------


def test_the_words_are_the_ontologys(site: Site) -> None:
    with urllib.request.urlopen(f"{site.address}/editor/words.json", timeout=30) as reply:
        found = json.load(reply)
    vocabulary = read_vocabulary(find_folder("ontology"))
    words = {word["name"]: word for word in found["words"]}
    classes = {name for name, word in words.items() if word["kind"] == "class"}
    assert {f"kg:{name}" for name in vocabulary.classes} <= classes
    assert {f"kg:{name}" for name in vocabulary.properties} <= {n for n, w in words.items() if w["kind"] == "property"}
    assert (words["kg:supports"]["zh"], words["kg:supports"]["en"]) == ("支持", "supports")
    assert re.search("[\u4e00-\u9fff]", words["kg:Fund"]["definition"])
    assert words["kg:planned"]["kind"] == "value"
    assert words["prov:wasDerivedFrom"]["kind"] == "property"
    assert found["prefixes"]["kg"] == "https://w3id.org/policykg/ontology#"
    assert found["base"] == "https://w3id.org/policykg/id/"
    assert "SELECT" in found["examples"]["who-supports"]
    assert "#+" not in found["examples"]["who-supports"]


@pytest.mark.parametrize(
    ("text", "line", "column"),
    [
        ("SELECT ?a WHERE { ?a kg:supports ?b }", 0, 0),
        ("SELECT ?a WHERE {\n  ?a foo:bar ?b }", 2, 6),
        ("SELECT ?a WHERE { ?a foo:bar ?b . ?a kg:supports ?c }", 1, 22),
        ("\n\nSELEC ?a", 3, 1),
        ("", 1, 1),
    ],
)
def test_a_fault_has_its_line_and_column(site: Site, text: str, line: int, column: int) -> None:
    answer = site.send("/editor/check", body=text.encode("utf-8"), Content_Type="text/plain")
    fault = json.loads(answer.body)
    assert (fault.get("line", 0), fault.get("column", 0)) == (line, column)
    assert bool(fault.get("message")) == bool(line)


def test_what_may_not_be_asked_is_said_and_what_fells_a_parser_is_survived(site: Site) -> None:
    def check(text: bytes) -> tuple[int, str]:
        answer = site.send("/editor/check", body=text, Content_Type="text/plain")
        return answer.status, answer.body

    assert "只能查询" in check(b"DROP ALL")[1]
    assert check("\u00e9".encode("latin-1"))[0] == 400
    assert check(b" " * 1_000_001)[0] == 413
    deep = b"SELECT ?a WHERE { FILTER(" + b"(" * 100_000
    assert check(deep)[0] == 200
    assert check(b"ASK { ?s ?p ?o }") == (200, "{}")


def test_a_reply_that_is_no_fault_of_the_text_is_none() -> None:
    assert to_fault(Reply("busy"), "ASK {}", 0) == {}
    assert to_fault(Reply("slow"), "ASK {}", 0) == {}


# --- the page --------------------------------------------------------------------------------------------------------


@pytest.mark.browser
def test_words_are_completed_from_chinese_and_bring_their_prefix(page: Page) -> None:
    write(page, "")
    page.locator(".cm-content").press_sequentially("SELECT ?who WHERE { ?who 支持", delay=10)
    expect(page.locator(".cm-tooltip-autocomplete li[aria-selected]")).to_contain_text("kg:supports")
    expect(page.locator(".cm-completionInfo")).to_contain_text("属性")
    # CodeMirror takes no key for a choice that has only just appeared.
    page.wait_for_timeout(200)
    page.keyboard.press("Enter")
    page.keyboard.type(" ?wh")
    expect(page.locator(".cm-tooltip-autocomplete li")).to_have_text(["?who"])
    page.keyboard.press("Escape")
    text = page.evaluate(TEXT)
    assert text.startswith(
        "PREFIX kg: <https://w3id.org/policykg/ontology#>\n\nSELECT ?who WHERE { ?who kg:supports ?wh"
    )
    write(page, "PREFIX kg: <https://w3id.org/policykg/ontology#>\nSELECT ?f WHERE { ?f a ")
    page.evaluate("policykgEditor.view.dispatch({ selection: { anchor: policykgEditor.getText().length } })")
    page.locator(".cm-content").press_sequentially("fund", delay=10)
    expect(page.locator(".cm-tooltip-autocomplete li").first).to_contain_text("kg:Fund")
    page.wait_for_timeout(200)
    page.keyboard.press("Enter")
    assert page.evaluate(TEXT).count("PREFIX") == 1
    assert page.evaluate(TEXT).endswith("?f a kg:Fund")


@pytest.mark.browser
def test_an_answer_is_a_table_with_links_and_files(page: Page, tmp_path: Path) -> None:
    ask(
        page,
        'SELECT ?e ?doc ?n ("=1+1" AS ?f) WHERE { ?e a kg:Evidence ; oa:hasSource ?doc ; kg:paragraph ?n } LIMIT 3',
    )
    expect(page.get_by_role("status")).to_contain_text("3 行")
    links = page.locator("#result tbody tr").first.locator("a")
    assert re.search(r"/document\?iri=.+#c=\d+-\d+$", links.nth(0).get_attribute("href") or "")
    assert re.search(r"/document\?iri=[^#]+$", links.nth(1).get_attribute("href") or "")
    with page.expect_download() as download:
        page.get_by_role("button", name="CSV").click()
    download.value.save_as(tmp_path / "a.csv")
    rows = (tmp_path / "a.csv").read_bytes().decode("utf-8-sig").split("\r\n")
    assert rows[0] == "e,doc,n,f"
    assert len(rows) == 5
    assert rows[1].endswith(",'=1+1")
    with page.expect_download() as download:
        page.get_by_role("button", name="JSON").click()
    download.value.save_as(tmp_path / "a.json")
    assert len(json.loads((tmp_path / "a.json").read_text(encoding="utf-8"))["results"]["bindings"]) == 3
    ask(page, "CONSTRUCT { ?s a ?t } WHERE { ?s a ?t } LIMIT 2")
    expect(page.locator("#result pre")).to_contain_text(" a ")
    expect(page.get_by_role("button", name="Turtle")).to_be_visible()
    ask(page, "ASK { ?s ?p ?o }")
    expect(page.locator("#result tbody")).to_contain_text("true")


@pytest.mark.browser
@pytest.mark.parametrize(
    ("text", "line", "marked"),
    [
        ("SELECT ?a WHERE {\n  ?a ?b ?c .\n  FILTER(?c = )\n  ?a ?d ?e .\n}", 3, ")"),
        ('SELECT ?a WHERE {\n  "𠀀家"@zh ?b foo:c }', 2, "foo:c"),
        ("SELECT ?a WHERE { ?a ?b }", 1, "}"),
    ],
)
def test_a_fault_is_marked_where_it_is(page: Page, text: str, line: int, marked: str) -> None:
    ask(page, text)
    column = text.split("\n")[line - 1].index(marked) + 1
    expect(page.get_by_role("alert")).to_contain_text(f"line {line}, column {column}:")
    expect(page.locator(".cm-lintRange-error").first).to_have_text(marked)
    expect(page.locator("#result")).to_be_hidden()


@pytest.mark.browser
def test_examples_history_and_a_question_in_the_editor(page: Page, site: Site) -> None:
    page.get_by_label("例子").select_option("who-supports")
    expect(page.locator(".cm-content")).to_contain_text("低空经济")
    page.get_by_role("button", name="运行").click()
    expect(page.get_by_role("status")).to_contain_text("3 行")
    ask(page, "ASK {}")
    expect(page.get_by_role("status")).to_contain_text("1 行")
    page.reload()
    page.locator("#history summary").click()
    expect(page.locator("#past li")).to_have_count(2)
    page.locator("#past button").nth(1).click()
    assert "低空经济" in page.evaluate(TEXT)
    page.locator("#history summary").click()
    page.get_by_role("button", name="清空").click()
    expect(page.locator("#past li")).to_have_count(0)
    page.goto(f"{site.address}/questions/who-supports?topic=工业母机")
    page.get_by_role("link", name="在编辑器里打开").click()
    expect(page.locator(".cm-content")).to_contain_text('"工业母机"@zh')


@pytest.mark.browser
def test_a_query_is_stopped_for_real_by_its_button(turtle: Path, chromium_browser: Browser) -> None:
    """With one worker and a limit of minutes the next query is answered only if the first is really stopped."""
    with run_site(turtle.with_name("graph.nq"), Limits(seconds=120, workers=1)) as site:
        page = chromium_browser.new_page()
        page.goto(f"{site.address}/editor")
        expect(page.locator(".cm-content")).to_be_visible()
        ask(page, ENDLESS)
        page.wait_for_timeout(1500)
        page.get_by_role("button", name="停止").click()
        expect(page.get_by_role("status")).to_contain_text("已停止")
        expect(page.get_by_role("button", name="停止")).to_be_hidden()
        ask(page, "ASK {}")
        expect(page.locator("#result tbody")).to_contain_text("true", timeout=15_000)
        page.close()


@pytest.mark.browser
def test_without_a_script_the_field_asks_the_endpoint(chromium_browser: Browser, site: Site) -> None:
    context = chromium_browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{site.address}/editor?query=ASK%20%7B%7D")
    expect(page.locator("textarea")).to_have_value("ASK {}")
    with page.expect_response("**/sparql") as reply:
        page.get_by_role("button", name="运行").click()
    assert reply.value.status == 200
    context.close()


@pytest.mark.browser
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_editor_fits_a_phone_in_both_schemes(chromium_browser: Browser, site: Site, scheme: str) -> None:
    context = chromium_browser.new_context(viewport={"width": 360, "height": 740}, color_scheme=scheme)  # type: ignore[arg-type]
    page = context.new_page()
    page.goto(f"{site.address}/editor")
    expect(page.locator(".cm-content")).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    ink = page.locator(".cm-editor").evaluate("(one) => getComputedStyle(one).color")
    assert (sum(map(int, re.findall(r"\d+", ink)[:3])) > 380) == (scheme == "dark")
    context.close()
