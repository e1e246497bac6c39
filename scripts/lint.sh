#!/usr/bin/env bash
# Runs clang-format (check only) and clang-tidy over all sources of ours. The rules are in .clang-format and .clang-tidy.
# usage: scripts/lint.sh BUILD_FOLDER [JOBS] [FILE ...]     (default: every source that git does not ignore)
set -euo pipefail
cd "$(dirname "$0")/.."
build=$1
jobs=${2:-2}
shift $(($# < 2 ? $# : 2))

failed=0
if (($#)); then
  files=("$@")
else
  mapfile -t files < <(git ls-files --cached --others --exclude-standard '*.cpp')
  git ls-files --cached --others --exclude-standard -z '*.h' '*.cpp' | xargs -0 clang-format-16 --dry-run -Werror || failed=1
fi
# A file nobody compiles (a fuzzer, a lab program) has no command, so clang-tidy would guess one.
mapfile -t compiled < <(for file in "${files[@]}"; do grep -qF "/$file\"" "$build/compile_commands.json" && echo "$file"; done)
printf '%s\0' "${compiled[@]}" | xargs -0 -n 1 -P "$jobs" clang-tidy-16 --quiet -p "$build" || failed=1
exit $failed
