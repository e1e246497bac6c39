#!/usr/bin/env bash
# Runs the scenarios of tests/scenarios against the lab, one after the other, as long as there is time.
# usage: scripts/lab_scenarios.sh TESTS [MINUTES]     (TESTS: the tbx_tests to run; without MINUTES: all of them)
# Those that only the embedded world can run are in tests/lab/left_out.txt, with the reason.
set -euo pipefail
cd "$(dirname "$0")/.."

tests=$1
minutes=${2:-0}
suites='*Example.*:Edit.*:*SpoiltWorld.*:WorldInTheWay.*:HiddenSystem.*:Change.*:ControlPlanes.*:ASingleControlPlane.*:MovedAddresses*:Never.*:Upgrade*:RealTools.*:ChartsOfARepository.*:KilledInTheLab.*'
longest_scenario=600  # seconds
TBX_LAB_BIN=$(scripts/lab_tools.sh print)
export TBX_LAB_BIN

# The names of all scenarios, less those that are left out: the first of each suite, then the second, so that a few minutes
# tell something of each.
scenarios() {
  "$tests" --gtest_list_tests --gtest_filter="$suites" |
    awk '/^[^ ]/ { suite = $1 } /^ / { print suite $1 }' |
    grep -vxF -f <(sed -E 's/[[:space:]]*(#.*)?$//; s/[[:space:]].*//; /^$/d' tests/lab/left_out.txt) |
    awk -F. '{ print ++nth[$1], NR, $0 }' | sort -n -k1,1 -k2,2 | cut -d' ' -f3
}

log=$(mktemp)
trap 'rm -f "$log"' EXIT
started=$SECONDS
passed=0
failed=()
skipped=0
for scenario in $(scenarios); do
  if ((minutes && SECONDS - started > minutes * 60)); then
    skipped=$((skipped + 1))
    continue
  fi
  before=$SECONDS
  if timeout --kill-after=30 $longest_scenario "$tests" --gtest_brief=1 --gtest_filter="$scenario" >"$log" 2>&1; then
    echo "ok      $scenario ($((SECONDS - before)) s)"
    passed=$((passed + 1))
  else
    echo "FAILED  $scenario ($((SECONDS - before)) s)"
    sed 's/^/  /' "$log"
    failed+=("$scenario")
  fi
done
echo "lab: $passed scenarios passed, ${#failed[@]} failed, $skipped had no time left"
((${#failed[@]} == 0))
