"""An annotator behind any OpenAI-compatible endpoint: its answers count only where they stand in the text.

One request a paragraph (POST {endpoint}/chat/completions, https://platform.openai.com/docs/api-reference/chat). Answers
are kept in a file beside the output, by model, prompt and paragraph, so that a run that was cut goes on where it was.
"""

from __future__ import annotations

import hashlib
import json
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from http.client import HTTPException
from pathlib import Path
from typing import Any

from kg.annotate.assembly import Related, to_proposals
from kg.annotate.grounding import Grounded, ground_answer
from kg.annotate.proposals import Proposals
from kg.errors import InputError, StoreError
from kg.model import Document
from kg.ontology import Vocabulary
from kg.passages import is_heading
from kg.quantities import QuantityLexicon

_SECONDS = 120
_LARGEST_ANSWER = 4_000_000


@dataclass(slots=True)
class Usage:
    """What a run has cost: requests made, answers taken from the file, tokens in and out as the endpoint counts."""

    requests: int = 0
    kept: int = 0
    tokens_in: int = 0
    tokens_out: int = 0


@dataclass(frozen=True, slots=True)
class ChatEngine:
    """Where to ask, which model, with what key; `memory` is the file of answers, None keeps none."""

    endpoint: str
    model: str
    vocabulary: Vocabulary
    key: str | None = None
    memory: Path | None = None
    usage: Usage = field(default_factory=Usage)
    say: Callable[[str], None] = lambda _: None

    def __post_init__(self) -> None:
        """Raises InputError for an address that is none."""
        if urllib.parse.urlsplit(self.endpoint).scheme not in {"http", "https"}:
            raise InputError(f"不是接口的地址 no endpoint's address: {self.endpoint}；应如 http://127.0.0.1:8000/v1")

    def annotate(self, document: Document) -> Proposals:
        """What the model finds in a document. Raises StoreError where the endpoint fails."""
        prompt = to_prompt(self.vocabulary)
        lexicon = QuantityLexicon(
            self.vocabulary.units,
            self.vocabulary.bounds_before,
            self.vocabulary.bounds_after,
            self.vocabulary.bound_links,
        )
        answers = _read_memory(self.memory)
        grounded = []
        for paragraph in document.paragraphs:
            text = document.text[paragraph.begin : paragraph.end]
            if is_heading(text) or (paragraph.begin == 0 and text.strip() == document.title):
                continue
            answer = self._ask(prompt, text, answers)
            one = ground_answer(answer, document.text, paragraph, self.vocabulary, lexicon, f"llm {self.model}")
            for refused in one.refused:
                self.say(f"{document.file}: {refused}")
            grounded.append(one)
        return _to_proposals(document, grounded)

    def _ask(self, prompt: str, text: str, answers: dict[str, str]) -> Any:
        key = hashlib.sha256("\0".join((self.model, prompt, text)).encode("utf-8")).hexdigest()
        if key in answers:
            self.usage.kept += 1
            return _parse_content(answers[key])
        body = {
            "model": self.model,
            "temperature": 0,
            "response_format": {"type": "json_object"},
            "messages": [{"role": "system", "content": prompt}, {"role": "user", "content": text}],
        }
        reply = self._post(body)
        content = _find_content(reply, self.endpoint)
        spent = reply.get("usage") or {}
        self.usage.requests += 1
        self.usage.tokens_in += int(spent.get("prompt_tokens") or 0)
        self.usage.tokens_out += int(spent.get("completion_tokens") or 0)
        if self.memory is not None:
            self.memory.parent.mkdir(parents=True, exist_ok=True)
            with self.memory.open("a", encoding="utf-8") as file:
                file.write(json.dumps({"key": key, "content": content}, ensure_ascii=False) + "\n")
        answers[key] = content
        return _parse_content(content)

    def _post(self, body: Mapping[str, object]) -> dict[str, Any]:
        headers = {"Content-Type": "application/json", "Accept": "application/json"}
        url = self.endpoint.rstrip("/") + "/chat/completions"
        request = urllib.request.Request(url, json.dumps(body, ensure_ascii=False).encode("utf-8"), headers)
        if self.key:
            # Not among the headers that a redirection takes along: the key is for the endpoint alone.
            request.add_unredirected_header("Authorization", f"Bearer {self.key}")
        try:
            with urllib.request.urlopen(request, timeout=_SECONDS) as reply:
                content = reply.read(_LARGEST_ANSWER + 1)
        except urllib.error.HTTPError as error:
            with error:
                said = " ".join(error.read(2000).decode("utf-8", "replace").split())[:200]
            raise StoreError(
                f"接口拒绝了 the endpoint refused: {url} {error.code} {said}；请检查模型名和密钥"
            ) from error
        except (OSError, HTTPException, ValueError) as error:
            raise StoreError(
                f"连不上接口 cannot reach {url}: {error}；再运行会从断处继续 run again to go on"
            ) from error
        try:
            answer = json.loads(content)
        except (ValueError, RecursionError) as error:
            raise StoreError(f"接口的答复不是 JSON no JSON from {url}；请检查地址") from error
        if len(content) > _LARGEST_ANSWER or not isinstance(answer, dict):
            raise StoreError(f"接口的答复读不懂 unreadable answer from {url}；请检查地址")
        return answer


def to_prompt(vocabulary: Vocabulary) -> str:
    """What the model is told: the classes and relations of the ontology, and the form of the answer."""
    classes = "\n".join(
        f"- {term.name}（{term.label_zh}，{term.label_en}）"
        for term in sorted(vocabulary.classes.values(), key=lambda term: term.name)
    )
    properties = "\n".join(
        f"- {term.name}（{term.label_zh}）：{_to_ends(term.domain)} → {_to_ends(term.range)}"
        for term in sorted(vocabulary.properties.values(), key=lambda term: term.name)
    )
    return (
        "你是政策文件的标注员。只标段落里原样出现的文字，不改写，不补充。\n"
        f"类 classes:\n{classes}\n关系 relations:\n{properties}\n"
        "只回答一个 JSON 对象 answer with one JSON object:\n"
        '{"mentions": [{"id": "m1", "class": "Fund", "text": "原文", "nth": 1}],\n'
        ' "figures": [{"text": "3万家", "nth": 1, "indicator": "原文中的指标", "about": "m1", "period": "2024年"}],\n'
        ' "relations": [{"subject": "m1", "property": "supports", "object": "m2"}]}\n'
        "nth 是该文字在段落中第几次出现，从 1 起 nth counts the occurrences of text in the paragraph."
    )


def _to_ends(classes: Iterable[str]) -> str:
    return "/".join(sorted(classes)) or "*"


def _find_content(reply: Mapping[str, Any], endpoint: str) -> str:
    try:
        content = reply["choices"][0]["message"]["content"]
    except (KeyError, IndexError, TypeError) as error:
        raise StoreError(f"接口的答复缺少 choices no choices in the answer of {endpoint}；请检查是否兼容") from error
    return str(content or "")


def _parse_content(content: str) -> Any:
    # Models wrap JSON in a fence or in words: the outermost braces are the answer, anything else is none.
    begin, end = content.find("{"), content.rfind("}")
    try:
        return json.loads(content[begin : end + 1]) if 0 <= begin < end else None
    except (ValueError, RecursionError):
        return None


def _read_memory(path: Path | None) -> dict[str, str]:
    if path is None or not path.exists():
        return {}
    return dict(_iterate_memory(path.read_text(encoding="utf-8")))


def _iterate_memory(content: str) -> Iterator[tuple[str, str]]:
    for line in content.splitlines():
        try:
            entry = json.loads(line)
            yield str(entry["key"]), str(entry["content"])
        except (ValueError, KeyError, TypeError):
            # The line that a cut run was writing: that paragraph is asked again.
            continue


def _to_proposals(document: Document, grounded: list[Grounded]) -> Proposals:
    found = [one for part in grounded for one in part.found]
    measured = [one for part in grounded for one in part.measured]
    related: list[Related] = [one for part in grounded for one in part.related]
    return to_proposals(document, found, measured, related)
