# Sets BENCH_CLIENT to the compiled client and, where Kafka is asked for, FRESHET_KAFKA to its jars.
sum=$(cat bench/produce_fetch/client/* | sha256sum | cut -c1-12)
export BENCH_CLIENT="$FRESHET_CACHE/produce_fetch/client-$sum"
mkdir -p "$FRESHET_CACHE/produce_fetch"
[ -x "$BENCH_CLIENT" ] || c++ -std=c++20 -O2 -Wall -Wextra -o "$BENCH_CLIENT" bench/produce_fetch/client/*.cc -lrdkafka -pthread
case " $* " in *" kafka "*) setup_jars kafka-4.4.0; export FRESHET_KAFKA="$JARS" ;; esac
