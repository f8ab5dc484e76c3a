#!/usr/bin/env bash
# fuzz the decoders: ./dev fuzz [--seconds 20 | --hours H] [--minimise] [TARGET…] (tests/fuzz/README.md); SQL against a recompute: ./dev fuzz differential [--seconds 20] [--seed S] [--oracle N]
setup_apt build
if [ "${1:-}" = differential ]; then
  shift
  configure "$FRESHET_BUILD"
  compile "$FRESHET_BUILD" freshet
  if [[ " $* " == *" --oracle "* ]]; then setup_oracle; fi
  exec python3 tests/differential/run.py "$@"
fi
setup_apt fuzz
dir="$FRESHET_BUILD-fuzz"
configure "$dir" -DFRESHET_FUZZ=ON -DCMAKE_CXX_COMPILER=clang++-19
targets=()
for word in "$@"; do [[ "$word" != *_fuzz ]] || targets+=("$word"); done
[ ${#targets[@]} -gt 0 ] || targets=(fuzz_targets)
compile "$dir" "${targets[@]}"
exec python3 tools/fuzz/fuzz.py run --build "$dir" "$@"
