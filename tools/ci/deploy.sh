#!/usr/bin/env bash
# Deploy one stack to the real accounts, once its alerts are proven and its policies hold.
#
#   tools/ci/deploy.sh STACK
#
# Needs the Pulumi CLI, and the credentials of docs/how-to/run-in-ci.md in the environment.
set -euo pipefail
stack=${1:?usage: tools/ci/deploy.sh STACK}
cd "$(dirname "$0")/../.."

up=(pulumi up --stack "$stack" --yes --non-interactive --policy-pack firedrill/policies)
[ ! -f policies/config.json ] || up+=(--policy-pack-config policies/config.json)

make drill STACK="$stack"
"${up[@]}"
# What a Durable Object migration has done, the update after it takes out (docs/adr/0010): at once, or it looks like drift.
"${up[@]}" --skip-preview
