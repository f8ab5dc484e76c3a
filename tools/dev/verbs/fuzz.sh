#!/usr/bin/env bash
# run every fuzz target for some seconds: ./dev fuzz [--seconds 20] [TARGET…]; finds are kept in build-fuzz/finds; SQL against a recompute: ./dev fuzz differential [--seconds 20] [--seed S] [--oracle N]
setup_apt build
if [ "${1:-}" = differential ]; then
  shift
  configure "$FRESHET_BUILD"
  compile "$FRESHET_BUILD" freshet
  if [[ " $* " == *" --oracle "* ]]; then setup_oracle; fi
  exec python3 tests/differential/run.py "$@"
fi
setup_apt fuzz
seconds=20
if [ "${1:-}" = "--seconds" ]; then seconds="$2"; shift 2; fi
dir="$FRESHET_BUILD-fuzz"
configure "$dir" -DFRESHET_FUZZ=ON -DCMAKE_CXX_COMPILER=clang++-19
if [ $# -gt 0 ]; then compile "$dir" "$@"; else compile "$dir" fuzz_targets; fi
mkdir -p "$dir/finds"
failed=0 ran=0
for binary in $(find "$dir" -name '*_fuzz' -type f -perm -u+x | sort); do
  name=$(basename "$binary")
  if [ $# -gt 0 ] && [[ " $* " != *" $name "* ]]; then continue; fi
  corpus="$dir/corpus/$name" seeds="tests/fuzz/$name"
  mkdir -p "$corpus" "$seeds"
  log="$dir/$name.log"
  if "$binary" -max_total_time="$seconds" -rss_limit_mb=2048 -timeout=10 -artifact_prefix="$dir/finds/$name-" "$corpus" "$seeds" >"$log" 2>&1; then
    echo "$name: $(grep -oE '^Done [0-9]+ runs' "$log" | tail -1), $(grep -oE 'cov: [0-9]+' "$log" | tail -1) edges"
  else
    failed=$((failed + 1)); tail -40 "$log"; echo "$name: FOUND SOMETHING, see $dir/finds"
  fi
  rmdir --ignore-fail-on-non-empty "$seeds"
  ran=$((ran + 1))
done
echo "$((ran - failed)) passed, $failed failed"
[ "$failed" = 0 ] && [ "$ran" -gt 0 ]
