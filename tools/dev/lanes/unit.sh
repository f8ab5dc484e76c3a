# Every room's test binary.
compile "$FRESHET_BUILD"
python3 tools/dev/run_gtests.py unit $(find "$FRESHET_BUILD" -name '*_test' -type f -perm -u+x | sort)
