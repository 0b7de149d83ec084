#!/usr/bin/env bash
# Known vulnerabilities of what is locked: bash requirements/audit.sh (needs pip-audit: requirements/tools.txt, and npm).
# Exit code: 0 none known, 1 some, 2 an advisory service could not be reached, which is not the same as none.
set -uo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.." || exit 2

worst=0
note() { [ "$1" -gt "$worst" ] && worst=$1; return 0; }

for lock in requirements/ci.txt requirements/tools.txt; do
  printf '%s\n' "pip-audit $lock"
  said=$(pip-audit --strict --disable-pip --require-hashes -r "$lock" --progress-spinner off 2>&1)
  status=$?
  printf '%s\n' "$said"
  if [ "$status" != 0 ]; then
    if printf '%s' "$said" | grep -q 'known vulnerabilit'; then note 1; else note 2; fi
  fi
done
for folder in tests/node kg/server/bundle; do
  printf '%s\n' "npm audit $folder"
  said=$(cd "$folder" && npm audit --json 2>/dev/null)
  if printf '%s' "$said" | grep -q '"auditReportVersion"'; then
    printf '%s' "$said" | node -e 'const { metadata } = JSON.parse(require("fs").readFileSync(0, "utf8"));
      console.log(JSON.stringify(metadata.vulnerabilities)); process.exit(metadata.vulnerabilities.total ? 1 : 0)'
    note $?
  else
    printf '%s\n' "npm 的公告服务无法访问 the advisory service of npm cannot be reached"
    note 2
  fi
done
exit "$worst"
