#!/usr/bin/env bash
# Builds the real tools of the lab, and the lab itself, into a cache folder outside the tree; says nothing when all is there.
# usage: scripts/lab_tools.sh [default] [recording] [print]     (default: default)
#   default     talosctl, kube-apiserver, kube-controller-manager, kubectl, etcd, etcdutl, helm, and the lab
#   recording   talosctl of other releases, for recording what they print
#   print       only says where the programs are
# Each lies as NAME-VERSION in $TBX_LAB_TOOLS/bin, with NAME beside it as a link.
set -euo pipefail
cd "$(dirname "$0")/.."

cache=${TBX_LAB_TOOLS:-${XDG_CACHE_HOME:-$HOME/.cache}/tbx-lab-tools}
bin=$cache/bin
tools=tests/lab/tools
talos_versions=github.com/siderolabs/talos/pkg/machinery/gendata

need_go() {
  local version
  version=$(go env GOVERSION 2>/dev/null || true)
  version=${version#go}
  if [[ -n $version && $(printf '%s\n1.25\n' "$version" | sort -V | head -n1) == 1.25 ]]; then return; fi
  echo "$0: the lab needs Go 1.25 or newer (found ${version:-none})." >&2
  echo "$0: get it from https://go.dev/dl and put its bin folder first in PATH; an older one fetches it with GOTOOLCHAIN=auto." >&2
  exit 77
}

# What a program is made from: its module files, or all of the lab's sources, and the compiler.
fingerprint() {
  { go env GOVERSION; cat "$@"; } | sha256sum | cut -d' ' -f1
}

# build NAME VERSION MODULE_FOLDER PACKAGE LDFLAGS SOURCE…
build() {
  local name=$1 version=$2 folder=$3 package=$4 flags=$5 stamp
  shift 5
  stamp=$(fingerprint "$@")
  if [[ ! -x $bin/$name-$version || $(cat "$cache/$name-$version.stamp" 2>/dev/null || true) != "$stamp" ]]; then
    echo "building $name $version" >&2
    (cd "$folder" && CGO_ENABLED=0 nice -n 10 go build -trimpath -ldflags "-s -w $flags" -o "$bin/.$name-$version.$$" "$package")
    mv "$bin/.$name-$version.$$" "$bin/$name-$version"
    echo "$stamp" >"$cache/$name-$version.stamp"
  fi
  if [[ $(readlink "$bin/$name" || true) != "$name-$version" ]]; then ln -sfn "$name-$version" "$bin/$name"; fi
}

# tool NAME VERSION FOLDER_OF_TOOLS PACKAGE LDFLAGS
tool() {
  build "$1" "$2" "$tools/$3" "$4" "$5" "$tools/$3/go.mod" "$tools/$3/go.sum"
}

# The release in a tools module: the one place where versions are written.
release() {
  sed -nE "s|^(require )?[[:space:]]*$2 v([0-9.]+).*|\2|p" "$tools/$1/go.mod" | head -n1
}

default_tools() {
  local kubernetes talos etcd helm
  etcd=$(release etcd go.etcd.io/etcd/server/v3)
  kubernetes=$(release kubernetes k8s.io/kubernetes)
  talos=$(release talosctl github.com/siderolabs/talos)
  helm=$(release helm helm.sh/helm/v4)
  tool etcd "$etcd" etcd go.etcd.io/etcd/server/v3 ""
  tool etcdutl "$etcd" etcd go.etcd.io/etcd/etcdutl/v3 ""
  local stamp="-X k8s.io/component-base/version.gitVersion=v$kubernetes"
  tool kube-apiserver "$kubernetes" kubernetes k8s.io/kubernetes/cmd/kube-apiserver "$stamp"
  tool kube-controller-manager "$kubernetes" kubernetes k8s.io/kubernetes/cmd/kube-controller-manager "$stamp"
  stamp+=" -X k8s.io/client-go/pkg/version.gitVersion=v$kubernetes"
  tool kubectl "$kubernetes" kubernetes k8s.io/kubernetes/cmd/kubectl "$stamp"
  tool talosctl "$talos" talosctl github.com/siderolabs/talos/cmd/talosctl "-X $talos_versions.VersionTag=v$talos"
  tool helm "$helm" helm helm.sh/helm/v4/cmd/helm "-X helm.sh/helm/v4/internal/version.version=v$helm"
}

lab() {
  local sources
  mapfile -t sources < <(find tests/lab -maxdepth 1 \( -name '*.go' ! -name '*_test.go' -o -name 'go.???' \) | LC_ALL=C sort)
  if ((${#sources[@]})); then build lab 1 tests/lab . "" "${sources[@]}"; fi
}

recording_tools() {
  local minor talos
  for minor in 1.11 1.13; do
    talos=$(release "talosctl-$minor" github.com/siderolabs/talos)
    build "talosctl-$minor" "$talos" "$tools/talosctl-$minor" github.com/siderolabs/talos/cmd/talosctl \
      "-X $talos_versions.VersionTag=v$talos" "$tools/talosctl-$minor/go.mod" "$tools/talosctl-$minor/go.sum"
  done
}

for what in "${@:-default}"; do
  if [[ $what == print ]]; then echo "$bin"; continue; fi
  need_go
  mkdir -p "$bin"
  exec {lock}>"$cache/lock-$what"  # two builds of the same would only be slower
  flock "$lock"
  case "$what" in
    default) default_tools; lab ;;
    recording) recording_tools ;;
    *) echo "$0: unknown '$what'; known are default, recording and print" >&2; exit 1 ;;
  esac
  exec {lock}>&-
done
