"""`/search` and `/ask` of a running server, and in a browser."""

from __future__ import annotations

import json
import shutil
import time
import urllib.parse
from pathlib import Path

import pytest
from explorer import Site, run_site
from playwright.sync_api import Browser, expect

from kg.server import Limits


def search(site: Site, **fields: str) -> list[dict[str, object]]:
    answer = site.send(f"/search.json?{urllib.parse.urlencode(fields)}")
    assert (answer.status, answer.media_type) == (200, "application/json")
    found: list[dict[str, object]] = json.loads(answer.body)
    return found


def ask(site: Site, question: str) -> dict[str, object]:
    answer = site.send(f"/ask.json?{urllib.parse.urlencode({'q': question})}")
    assert answer.status == 200, answer
    said: dict[str, object] = json.loads(answer.body)
    return said


# --- search -----------------------------------------------------------------------------------------------------------


def test_names_are_found(site: Site) -> None:
    (one, *_) = search(site, q="dkjj")
    assert set(one) == {"iri", "label", "label_en", "class", "class_label", "documents", "matched"}
    assert (one["label"], one["class_label"], one["matched"]) == ("低空经济", "产业", "低空经济")
    assert one["iri"] == "https://w3id.org/policykg/id/industry/低空经济"


def test_classes_and_a_limit_narrow(site: Site) -> None:
    assert {one["class_label"] for one in search(site, q="基金", **{"class": "Fund"})} == {"基金", "母基金"}
    both = search(site, q="武汉", **{"class": "City Zone"})
    assert {one["class_label"] for one in both} == {"市州", "园区"}
    assert len(search(site, q="企业", limit="3")) == 3
    for limit in ("0", "101", "x", "-1"):
        assert site.send(f"/search.json?q=a&limit={limit}").status == 400
    assert search(site, q="") == []
    assert search(site, **{"class": "FundOfFunds"})


def test_the_page_of_a_search(site: Site) -> None:
    page = site.send(f"/search?{urllib.parse.urlencode({'q': '省科技厅'})}").body
    assert "湖北省科学技术厅" in page
    assert "/entity?iri=" in page
    hostile = site.send(f"/search?{urllib.parse.urlencode({'q': '<script>alert(1)</script>'})}")
    assert hostile.status == 200
    assert "<script>alert" not in hostile.body
    near = site.send(f"/search?{urllib.parse.urlencode({'q': '楚天凤鸣天使母基金'})}").body
    assert "楚天凤鸣科创天使母基金" in near


def test_a_new_graph_is_searched_without_a_restart(turtle: Path, tmp_path: Path) -> None:
    graph = tmp_path / "graph.nq"
    shutil.copy(turtle.with_name("graph.nq"), graph)
    with run_site(graph, Limits(seconds=20, workers=1)) as running:
        assert search(running, q="全新的名称") == []
        added = (
            '<urn:new> <http://www.w3.org/2004/02/skos/core#prefLabel> "全新的名称"@zh <urn:g> .\n'
            "<urn:new> <http://www.w3.org/1999/02/22-rdf-syntax-ns#type> "
            "<https://w3id.org/policykg/ontology#Fund> <urn:g> .\n"
        )
        graph.write_text(graph.read_text(encoding="utf-8") + added, encoding="utf-8")
        deadline = time.monotonic() + 30
        while not (found := search(running, q="全新的名称")) and time.monotonic() < deadline:
            time.sleep(0.2)
        assert [one["iri"] for one in found] == ["urn:new"]
        # A graph that cannot be read leaves the names of the one before.
        graph.write_text("this is no graph", encoding="utf-8")
        for _ in range(3):
            assert search(running, q="全新的名称")
            time.sleep(0.3)


def test_a_graph_that_cannot_be_read_is_said(tmp_path: Path) -> None:
    graph = tmp_path / "graph.nq"
    graph.write_text("this is no graph", encoding="utf-8")
    with run_site(graph, Limits(seconds=20, workers=1)) as running:
        answer = running.send("/search.json?q=a")
        assert answer.status == 503
        assert "graph.nq:1" in answer.body
        assert answer.body.count("\n") == 1
        assert running.send("/ask.json?q=a").status == 503


# --- questions --------------------------------------------------------------------------------------------------------


def test_a_question_is_answered_with_its_evidence(site: Site) -> None:
    said = ask(site, "哪些基金支持低空经济？")
    chosen = said["chosen"]
    assert isinstance(chosen, dict)
    assert (chosen["query"], chosen["parameters"]) == ("money-behind-industry", {"industry": "低空经济"})
    assert chosen["command"] == "kg query run money-behind-industry --param industry=低空经济"
    evidence = said["evidence"]
    assert isinstance(evidence, list)
    assert all(one["quote"] in one["sentence"] and one["end"] - one["start"] == len(one["quote"]) for one in evidence)
    assert evidence
    assert site.send(str(urllib.parse.quote(chosen["href"], safe="/?=&%"))).status == 200


def test_without_sureness_there_is_no_answer(site: Site) -> None:
    said = ask(site, "谁在支持量子计算？")
    assert (said["chosen"], said["answer"], said["evidence"]) == (None, None, [])
    assert "量子计算" in str(said["reason"])
    nearest = said["nearest"]
    assert isinstance(nearest, list)
    assert nearest[0]["query"] == "who-supports"
    assert site.send("/ask.json?q=").status == 400


def test_an_empty_answer_says_so(site: Site) -> None:
    assert "没有查到" in str(ask(site, "1999年有哪些数字？")["empty"])
    assert "没有查到" in site.send(f"/ask?{urllib.parse.urlencode({'q': '1999年有哪些数字？'})}").body


def test_what_is_asked_is_escaped(site: Site) -> None:
    for question in ("<script>alert(1)</script>是什么？", "名称里带“<b>”的有哪些？", "\x00\x1b[31m", "a" * 5000):
        answer = site.send(f"/ask?{urllib.parse.urlencode({'q': question})}")
        assert answer.status == 200
        assert "<script>alert" not in answer.body
        assert "“<b>”" not in answer.body


# --- in a browser -----------------------------------------------------------------------------------------------------


def test_searching_and_asking_in_the_browser(site: Site, chromium_browser: Browser) -> None:
    page = chromium_browser.new_page()
    asked: list[str] = []
    faults: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.on("console", lambda message: faults.append(message.text) if message.type == "error" else None)
    page.goto(f"{site.address}/search")
    box = page.locator("form.find input[name=q]")
    box.press_sequentially("dkjj")
    expect(page.locator(".hits li").first).to_contain_text("低空经济")
    expect(page).to_have_url(f"{site.address}/search?q=dkjj")
    box.fill("基金")
    page.locator("form.find select").select_option("FundOfFunds")
    expect(page.locator(".hits li")).to_have_count(1)
    expect(page.locator(".hits li")).to_contain_text("楚天凤鸣科创天使母基金")
    box.fill("没有这个名称")
    expect(page.locator("#found [role=status]")).to_contain_text("没有名称含有")

    page.goto(f"{site.address}/ask")
    page.locator("form.say input").fill("谁在实施尖刀工程？")
    page.locator("form.say input").press("Enter")
    expect(page.locator(".taken")).to_contain_text("kg query run who-implements --param programme=尖刀工程")
    expect(page.locator("table.answer tbody tr").first).to_contain_text("湖北省科学技术厅")
    expect(page.locator(".quotes li").first.locator("mark")).to_be_visible()
    page.locator(".taken a").first.click()
    expect(page).to_have_url(f"{site.address}/questions/who-implements?programme={urllib.parse.quote('尖刀工程')}")
    page.goto(f"{site.address}/ask?q={urllib.parse.quote('谁在支持量子计算')}")
    expect(page.get_by_role("status")).to_contain_text("图谱里没有“量子计算”")
    expect(page.locator(".nearest li")).to_have_count(3)
    assert all(url.startswith((site.address, "data:")) for url in asked)
    assert not faults
    page.close()


@pytest.mark.parametrize("path", ["/search?q=企业", "/ask?q=2022年有哪些数字？"])
def test_pages_fit_a_phone_in_the_dark(site: Site, chromium_browser: Browser, path: str) -> None:
    page = chromium_browser.new_page(viewport={"width": 360, "height": 740}, color_scheme="dark")
    page.goto(site.address + path)
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    page.close()
