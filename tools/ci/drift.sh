#!/usr/bin/env bash
# Whether the vendors still hold what was deployed.
#
#   tools/ci/drift.sh STACK
#
# Needs what deploy.sh needs; credentials that only read are enough. Writes reports/drift-STACK.md, empty without drift.
# Exit code 0: no drift, 1: drift, 2: nobody can tell.
set -uo pipefail
stack=${1:?usage: tools/ci/drift.sh STACK}
cd "$(dirname "$0")/../.." || exit 2
report=reports/drift-$stack.md
log=$(mktemp)
trap 'rm -f "$log"' EXIT

make setup || exit 2
mkdir -p reports
pulumi preview --stack "$stack" --refresh --expect-no-changes --diff --non-interactive --color never \
  --suppress-outputs --suppress-progress 2>&1 | tee "$log"
code=${PIPESTATUS[0]}
: >"$report"
[ "$code" -ne 0 ] || exit 0
# The exit code does not tell drift from a failure in all versions of Pulumi; this sentence does.
if grep -q "no changes were expected" "$log"; then what="has drifted" code=1; else what="could not be compared" code=2; fi
{
  echo "### \`$stack\` $what"
  echo
  echo '~~~~~~~~text'
  tail -n 150 "$log"
  echo '~~~~~~~~'
} >"$report"
exit "$code"
