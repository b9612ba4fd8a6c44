#!/usr/bin/env bash
# What a pull request must pass (tests, drill, policy), and what its reviewer reads (diff).
#
#   tools/ci/pull_request.sh [tests|drill|policy|diff]...      all four by default
#
# Every stack is drilled. Reports go to reports/: JUnit XML, JSON, pages to look at, and the diff as Markdown. BASE is the revision that
# the diff starts from (origin/main). Each part runs, whatever became of those before it; exit code 1 if any failed.
set -uo pipefail
cd "$(dirname "$0")/../.." || exit 1

stacks=(Pulumi.*.yaml)
stacks=("${stacks[@]#Pulumi.}")
stacks=("${stacks[@]%.yaml}")

firedrill() { .venv/bin/python -m firedrill "$@"; }

run() {
  local stack base failed=0
  case $1 in
    tests)
      make browser || echo "No browser can be installed here: the tests that open the report in one are skipped." >&2
      PYTEST_ADDOPTS="--junitxml=reports/tests.xml" make test || failed=1
      ;;
    drill)
      for stack in "${stacks[@]}"; do
        firedrill drill --stack "$stack" --json "reports/drill-$stack.json" --junit "reports/drill-$stack.xml" \
          --html "reports/drill-$stack.html" || failed=1
      done
      ;;
    policy)
      for stack in "${stacks[@]}"; do
        firedrill policy --stack "$stack" --json >"reports/policy-$stack.json"
        firedrill policy --stack "$stack" || failed=1
      done
      ;;
    diff)
      if base=$(git rev-parse --short --verify --quiet "${BASE:-origin/main}"); then
        firedrill diff "$base" --html reports/diff.html >reports/diff.md || failed=1
      else
        echo "git knows no revision '${BASE:-origin/main}' to compare with: fetch it, or name another one in BASE." >&2
        : >reports/diff.md
        failed=1
      fi
      tee -a "${GITHUB_STEP_SUMMARY:-/dev/null}" <reports/diff.md
      ;;
  esac
  return "$failed"
}

[ "$#" -gt 0 ] || set -- tests drill policy diff
for part in "$@"; do
  case $part in
    tests | drill | policy | diff) ;;
    *) echo "there is no part '$part'; there are tests, drill, policy and diff." >&2 && exit 2 ;;
  esac
done

make setup || exit 1
mkdir -p reports
result=0
for part in "$@"; do
  run "$part" || { echo "failed: $part" >&2; result=1; }
done
exit "$result"
