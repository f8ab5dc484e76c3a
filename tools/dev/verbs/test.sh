#!/usr/bin/env bash
# all test lanes (what CI runs), or the named ones: unit process differential clients transactions portal example sim crash asan tsan; and, by name only, epochs
setup_apt build
setup_apt test
setup_runtime_libraries "$FRESHET_BUILD"
configure "$FRESHET_BUILD"

LANES_ALL="unit process differential clients transactions portal example sim crash asan tsan"
lanes=""
while [ $# -gt 0 ] && [ -f "tools/dev/lanes/$1.sh" ]; do lanes="$lanes $1"; shift; done
[ -n "$lanes" ] || lanes="$LANES_ALL"
if [ $# -gt 0 ] && [ "${1#-}" = "$1" ]; then say "no test lane '$1'; lanes: $LANES_ALL epochs"; exit 2; fi

export FRESHET_TALLY="$FRESHET_BUILD/tally"
rm -rf "$FRESHET_TALLY" && mkdir -p "$FRESHET_TALLY"
# One of many lanes that never ends is stopped and fails, so that the others are heard; a lane asked for by name takes as long as it is told to.
in_time() { "$@"; }
[ "$lanes" != "$LANES_ALL" ] || in_time() { timeout $([ ! -t 0 ] || echo --foreground) --kill-after=20 2400 "$@"; }
run_lane() {
  local begin=$(date +%s) outcome=0
  in_time bash -euo pipefail -c 'source tools/dev/setup.sh; source "tools/dev/lanes/$0.sh"' "$@" || outcome=$?
  say "lane $1 took $(($(date +%s) - begin)) s"
  return $outcome
}

# The sanitizers' lanes need neither clients nor clocks: of all lanes they compile and run beside those that wait for these, from when all the rest is compiled.
LANES_BESIDE="asan tsan"
beside=""
run_beside() {
  for lane in $LANES_BESIDE; do
    nice -n 19 bash -c "$(declare -f run_lane say); in_time() { timeout --foreground --kill-after=20 3000 \"\$@\"; }; run_lane $lane" >"$FRESHET_BUILD/beside.$lane.log" 2>&1 && : >"$FRESHET_BUILD/beside.$lane.passed" || true
  done
}
trap '[ -z "$beside" ] || kill -- "-$beside" 2>/dev/null || true' EXIT  # with all that it has started

failed_lanes=""
if [ "$lanes" = "$LANES_ALL" ]; then
  begin=$(date +%s)
  in_time bash -euo pipefail -c 'source tools/dev/setup.sh; compile "$FRESHET_BUILD"' || { say "failed: compile"; exit 1; }
  say "compiling took $(($(date +%s) - begin)) s"
  rm -f "$FRESHET_BUILD"/beside.*.passed
  set -m  # a group of its own
  run_beside &
  beside=$!
  set +m
fi
for lane in $lanes; do
  if [ -n "$beside" ] && case " $LANES_BESIDE " in *" $lane "*) true ;; *) false ;; esac; then
    wait "$beside" 2>/dev/null || true
    cat "$FRESHET_BUILD/beside.$lane.log"
    [ -f "$FRESHET_BUILD/beside.$lane.passed" ] || failed_lanes="$failed_lanes $lane"
    continue
  fi
  run_lane "$lane" "$@" || failed_lanes="$failed_lanes $lane"
done

python3 tools/dev/tally.py "$FRESHET_TALLY" || failed_lanes="$failed_lanes tally"
[ -z "$failed_lanes" ] || { say "failed:$failed_lanes"; exit 1; }
