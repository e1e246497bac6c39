#!/usr/bin/env bash
# The main job of tbx on the embedded simulated world: make the sandbox cluster, spoil it, find the drift, mend it.
# Needs no Hyper-V and touches nothing outside a temporary folder.
# usage: scripts/demo.sh [PATH/TO/tbx]
set -euo pipefail
root=$(cd "$(dirname "$0")/.." && pwd)
tbx=$(realpath "${1:-$root/build/release/tbx}")
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cp "$root/examples/sandbox/cluster.yaml" "$folder/"
cd "$folder"

# step EXPECTED_EXIT_CODE ARGUMENT ...: shows the command, runs it, and fails loudly on another exit code.
step() {
  local expected=$1 code=0
  shift
  printf '\n$ tbx %s\n' "$*"
  "$tbx" "$@" </dev/null || code=$?
  if [[ $code != "$expected" ]]; then
    printf '\ndemo FAILED: "tbx %s" ended with exit code %d, expected was %d\n' "$*" "$code" "$expected" >&2
    exit 1
  fi
}
say() { printf '\n--- %s\n' "$1"; }

say 'an empty host: what would be done?'
step 0 plan cluster.yaml --sim world.json
say 'from no machine to dashboards that answer'
step 0 apply cluster.yaml --yes --sim world.json
say 'the same again: nothing is left to do'
step 0 plan cluster.yaml --detailed-exitcode --sim world.json
step 0 status cluster.yaml --sim world.json
say 'somebody switches a machine off and gives it other hardware'
step 0 world world.json power-off talos-hypv-worker-01
step 0 world world.json set talos-hypv-worker-01 cpus=4
say 'drift is found (exit code 2), and mended'
step 2 drift cluster.yaml --sim world.json
step 0 apply cluster.yaml --yes --sim world.json
step 0 drift cluster.yaml --sim world.json
step 0 plan cluster.yaml --detailed-exitcode --sim world.json
say 'done: the world is as the file says'
