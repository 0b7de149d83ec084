"""The explorer's pages in a real browser: claims and characters, filters, themes, the keyboard, phones, axe."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from components import require_node_package
from explorer import KIND, LATER, NEWEST, PAGES, Site, run_site, to_path
from playwright.sync_api import Browser, Page, expect

from kg.identifiers import DEFAULT_BASE
from kg.locations import find_folder
from kg.outputs import write_outputs
from kg.pipeline import build_corpus
from kg.server import Limits
from kg.texts import NAME, read_document_text

BASE = DEFAULT_BASE


LIT = "mark[data-lit]"


def read_lit(page: Page) -> str:
    return "".join(page.locator(LIT).all_text_contents())


@pytest.mark.browser
def test_a_quote_leads_to_its_characters(page: Page, site: Site) -> None:
    page.goto(site.address + to_path("/entity", iri=KIND))
    quote = page.locator("figure.quote").nth(3)
    words = quote.locator("mark").inner_text()
    quote.get_by_role("link").first.click()
    expect(page).to_have_url(re.compile(r"/document\?iri=.*#char=\d+,\d+$"))
    expect(page.locator(LIT).first).to_be_in_viewport()
    assert read_lit(page) == words
    expect(page.locator(".note.on").first).to_be_visible()


@pytest.mark.browser
def test_a_claim_lights_its_characters_and_characters_light_their_claims(page: Page, site: Site, turtle: Path) -> None:
    text = read_document_text(turtle.with_name(NAME), LATER) or ""
    page.goto(site.address + to_path("/document", iri=LATER))
    note = page.locator(".note").nth(7)
    note.get_by_role("link").first.click()
    expect(note).to_have_class(re.compile(r"\bon\b"))
    ranges = [tuple(map(int, pair.split(","))) for pair in (note.get_attribute("data-ranges") or "").split()]
    assert read_lit(page) == "".join(text[begin:end] for begin, end in ranges)
    expect(page).to_have_url(re.compile(rf"#char={ranges[0][0]},{ranges[0][1]}$"))
    expect(page.locator("#card")).to_be_visible()
    # And back: a click on the last character of a figure finds the figure.
    figure = page.locator(".note.figure").first
    begin, end = map(int, (figure.get_attribute("data-ranges") or "").split()[0].split(","))
    page.keyboard.press("Escape")
    expect(page.locator(LIT)).to_have_count(0)
    expect(page.locator("#card")).to_be_hidden()
    page.locator(f'.t[data-at="{begin}"]').click(position={"x": 3, "y": 12})
    expect(figure).to_have_class(re.compile(r"\bon\b"))
    assert text[begin:end] in read_lit(page) or read_lit(page) in text[begin:end]


@pytest.mark.browser
def test_an_entity_in_the_text_leads_to_its_page(page: Page, site: Site) -> None:
    page.goto(site.address + to_path("/document", iri=LATER))
    mark = page.locator(".m").nth(5)
    mark.locator(".t").first.click()
    link = page.locator("#card .thing").first
    name = link.inner_text()
    link.click()
    expect(page.locator("h1")).to_have_text(name)
    # "In N documents" leads back to all its places.
    page.locator(".places a").first.click()
    expect(page.locator(".text mark").first).to_be_in_viewport()


@pytest.mark.browser
@pytest.mark.parametrize("fragment", ["char=452,456", "c=452-456"])
def test_an_address_with_characters_shows_them(page: Page, site: Site, fragment: str) -> None:
    page.goto(f"{site.address}{to_path('/document', iri=NEWEST)}#{fragment}")
    expect(page.locator(LIT).first).to_be_in_viewport()
    assert read_lit(page) == "省科技厅"
    # Another place in the same page is a new fragment, not a new page; one inside a mark is cut at its characters.
    page.evaluate("location.hash = 'char=453,455'")
    expect(page.locator(LIT)).to_have_text("科技")


@pytest.mark.browser
def test_a_claim_has_an_address_of_its_own(page: Page, site: Site) -> None:
    page.goto(site.address + to_path("/document", iri=LATER))
    anchor = page.locator(".note").nth(3).get_attribute("id")
    page.goto(f"{site.address}{to_path('/document', iri=LATER)}#{anchor}")
    expect(page.locator(f"#{anchor}")).to_be_in_viewport()
    expect(page.locator(LIT).first).to_be_visible()


@pytest.mark.browser
def test_places_count_code_points_beyond_the_basic_plane(
    chromium_browser: Browser, tmp_path: Path, turtle: Path
) -> None:
    corpus = tmp_path / "corpus"
    corpus.mkdir()
    text = "某省𠮷报\n某省科技厅😀😀支持低空经济𠮷产业。\n"
    (corpus / "a.txt").write_text(text, encoding="utf-8")
    begin, thing = text.index("某省科技厅"), text.index("低空经济")
    (corpus / "a.ann").write_text(
        f"T1\tAgency {begin} {begin + 5}\t某省科技厅\nT2\tIndustry {thing} {thing + 4}\t低空经济\n"
        "R1\tsupports Arg1:T1 Arg2:T2\n#1\tAnnotatorNotes R1\tstatus=ongoing\n",
        encoding="utf-8",
    )
    (corpus / "a.toml").write_text(
        'title = "某省𠮷报"\nkind = "Report"\nissuer = "湖北省科学技术厅"\ndate = 2025-01-01\nlicence = "CC0-1.0"\n',
        encoding="utf-8",
    )
    write_outputs(build_corpus(corpus, find_folder("ontology"), BASE), tmp_path, ["nq"])
    with run_site(tmp_path / "graph.nq", Limits(seconds=20, workers=1)) as site:
        page = chromium_browser.new_page()
        page.goto(site.address + to_path("/document", iri=BASE + "document/某省𠮷报"))
        page.locator(".objects .note").last.get_by_role("link").click()
        assert read_lit(page) == text[begin : thing + 4]
        page.goto(f"{site.address}{to_path('/document', iri=BASE + 'document/某省𠮷报')}#char={thing},{thing + 5}")
        assert read_lit(page) == "低空经济𠮷"
        page.close()


@pytest.mark.browser
@pytest.mark.parametrize("scripts", [True, False])
def test_the_legend_filters_marks_and_claims(chromium_browser: Browser, site: Site, scripts: bool) -> None:
    context = chromium_browser.new_context(java_script_enabled=scripts)
    page = context.new_page()
    page.goto(site.address + to_path("/document", iri=LATER))
    box = page.locator(".legend input").first
    name = box.get_attribute("value")
    planned, line = page.locator(".group.figure").first, page.locator(f".m.r-{name}").first
    style = "(element) => getComputedStyle(element).borderBottomColor"
    if scripts:
        assert line.evaluate(style) != "rgba(0, 0, 0, 0)"
    box.uncheck()
    if scripts:
        assert line.evaluate(style) == "rgba(0, 0, 0, 0)"
    expect(planned).to_be_visible()
    page.locator('.legend input[value="-figure"]').uncheck()
    expect(planned).to_be_hidden()
    context.close()


@pytest.mark.browser
def test_everything_is_read_and_followed_without_a_script(chromium_browser: Browser, site: Site) -> None:
    context = chromium_browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(site.address)
    page.locator("table.documents a").first.click()
    note = page.locator(".note").nth(4)
    note.get_by_role("link").first.click()
    expect(page.locator(".text mark").first).to_be_in_viewport()
    page.get_by_role("link", name="English").click()
    expect(page.locator("html")).to_have_attribute("lang", "en")
    page.locator("[data-theme-toggle]").click()
    expect(page.locator("html")).to_have_attribute("data-theme", "dark")
    page.get_by_role("link", name="Commitments", exact=True).click()
    page.get_by_label("Kind").select_option("figure")
    page.get_by_role("button", name="Filter").click()
    expect(page.locator("h1 .count")).to_have_text("5")
    context.close()


@pytest.mark.browser
def test_light_and_dark_are_chosen_and_kept(page: Page, site: Site) -> None:
    light = "getComputedStyle(document.body).backgroundColor"
    page.emulate_media(color_scheme="light")
    page.goto(site.address)
    first = page.evaluate(light)
    page.locator("[data-theme-toggle]").click()
    expect(page.locator("html")).to_have_attribute("data-theme", "dark")
    assert page.evaluate(light) != first
    page.goto(f"{site.address}/documents")
    expect(page.locator("html")).to_have_attribute("data-theme", "dark")
    page.emulate_media(color_scheme="dark")
    page.locator("[data-theme-toggle]").click()
    assert page.evaluate(light) == first
    page.locator("[data-theme-toggle]").click()
    expect(page.locator("html")).not_to_have_attribute("data-theme", re.compile("."))
    assert page.evaluate(light) != first


@pytest.mark.browser
def test_the_keyboard_reaches_everything(page: Page, site: Site) -> None:
    page.goto(site.address + to_path("/document", iri=LATER))
    page.keyboard.press("Tab")
    expect(page.locator(".skip")).to_be_focused()
    expect(page.locator(".skip")).to_be_in_viewport()
    page.keyboard.press("Enter")
    page.keyboard.press("/")
    expect(page.locator("[data-box]")).to_be_focused()
    page.keyboard.type("a/b")
    expect(page.locator("[data-box]")).to_have_value("a/b")
    link = page.locator(".note .go").nth(2)
    link.focus()
    assert link.evaluate("(element) => getComputedStyle(element).outlineStyle") == "solid"
    page.keyboard.press("Enter")
    expect(page.locator(LIT).first).to_be_visible()


@pytest.mark.browser
def test_header_boxes_search_and_ask(page: Page, site: Site) -> None:
    page.goto(f"{site.address}/documents")
    page.locator("[data-box]").fill("低空")
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile(r"/search\?q="))
    page.goto(site.address)
    page.get_by_label("用一句话问").fill("谁在支持低空经济？")
    page.get_by_role("button", name="问答").click()
    expect(page).to_have_url(re.compile(r"/ask\?q="))


@pytest.mark.browser
@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [320, 400, 1280])
def test_no_page_is_cut_and_none_fails_axe(chromium_browser: Browser, site: Site, width: int, scheme: str) -> None:
    axe = (require_node_package("axe-core") / "axe.min.js").read_text(encoding="utf-8")
    context = chromium_browser.new_context(viewport={"width": width, "height": 800}, color_scheme=scheme)  # type: ignore[arg-type]
    page = context.new_page()
    for path in PAGES:
        page.goto(site.address + path)
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), path
        cut = page.evaluate(
            """() => [...document.querySelectorAll("main *, header *")].filter((element) => {
                const box = element.getBoundingClientRect();
                const inside = element.closest(".wide, .scroll, .skip, .unseen, svg");
                return box.width && box.right > innerWidth + 1 && !inside;
            }).map((element) => element.outerHTML.slice(0, 90))"""
        )
        assert cut == [], path
        if width == 400:
            continue
        page.evaluate(axe)
        found = page.evaluate(
            """async () => (await axe.run()).violations.filter(({ impact }) => ["serious", "critical"].includes(impact))
                .map(({ id, nodes }) => [id, nodes[0].html.slice(0, 120)])"""
        )
        assert found == [], path
    context.close()
