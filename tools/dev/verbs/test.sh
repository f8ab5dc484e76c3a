#!/usr/bin/env bash
# all test lanes (what CI runs), or the named ones: unit process differential clients transactions portal example sim crash asan tsan
setup_apt build
setup_apt test
setup_runtime_libraries "$FRESHET_BUILD"
configure "$FRESHET_BUILD"

LANES_ALL="unit process differential clients transactions portal example sim crash asan tsan"
lanes=""
while [ $# -gt 0 ] && [ -f "tools/dev/lanes/$1.sh" ]; do lanes="$lanes $1"; shift; done
[ -n "$lanes" ] || lanes="$LANES_ALL"
if [ $# -gt 0 ] && [ "${1#-}" = "$1" ]; then say "no test lane '$1'; lanes: $LANES_ALL"; exit 2; fi

export FRESHET_TALLY="$FRESHET_BUILD/tally"
rm -rf "$FRESHET_TALLY" && mkdir -p "$FRESHET_TALLY"
# One of many lanes that never ends is stopped and fails, so that the others are heard; a lane asked for by name takes as long as it is told to.
in_time() { "$@"; }
[ "$lanes" != "$LANES_ALL" ] || in_time() { timeout $([ ! -t 0 ] || echo --foreground) --kill-after=20 2000 "$@"; }

# What the sanitizers' lanes compile is made while other lanes wait for clients and clocks. They find it done, or do it themselves and tell why not.
compile_ahead() {
  for lane in asan tsan; do
    FRESHET_COMPILE_ONLY=1 timeout --foreground 1800 nice -n 19 bash -euo pipefail -c 'source tools/dev/setup.sh; source "tools/dev/lanes/$0.sh"' "$lane" >"$FRESHET_BUILD/compile_ahead.$lane.log" 2>&1 || true
  done
}
ahead=""
trap '[ -z "$ahead" ] || kill -- "-$ahead" 2>/dev/null || true' EXIT  # with all that it has started

failed_lanes=""
for lane in $lanes; do
  begin=$(date +%s)
  if [ "$lane" = asan ] && [ -n "$ahead" ]; then
    wait "$ahead" || true
    ahead=""
  fi
  in_time bash -euo pipefail -c 'source tools/dev/setup.sh; source "tools/dev/lanes/$0.sh"' "$lane" "$@" || failed_lanes="$failed_lanes $lane"
  say "lane $lane took $(($(date +%s) - begin)) s"
  if [ "$lane" = unit ] && [ "$lanes" = "$LANES_ALL" ]; then
    set -m  # a group of its own
    compile_ahead &
    ahead=$!
    set +m
  fi
done

python3 tools/dev/tally.py "$FRESHET_TALLY" || failed_lanes="$failed_lanes tally"
[ -z "$failed_lanes" ] || { say "failed:$failed_lanes"; exit 1; }
