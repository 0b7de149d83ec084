#!/usr/bin/env bash
# What is in the product, as CycloneDX: bash requirements/sbom.sh [folder] (needs cyclonedx-bom: requirements/tools.txt, and
# npm ≥ 10). Writes python.cdx.json, editor.cdx.json and node-tests.cdx.json, by default into out/sbom.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

out=${1:-out/sbom}
mkdir -p "$out"
out=$(cd "$out" && pwd)
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT

# The lock itself, in an environment with nothing else: names, versions, licences and what needs what.
python3 -m venv "$scratch/venv"
"$scratch/venv/bin/python" -m pip install -q --disable-pip-version-check --require-hashes -r requirements/ci.txt
cyclonedx-py environment "$scratch/venv" --pyproject pyproject.toml --mc-type application --sv 1.6 --of JSON \
  --output-reproducible -o "$out/python.cdx.json"

# npm names a package in an SBOM by its version, which a private one need not have.
describe() { # folder, file
  mkdir -p "$scratch/$2"
  cp "$1/package.json" "$1/package-lock.json" "$scratch/$2/"
  (cd "$scratch/$2" && npm pkg set version=0.0.0 >/dev/null && npm sbom --package-lock-only --sbom-format cyclonedx) >"$out/$2"
}
describe kg/server/bundle editor.cdx.json
describe tests/node node-tests.cdx.json
printf '%s\n' "写好 written: $out/python.cdx.json $out/editor.cdx.json $out/node-tests.cdx.json"
