#!/usr/bin/env bash
# Installs what is missing to build, test or lint tbx on Debian 12. Says nothing and needs neither root nor network when all is there.
# usage: scripts/install_packages.sh [build] [test] [clang]     (default: build)
set -euo pipefail
cd "$(dirname "$0")/.."

build=(make cmake ninja-build g++ ccache libyaml-cpp-dev nlohmann-json3-dev libfmt-dev libcli11-dev libexpected-dev
  libboost1.81-dev libboost-filesystem1.81-dev libsodium-dev zlib1g-dev)
test=(libgtest-dev librapidcheck-dev libbenchmark-dev python3)
clang=(clang-16 clang-tidy-16 clang-format-16)

packages=()
for group in "${@:-build}"; do
  case "$group" in
    build) packages+=("${build[@]}") ;;
    test) packages+=("${test[@]}") ;;
    clang) packages+=("${clang[@]}") ;;
    *) echo "$0: unknown group '$group'; known are build, test and clang" >&2; exit 1 ;;
  esac
done

if ! command -v apt-get >/dev/null || ! command -v dpkg-query >/dev/null; then
  echo "$0: this is not a Debian; nothing was installed. Needed are CMake 3.25, Ninja, a C++20 compiler, and the libraries in vcpkg.json" >&2
  echo "$0: (Debian's names: ${packages[*]}, and the headers of valijson)" >&2
  exit 0
fi

log=$(mktemp)
trap 'rm -f "$log"' EXIT
as_root=()
if [[ $(id -u) != 0 ]]; then as_root=(sudo); fi

apt() {
  "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get -qq -o DPkg::Lock::Timeout=300 "$@" >>"$log" 2>&1
}

fail() {
  cat "$log" >&2
  echo "$0: $1" >&2
  exit 1
}

missing=()
for package in "${packages[@]}"; do
  status=$(dpkg-query -W -f '${db:Status-Status}' "$package" 2>/dev/null || true)
  if [[ $status != installed ]]; then missing+=("$package"); fi
done
if ((${#missing[@]})); then
  echo "installing ${missing[*]}" >&2
  # The lists may be absent or old: then once more with fresh ones.
  apt install --no-install-recommends -y "${missing[@]}" ||
    { apt update && apt install --no-install-recommends -y "${missing[@]}"; } ||
    fail "could not install ${missing[*]}"
fi

# The package of valijson depends on 600 MB of other packages that its headers do not need, so only they are unpacked.
headers=build/dependencies/valijson
if [[ " ${packages[*]} " == *" cmake "* && ! -e /usr/include/valijson/validator.hpp && ! -e /usr/local/include/valijson/validator.hpp &&
  ! -e $headers/usr/include/valijson/validator.hpp ]]; then
  echo "unpacking the headers of libvalijson-dev to $headers" >&2
  mkdir -p build/dependencies
  scratch=$(mktemp -d build/dependencies/unpack.XXXXXX)
  trap 'rm -rf "$log" "$scratch"' EXIT
  download() { (cd "$scratch" && apt-get -qq download libvalijson-dev >>"$log" 2>&1); }
  download || { apt update && download; } ||
    fail "could not download libvalijson-dev; put valijson's headers to $headers/usr/include/valijson by hand"
  dpkg -x "$scratch"/libvalijson-dev_*.deb "$scratch/valijson" || fail "could not unpack libvalijson-dev"
  rm -rf "$headers"
  mv "$scratch/valijson" "$headers"
fi
