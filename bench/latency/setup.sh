# The client is that of bench/produce_fetch (BENCH_CLIENT).
source bench/produce_fetch/setup.sh
