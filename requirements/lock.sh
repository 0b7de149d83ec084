#!/usr/bin/env bash
# The locks, anew from pyproject.toml: bash requirements/lock.sh (needs uv). What is locked is what the index has today.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

export UV_CUSTOM_COMPILE_COMMAND="bash requirements/lock.sh"
lock() { uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-emit-index-url --upgrade "$@"; }
lock pyproject.toml requirements/build.in --extra test -o requirements/ci.txt
lock requirements/tools.in -o requirements/tools.txt
