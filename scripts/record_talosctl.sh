#!/usr/bin/env bash
# Records what talosctl of several releases prints of the same nodes, into tests/recorded/talosctl-releases/RELEASE.
# usage: scripts/record_talosctl.sh TBX     (TBX: build/release/tbx)
# The nodes are the lab's: two that are in a cluster, and one in maintenance. What differs between two folders is talosctl's.
set -euo pipefail
cd "$(dirname "$0")/.."

tbx=$(readlink -f "$1")
recordings=$PWD/tests/recorded/talosctl-releases
scripts/lab_tools.sh default recording
bin=$(scripts/lab_tools.sh print)
folder=$(mktemp -d)
lab=
trap '[[ -z $lab ]] || kill "$lab" 2>/dev/null || true; wait || true; rm -rf "$folder"' EXIT

export NO_COLOR=1 TBX_TALOSCTL=$bin/talosctl TBX_KUBECTL=$bin/kubectl TBX_HELM=$bin/helm TBX_HOSTS_FILE=$folder/hosts
umask 077
cd "$folder"
echo "127.0.0.1 localhost" >hosts

spec() {
  cat >cluster.yaml <<EOF
apiVersion: tbx/v1
kind: Cluster
metadata: {name: demo}
spec:
  talos: {version: v1.12.4}
  kubernetes: {version: v1.34.2}
  controlPlane: {count: 1}
  workers: {count: $1}
EOF
}

simulated=(--sim w.json --sim-systems hyperv --pace 20)
spec 1
"$tbx" world w.json readdress 127.44.16.0/20 >/dev/null
"$bin/lab" --world w.json --tbx "$tbx" --state state --speed 3 --tools "$bin" >lab.log 2>&1 &
lab=$!
"$tbx" apply cluster.yaml "${simulated[@]}" --yes >apply.log 2>&1 || { tail -n 20 apply.log >&2; exit 1; }
# A second worker whose config is refused stays in maintenance.
spec 2
"$tbx" world w.json fail-next apply-config >/dev/null
"$tbx" apply cluster.yaml "${simulated[@]}" --yes --max-rounds 1 >second.log 2>&1 &
second=$!

address_of() {
  "$tbx" world w.json show --format json | python3 -c '
import json, sys
print(next((m["address"] for m in json.load(sys.stdin)["machines"] if m["name"] == sys.argv[1]), ""))' "$1"
}

in_maintenance() {
  waiting=$(address_of demo-worker-02)
  [[ -n $waiting ]] && "$bin/talosctl" get machinestatus --insecure -e "$waiting" -n "$waiting" >/dev/null 2>&1
}

for _ in $(seq 300); do
  if in_maintenance; then break; fi
  sleep 0.2
done
kill "$second" 2>/dev/null || true
wait "$second" || true
in_maintenance || { echo "$0: no machine waits in maintenance" >&2; tail -n 20 second.log >&2; exit 1; }

first=$(address_of demo-cp-01)
read -r first_node worker_node <<<"$("$bin/kubectl" --kubeconfig _out/demo/kubeconfig get nodes -o \
  'jsonpath={.items[0].status.addresses[0].address} {.items[1].status.addresses[0].address}')"

# record NAME ARGUMENTS…: stdout as NAME.out, stderr as NAME.err, empty streams as no file, the line into the README.
record() {
  local name=$1 code=0
  shift
  "$program" "$@" >"$out/$name.out" 2>"$out/$name.err" </dev/null || code=$?
  [[ -s $out/$name.out ]] || rm "$out/$name.out"
  [[ -s $out/$name.err ]] || rm "$out/$name.err"
  echo "| \`$name\` | $code | \`talosctl $*\` |" >>"$out/README.md"
}

for program in "$bin"/talosctl-*; do
  release=$("$program" version --client --short | sed -nE 's/.*v([0-9.]+).*/\1/p' | head -n1)
  if [[ $(basename "$program") == talosctl-1.1[13] ]]; then continue; fi  # the links
  out=$recordings/$release
  rm -rf "$out"
  mkdir -p "$out"
  printf '# talosctl %s\n\nMade by scripts/record_talosctl.sh: the client is real, the nodes are the lab'"'"'s. All keys are throw-away test secrets.\n\n| files | exit | command |\n|---|---|---|\n' "$release" >"$out/README.md"
  all=(--talosconfig _out/demo/talosconfig -e "$first" -n "$first_node,$worker_node")
  one=(--talosconfig _out/demo/talosconfig -e "$first" -n "$first_node")
  new=(--insecure -e "$waiting" -n "$waiting")
  record version-client-short version --client --short
  record version-json version --json "${all[@]}"
  for resource in machinestatus systeminformation extensions; do record "$resource" get "$resource" -o json "${all[@]}"; done
  record machineconfig get machineconfig v1alpha1 -o json "${one[@]}"
  record etcd-members etcd members "${one[@]}"
  record etcd-status etcd status "${one[@]}"
  record etcd-alarms etcd alarm list "${one[@]}"
  record etcd-data ls /var/lib/etcd/member "${one[@]}"
  record no-etcd-data ls /var/lib/etcd/member --talosconfig _out/demo/talosconfig -e "$first" -n "$worker_node"
  record remove-unknown-member etcd remove-member 1234567890abcdef "${one[@]}"
  record bootstrap-again bootstrap "${one[@]}"
  record insecure-of-configured get machinestatus -o json --insecure -e "$first" -n "$first"
  for resource in machinestatus systeminformation version; do record "maintenance-$resource" get "$resource" -o json "${new[@]}"; done
  record maintenance-talosconfig get machinestatus -o json --talosconfig _out/demo/talosconfig -e "$waiting" -n "$waiting"
  record refused get machinestatus -o json --talosconfig _out/demo/talosconfig -e 127.0.0.9 -n 127.0.0.9
  record no-such-flag get machinestatus --no-such-flag
  record gen-config gen config demo https://10.77.1.11:6443 --with-secrets _out/demo/secrets.yaml --talos-version v1.11 \
    --kubernetes-version 1.34.2 --with-docs=false --with-examples=false -t controlplane -o -
done
