# Sets NEXMARK_GENERATE to the compiled generator and, where Flink is asked for, the oracle's folders.
sum=$(sha256sum <bench/nexmark/generate.cc | cut -c1-12)
export NEXMARK_GENERATE="$FRESHET_CACHE/nexmark/generate-$sum"
mkdir -p "$FRESHET_CACHE/nexmark"
[ -x "$NEXMARK_GENERATE" ] || c++ -std=c++20 -O2 -o "$NEXMARK_GENERATE" bench/nexmark/generate.cc
case " $* " in *" flink "*) setup_oracle ;; esac
