#!/usr/bin/env bash
# Rehearses clusters a thousand times each, with faults of every kind and kills of tbx: from an empty host, and from living
# worlds that were spoilt or whose file was edited. Every run has to converge without a broken rule, and the first within 10 s.
# usage: scripts/proof.sh [PATH/TO/tbx]
set -euo pipefail
root=$(cd "$(dirname "$0")/.." && pwd)
tbx=$(realpath "${1:-$root/build/release/tbx}")
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
runs=1000

# rehearse MOST_SECONDS ARGUMENT ...: shows the command and its verdict; fails when a run does, or when it takes too long.
rehearse() {
  local most=$1 began=$EPOCHREALTIME
  shift
  printf '\n$ tbx simulate %s\n' "$*"
  "$tbx" simulate "$@"
  local took=$(((${EPOCHREALTIME/./} - ${began/./}) / 1000))
  printf 'It took %d.%03d s.\n' $((took / 1000)) $((took % 1000))
  if ((took > most * 1000)); then
    printf 'proof FAILED: that should take less than %d s\n' "$most" >&2
    exit 1
  fi
}

# living EXAMPLE: its file and a world in which it is applied.
living() {
  cp "$root/examples/$1/cluster.yaml" "$1.yaml"
  rm -rf _out "$1.json"
  "$tbx" apply "$1.yaml" --yes --sim "$1.json" >/dev/null 2>&1
}

cp "$root/examples/ha/cluster.yaml" empty-ha.yaml
rehearse 10 empty-ha.yaml --runs $runs --faults 0.1 --kill
cp "$root/examples/sandbox/cluster.yaml" empty-sandbox.yaml
rehearse 60 empty-sandbox.yaml --runs $runs --faults 0.1 --kill
rehearse 60 empty-sandbox.yaml --runs $runs --faults 0.3 --kill --seed 5000

living ha
"$tbx" world ha.json delete-machine ha-cp-02
"$tbx" world ha.json power-off ha-worker-01
"$tbx" world ha.json readdress
"$tbx" world ha.json edit-hosts
rehearse 60 ha.yaml --runs $runs --faults 0.1 --kill --sim ha.json

living sandbox
sed -i '/workers:/,/addons:/s/count: 1/count: 3/; /- traefik/d; /routes:/,$d' sandbox.yaml
rehearse 60 sandbox.yaml --runs $runs --faults 0.1 --kill --sim sandbox.json
printf '\nproof: every run converged, and no rule was broken\n'
