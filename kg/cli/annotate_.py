"""`kg annotate`: texts to brat standoff beside them, by rules, offline."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date
from functools import partial
from pathlib import Path

import click

from kg.annotate import Lexicon, Proposals, annotate, derive_lexicon, read_resources
from kg.annotate.chat import ChatEngine
from kg.annotate.metadata import guess_metadata
from kg.annotate.writing import is_machine_made, to_noted_brat
from kg.cli.terminal import FAULTS, HELP_NAMES, Command, Failure, to_printable, to_program
from kg.corpus import DocumentFiles, read_document
from kg.locations import find_folder
from kg.model import Document, Rejection
from kg.ontology import Vocabulary, read_vocabulary
from kg.store import write_atomically


@click.command("annotate", cls=Command, context_settings=HELP_NAMES)
@click.argument("paths", nargs=-1, required=True, type=click.Path(path_type=Path), metavar="PATH…")
@click.option("--out", type=click.Path(path_type=Path), help="写到这个文件夹（默认写在正文旁边）write here, not beside")
@click.option(
    "--min-confidence", "least", type=click.FloatRange(0, 1), default=0.0, show_default=True,
    help="只写不低于此把握的 leave out what is less sure",
)  # fmt: skip
@click.option(
    "--engine", type=click.Choice(["rules", "llm"]), default="rules", show_default=True,
    help="规则，或一个 OpenAI 兼容的接口 the rules, or an OpenAI-compatible endpoint",
)  # fmt: skip
@click.option("--endpoint", metavar="URL", help="接口地址，如 http://127.0.0.1:8000/v1；密钥取自 key from KG_API_KEY")
@click.option("--model", metavar="NAME", help="模型名 the model's name")
@click.option("--force", is_flag=True, help="连人标过的 .ann 也重写 overwrite a person's work too")
@click.option("--strict", is_flag=True, help="有一篇没有标即以 1 退出 exit 1 where a document was left out")
@click.option("--quiet", is_flag=True, help="只报错误 say nothing but errors")
def annotate_(
    paths: tuple[Path, ...], out: Path | None, least: float, engine: str, endpoint: str | None, model: str | None,
    force: bool, strict: bool, quiet: bool,
) -> None:  # fmt: skip
    """按规则自动标注，离线，不下载模型。Annotate texts by rules, offline, without any model.

    PATH 是 .txt 文件或文件夹；每篇写出 NAME.ann（brat 格式，每条注明规则和把握），没有 NAME.toml 的补一个。
    人改过的 .ann 不会被覆盖。

    PATH is a .txt file or a folder. NAME.ann is written for each, every item with its rule and confidence, and a
    NAME.toml where there is none. A .ann that a person has worked on is never overwritten.
    """
    texts = _find_texts(paths)
    ontology = find_folder("ontology")
    vocabulary = read_vocabulary(ontology)
    lexicon = derive_lexicon(read_resources(ontology, vocabulary), vocabulary)
    chat = _to_chat(engine, endpoint, model, vocabulary, out or texts[0][0])
    find: Callable[[Document], Proposals] = chat.annotate if chat else partial(annotate, lexicon=lexicon)
    done, left_out = 0, 0
    for root, text in texts:
        folder = out / text.parent.relative_to(root) if out else text.parent
        fault = _annotate_text(text, folder, vocabulary, lexicon, find, least=least, force=force, quiet=quiet)
        if fault:
            click.echo(to_printable(f"没有标 left out: {fault}"), err=True)
        left_out, done = left_out + bool(fault), done + (not fault)
    if chat:
        spent = chat.usage
        click.echo(
            f"请求 requests {spent.requests}，沿用 kept {spent.kept}；"
            f"词元 tokens 入 in {spent.tokens_in}、出 out {spent.tokens_out}"
        )
    if not quiet:
        where = out or paths[0]
        click.echo(f"标注 annotated {done} 篇 documents；没有标 left out {left_out}")
        if done:
            corpus = where if where.is_dir() else where.parent
            click.echo(f"接下来 Next:  {to_program()} build --corpus {corpus}")
    if strict and left_out:
        sys.exit(FAULTS)


def _to_chat(
    engine: str, endpoint: str | None, model: str | None, vocabulary: Vocabulary, folder: Path
) -> ChatEngine | None:
    if engine == "rules":
        if endpoint or model:
            raise click.UsageError("--endpoint 和 --model 要与 --engine llm 同用 need --engine llm")
        return None
    if not endpoint or not model:
        raise click.UsageError("--engine llm 需要 needs --endpoint URL 和 and --model NAME")
    return ChatEngine(
        endpoint, model, vocabulary, os.environ.get("KG_API_KEY"), folder / ".kg-annotate.jsonl",
        say=lambda refusal: click.echo(to_printable(f"没有用 not used: {refusal}"), err=True),
    )  # fmt: skip


def _find_texts(paths: tuple[Path, ...]) -> list[tuple[Path, Path]]:
    """Every text with the folder that it was found in. Raises Failure where a path holds none."""
    texts: list[tuple[Path, Path]] = []
    for path in paths:
        if path.is_dir():
            found = sorted(one for one in path.rglob("*.txt") if one.is_file() and not one.name.startswith("."))
            if not found:
                raise Failure(
                    f"文件夹里没有 .txt no texts in: {path}；别的格式先用 kg import import other formats first"
                )
            texts += ((path, one) for one in found)
        elif not path.exists():
            raise Failure(f"没有这个文件 no such file: {path}；请检查路径")
        elif path.suffix != ".txt":
            raise Failure(f"只标 .txt only .txt is annotated: {path}；别的格式先用 kg import import it first")
        else:
            texts.append((path.parent, path))
    return texts


def _annotate_text(
    text: Path, folder: Path, vocabulary: Vocabulary, lexicon: Lexicon, find: Callable[[Document], Proposals],
    *, least: float, force: bool, quiet: bool,
) -> str | None:  # fmt: skip
    """Annotate one text; what was in the way, or None."""
    target = folder / f"{text.stem}.ann"
    if target.exists() and not force and not is_machine_made(target.read_text(encoding="utf-8", errors="replace")):
        return f"{target}: 有人标过，没有覆盖 holds a person's annotations；用 --out 写到别处，或用 --force 重写"
    files = DocumentFiles(text.name, text, text.with_suffix(".ann"), text.with_suffix(".toml"))
    document = _read_or_guess(files, vocabulary, lexicon)
    if isinstance(document, Rejection):
        return str(document)
    proposals = find(document)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        write_atomically(target, [to_noted_brat(proposals, least)])
        for name, lines in _iterate_companions(document, text, folder, lexicon):
            write_atomically(name, lines)
    except OSError as error:
        return f"{target}: 写不了 cannot be written: {error.strerror}；请检查文件夹的权限"
    if not quiet:
        found = proposals.annotations
        click.echo(
            f"{to_printable(str(target))}: {len(found.mentions)} 个提及 mentions、"
            f"{len(found.figures)} 个数字 figures、{len(found.relations)} 个关系 relations"
        )
    return None


def _read_or_guess(files: DocumentFiles, vocabulary: Vocabulary, lexicon: Lexicon) -> Document | Rejection:
    document = read_document(files, vocabulary.resolve_kind, vocabulary.heading_cues)
    if isinstance(document, Rejection) or files.metadata.exists():
        return document
    day = guess_metadata(document.text, lexicon).get("date")
    return replace(document, date=day) if isinstance(day, date) else document


def _iterate_companions(
    document: Document, text: Path, folder: Path, lexicon: Lexicon
) -> Iterator[tuple[Path, list[str]]]:
    """What has to stand beside the annotations and does not yet: the text under another folder, the `.toml`."""
    if folder.resolve() != text.parent.resolve():
        yield folder / text.name, [document.text]
    metadata = folder / f"{text.stem}.toml"
    if metadata.exists():
        return
    given = text.with_suffix(".toml")
    if given.exists():
        yield metadata, [given.read_text(encoding="utf-8")]
    else:
        yield (
            metadata,
            ["# 由 kg annotate 从正文推测，请核对 guessed from the text, please check\n", *_to_toml(document, lexicon)],
        )


def _to_toml(document: Document, lexicon: Lexicon) -> Iterator[str]:
    for field, value in guess_metadata(document.text, lexicon).items():
        written = value.isoformat() if isinstance(value, date) else json.dumps(value, ensure_ascii=False)
        yield f"{field} = {written}\n"
