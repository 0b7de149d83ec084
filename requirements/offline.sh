#!/usr/bin/env bash
# The tests where there is no network but loopback: bash requirements/offline.sh [pytest arguments]
#
# A network namespace of its own holds every process (Chromium, node, Java, Virtuoso too); POLICYKG_OFFLINE=1 makes an
# attempt from Python a failure, with the address. Get the components first: bash .ci/check.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

export POLICYKG_OFFLINE=1
python=${PYTHON:-.venv/bin/python}
[ -x "$python" ] || python=$(command -v python3)
if ! unshare -rn true 2>/dev/null; then
  printf '%s\n' "这台机器不许新建网络命名空间 no network namespace may be made here: run as root, or set kernel.unprivileged_userns_clone=1" >&2
  exit 2
fi
exec unshare -rn bash -c 'ip link set lo up && exec "$@"' offline "$python" -m pytest "$@"
