"""What the tests need beyond Python: found here, and where it may not be missing, missing is a failure.

`.ci/check` gets these; on a machine where it may not, the tests that need one are left out. Under CI (or REQUIRE_ALL=1)
nothing is left out: a missing component fails the test.
"""

from __future__ import annotations

import importlib
import os
import shutil
from pathlib import Path
from types import ModuleType

import pytest

_NODE_MODULES = Path(__file__).parent / "node" / "node_modules"


def everything_required() -> bool:
    """Whether a missing component is a failure: CI is set (and not to false), or REQUIRE_ALL=1."""
    return os.environ.get("CI", "").lower() not in {"", "0", "false"} or os.environ.get("REQUIRE_ALL") == "1"


def leave_out(component: str) -> None:
    """Skip the running test for want of a component, or fail it where nothing may be left out."""
    message = f"缺少 {component}，略去此测试 missing {component}, test left out"
    if everything_required():
        pytest.fail(f"{message}；CI 中不许略去 not allowed under CI: bash .ci/check", pytrace=False)
    pytest.skip(message)


def require_command(*names: str) -> str:
    """The path of the first of these commands that the machine has."""
    for name in names:
        path = shutil.which(name)
        if path:
            return path
    leave_out(names[0])
    raise AssertionError


def require_node_package(name: str) -> Path:
    """The folder of an npm package that `.ci/check` installed under tests/node."""
    folder = _NODE_MODULES / name
    if not folder.is_dir():
        leave_out(f"npm {name}")
    return folder


def cache_folder() -> Path:
    """Where `.ci/check` keeps what it downloads, outside the tree: POLICYKG_CACHE, else the user's cache folder."""
    given = os.environ.get("POLICYKG_CACHE")
    base = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    return Path(given) if given else Path(base) / "policykg"


def require_fuseki() -> Path:
    """The Fuseki server jar that `.ci/check` fetched from Maven Central."""
    jars = sorted(cache_folder().glob("jena-fuseki-server-*.jar"))
    if not jars:
        leave_out("Fuseki (jena-fuseki-server.jar)")
    return jars[-1]


def require_jars(name: str) -> str:
    """The class path of the jars that `.ci/check` fetched by tests/java/NAME.xml."""
    folder = cache_folder() / name
    if not any(folder.glob("*.jar")):
        leave_out(f"{name} (tests/java/{name}.xml)")
    return f"{folder}/*"


def require_module(name: str) -> ModuleType:
    """A Python package of the extra `test` that only some tests need."""
    try:
        return importlib.import_module(name)
    except ImportError:
        leave_out(name)
        raise
