"""Where the project's own data folders are: beside `kg/` in a checkout, inside it in an installed package."""

from __future__ import annotations

from pathlib import Path

from kg.errors import CorpusError

_PACKAGE = Path(__file__).resolve().parent


def find_folder(name: str) -> Path:
    """The folder `ontology`, `queries` or `corpus/hubei` of this installation.

    Raises CorpusError where it is missing.
    """
    for folder in (_PACKAGE.parent / name, _PACKAGE / "data" / name):
        if folder.is_dir():
            return folder
    raise CorpusError(f"安装不完整 incomplete installation: 缺少 {name}/；请重新安装 policykg")
